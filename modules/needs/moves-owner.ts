import { at, newId } from '@tingzhou/db'
import { addDuration } from '@tingzhou/calendar'
import { assert, err, ok, type EpochMs } from '@tingzhou/kernel'
import { waitUntil } from './clocks.ts'
import {
  assistsOf,
  change,
  changeOrder,
  clockPorts,
  concerned,
  pausedMs,
  say,
  tell,
  turnClock,
  write,
} from './dossier.ts'
import { attachTo } from './evidence.ts'
import { checkDepartments, isMember } from './lookups.ts'
import { only, type MoveSpec, type MoveStep } from './move-spec.ts'
import { callbackVars, resultVars } from './process.ts'
import { grantAppealReach, releaseAssignee, revokeAppealReach } from './reach.ts'
import { worksFor, type Stand } from './stand.ts'

const ownerOnly = (stand: Stand) => only(worksFor(stand), 'owner_only')
const headOnly = (stand: Stand) => only(stand.ownerHead, 'owner_head_only')

/** The order of a case that a department works on. */
function orderOf({ dossier }: { dossier: MoveStep<'sign'>['dossier'] }) {
  assert(dossier.order, 'a dispatched appeal has an active order')
  return dossier.order
}

export const sign: MoveSpec<'sign'> = {
  from: ['dispatched'],
  may: ownerOnly,
  run: async ({ dossier }) => {
    changeOrder(dossier, { signed_at: dossier.now, signed_by: dossier.doer.id })
    say(dossier, { verb: 'sign' })
    return ok({ kind: 'complete', node: 'sign', vars: { outcome: 'sign' } })
  },
}

export const assign: MoveSpec<'assign'> = {
  from: ['dispatched', 'signed', 'handling'],
  may: headOnly,
  run: async (step) => {
    const { tx, dossier, input } = step
    const order = orderOf(step)
    if (!(await isMember(tx, dossier.deps.zoneId, input.accountId, order.owner_id)))
      return err({
        kind: 'not_member',
        field: 'accountId',
        value: input.accountId,
        rule: 'member of the owner department',
      })
    await releaseAssignee(tx, dossier)
    changeOrder(dossier, { assignee_id: input.accountId })
    await tx
      .updateTable('process_task')
      .set({ assignee_id: input.accountId })
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('business_id', '=', dossier.appeal.id)
      .where('state', '=', 'open')
      .where('node_id', 'in', ['sign', 'contact', 'work'])
      .execute()
    await revokeAppealReach(tx, dossier, { partyId: order.owner_id, relation: 'pool' })
    grantAppealReach(dossier, [{ partyId: input.accountId, relation: 'person' }])
    say(dossier, { verb: 'assign', reason: input.reason, internal: true, data: { accountId: input.accountId } })
    tell(dossier, 'appeal_assigned', [order.owner_id, input.accountId], { accountId: input.accountId })
    return ok(null)
  },
}

export const giveBack: MoveSpec<'return'> = {
  from: ['dispatched', 'signed'],
  may: headOnly,
  run: async (step) => {
    const { dossier, input } = step
    const order = orderOf(step)
    if (!order.may_return)
      return err({ kind: 'no_second_return', rule: 'an order is returned once; P0 and fallback orders never' })
    if (order.return_until !== null && dossier.now > order.return_until)
      return err({ kind: 'return_window_over', until: order.return_until, rule: 'inside the return window' })
    changeOrder(dossier, {
      returned_at: dossier.now,
      return_reason: input.reason,
      return_basis: input.basis,
      return_decision: 'pending',
    })
    say(dossier, { verb: 'return', reason: input.reason, data: { basis: input.basis } })
    return ok({
      kind: 'complete',
      node: dossier.appeal.state === 'dispatched' ? 'sign' : 'contact',
      vars: { outcome: 'return' },
    })
  },
}

export const contact: MoveSpec<'contact'> = {
  from: ['signed', 'handling', 'waiting'],
  may: ownerOnly,
  run: async (step) => {
    const { tx, dossier, input } = step
    const order = orderOf(step)
    const { deps, now, doer, appeal } = dossier
    write(
      dossier,
      tx.insertInto('contact_log').values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        order_id: order.id,
        at: at(now),
        by_account: doer.id,
        by_name: doer.name,
        channel: input.channel,
        words: input.words,
      }),
    )
    say(dossier, { verb: 'contact', reason: input.words, data: { channel: input.channel } })
    if (appeal.state !== 'signed') return ok(null)
    changeOrder(dossier, { contacted_at: now })
    return ok({ kind: 'complete', node: 'contact', vars: { outcome: 'contact' } })
  },
}

