import { sql } from 'kysely'
import { at, newId, type Tx } from '@tingzhou/db'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { assert, err, ok, type EpochMs } from '@tingzhou/kernel'
import { change, changeOrder, concerned, say, tell, turnClock, write, type Dossier } from './dossier.ts'
import { checkDepartments } from './lookups.ts'
import { only, type MoveSpec } from './move-spec.ts'
import { sendTo } from './moves-intake.ts'
import { again, callbackVars, resultVars, supervise as raise } from './process.ts'
import { releaseAssignee, revokeAppealReach } from './reach.ts'
import { closeSupervisions } from './supervision.ts'
import { findFallbackOwner } from './routing-store.ts'
import type { Stand } from './stand.ts'

const dispatcherOnly = (stand: Stand) => only(stand.dispatcher, 'dispatcher_only')
const supervisorOnly = (stand: Stand) => only(stand.supervisor, 'supervisor_only')
const gateOnly = (stand: Stand) => only(stand.areaLead || stand.dispatcher, 'area_lead_only')

export const acceptReturn: MoveSpec<'accept_return'> = {
  from: ['returned'],
  may: dispatcherOnly,
  asks: ({ ownerId, assistantIds }) => ({
    departmentIds: [...(ownerId ? [ownerId] : []), ...assistantIds],
    routing: true,
  }),
  run: async ({ tx, dossier, input }) => {
    assert(dossier.order, 'a returned appeal has an order')
    const acceptedReturns = dossier.appeal.accepted_returns + 1
    changeOrder(dossier, { return_decision: 'accepted' })
    change(dossier, { accepted_returns: acceptedReturns })
    await revokeAppealReach(tx, dossier, { partyId: dossier.order.owner_id, relation: 'pool' })
    await releaseAssignee(tx, dossier)
    say(dossier, { verb: 'accept_return', reason: input.note || null })
    // The second accepted return goes to a joint decision, which names the owner.
    if (acceptedReturns >= 2)
      return ok({ kind: 'complete', node: 'judge', vars: { outcome: 'accept', acceptedReturns } })
    if (!input.ownerId)
      return err({ kind: 'owner_needed', field: 'ownerId', value: null, rule: 'a new owner for the order' })
    const sent = await sendTo(tx, dossier, {
      ownerId: input.ownerId,
      assistantIds: input.assistantIds,
      note: input.note,
      mayReturn: true,
      rule: { number: null, version: null },
    })
    if (!sent.ok) return sent
    return ok({ kind: 'complete', node: 'judge', vars: { outcome: 'accept', acceptedReturns, ...sent.value } })
  },
}

export const refuseReturn: MoveSpec<'refuse_return'> = {
  from: ['returned'],
  may: dispatcherOnly,
  run: async ({ dossier, input }) => {
    assert(dossier.order, 'a returned appeal has an order')
    changeOrder(dossier, {
      return_decision: 'refused',
      may_return: false,
      signed_at: dossier.order.signed_at ?? dossier.now,
      signed_by: dossier.order.signed_by ?? dossier.doer.id,
    })
    say(dossier, { verb: 'refuse_return', reason: input.reason })
    tell(dossier, 'return_refused', [dossier.order.owner_id])
    return ok({ kind: 'complete', node: 'judge', vars: { outcome: 'refuse' } })
  },
}

export const decideJointly: MoveSpec<'decide_jointly'> = {
  from: ['returned'],
  may: (stand) => only(stand.dispatcher || stand.supervisor, 'dispatcher_only'),
  run: async ({ tx, dossier, input }) => {
    const ownerId = input.ownerId ?? (await findFallbackOwner(tx, dossier.deps.zoneId, dossier.appeal.area_id))?.id
    if (!ownerId)
      return err({
        kind: 'owner_needed',
        field: 'ownerId',
        value: null,
        rule: 'the area has no fallback office: name an owner',
      })
    say(dossier, { verb: 'decide_jointly', reason: input.minutes, data: { ownerId } })
    const sent = await sendTo(tx, dossier, {
      ownerId,
      assistantIds: [],
      note: input.minutes.slice(0, 500),
      mayReturn: false,
      rule: { number: null, version: null },
    })
    if (!sent.ok) return sent
    return ok({ kind: 'complete', node: 'joint', vars: { outcome: 'decide', ...sent.value } })
  },
}

