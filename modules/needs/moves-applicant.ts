import { err, ok } from '@tingzhou/kernel'
import { change, concerned, say, tell, turnClock } from './dossier.ts'
import { attachTo } from './evidence.ts'
import { only, type MoveSpec } from './move-spec.ts'
import { again, dispatchVars } from './process.ts'
import { worksFor, type Stand } from './stand.ts'
import { closeSupervisions } from './supervision.ts'

const applicantOnly = (stand: Stand) => only(stand.applicant, 'applicant_only')

export const supplement: MoveSpec<'supplement'> = {
  from: ['waiting'],
  may: (stand) => only(stand.applicant || stand.areaLead, 'applicant_only'),
  run: async ({ tx, dossier, input }) => {
    const attached = await attachTo(tx, dossier, input.fileIds)
    if (!attached.ok) return attached
    say(dossier, { verb: 'supplement', reason: input.text, data: { files: input.fileIds.length } })
    tell(dossier, 'applicant_answered', concerned(dossier))
    return ok({ kind: 'message', name: 'supplement', vars: {} })
  },
}

export const withdraw: MoveSpec<'withdraw'> = {
  from: ['registered', 'dispatched', 'returned', 'signed', 'handling', 'waiting'],
  may: applicantOnly,
  run: async ({ tx, dossier, input }) => {
    turnClock(dossier, null, 'withdrawn', { before: null, after: null })
    await tx
      .updateTable('assist')
      .set({ state: 'cancelled' })
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('appeal_id', '=', dossier.appeal.id)
      .where('state', '=', 'open')
      .execute()
    // What endangers life goes on being looked at, whatever the applicant wants (casework.md §3).
    if (dossier.appeal.class !== 'P0') closeSupervisions(tx, dossier, 'withdrawn')
    change(dossier, { paused_at: null })
    say(dossier, { verb: 'withdraw', reason: input.reason })
    tell(dossier, 'appeal_withdrawn', concerned(dossier))
    return ok({ kind: 'message', name: 'withdraw', vars: {} })
  },
}

export const review: MoveSpec<'review'> = {
  from: ['closed', 'declined'],
  may: applicantOnly,
  run: async ({ tx, dossier, input }) => {
    const { appeal } = dossier
    if (appeal.review_used) return err({ kind: 'review_used', rule: 'one review an appeal' })
    const attached = await attachTo(tx, dossier, input.fileIds)
    if (!attached.ok) return attached
    change(dossier, { review_used: true })
    say(dossier, { verb: 'review', reason: input.facts, data: { files: input.fileIds.length } })
    tell(dossier, 'review_asked', concerned(dossier))
    const vars =
      appeal.state === 'declined'
        ? await dispatchVars(tx, dossier, dossier.now)
        : { owner: dossier.order?.owner_id ?? null, ...(await again(tx, dossier)) }
    return ok({ kind: 'message', name: 'review', vars })
  },
}

export const rate: MoveSpec<'rate'> = {
  from: ['closed', 'archived'],
  may: applicantOnly,
  run: async ({ dossier, input }) => {
    change(dossier, { rating: input.rating, rating_words: input.words })
    say(dossier, { verb: 'rate', reason: input.words || null, data: { rating: input.rating } })
    return ok(null)
  },
}

export const urge: MoveSpec<'urge'> = {
  from: ['registered', 'dispatched', 'returned', 'signed', 'handling', 'replied', 'callback'],
  may: (stand) => only(stand.applicant || stand.supervisor || stand.dispatcher || stand.areaLead, 'applicant_only'),
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'urge', reason: input.words || null })
    tell(dossier, 'appeal_urged', dossier.appeal.owner_id ? [dossier.appeal.owner_id] : [])
    return ok(null)
  },
}

export const note: MoveSpec<'note'> = {
  from: [
    'registered',
    'dispatched',
    'returned',
    'signed',
    'handling',
    'waiting',
    'replied',
    'callback',
    'closed',
    'merged',
    'split',
  ],
  may: (stand) =>
    only(
      worksFor(stand) || stand.dispatcher || stand.supervisor || stand.areaLead || stand.departments.length > 0,
      'officials_only',
    ),
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'note', reason: input.text, internal: input.internal })
    return ok(null)
  },
}
