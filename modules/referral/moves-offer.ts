import { change, only, say } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { checkLeastData } from './least-data.ts'
import type { OrderError, OrderMove } from './move-spec.ts'
import { endOffer } from './process.ts'
import { dueOf } from './rules.ts'
import { rulesOf, type Slip } from './slip.ts'
import { beforeArrival } from './words.ts'

// A form that was filled in takes time: what was now when it was opened is still now.
const graceMs = 5 * 60_000

export const accept: OrderMove<'accept'> = {
  from: ['offered'],
  may: (stand) => only(stand.receiver, 'receiver_only'),
  run: async ({ tx, dossier: slip, input }) => {
    const readyAt = epochMs(input.readyAt)
    if (readyAt < slip.now - graceMs)
      return err({ kind: 'ready_in_past', field: 'readyAt', value: readyAt, rule: 'not before now' })
    const clean = checkLeastData({ bed: input.bed, words: input.words })
    if (!clean.ok) return clean
    await endOffer(tx, slip, { answer: 'accepted', by: slip.doer.id, reason: null, words: input.words })
    change(slip, { bed: input.bed, ready_at: readyAt, accepted_at: slip.now })
    say(slip, { verb: 'accept', reason: input.words || null, data: { bed: input.bed, readyAt } })
    return ok({ kind: 'complete', node: 'offer', vars: { outcome: 'accept', departDueAt: readyAt } })
  },
}

export const decline: OrderMove<'decline'> = {
  from: ['offered'],
  may: (stand) => only(stand.receiver, 'receiver_only'),
  run: async ({ tx, dossier: slip, input }) => {
    const { rules } = await rulesOf(tx, slip)
    const known = rules.declineReasons.map(({ code }) => code)
    if (!known.includes(input.reason))
      return err({ kind: 'unknown_reason', field: 'reason', value: input.reason, rule: known.join(', ') })
    const clean = checkLeastData({ words: input.words })
    if (!clean.ok) return clean
    say(slip, {
      verb: 'decline',
      reason: input.words || null,
      data: { code: input.reason, institutionId: slip.row.target_id },
    })
    await endOffer(tx, slip, { answer: 'declined', by: slip.doer.id, reason: input.reason, words: input.words })
    return ok({ kind: 'complete', node: 'offer', vars: { outcome: 'decline' } })
  },
}

export const offerTo: OrderMove<'offer_to'> = {
  from: ['coordinating'],
  may: (stand) => only(stand.coordinator, 'coordinator_only'),
  run: async ({ tx, dossier: slip, input }) => {
    const fits = await checkTarget(tx, slip, input.institutionId)
    if (!fits.ok) return fits
    const { rules } = await rulesOf(tx, slip)
    const due = dueOf(await slip.deps.calendar.current(tx), slip.now, rules.offer[slip.row.urgency])
    if (!due.ok) return due
    slip.beside.named = input.institutionId
    say(slip, { verb: 'offer_to', reason: input.words || null, data: { institutionId: input.institutionId } })
    return ok({ kind: 'complete', node: 'coordinate', vars: { outcome: 'offer' } })
  },
}

/** The coordinator may name any open institution of the other side, also one that declined before. */
async function checkTarget(tx: Tx, slip: Slip, institutionId: string): Promise<Result<void, OrderError>> {
  const target = await tx
    .selectFrom('referral_institution')
    .select(['kind', 'state'])
    .where('zone_id', '=', slip.deps.zoneId)
    .where('id', '=', institutionId)
    .executeTakeFirst()
  const field = 'institutionId'
  if (!target || target.state !== 'open')
    return err({ kind: 'unknown_institution', field, value: institutionId, rule: 'an open institution' })
  const wanted = slip.row.direction === 'up' ? 'hospital' : 'care_home'
  return target.kind === wanted ? ok(undefined) : err({ kind: 'wrong_side', field, value: institutionId, rule: wanted })
}

export const giveUp: OrderMove<'give_up'> = {
  from: ['coordinating'],
  may: (stand) => only(stand.coordinator, 'coordinator_only'),
  run: async ({ dossier: slip, input }) => {
    change(slip, { end_reason: input.words })
    say(slip, { verb: 'give_up', reason: input.words })
    return ok({ kind: 'complete', node: 'coordinate', vars: { outcome: 'give_up' } })
  },
}

export const cancel: OrderMove<'cancel'> = {
  from: beforeArrival,
  may: (stand) => only(stand.sender || stand.coordinator, 'sender_or_coordinator'),
  run: async ({ tx, dossier: slip, input }) => {
    const clean = checkLeastData({ words: input.words })
    if (!clean.ok) return clean
    if (slip.row.state === 'offered')
      await endOffer(tx, slip, { answer: 'withdrawn', by: slip.doer.id, reason: null, words: '' })
    change(slip, { end_reason: input.words })
    say(slip, { verb: 'cancel', reason: input.words })
    return ok({ kind: 'message', name: 'cancel', vars: {} })
  },
}