export const passReply: MoveSpec<'pass_reply'> = {
  from: ['replied'],
  may: gateOnly,
  run: async ({ tx, dossier, input }) => {
    say(dossier, { verb: 'pass_reply', reason: input.words || null })
    return ok({ kind: 'complete', node: 'quality', vars: { outcome: 'pass', ...(await callbackVars(tx, dossier)) } })
  },
}

export const rejectReply: MoveSpec<'reject_reply'> = {
  from: ['replied'],
  may: gateOnly,
  run: async ({ tx, dossier, input }) => {
    await sql`update reply set rejected_reason = ${input.reason} where zone_id = ${dossier.deps.zoneId} and id = (
      select id from reply where zone_id = ${dossier.deps.zoneId} and appeal_id = ${dossier.appeal.id} order by at desc limit 1)`.execute(
      tx,
    )
    change(dossier, { replied_at: null, result: null })
    changeOrder(dossier, { replied_at: null })
    say(dossier, { verb: 'reject_reply', reason: input.reason })
    tell(dossier, 'reply_rejected', concerned(dossier))
    const vars = await resultVars(tx, dossier, dossier.order?.due_result_at ?? null)
    return ok({
      kind: 'complete',
      node: 'quality',
      vars: { outcome: 'reject', resume: dossier.order !== null, result: null, assistants: [], ...vars },
    })
  },
}

const attemptsMax = 3

export const callback: MoveSpec<'callback'> = {
  from: ['callback'],
  may: (stand) => only(stand.callbackAgent, 'callback_outsider_only'),
  run: async ({ tx, dossier, input }) => {
    const { deps, appeal, now, doer } = dossier
    if (input.reached && input.solved === null)
      return err({
        kind: 'callback_answer_missing',
        field: 'solved',
        value: null,
        rule: 'an answer when the applicant was reached',
      })
    const earlier = appeal.callback_attempts === 0 ? [] : await attemptsOf(tx, dossier, appeal.callback_attempts)
    if (earlier.some((attempt) => halfDayOf(attempt.at) === halfDayOf(now)))
      return err({
        kind: 'same_half_day',
        field: 'reached',
        value: halfDayOf(now),
        rule: 'attempts on different half-days',
      })
    const attempt = appeal.callback_attempts + 1
    const solved = input.reached ? input.solved : null
    const outcome = !input.reached
      ? attempt >= attemptsMax
        ? 'given_up'
        : 'unreached'
      : solved === 'no'
        ? 'not_solved'
        : 'solved'
    write(
      dossier,
      tx.insertInto('callback').values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        attempt,
        at: at(now),
        by_account: doer.id,
        reached: input.reached,
        contacted: input.reached ? input.contacted : null,
        solved,
        rating: input.reached ? input.rating : null,
        words: input.words,
        owner_id: appeal.owner_id,
        reopened: outcome === 'not_solved',
      }),
    )
    change(dossier, {
      callback_attempts: attempt,
      ...(input.reached ? { solved, rating: input.rating, rating_words: input.words } : {}),
    })
    say(dossier, { verb: 'callback', data: { attempt, reached: input.reached, solved, rating: input.rating } })
    tell(dossier, 'appeal_called_back', concerned(dossier), { outcome })
    return ok({ kind: 'complete', node: 'callback', vars: { outcome } })
  },
}

/** The last attempts to reach the applicant of this round. */
const attemptsOf = (tx: Tx, { deps, appeal }: Dossier, attempts: number) =>
  tx
    .selectFrom('callback')
    .select(['at', 'reached'])
    .where('zone_id', '=', deps.zoneId)
    .where('appeal_id', '=', appeal.id)
    .orderBy('at', 'desc')
    .limit(attempts)
    .execute()

/** Morning or afternoon of a day in the zone, parted at the noon break; the applicant is tried in different ones. */
function halfDayOf(ms: EpochMs): string {
  const date = localDateOf(ms)
  return `${date} ${ms < instantOf(date, '14:00') ? 'am' : 'pm'}`
}

