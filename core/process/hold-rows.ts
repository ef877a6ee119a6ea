import { sql } from 'kysely'
import type { Input } from '@tingzhou/bpmn'
import { at, jsonb, type WriteBatch } from '@tingzhou/db'
import type { HeldAnswer, Holds } from './hold.ts'
import type { ProcessDeps } from './host.ts'
import { markingOf } from './marking.ts'
import type { OpenInstance } from './rows.ts'

/** Writes what holds tasks of an instance back; no token moves. Raises its revision. */
export function saveHolds(batch: WriteBatch, deps: ProcessDeps, open: OpenInstance, held: Holds): void {
  const now = at(deps.clock())
  batch.writes.push(
    sql`update process_instance set marking = ${jsonb(markingOf(open.state, held, open.told))}::json, updated_at = ${now}, rev = rev + 1
      where zone_id = ${deps.zoneId} and id = ${open.state.id}`,
  )
}

// Nobody looks through more than this; what comes after waits in the outbox for an operator.
const toldMax = 1_000

/** Keeps for an instance what it was told while it could not hear. Nothing that anybody sees has changed: its revision stays. */
export function keepTold(batch: WriteBatch, deps: ProcessDeps, open: OpenInstance, input: Input): void {
  if (open.told.length >= toldMax) throw new Error(`instance ${open.state.id} keeps ${toldMax} tellings already`)
  const marking = markingOf(open.state, open.held, [...open.told, input])
  batch.writes.push(
    sql`update process_instance set marking = ${jsonb(marking)}::json
      where zone_id = ${deps.zoneId} and id = ${open.state.id}`,
  )
}

/** Keeps an answer until it is signed: now the signatures after it have their turn, the task itself has not. */
export function holdAnswer(batch: WriteBatch, deps: ProcessDeps, open: OpenInstance, answer: HeldAnswer): void {
  const { holds, answers } = open.held
  saveHolds(batch, deps, open, { holds, answers: [...answers, answer] })
  turn(batch, deps, open, answer.taskId, holds, 'signatures')
}

/** Gives the task its turn again: an answer was not agreed with. */
export function giveAnswerBack(batch: WriteBatch, deps: ProcessDeps, open: OpenInstance, taskId: string): void {
  const { holds, answers } = open.held
  saveHolds(batch, deps, open, { holds, answers: answers.filter((answer) => answer.taskId !== taskId) })
  turn(batch, deps, open, taskId, holds, 'task')
}

/** Whose turn it is: the task's, or that of the signatures after it. */
function turn(
  batch: WriteBatch,
  deps: ProcessDeps,
  open: OpenInstance,
  taskId: string,
  holds: Holds['holds'],
  whose: 'task' | 'signatures',
): void {
  const after = holds.flatMap((hold) => (hold.taskId === taskId && hold.kind === 'after' ? [hold.id] : []))
  batch.writes.push(
    sql`update process_task set state = case when (id = ${taskId}) = ${whose === 'task'} then 'open' else 'held' end
      where zone_id = ${deps.zoneId} and instance_id = ${open.state.id} and id = any(${[taskId, ...after]}::uuid[])`,
  )
}
