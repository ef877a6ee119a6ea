import { sql } from 'kysely'
import { at, newId } from '@tingzhou/db'
import { addDuration } from '@tingzhou/calendar'
import { epochMs, err, ok } from '@tingzhou/kernel'
import { partiesOf } from '@tingzhou/parties'
import { insertAppeal } from './appeal.ts'
import { countsOfficeHours, dueAfterPauses, dueOf, ladderOf } from './clocks.ts'
import { change, clockPorts, concerned, dossierOf, insertOrder, say, tell, turnClock } from './dossier.ts'
import { useArticle } from './knowledge.ts'
import { checkArea, checkCategory, checkDepartments } from './lookups.ts'
import { only, type MoveSpec, type MoveStep } from './move-spec.ts'
import { pausesOf } from './pauses.ts'
import { callbackVars, dispatchVars, resultVars } from './process.ts'
import { grantAppealReach, watchersOf } from './reach.ts'
import { checkRule } from './routing-store.ts'
import { closeSupervisions } from './supervision.ts'
import { isOpenState } from './words.ts'

const dispatcherOnly = (stand: { dispatcher: boolean }) => only(stand.dispatcher, 'dispatcher_only')
const reviewDays = 15

export const submit: MoveSpec<'submit'> = {
  from: ['draft'],
  may: (stand) => only(stand.applicant || stand.registrar, 'applicant_only'),
  // Submitting a draft starts its process; `moves.ts` does that, as for a new appeal.
  run: async () => ok(null),
}

export const classify: MoveSpec<'classify'> = {
  from: ['registered', 'dispatched', 'signed', 'handling', 'returned'],
  may: dispatcherOnly,
  run: async ({ tx, dossier, input }) => {
    const known = await checkCategory(tx, dossier.deps.zoneId, input.category)
    if (!known.ok) return known
    const placed = input.areaId === null ? known : await checkArea(tx, dossier.deps.zoneId, input.areaId)
    if (!placed.ok) return placed
    const { appeal } = dossier
    change(dossier, {
      category: input.category,
      first_category: appeal.first_category ?? input.category,
      nature: input.nature,
      class: input.class,
      area_id: input.areaId ?? appeal.area_id,
      sensitive: input.sensitive,
    })
    say(dossier, {
      verb: 'classify',
      reason: input.reason,
      data: { category: input.category, nature: input.nature, class: input.class, classBefore: appeal.class },
    })
    if (input.areaId) grantAppealReach(dossier, [{ partyId: input.areaId, relation: 'area' }])
    if (input.class === appeal.class) return ok(null)
    if (appeal.state === 'registered')
      return ok({ kind: 'set', vars: await dispatchVars(tx, dossier, appeal.received_at ?? dossier.now) })
    return rushOrder(tx, dossier)
  },
}

/** A new class on a running order: the result is due as if it had had that class from the dispatch on; pauses stay pauses. */
async function rushOrder(tx: MoveStep<'classify'>['tx'], dossier: MoveStep<'classify'>['dossier']) {
  const { order, appeal } = dossier
  if (!order || order.due_result_at === null) return ok(null)
  const { rules, calendar } = await clockPorts(tx, dossier)
  const unpaused = dueOf(rules, calendar, appeal.class, 'result', order.dispatched_at)
  if (!unpaused.ok) return unpaused
  const officeHours = countsOfficeHours(rules, appeal.class, 'result')
  const due = dueAfterPauses(calendar, officeHours, unpaused.value, await pausesOf(tx, dossier.deps, order.id))
  if (!due.ok) return due
  turnClock(dossier, 'running', 'class_changed', { before: order.due_result_at, after: due.value })
  dossier.order = { ...order, class: appeal.class, due_result_at: due.value, original_due_result_at: unpaused.value }
  return ok({ kind: 'set', vars: await resultVars(tx, dossier, due.value) } as const)
}

export const decline: MoveSpec<'decline'> = {
  from: ['registered'],
  may: dispatcherOnly,
  run: async ({ tx, dossier, input }) => {
    const reviewUntil = epochMs(dossier.now + reviewDays * 86_400_000)
    closeSupervisions(tx, dossier, 'declined')
    say(dossier, { verb: 'decline', reason: input.notice, data: { reasonCode: input.reasonCode } })
    tell(dossier, 'appeal_declined', concerned(dossier))
    return ok({
      kind: 'complete',
      node: 'register',
      // A second refusal after a review is final at once.
      vars: { outcome: 'decline', reviewUntil: dossier.appeal.review_used ? dossier.now : reviewUntil },
    })
  },
}

