import { addDuration } from '@tingzhou/calendar'
import { at, newId, type Tx } from '@tingzhou/db'
import { assert, epochMs, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { OpenInstance, Played, ProcessHost, Vars } from '@tingzhou/process'
import {
  countsOfficeHours,
  dueAfterPause,
  dueOf,
  halvedDue,
  ladderOf,
  noLadder,
  type ClockError,
  type Ladder,
} from './clocks.ts'
import {
  change,
  changeOrder,
  clockPorts,
  concerned,
  insertOrder,
  openDossier,
  closeDossier,
  say,
  tell,
  turnClock,
  write,
  type Dossier,
  type NeedsDeps,
} from './dossier.ts'
import { drawNumber } from './numbers.ts'
import type { ClockKind } from './tables.ts'
import type { AppealState } from './words.ts'

/** Nodes of the drawing that the rules name. */
const assistNodes = new Set(['assist', 'assist_later'])

/** Which clock shows in which state, and the process variable that holds its due time. */
const clockOfState: Partial<Record<AppealState, { kind: ClockKind; variable: string }>> = {
  registered: { kind: 'dispatch', variable: 'dispatchDueAt' },
  dispatched: { kind: 'sign', variable: 'signDueAt' },
  returned: { kind: 'dispatch', variable: 'dispatchDueAt' },
  signed: { kind: 'contact', variable: 'contactDueAt' },
  handling: { kind: 'result', variable: 'resultDueAt' },
  waiting: { kind: 'wait', variable: 'waitUntil' },
  replied: { kind: 'quality', variable: 'qualityDueAt' },
}

/** Every variable of a fresh appeal; expressions of the drawing never meet an unknown name. */
export const freshVars: Vars = {
  outcome: null,
  owner: null,
  assistants: [],
  assistant: null,
  resume: false,
  result: null,
  acceptedReturns: 0,
  reopenCount: 0,
  dispatchDueAt: null,
  signDueAt: null,
  contactDueAt: null,
  resultDueAt: null,
  remind50At: null,
  remind80At: null,
  late24At: null,
  late72At: null,
  qualityDueAt: null,
  waitUntil: null,
  reviewUntil: null,
  callbackDueAt: null,
  strikeOffDueAt: null,
  archiveAt: null,
}

/** The appeal on its drawn process: `processes/appeal.bpmn`. */
export function appealHost(deps: NeedsDeps): ProcessHost<Dossier> {
  return {
    key: 'appeal',
    businessKind: 'appeal',
    file: 'modules/needs/processes/appeal.bpmn',
    handlers: {
      'needs.ladder': climbLadder,
      'needs.autoPass': autoPass,
      'needs.resumeClock': resumeClock,
      'needs.reopen': reopen,
      'needs.strikeOff': strikeOff,
    },
    lock: (tx, businessId, cause) => openDossier(tx, deps, businessId, cause),
    taskParty: (task, dossier) => {
      if (assistNodes.has(task.nodeId)) return typeof task.vars.assistant === 'string' ? task.vars.assistant : null
      if (task.roles.includes('area_lead')) return dossier.appeal.area_id
      return task.roles.includes('dept_head') ? (dossier.order?.owner_id ?? null) : null
    },
    taskAssignee: (task, dossier) =>
      task.nodeId === 'contact' || task.nodeId === 'work' ? (dossier.order?.assignee_id ?? null) : null,
    instance: takeInstance,
    doer: (dossier) => dossier.doer.actor?.accountId ?? null,
    batch: (dossier) => dossier.batch,
    settle,
  }
}

/** A second step within the same command reads the instance anew. */
function takeInstance(dossier: Dossier): OpenInstance | null {
  const { instance } = dossier
  dossier.instance = null
  return instance
}

function settle(tx: Tx, dossier: Dossier, played: Played): void {
  const marks = played.effects.flatMap((effect) => (effect.kind === 'marked' ? [effect.state] : []))
  // The drawing's marks are states of the contract: checked at deployment by the tests of the shipped drawing.
  const state = (marks.at(-1) as AppealState | undefined) ?? dossier.appeal.state
  const clock = clockOfState[state]
  const due = clock ? played.vars[clock.variable] : null
  const main = played.openTasks.filter((task) => !assistNodes.has(task.nodeId))
  change(dossier, {
    state,
    clock_kind: typeof due === 'number' ? (clock?.kind ?? null) : null,
    due_at: typeof due === 'number' ? epochMs(due) : null,
    next_step: main[0]?.nodeId ?? (state === 'waiting' ? 'supplement' : null),
    next_roles: [...new Set(main.flatMap((task) => task.roles))],
    next_party: main[0]
      ? main[0].roles.includes('area_lead')
        ? dossier.appeal.area_id
        : main[0].roles.includes('dept_head')
          ? dossier.appeal.owner_id
          : null
      : null,
  })
  if (dossier.said.length === 0)
    say(dossier, { verb: dossier.cause.by === 'actor' ? dossier.cause.verb : dossier.cause.by })
  if (state !== dossier.before.state) tell(dossier, 'appeal_moved', concerned(dossier), { from: dossier.before.state })
  closeDossier(tx, dossier)
}

/** 50 and 80 % remind; at the due time, one day and three days after it, supervision rises (casework.md §4). */
async function climbLadder(tx: Tx, dossier: Dossier): Promise<Vars> {
  const rung = dossier.cause.by === 'timer' ? dossier.cause.nodeId : ''
  const { order, appeal } = dossier
  const owner = order ? [order.owner_id] : []
  if (rung === 'at50' || rung === 'at80') {
    say(dossier, { verb: 'remind', internal: true, data: { rung } })
    const to = rung === 'at50' && order?.assignee_id ? [order.assignee_id] : owner
    tell(dossier, 'reminded', to, { rung, dueAt: order?.due_result_at ?? null })
    return {}
  }
  if (rung === 'dispatch_due') {
    await supervise(tx, dossier, 1, 'dispatch_late', true)
    return {}
  }
  const level = rung === 'at100' ? (appeal.class === 'P0' ? 2 : 1) : rung === 'late24' ? 2 : 3
  await supervise(tx, dossier, level, 'overdue', true)
  return {}
}

const answerHours = 4

/** Raises supervision 督办: the head of the owner answers in writing within four office hours. */
export async function supervise(
  tx: Tx,
  dossier: Dossier,
  level: number,
  reason: string,
  auto: boolean,
): Promise<string> {
  const { deps, now, appeal, order, doer } = dossier
  const { calendar } = await clockPorts(tx, dossier)
  const answerDue = addDuration(calendar, now, { kind: 'working_hours', hours: answerHours })
  const id = newId()
  write(
    dossier,
    tx.insertInto('supervision').values({
      zone_id: deps.zoneId,
      id,
      appeal_id: appeal.id,
      order_id: order?.id ?? null,
      owner_id: order?.owner_id ?? null,
      level,
      reason,
      auto,
      opened_at: at(now),
      opened_by: doer.id,
      // A day beyond the calendar leaves the answer without a due time; the supervision itself stands.
      answer_due_at: answerDue.ok ? at(answerDue.value) : null,
    }),
  )
  change(dossier, { supervision_level: Math.max(appeal.supervision_level, level) })
  say(dossier, {
    verb: 'supervise',
    reason: auto ? null : reason,
    data: { level, auto, rule: auto ? reason : undefined },
  })
  tell(dossier, 'supervised', order ? [order.owner_id] : [], { level, auto })
  return id
}

async function autoPass(_tx: Tx, dossier: Dossier): Promise<Vars> {
  say(dossier, { verb: 'auto_pass' })
  return callbackVars(_tx, dossier)
}

/** The callback is due three working days after it becomes possible, the striking off one working day after that. */
export async function callbackVars(tx: Tx, dossier: Dossier): Promise<Vars> {
  const { calendar } = await clockPorts(tx, dossier)
  const due = addDuration(calendar, dossier.now, { kind: 'working_days', days: 3 })
  const strikeOffDue = addDuration(calendar, dossier.now, { kind: 'working_days', days: 4 })
  return { callbackDueAt: due.ok ? due.value : null, strikeOffDueAt: strikeOffDue.ok ? strikeOffDue.value : null }
}

/** The clock runs again after waiting for the applicant: what was left is left. */
async function resumeClock(tx: Tx, dossier: Dossier): Promise<Vars> {
  const { appeal, order, now } = dossier
  if (!order || appeal.paused_at === null || order.due_result_at === null) return {}
  const { rules, calendar } = await clockPorts(tx, dossier)
  const officeHours = countsOfficeHours(rules, order.class, 'result')
  const due = dueAfterPause(calendar, officeHours, order.due_result_at, appeal.paused_at, now)
  // Beyond the calendar the clock cannot be told: it stays at its old due time, which is never later than the true one.
  const after = due.ok ? due.value : order.due_result_at
  turnClock(dossier, 'running', 'resumed', { before: order.due_result_at, after })
  changeOrder(dossier, { due_result_at: after })
  change(dossier, { paused_at: null, question: null })
  if (dossier.cause.by === 'timer') say(dossier, { verb: 'wait_over' })
  return resultVars(tx, dossier, after)
}

/** The variables that follow the result's due time: the due time and the ladder's rungs. */
export async function resultVars(tx: Tx, dossier: Dossier, due: EpochMs | null): Promise<Vars> {
  const { order } = dossier
  if (due === null || !order) return { resultDueAt: null, ...noLadder }
  const { rules, calendar } = await clockPorts(tx, dossier)
  const ladder: Result<Ladder, ClockError> = ladderOf(
    calendar,
    order.class,
    countsOfficeHours(rules, order.class, 'result'),
    order.dispatched_at,
    due,
  )
  return { resultDueAt: due, ...(ladder.ok ? ladder.value : noLadder) }
}

/** Not solved: the order goes round again with half the time; the third time it goes to supervision level 2. */
async function reopen(tx: Tx, dossier: Dossier): Promise<Vars> {
  const reopenCount = dossier.appeal.reopen_count + 1
  change(dossier, { reopen_count: reopenCount, solved: null, callback_attempts: 0 })
  if (reopenCount >= 3) await supervise(tx, dossier, 2, 'reopened_three_times', true)
  return { reopenCount, resume: true, ...(await again(tx, dossier)) }
}

/**
 * Opens the next order to the same owner with half of the class's allowance, or none when no department had it.
 * @returns the variables of the new round
 */
export async function again(tx: Tx, dossier: Dossier): Promise<Vars> {
  const { order, now, doer } = dossier
  change(dossier, { replied_at: null, result: null, closed_at: null })
  if (!order) return { resume: false, result: null, ...(await dispatchVars(tx, dossier, now)) }
  const { rules, calendar } = await clockPorts(tx, dossier)
  const officeHours = countsOfficeHours(rules, order.class, 'result')
  // Half of what the class gives, however often it goes round.
  const whole = dueOf(rules, calendar, order.class, 'result', now)
  const half = whole.ok ? halvedDue(calendar, officeHours, now, whole.value, now) : null
  const due = half?.ok ? half.value : null
  await insertOrder(tx, dossier, {
    ...order,
    round: order.round + 1,
    dispatched_at: now,
    dispatched_by: doer.id,
    rule_number: null,
    rule_version: null,
    due_sign_at: null,
    due_contact_at: null,
    due_result_at: due,
    original_due_result_at: due,
    replied_at: null,
    return_until: null,
    may_return: false,
    returned_at: null,
    return_reason: null,
    return_basis: null,
    return_decision: null,
  })
  turnClock(dossier, 'running', 'again', { before: order.due_result_at, after: due })
  return { resume: true, result: null, assistants: [], ...(await resultVars(tx, dossier, due)) }
}

/** The due time of dispatching, counted from `start`; null beyond the calendar. */
export async function dispatchVars(tx: Tx, dossier: Dossier, start: EpochMs): Promise<Vars> {
  const { rules, calendar } = await clockPorts(tx, dossier)
  const duration = rules.durations[dossier.appeal.class].dispatch
  const due = duration ? addDuration(calendar, start, duration) : ok(start)
  return { dispatchDueAt: due.ok ? due.value : null }
}

const reviewDays = 15

/** Issues the closing number: the appeal is struck off 销号. */
async function strikeOff(tx: Tx, dossier: Dossier): Promise<Vars> {
  const { deps, now, appeal } = dossier
  assert(
    appeal.closing_no === null || appeal.reopen_count > 0 || appeal.review_used,
    'an appeal is struck off once a round',
  )
  const closingNo = appeal.closing_no ?? (await drawNumber(tx, deps.zoneId, 'closing', now))
  change(dossier, { closing_no: closingNo, closed_at: now, supervision_level: 0 })
  write(
    dossier,
    tx
      .updateTable('supervision')
      .set({ closed_at: at(now), closed_reason: 'closed' })
      .where('zone_id', '=', deps.zoneId)
      .where('appeal_id', '=', appeal.id)
      .where('closed_at', 'is', null),
  )
  turnClock(dossier, null, 'closed', { before: null, after: null })
  say(dossier, { verb: 'closing_number', data: { closingNo } })
  tell(dossier, 'appeal_closed', concerned(dossier), { closingNo })
  return { archiveAt: epochMs(now + reviewDays * 86_400_000) }
}
