import {
  beginCase,
  caseHost,
  change,
  dossierOf,
  grant,
  revoke,
  say,
  tell,
  write,
  type CaseDeps,
  type CasePlay,
} from '@tingzhou/casework'
import { at, flushBatch, type Tx } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Task } from '@tingzhou/bpmn'
import type { Played, Vars } from '@tingzhou/process'
import { nextCandidate } from './candidates.ts'
import { drawCode } from './numbers.ts'
import { dueOf, getRules } from './rules.ts'
import { orderKind, rulesOf, type Order, type OrderCase, type Slip } from './slip.ts'
import { isOpenState, type OrderState } from './words.ts'

/** Which due time shows in which state. */
const dueVariable: Partial<Record<OrderState, string>> = {
  offered: 'offerDueAt',
  accepted: 'departDueAt',
  summary: 'summaryDueAt',
  follow_up: 'followUpDueAt',
}

/** Tasks of the receiving side; the coordinator's belong to no party, all others to the sender. */
const receiverTasks = new Set(['offer', 'take_over', 'care', 'write_summary'])

/** Every variable of a fresh order; expressions of the drawing never meet an unknown name. */
export const freshVars: Vars = {
  outcome: null,
  target: null,
  isReturn: false,
  followUp: false,
  offerDueAt: null,
  departDueAt: null,
  summaryDueAt: null,
  followUpDueAt: null,
}

/** The order on its drawn process: `processes/referral.bpmn`. */
export const orderPlay: CasePlay<OrderCase> = {
  kind: orderKind,
  key: 'referral',
  file: 'modules/referral/processes/referral.bpmn',
  handlers: {
    'referral.send': send,
    'referral.expire': expire,
    'referral.remind': remind,
    'referral.reverse': reverse,
  },
  taskParty: (task, { row }) => partyOfTask(task, row),
  settle,
}

export const referralHost = (deps: CaseDeps) => caseHost(deps, orderPlay)

function partyOfTask(task: Pick<Task, 'nodeId'>, order: Order): string | null {
  if (task.nodeId === 'coordinate') return null
  return receiverTasks.has(task.nodeId) ? order.target_id : order.from_id
}

function settle(_tx: Tx, slip: Slip, played: Played): void {
  const { row, before, fresh } = slip
  const { state } = row
  const variable = dueVariable[state]
  const due = variable === undefined ? null : played.vars[variable]
  const [task] = played.openTasks
  change(slip, {
    due_at: typeof due === 'number' ? epochMs(due) : null,
    next_step: task?.nodeId ?? (state === 'returning' ? 'returning' : null),
    // Who must bring the patient back is the one who has them.
    holder_id: task ? partyOfTask(task, row) : state === 'returning' ? row.target_id : null,
    closed_at: isOpenState(state) ? null : slip.now,
  })
  if (fresh || state !== before.state || row.target_id !== before.target_id)
    tell(slip, 'order_moved', [before.target_id], { from: fresh ? null : before.state })
}

/** Asks the next institution of the list, or the one that the coordinator names; nobody left: the coordinator's turn. */
async function send(tx: Tx, slip: Slip): Promise<Vars> {
  const { deps, now, row: order, beside } = slip
  const candidate =
    beside.named === null
      ? await nextCandidate(tx, deps.zoneId, order, now)
      : { institutionId: beside.named, agreementId: null }
  const { rules } = await rulesOf(tx, slip)
  const due = dueOf(await deps.calendar.current(tx), now, rules.offer[order.urgency])
  // Beyond the calendar nobody could be held to a time: a person decides.
  if (!candidate || !due.ok) {
    change(slip, { target_id: null })
    say(slip, { verb: candidate ? 'calendar_not_loaded' : 'list_empty' })
    return { target: null, offerDueAt: null }
  }
  const number = 1 + (await countOffers(tx, slip))
  write(
    slip,
    tx.insertInto('referral_offer').values({
      zone_id: deps.zoneId,
      order_id: order.id,
      number,
      institution_id: candidate.institutionId,
      agreement_id: candidate.agreementId,
      sent_at: at(now),
      due_at: at(due.value),
      answer: null,
      answered_by: null,
      reason: null,
    }),
  )
  grant(slip, [{ partyId: candidate.institutionId, relation: 'pool' }])
  change(slip, { target_id: candidate.institutionId })
  say(slip, { verb: 'send', data: { institutionId: candidate.institutionId, number } })
  return { target: candidate.institutionId, offerDueAt: due.value }
}

async function countOffers(tx: Tx, { deps, row: order }: Slip): Promise<number> {
  const row = await tx
    .selectFrom('referral_offer')
    .select(({ fn }) => fn.max('number').as('n'))
    .where('zone_id', '=', deps.zoneId)
    .where('order_id', '=', order.id)
    .executeTakeFirst()
  return row?.n ?? 0
}