export const askApplicant: MoveSpec<'ask_applicant'> = {
  from: ['handling'],
  may: ownerOnly,
  run: async (step) => {
    const { tx, dossier, input } = step
    const order = orderOf(step)
    const { calendar } = await clockPorts(tx, dossier)
    const until = waitUntil(calendar, dossier.now, await pausedMs(tx, dossier.deps, dossier.appeal.id))
    if (!until.ok) return until
    change(dossier, { question: input.question, paused_at: dossier.now })
    turnClock(dossier, 'paused', 'ask_applicant', { before: order.due_result_at, after: null })
    say(dossier, { verb: 'ask_applicant', reason: input.question })
    tell(dossier, 'applicant_asked', concerned(dossier))
    return ok({
      kind: 'complete',
      node: 'work',
      vars: { outcome: 'ask', waitUntil: until.value, ...(await resultVars(tx, dossier, null)) },
    })
  },
}

export const askAssistant: MoveSpec<'ask_assistant'> = {
  from: ['handling'],
  may: ownerOnly,
  run: async (step) => {
    const { tx, dossier, input } = step
    const order = orderOf(step)
    const { deps, now, appeal } = dossier
    if (input.departmentId === order.owner_id)
      return err({
        kind: 'unknown_party',
        field: 'departmentId',
        value: input.departmentId,
        rule: 'a department other than the owner',
      })
    const known = await checkDepartments(tx, deps.zoneId, 'departmentId', [input.departmentId])
    if (!known.ok) return known
    const { calendar } = await clockPorts(tx, dossier)
    const due = addDuration(calendar, now, { kind: 'working_days', days: input.dueWorkingDays })
    if (!due.ok) return due
    await tx
      .insertInto('assist')
      .values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        order_id: order.id,
        task_id: null,
        department_id: input.departmentId,
        question: input.question,
        due_at: at(due.value),
        state: 'open',
        opinion: null,
        answered_by: null,
        overruled_reason: null,
        created_at: at(now),
      })
      .execute()
    grantAppealReach(dossier, [{ partyId: input.departmentId, relation: 'assistant' }])
    say(dossier, { verb: 'ask_assistant', reason: input.question, data: { departmentId: input.departmentId } })
    tell(dossier, 'assistant_asked', [input.departmentId], { departmentId: input.departmentId })
    return ok({ kind: 'message', name: 'assist-asked', vars: { assistant: input.departmentId } })
  },
}

export const opinion: MoveSpec<'opinion'> = {
  from: ['handling', 'waiting'],
  may: (stand) => only(stand.departments.length > 0, 'assistant_only'),
  run: async (step) => {
    const { tx, dossier, input, stand } = step
    const assist = await findAssist(step, input.assistId)
    if (!assist || !stand.departments.includes(assist.department_id))
      return err({
        kind: 'unknown_assist',
        field: 'assistId',
        value: input.assistId,
        rule: 'an open question to your department',
      })
    await tx
      .updateTable('assist')
      .set({
        state: 'answered',
        opinion: input.text,
        file_ids: [...input.fileIds],
        answered_at: at(dossier.now),
        answered_by: dossier.doer.id,
      })
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('id', '=', assist.id)
      .execute()
    const attached = await attachTo(tx, dossier, input.fileIds)
    if (!attached.ok) return attached
    say(dossier, { verb: 'opinion', reason: input.text, internal: true, data: { departmentId: assist.department_id } })
    tell(dossier, 'assistant_answered', dossier.order ? [dossier.order.owner_id] : [])
    return ok({ kind: 'complete', node: `assist:${assist.department_id}`, vars: { outcome: 'opinion' } })
  },
}

export const overrule: MoveSpec<'overrule'> = {
  from: ['handling'],
  may: ownerOnly,
  run: async (step) => {
    const { tx, dossier, input } = step
    const assist = await findAssist(step, input.assistId)
    if (!assist)
      return err({
        kind: 'unknown_assist',
        field: 'assistId',
        value: input.assistId,
        rule: 'an open question of this order',
      })
    await tx
      .updateTable('assist')
      .set({ state: 'overruled', overruled_reason: input.reason, answered_at: at(dossier.now) })
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('id', '=', assist.id)
      .execute()
    say(dossier, {
      verb: 'overrule',
      reason: input.reason,
      internal: true,
      data: { departmentId: assist.department_id },
    })
    return ok({ kind: 'complete', node: `assist:${assist.department_id}`, vars: { outcome: 'overruled' } })
  },
}

