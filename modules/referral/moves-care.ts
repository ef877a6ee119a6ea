import { change, only, say, write } from '@tingzhou/casework'
import { attachFiles } from '@tingzhou/files'
import { err, ok } from '@tingzhou/kernel'
import { checkLeastData } from './least-data.ts'
import type { OrderMove } from './move-spec.ts'
import { laterDue } from './process.ts'

export const ready: OrderMove<'ready'> = {
  from: ['in_care'],
  may: (stand) => only(stand.receiver, 'receiver_only'),
  run: async ({ dossier: slip, input }) => {
    const clean = checkLeastData({ condition: input.condition, needsWords: input.needsWords })
    if (!clean.ok) return clean
    slip.beside.back = {
      urgency: input.urgency,
      condition: {
        condition: input.condition,
        ability_level: input.abilityLevel,
        needs: [...new Set(input.needs)],
        needs_words: input.needsWords,
      },
    }
    say(slip, { verb: 'ready' })
    return ok({ kind: 'complete', node: 'care', vars: { outcome: 'ready' } })
  },
}

export const conclude: OrderMove<'conclude'> = {
  from: ['in_care'],
  may: (stand) => only(stand.receiver, 'receiver_only'),
  run: async ({ tx, dossier: slip, input }) => {
    const clean = checkLeastData({ words: input.words })
    if (!clean.ok) return clean
    change(slip, { care_ended_at: slip.now, care_end: 'concluded', end_reason: input.reason })
    say(slip, { verb: 'conclude', reason: input.words || null, data: { code: input.reason } })
    const summaryDueAt = await laterDue(tx, slip, 'summary')
    return ok({ kind: 'complete', node: 'care', vars: { outcome: 'conclude', summaryDueAt } })
  },
}

export const summarise: OrderMove<'summarise'> = {
  from: ['summary'],
  may: (stand) => only(stand.receiver, 'receiver_only'),
  run: async ({ tx, dossier: slip, input }) => {
    const { deps, row: order, doer, now } = slip
    const clean = checkLeastData({ text: input.text })
    if (!clean.ok) return clean
    if (input.fileIds.length > 0 && !order.consent_scope.includes('files'))
      return err({
        kind: 'files_outside_consent',
        field: 'fileIds',
        value: input.fileIds.length,
        rule: 'the consent covers files',
      })
    const attached = await attachFiles(tx, deps.zoneId, {
      objectKind: 'referral',
      objectId: order.id,
      fileIds: input.fileIds,
      actorId: doer.id,
      now,
    })
    if (!attached.ok) return attached
    write(
      slip,
      tx
        .updateTable('referral_clinical')
        .set({ care_summary: input.text })
        .where('zone_id', '=', deps.zoneId)
        .where('order_id', '=', order.id),
    )
    say(slip, { verb: 'summarise', data: { files: input.fileIds.length } })
    const followUpDueAt = await laterDue(tx, slip, 'followUp')
    return ok({ kind: 'complete', node: 'write_summary', vars: { followUpDueAt } })
  },
}

export const followUp: OrderMove<'follow_up'> = {
  from: ['follow_up'],
  may: (stand) => only(stand.sender, 'sender_only'),
  run: async ({ tx, dossier: slip, input }) => {
    const clean = checkLeastData({ text: input.text })
    if (!clean.ok) return clean
    write(
      slip,
      tx
        .updateTable('referral_clinical')
        .set({ follow_up_result: input.result, follow_up_words: input.text })
        .where('zone_id', '=', slip.deps.zoneId)
        .where('order_id', '=', slip.row.id),
    )
    say(slip, { verb: 'follow_up' })
    return ok({ kind: 'complete', node: 'follow_up', vars: {} })
  },
}