export const answer: MoveSpec<'answer'> = {
  from: ['registered'],
  may: dispatcherOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, appeal, now, doer } = dossier
    const article = await useArticle(tx, deps.zoneId, input.articleId, now, { appealId: appeal.id, by: doer.name })
    if (!article)
      return err({
        kind: 'unknown_article',
        field: 'articleId',
        value: input.articleId,
        rule: 'knowledge article in force',
      })
    const { calendar } = await clockPorts(tx, dossier)
    const quality = addDuration(calendar, now, { kind: 'working_days', days: 1 })
    if (!quality.ok) return quality
    await tx
      .insertInto('reply')
      .values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        order_id: null,
        round: appeal.round,
        at: at(now),
        by_account: doer.id,
        by_name: doer.name,
        by_party: null,
        result: 'explained',
        body: input.text,
        article_id: input.articleId,
      } as never)
      .execute()
    change(dossier, { replied_at: now, result: 'explained' })
    say(dossier, { verb: 'answer', data: { articleId: input.articleId } })
    tell(dossier, 'appeal_replied', concerned(dossier))
    return ok({
      kind: 'complete',
      node: 'register',
      vars: {
        outcome: 'answer',
        result: 'explained',
        owner: null,
        qualityDueAt: quality.value,
        ...(await callbackVars(tx, dossier)),
      },
    })
  },
}

export const merge: MoveSpec<'merge'> = {
  from: ['registered'],
  may: dispatcherOnly,
  run: async ({ tx, dossier, input }) => {
    const refused = (rule: string) =>
      err({ kind: 'bad_leader', field: 'leaderId', value: input.leaderId, rule } as const)
    if (input.leaderId === dossier.appeal.id) return refused('another appeal')
    const leader = await tx
      .selectFrom('appeal')
      .select(['id', 'state', 'merged_into'])
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('id', '=', input.leaderId)
      .forShare()
      .executeTakeFirst()
    if (!leader) return refused('an existing appeal')
    if (!isOpenState(leader.state) || leader.merged_into) return refused('an open appeal that is not merged itself')
    const hanging = await tx
      .selectFrom('appeal')
      .select('id')
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('merged_into', '=', dossier.appeal.id)
      .limit(1)
      .executeTakeFirst()
    if (hanging) return refused('merged only when no other appeal hangs on this one')
    change(dossier, { merged_into: leader.id })
    // The leader carries on what was late here.
    closeSupervisions(tx, dossier, 'merged')
    say(dossier, { verb: 'merge', reason: input.reason, data: { leaderId: leader.id } })
    tell(dossier, 'appeal_merged', concerned(dossier), { leaderId: leader.id })
    return ok({ kind: 'complete', node: 'register', vars: { outcome: 'merge', owner: null } })
  },
}

export const unmerge: MoveSpec<'unmerge'> = {
  from: ['merged'],
  may: dispatcherOnly,
  run: async ({ tx, dossier, input }) => {
    say(dossier, { verb: 'unmerge', reason: input.reason, data: { leaderId: dossier.appeal.merged_into } })
    change(dossier, { merged_into: null })
    // Its own clock again, counted from its own receipt.
    const vars = await dispatchVars(tx, dossier, dossier.appeal.received_at ?? dossier.now)
    return ok({ kind: 'message', name: 'unmerge', vars })
  },
}

export const split: MoveSpec<'split'> = {
  from: ['registered'],
  may: dispatcherOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, appeal, cause } = dossier
    for (const [index, part] of input.parts.entries()) {
      const known = await checkCategory(tx, deps.zoneId, part.category, `parts.${index}.category`)
      if (!known.ok) return known
    }
    for (const part of input.parts) {
      const child = dossierOf(deps, appeal, null, cause)
      await insertAppeal(tx, child, { ...part, parentId: appeal.id, receivedAt: appeal.received_at ?? dossier.now })
    }
    closeSupervisions(tx, dossier, 'split')
    say(dossier, { verb: 'split', data: { parts: input.parts.length } })
    return ok({ kind: 'complete', node: 'register', vars: { outcome: 'split', owner: null } })
  },
}

export const dispatch: MoveSpec<'dispatch'> = {
  from: ['registered'],
  may: dispatcherOnly,
  asks: ({ ownerId, assistantIds }) => ({ departmentIds: [ownerId, ...assistantIds], routing: true }),
  run: async (step) => {
    const { dossier, input } = step
    if (!dossier.appeal.category)
      return err({
        kind: 'unknown_category',
        field: 'category',
        value: '',
        rule: 'second-level category before dispatch',
      })
    const rule = await checkRule(step.tx, dossier.deps.zoneId, input)
    if (!rule.ok) return rule
    const sent = await sendTo(step.tx, dossier, {
      ownerId: input.ownerId,
      assistantIds: input.assistantIds,
      note: input.note,
      mayReturn: true,
      ...(input.class ? { class: input.class } : {}),
      rule: { number: input.ruleNumber, version: input.ruleVersion },
    })
    if (!sent.ok) return sent
    return ok({ kind: 'complete', node: 'register', vars: { outcome: 'dispatch', ...sent.value } })
  },
}