export const holdMeeting: MoveSpec<'hold_meeting'> = {
  from: ['handling', 'callback'],
  may: supervisorOnly,
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'hold_meeting', reason: input.minutes })
    return ok({ kind: 'complete', node: 'meeting', vars: { outcome: 'held' } })
  },
}

export const strikeOff: MoveSpec<'strike_off'> = {
  from: ['callback'],
  may: (stand) => only(stand.areaLead || stand.supervisor, 'area_lead_only'),
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'strike_off', reason: input.words || null })
    return ok({ kind: 'complete', node: 'strike_off', vars: { outcome: 'strike_off' } })
  },
}

export const listPlanned: MoveSpec<'list_planned'> = {
  from: ['replied'],
  may: supervisorOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, appeal, now } = dossier
    if (input.reviewDate <= localDateOf(now))
      return err({ kind: 'past_date', field: 'reviewDate', value: input.reviewDate, rule: 'a day after today' })
    const known = await checkDepartments(tx, deps.zoneId, 'ownerId', [input.ownerId])
    if (!known.ok) return known
    await tx
      .insertInto('planned_item')
      .values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        plan: input.plan,
        owner_id: input.ownerId,
        review_date: input.reviewDate,
        state: 'open',
        created_at: at(now),
        updated_at: at(now),
        rev: 1,
      })
      .execute()
    change(dossier, { closed_at: now })
    turnClock(dossier, null, 'planned', { before: null, after: null })
    // From now on the list watches over it, with its review date.
    closeSupervisions(tx, dossier, 'planned')
    say(dossier, {
      verb: 'list_planned',
      reason: input.plan,
      data: { reviewDate: input.reviewDate, ownerId: input.ownerId },
    })
    tell(dossier, 'appeal_planned', concerned(dossier))
    return ok({ kind: 'complete', node: 'list', vars: { outcome: 'list', archiveAt: null } })
  },
}

/** The supervisor does not take it on the list: the applicant is called back as for any other reply. */
export const refusePlanned: MoveSpec<'refuse_planned'> = {
  from: ['replied'],
  may: supervisorOnly,
  run: async ({ tx, dossier, input }) => {
    say(dossier, { verb: 'refuse_planned', reason: input.reason })
    tell(dossier, 'planned_refused', concerned(dossier))
    return ok({
      kind: 'complete',
      node: 'list',
      vars: { outcome: 'callback', ...(await callbackVars(tx, dossier)) },
    })
  },
}

export const reviewPlanned: MoveSpec<'review_planned'> = {
  from: ['closed'],
  may: supervisorOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, appeal, now } = dossier
    const item = await tx
      .selectFrom('planned_item')
      .select(['id', 'rev'])
      .where('zone_id', '=', deps.zoneId)
      .where('appeal_id', '=', appeal.id)
      .where('state', '=', 'open')
      .executeTakeFirst()
    if (!item)
      return err({ kind: 'not_in_state', move: 'review_planned', state: appeal.state, rule: 'on the planned list' })
    if (input.renewUntil !== null && input.renewUntil <= localDateOf(now))
      return err({ kind: 'past_date', field: 'renewUntil', value: input.renewUntil, rule: 'a day after today' })
    const patch = input.renewUntil === null ? { state: 'reopened' as const } : { review_date: input.renewUntil }
    await tx
      .updateTable('planned_item')
      .set({ ...patch, updated_at: at(now), rev: item.rev + 1 })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', item.id)
      .execute()
    say(dossier, { verb: 'review_planned', reason: input.reason, data: { renewUntil: input.renewUntil } })
    if (input.renewUntil !== null) return ok(null)
    return ok({
      kind: 'message',
      name: 'planned-reopened',
      vars: { owner: appeal.owner_id, ...(await again(tx, dossier)) },
    })
  },
}

