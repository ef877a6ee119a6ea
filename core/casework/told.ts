import type { Input, InstanceState, Json, StepError } from '@tingzhou/bpmn'
import { flushBatch, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { feed, startInstance, type Vars } from '@tingzhou/process'
import type { CaseShape } from './case-kind.ts'
import { closeDossier, sayAtLeast } from './close.ts'
import { openDossier, type Dossier } from './dossier.ts'
import { caseHost, runtimeOf, type CasePlay } from './host.ts'

/**
 * What the process is told after a rule has decided: it begins, a task is done, a message has come, variables changed; null:
 * the case stays where it is, and what was said and changed is written.
 */
export type Told =
  | { readonly kind: 'start'; readonly key?: string; readonly vars: Vars }
  | {
      readonly kind: 'complete'
      /** The node of the task, or several of which one is open. */
      readonly node: string | readonly string[]
      /** Of several tasks there the one that was opened with this variable, or without any of the name. */
      readonly having?: readonly [name: string, value: Json]
      readonly vars: Vars
    }
  | { readonly kind: 'message'; readonly name: string; readonly correlationKey?: string; readonly vars: Vars }
  | { readonly kind: 'set'; readonly vars: Vars }
  | null

export type ProcessRefused = { readonly kind: 'process_refused'; readonly step: StepError }
/** Nobody waits any more for what was done. */
export type TaskGone = { readonly kind: 'task_gone'; readonly move: string; readonly state: string }

/**
 * Tells the process of a case what was decided and lets it come to rest. The caller flushes the dossier's batch.
 * @param move  what is named in a refusal
 */
export async function tellProcess<C extends CaseShape>(
  tx: Tx,
  play: CasePlay<C>,
  dossier: Dossier<C>,
  move: string,
  told: Told,
): Promise<Result<void, ProcessRefused | TaskGone>> {
  if (told === null) {
    sayAtLeast(dossier, move)
    closeDossier(dossier)
    return ok(undefined)
  }
  if (told.kind === 'start') return beginCase(tx, play, dossier, told.vars, told.key)
  const { deps, instanceId } = dossier
  assert(instanceId !== null, 'a case that moves has a process')
  const played = await feed(tx, runtimeOf(deps), caseHost(deps, play), dossier, instanceId, (state) =>
    toInput(state, told),
  )
  if (!played.ok) return err({ kind: 'process_refused', step: played.error })
  return played.value ? ok(undefined) : err({ kind: 'task_gone', move, state: dossier.before.state })
}

function toInput(state: InstanceState, told: Exclude<Told, null | { kind: 'start' }>): Input | null {
  if (told.kind === 'set') return { kind: 'set_vars', vars: told.vars }
  if (told.kind === 'message') return told
  const { having } = told
  const nodes = [told.node].flat()
  const task = state.tasks.find(
    (one) =>
      one.state === 'open' &&
      nodes.includes(one.nodeId) &&
      (having === undefined || one.vars[having[0]] === undefined || one.vars[having[0]] === having[1]),
  )
  return task ? { kind: 'complete', taskId: task.id, vars: told.vars } : null
}

/**
 * Starts the process of a case whose row is there or about to be written. The caller flushes the dossier's batch.
 * @param key  a drawing of the play's family, when it is not the play's own
 */
export async function beginCase<C extends CaseShape>(
  tx: Tx,
  play: CasePlay<C>,
  dossier: Dossier<C>,
  vars: Vars,
  key: string = play.key,
): Promise<Result<void, ProcessRefused>> {
  const { deps, row } = dossier
  const instanceId = row.instance_id ?? deps.newId()
  dossier.instanceId = instanceId
  if (row.instance_id === null) dossier.row = { ...row, instance_id: instanceId }
  const business = { id: row.id, instanceId, key }
  const started = await startInstance(tx, runtimeOf(deps), caseHost(deps, play), dossier, business, vars)
  return started.ok ? ok(undefined) : err({ kind: 'process_refused', step: started.error })
}

/** What became of a message: the case took it; it no longer waits for it; it waits, but is suspended or stuck. */
export type Heard = 'heard' | 'left_alone' | 'suspended'

/**
 * Gives a message to a case under its own lock, as something elsewhere asked for it, and writes what follows. A case that does
 * not take it is as it was: who asks for a suspended one tries again, or tells it when it goes on.
 * @param message  from: the event that asked; correlationKey: which of several that wait for it, absent: whoever waits
 * @param prepare  changes the dossier before the process hears; false: the case is left alone
 * @throws Error when the step stops half way: the transaction must not stand
 */
export async function messageCase<C extends CaseShape>(
  tx: Tx,
  deps: C['deps'],
  play: CasePlay<C>,
  id: string,
  message: { readonly name: string; readonly from: string; readonly correlationKey?: string },
  prepare: (dossier: Dossier<C>) => Vars | false | Promise<Vars | false> = () => ({}),
): Promise<Heard> {
  const { from, ...told } = message
  const dossier = await openDossier(tx, deps, play.kind, id, { by: 'event', type: from })
  if (!dossier || !waitsFor(dossier, told)) return 'left_alone'
  if (dossier.instance?.state.status !== 'active') return 'suspended'
  const vars = await prepare(dossier)
  if (vars === false) return 'left_alone'
  const heard = await tellProcess(tx, play, dossier, told.name, { kind: 'message', ...told, vars })
  if (!heard.ok) throw new Error(`${play.kind.objectKind} refuses ${told.name}: ${JSON.stringify(heard.error)}`)
  await flushBatch(tx, dossier.batch)
  return 'heard'
}

const waitsFor = (
  { instance }: Pick<Dossier, 'instance'>,
  { name, correlationKey }: { readonly name: string; readonly correlationKey?: string },
): boolean =>
  instance?.state.subscriptions.some(
    (waiting) =>
      waiting.kind === 'message' &&
      waiting.name === name &&
      (correlationKey === undefined || waiting.correlationKey === correlationKey),
  ) ?? false
