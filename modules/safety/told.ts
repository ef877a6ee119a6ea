import type { Input, InstanceState, Json } from '@tingzhou/bpmn'
import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { feed, type ProcessHost, type Vars } from '@tingzhou/process'
import type { ReviewError } from './errors.ts'
import { runtimeOf } from './runtime.ts'
import { closeUnit, type Unit } from './unit.ts'

/** What the process is told: a task is done, a message has come, variables changed; null: the case stays where it is. */
export type Told =
  | {
      readonly kind: 'complete'
      readonly nodes: readonly string[]
      /** The task is the one that was opened with this variable, such as one reviewer's. */
      readonly having?: readonly [name: string, value: Json]
      readonly vars: Vars
    }
  | { readonly kind: 'message'; readonly name: string; readonly vars: Vars }
  | { readonly kind: 'set'; readonly vars: Vars }
  | null

/** Tells the process what a move decided; without one only the unit is closed. */
export async function tellProcess<
  Row extends { readonly id: string; readonly rev: number; readonly state: string; readonly instance_id: string },
>(tx: Tx, host: ProcessHost<Unit<Row>>, unit: Unit<Row>, move: string, told: Told): Promise<Result<void, ReviewError>> {
  if (told === null) {
    closeUnit(unit)
    return ok(undefined)
  }
  const played = await feed(tx, runtimeOf(unit.deps), host, unit, unit.row.instance_id, (state) => toInput(state, told))
  if (!played.ok) return err({ kind: 'process_refused', step: played.error })
  return played.value ? ok(undefined) : err({ kind: 'task_gone', move })
}

function toInput(state: InstanceState, told: Exclude<Told, null>): Input | null {
  if (told.kind === 'set') return { kind: 'set_vars', vars: told.vars }
  if (told.kind === 'message') return { kind: 'message', name: told.name, vars: told.vars }
  const { nodes, having } = told
  const task = state.tasks.find(
    (one) =>
      one.state === 'open' &&
      nodes.includes(one.nodeId) &&
      (having === undefined || one.vars[having[0]] === undefined || one.vars[having[0]] === having[1]),
  )
  return task ? { kind: 'complete', taskId: task.id, vars: told.vars } : null
}