export const decideExtension: MoveSpec<'decide_extension'> = {
  from: ['handling', 'waiting'],
  may: supervisorOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, now, order, appeal } = dossier
    assert(order, 'an appeal in handling has an order')
    const asked = await tx
      .selectFrom('extension')
      .select(['id', 'until', 'answer_by'])
      .where('zone_id', '=', deps.zoneId)
      .where('order_id', '=', order.id)
      .where('state', '=', 'asked')
      .executeTakeFirst()
    if (!asked) return err({ kind: 'no_extension_asked', rule: 'an extension that waits for an answer' })
    if (input.approve && now > asked.answer_by)
      return err({
        kind: 'extension_refused_by_rule',
        field: 'approve',
        value: true,
        rule: 'no answer within one working day counts as refused',
      })
    await tx
      .updateTable('extension')
      .set({
        state: input.approve ? 'approved' : 'refused',
        decided_at: at(now),
        decided_by: dossier.doer.id,
        decision_reason: input.reason,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', asked.id)
      .execute()
    say(dossier, {
      verb: 'decide_extension',
      reason: input.reason,
      data: { approve: input.approve, until: asked.until },
    })
    tell(dossier, 'extension_decided', [order.owner_id], { approve: input.approve })
    if (!input.approve) return ok(null)
    turnClock(dossier, appeal.paused_at === null ? 'running' : 'paused', 'extended', {
      before: order.due_result_at,
      after: asked.until,
    })
    changeOrder(dossier, { due_result_at: asked.until })
    return appeal.paused_at === null ? ok({ kind: 'set', vars: await resultVars(tx, dossier, asked.until) }) : ok(null)
  },
}

export const supervise: MoveSpec<'supervise'> = {
  from: ['registered', 'dispatched', 'returned', 'signed', 'handling', 'waiting', 'replied', 'callback'],
  may: supervisorOnly,
  run: async ({ tx, dossier, input }) => {
    await raise(tx, dossier, input.level, input.reason, false)
    return ok(null)
  },
}

export const answerSupervision: MoveSpec<'answer_supervision'> = {
  from: ['registered', 'dispatched', 'returned', 'signed', 'handling', 'waiting', 'replied', 'callback', 'withdrawn'],
  may: (stand) => only(stand.ownerHead || stand.dispatcher, 'owner_head_only'),
  run: async ({ tx, dossier, input, stand }) => {
    const { deps, now, doer } = dossier
    const row = await tx
      .selectFrom('supervision')
      .select(['id', 'owner_id'])
      .where('zone_id', '=', deps.zoneId)
      .where('appeal_id', '=', dossier.appeal.id)
      .where('id', '=', input.supervisionId)
      .where('closed_at', 'is', null)
      .where('answered_at', 'is', null)
      .executeTakeFirst()
    if (!row)
      return err({
        kind: 'unknown_supervision',
        field: 'supervisionId',
        value: input.supervisionId,
        rule: 'an open supervision without an answer',
      })
    if (row.owner_id !== null && !stand.ownerHead)
      return err({ kind: 'not_allowed', move: 'answer_supervision', reason: 'owner_head_only' })
    await tx
      .updateTable('supervision')
      .set({ answer: input.text, answered_at: at(now), answered_by: doer.id })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', row.id)
      .execute()
    say(dossier, { verb: 'answer_supervision', reason: input.text, internal: true })
    tell(dossier, 'supervision_answered', [])
    return ok(null)
  },
}

export const liftSupervision: MoveSpec<'lift_supervision'> = {
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
    'withdrawn',
  ],
  may: supervisorOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, now, appeal } = dossier
    const closed = await tx
      .updateTable('supervision')
      .set({ closed_at: at(now), closed_reason: input.reason })
      .where('zone_id', '=', deps.zoneId)
      .where('appeal_id', '=', appeal.id)
      .where('id', '=', input.supervisionId)
      .where('closed_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!closed)
      return err({
        kind: 'unknown_supervision',
        field: 'supervisionId',
        value: input.supervisionId,
        rule: 'an open supervision',
      })
    const left = await tx
      .selectFrom('supervision')
      .select(({ fn }) => fn.max('level').as('level'))
      .where('zone_id', '=', deps.zoneId)
      .where('appeal_id', '=', appeal.id)
      .where('closed_at', 'is', null)
      .executeTakeFirst()
    change(dossier, { supervision_level: left?.level ?? 0 })
    say(dossier, { verb: 'lift_supervision', reason: input.reason })
    return ok(null)
  },
}