export type Sending = {
  readonly ownerId: string
  readonly assistantIds: readonly string[]
  readonly note: string
  readonly mayReturn: boolean
  readonly class?: Parameters<typeof dueOf>[2]
  readonly rule: { readonly number: number | null; readonly version: number | null }
}

/** Opens a work order to an owner: due times are computed and kept with the version of the calendar. */
export async function sendTo(
  tx: MoveStep<'dispatch'>['tx'],
  dossier: MoveStep<'dispatch'>['dossier'],
  sending: Sending,
) {
  const { deps, now, appeal, doer } = dossier
  const { ownerId } = sending
  const assistants = [...new Set(sending.assistantIds)].filter((id) => id !== ownerId)
  if (doer.actor && partiesOf(doer.actor, 'dept_head', 'dept_officer').includes(ownerId))
    return err({
      kind: 'own_department',
      field: 'ownerId',
      value: ownerId,
      rule: 'a dispatcher is not a member of the owner',
    } as const)
  const { departments } = dossier.asked
  const known = await checkDepartments(tx, deps.zoneId, 'ownerId', [ownerId], departments)
  if (!known.ok) return known
  const helpers = await checkDepartments(tx, deps.zoneId, 'assistantIds', assistants, departments)
  if (!helpers.ok) return helpers
  const urgency = sending.class ?? appeal.class
  const { rules, calendar } = await clockPorts(tx, dossier)
  const sign = dueOf(rules, calendar, urgency, 'sign', now)
  // A class without a limit for the first contact (questions) has none to keep.
  const contact = rules.durations[urgency].contact ? dueOf(rules, calendar, urgency, 'contact', now) : ok(null)
  const result = dueOf(rules, calendar, urgency, 'result', now)
  const window = rules.durations[urgency].return ? dueOf(rules, calendar, urgency, 'return', now) : null
  if (!sign.ok) return sign
  if (!contact.ok) return contact
  if (!result.ok) return result
  if (window && !window.ok) return window
  const ladder = ladderOf(calendar, urgency, countsOfficeHours(rules, urgency, 'result'), now, result.value)
  if (!ladder.ok) return ladder
  change(dossier, { class: urgency, calendar_version: `${calendar.version}/${rules.version}` })
  await insertOrder(tx, dossier, {
    round: appeal.round + 1,
    owner_id: ownerId,
    assignee_id: null,
    class: urgency,
    dispatched_at: now,
    dispatched_by: doer.id,
    note: sending.note,
    rule_number: sending.rule.number,
    rule_version: sending.rule.version,
    due_sign_at: sign.value,
    signed_at: null,
    signed_by: null,
    due_contact_at: contact.value,
    contacted_at: null,
    due_result_at: result.value,
    original_due_result_at: result.value,
    replied_at: null,
    return_until: window?.ok ? window.value : null,
    may_return: sending.mayReturn && window !== null,
    returned_at: null,
    return_reason: null,
    return_basis: null,
    return_decision: null,
  })
  turnClock(dossier, 'running', 'dispatched', { before: null, after: result.value })
  await openAssists(tx, dossier, assistants)
  const watchers = await watchersOf(tx, dossier)
  grantAppealReach(dossier, [
    { partyId: ownerId, relation: 'owner' },
    { partyId: ownerId, relation: 'pool' },
    ...assistants.map((partyId) => ({ partyId, relation: 'assistant' as const })),
    ...watchers.map((partyId) => ({ partyId, relation: 'watcher' as const })),
  ])
  say(dossier, {
    verb: 'dispatch',
    reason: sending.note || null,
    data: { ownerId, assistantIds: assistants, class: urgency, rule: sending.rule.number },
  })
  tell(dossier, 'appeal_dispatched', [...concerned(dossier), ...assistants, ...watchers], { ownerId })
  return ok({
    owner: ownerId,
    assistants,
    resume: false,
    signDueAt: sign.value,
    contactDueAt: contact.value,
    resultDueAt: result.value,
    ...ladder.value,
  })
}

async function openAssists(
  tx: MoveStep<'dispatch'>['tx'],
  dossier: MoveStep<'dispatch'>['dossier'],
  ids: readonly string[],
): Promise<void> {
  const { deps, appeal, order, now } = dossier
  if (ids.length === 0 || !order) return
  // Of an earlier round nothing is asked any more.
  await sql`update assist set state = 'cancelled' where zone_id = ${deps.zoneId} and appeal_id = ${appeal.id} and state = 'open'`.execute(
    tx,
  )
  await tx
    .insertInto('assist')
    .values(
      ids.map((department_id) => ({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: appeal.id,
        order_id: order.id,
        department_id,
        question: '',
        state: 'open' as const,
        created_at: at(now),
      })) as never,
    )
    .execute()
}