/** The time is over: the institution is out, its reach is taken away. */
async function expire(tx: Tx, slip: Slip): Promise<Vars> {
  const { target_id: institutionId } = slip.row
  await endOffer(tx, slip, { answer: 'expired', by: null, reason: null, words: '' })
  say(slip, { verb: 'expire', data: { institutionId } })
  return {}
}

/** Closes the open offer; unless it was accepted, the institution no longer reaches the order. */
export async function endOffer(
  tx: Tx,
  slip: Slip,
  end: {
    readonly answer: 'accepted' | 'declined' | 'expired' | 'withdrawn'
    readonly by: string | null
    readonly reason: string | null
    readonly words: string
  },
): Promise<void> {
  const { deps, row: order, now } = slip
  await tx
    .updateTable('referral_offer')
    .set({
      answer: end.answer,
      answered_at: at(now),
      answered_by: end.by,
      reason: end.reason,
      words: end.words,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('order_id', '=', order.id)
    .where('answer', 'is', null)
    .execute()
  if (end.answer === 'accepted' || order.target_id === null) return
  await revoke(tx, slip, { partyId: order.target_id, relation: 'pool' })
  change(slip, { target_id: null })
}

async function remind(_tx: Tx, slip: Slip): Promise<Vars> {
  say(slip, { verb: 'remind' })
  tell(slip, 'order_late')
  return {}
}

/** When the summary, the follow-up are due; by the plain clock where the calendar does not reach. */
export async function laterDue(tx: Tx, slip: Slip, which: 'summary' | 'followUp'): Promise<EpochMs | null> {
  const { rules } = await rulesOf(tx, slip)
  const limit = rules[which]
  const due = dueOf(await slip.deps.calendar.current(tx), slip.now, limit)
  if (due.ok) return due.value
  return limit.unit === 'calendar_seconds' ? epochMs(slip.now + limit.amount * 1_000) : null
}

/** The way back: an order from the receiver to where the patient came from, made in the same step. */
async function reverse(tx: Tx, slip: Slip): Promise<Vars> {
  const { deps, row: order, beside, cause } = slip
  assert(order.target_id, 'a patient in care lies with a receiver')
  const back = await newOrder(tx, deps, {
    direction: order.direction === 'up' ? 'down' : 'up',
    urgency: beside.back?.urgency ?? 'planned',
    from_id: order.target_id,
    return_of: order.id,
    raised_by: slip.doer.id,
    consent: order.consent,
    consent_scope: order.consent_scope,
    synthetic: order.synthetic,
  })
  const patient = await tx
    .selectFrom('referral_clinical')
    .select(['patient_code', 'birth_year', 'reason', 'condition', 'ability_level', 'needs', 'needs_words'])
    .where('zone_id', '=', deps.zoneId)
    .where('order_id', '=', order.id)
    .executeTakeFirstOrThrow()
  const returning = dossierOf(deps, orderKind, back, cause, { fresh: true })
  say(returning, { verb: 'create_return', data: { returnOf: order.code } })
  const begun = await beginOrder(tx, returning)
  assert(begun.ok, 'the way back starts as the way there did')
  await flushBatch(tx, returning.batch)
  await tx
    .insertInto('referral_clinical')
    .values({
      ...patient,
      ...beside.back?.condition,
      zone_id: deps.zoneId,
      order_id: back.id,
      care_summary: null,
      follow_up_result: null,
      follow_up_words: null,
    })
    .execute()
  say(slip, { verb: 'reverse', data: { returnCode: back.code } })
  return {}
}

type NewOrder = Pick<
  Order,
  'direction' | 'urgency' | 'from_id' | 'return_of' | 'raised_by' | 'consent' | 'consent_scope' | 'synthetic'
>

/** A blank order under the rules of today, with its code. */
export async function newOrder(tx: Tx, deps: CaseDeps, given: NewOrder): Promise<Order> {
  const now = deps.clock()
  const { version } = await getRules(tx, deps.zoneId)
  return {
    ...given,
    zone_id: deps.zoneId,
    id: deps.newId(),
    code: await drawCode(tx, deps.zoneId, now),
    state: 'offered',
    target_id: null,
    rule_version: version,
    instance_id: deps.newId(),
    bed: null,
    ready_at: null,
    transport: '',
    due_at: null,
    next_step: null,
    holder_id: null,
    accepted_at: null,
    departed_at: null,
    arrived_at: null,
    papers_missing: null,
    care_ended_at: null,
    care_end: null,
    end_reason: '',
    closed_at: null,
    created_at: now,
    updated_at: now,
    rev: 1,
  }
}

/** Starts the process of a fresh order; its first offer goes out in the same step. The caller flushes the slip's batch. */
export function beginOrder(tx: Tx, slip: Slip): ReturnType<typeof beginCase> {
  const { row } = slip
  grant(slip, [{ partyId: row.from_id, relation: 'pool' }])
  const vars = { isReturn: row.return_of !== null, followUp: row.consent_scope.includes('follow_up') }
  return beginCase(tx, orderPlay, slip, { ...freshVars, ...vars })
}