function findAssist(
  { tx, dossier }: { tx: MoveStep<'sign'>['tx']; dossier: MoveStep<'sign'>['dossier'] },
  assistId: string,
) {
  return tx
    .selectFrom('assist')
    .select(['id', 'department_id'])
    .where('zone_id', '=', dossier.deps.zoneId)
    .where('appeal_id', '=', dossier.appeal.id)
    .where('id', '=', assistId)
    .where('state', '=', 'open')
    .executeTakeFirst()
}

export const askExtension: MoveSpec<'ask_extension'> = {
  from: ['handling'],
  may: ownerOnly,
  run: async (step) => {
    const { tx, dossier, input } = step
    const order = orderOf(step)
    const { deps, now, appeal, doer } = dossier
    const due = order.due_result_at
    const first = order.original_due_result_at
    const refuse = (rule: string) =>
      err({ kind: 'extension_refused_by_rule', field: 'until', value: input.until, rule } as const)
    if (due === null || first === null || now >= due) return refuse('asked before the due time')
    if (input.until <= due) return refuse('later than the present due time')
    if (input.until - due > first - order.dispatched_at) return refuse('at most as long again as the first allowance')
    const earlier = await tx
      .selectFrom('extension')
      .select('id')
      .where('zone_id', '=', deps.zoneId)
      .where('order_id', '=', order.id)
      .executeTakeFirst()
    if (earlier) return refuse('one extension an order')
    const { calendar } = await clockPorts(tx, dossier)
    // The contract has checked that it is a whole number of milliseconds.
    const until = addDuration(calendar, input.until as EpochMs, { kind: 'calendar', seconds: 0 })
    if (!until.ok) return until
    const answerBy = addDuration(calendar, now, { kind: 'working_days', days: 1 })
    if (!answerBy.ok) return answerBy
    await tx
      .insertInto('extension')
      .values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        order_id: order.id,
        at: at(now),
        by_account: doer.id,
        reason: input.reason,
        until: at(until.value),
        answer_by: at(answerBy.value),
        state: 'asked',
        decided_by: null,
        decision_reason: null,
      })
      .execute()
    say(dossier, { verb: 'ask_extension', reason: input.reason, data: { until: input.until } })
    tell(dossier, 'extension_asked', [])
    return ok(null)
  },
}

export const reply: MoveSpec<'reply'> = {
  from: ['handling'],
  may: ownerOnly,
  asks: () => ({ assists: true }),
  run: async (step) => {
    const { tx, dossier, input } = step
    const order = orderOf(step)
    const { deps, now, appeal, doer } = dossier
    if (input.result === 'resolved' && input.fileIds.length === 0)
      return err({
        kind: 'evidence_missing',
        field: 'fileIds',
        value: 0,
        rule: 'at least one piece of evidence for "resolved"',
      })
    const assists = await assistsOf(tx, deps, appeal.id, dossier.asked)
    const open = assists.filter(({ state }) => state === 'open')
    if (open.length > 0)
      return err({
        kind: 'assists_open',
        departments: open.map(({ departmentId }) => departmentId),
        rule: 'every assistant has answered or was overruled with a reason',
      })
    const { calendar } = await clockPorts(tx, dossier)
    const quality = addDuration(calendar, now, { kind: 'working_days', days: 1 })
    if (!quality.ok) return quality
    const id = newId()
    write(
      dossier,
      tx.insertInto('reply').values({
        zone_id: deps.zoneId,
        id,
        appeal_id: appeal.id,
        order_id: order.id,
        round: order.round,
        at: at(now),
        by_account: doer.id,
        by_name: doer.name,
        by_party: order.owner_id,
        result: input.result,
        body: input.text,
        measures: input.measures,
        article_id: null,
        rejected_reason: null,
        file_ids: [...input.fileIds],
      }),
    )
    const attached = await attachTo(tx, dossier, input.fileIds)
    if (!attached.ok) return attached
    changeOrder(dossier, { replied_at: now })
    change(dossier, { replied_at: now, result: input.result })
    write(
      dossier,
      tx
        .updateTable('extension')
        .set({ state: 'refused', decided_at: at(now), decision_reason: 'replied' })
        .where('zone_id', '=', deps.zoneId)
        .where('order_id', '=', order.id)
        .where('state', '=', 'asked'),
    )
    say(dossier, { verb: 'reply', data: { result: input.result, files: input.fileIds.length } })
    tell(dossier, 'appeal_replied', concerned(dossier), { result: input.result })
    return ok({
      kind: 'complete',
      node: 'work',
      vars: {
        outcome: 'reply',
        result: input.result,
        qualityDueAt: quality.value,
        ...(await callbackVars(tx, dossier)),
      },
    })
  },
}
