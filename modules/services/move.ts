import type { Input, InstanceState } from '@tingzhou/bpmn'
import { expectRevision, flushBatch, runCommand, type Db, type Tx, type WriteBatch } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { feed, hear, startInstance, type ProcessHost, type Runtime, type Vars } from '@tingzhou/process'
import {
  closeDossier,
  objectKinds,
  openDossier,
  say,
  type Dossier,
  type Rows,
  type ServicesDeps,
  type Table,
} from './dossier.ts'
import type { ServiceError } from './errors.ts'

/** What the process is told: it starts, a task is done, a message has come, variables changed; null: the case stays where it is. */
export type Told =
  | { readonly kind: 'start'; readonly key: string; readonly vars: Vars }
  | { readonly kind: 'complete'; readonly node: string; readonly vars: Vars }
  | { readonly kind: 'message'; readonly name: string; readonly vars: Vars }
  | { readonly kind: 'set'; readonly vars: Vars }
  | null

export type MoveStep<T extends Table, S, M> = {
  readonly tx: Tx
  readonly dossier: Dossier<T>
  readonly stand: S
  readonly input: M
}

/** One move: where it starts, who may make it, what it does. */
export type MoveSpec<T extends Table, S, M> = {
  readonly from: readonly Rows[T]['state'][]
  /** The task or message that it answers; offered only when that is reached. */
  readonly node?: string
  /** null: may; else the key of the reason under `services.reason.` */
  readonly may: (stand: S, row: Rows[T]) => string | null
  readonly run: (step: MoveStep<T, S, M>) => Promise<Result<Told, ServiceError>>
}

export type Named = { readonly move: string; readonly rev: number; readonly commandId: string }
export type MoveTable<T extends Table, S, M extends Named> = {
  readonly [N in M['move']]: MoveSpec<T, S, Extract<M, { move: N }>>
}

/** How a kind of case is moved by people. */
export type Movable<T extends Table, S, M extends Named> = {
  readonly table: T
  readonly moves: MoveTable<T, S, M>
  readonly host: (deps: ServicesDeps) => ProcessHost<Dossier<T>>
  readonly standIn: (tx: Tx | Db, deps: ServicesDeps, actor: Actor, row: Rows[T]) => Promise<S>
  /** For whom an officer speaks who makes an applicant's move; null: for nobody else. */
  readonly behalfOf?: (actor: Actor, row: Rows[T]) => string | null
}

export type Moved = { readonly id: string; readonly no: string | null; readonly state: string; readonly rev: number }

/** Passes when the condition holds, else gives the reason. O(1). */
export const only = (holds: boolean, reason: string): string | null => (holds ? null : reason)

export const movedOf = ({ row }: Dossier): Moved => ({
  id: row.id,
  no: 'no' in row ? row.no : null,
  state: row.state,
  rev: row.rev,
})

export const runtimeOf = (deps: ServicesDeps): Runtime => ({
  deps: { zoneId: deps.zoneId, clock: deps.clock, newId: deps.newId },
  definitions: deps.definitions,
})

/**
 * Makes a move: one command, one transaction. A repeat of the command id gives the first answer; an older revision is
 * refused with the present one.
 */
export function makeMove<T extends Table, S, M extends Named>(
  deps: ServicesDeps,
  actor: Actor,
  movable: Movable<T, S, M>,
  id: string,
  move: M,
): Promise<Result<Moved, ServiceError>> {
  const name = `services.${objectKinds[movable.table]}.${move.move}`
  const command = { commandId: move.commandId, actorId: actor.accountId, name, input: { id, move } }
  return runCommand(deps, command, (tx, last) => moveCase(tx, last, deps, actor, movable, id, move))
}

async function moveCase<T extends Table, S, M extends Named>(
  tx: Tx,
  last: WriteBatch,
  deps: ServicesDeps,
  actor: Actor,
  movable: Movable<T, S, M>,
  id: string,
  input: M,
): Promise<Result<Moved, ServiceError>> {
  const { move } = input
  const dossier = await openDossier(tx, deps, movable.table, id, { by: 'actor', actor, verb: move }, last)
  if (!dossier) return err({ kind: 'not_found' })
  const { state } = dossier.row
  const fresh = expectRevision(dossier.row.rev, input.rev)
  if (!fresh.ok) return err({ ...fresh.error, state })
  const stand = await movable.standIn(tx, deps, actor, dossier.row)
  // The name of the move picks the entry of its own type.
  const spec = movable.moves[move as M['move']] as unknown as MoveSpec<T, S, M>
  const refused = spec.may(stand, dossier.row)
  if (refused) return err({ kind: 'not_allowed', move, reason: refused })
  if (!spec.from.includes(state))
    return err({ kind: 'not_in_state', move, state, rule: spec.from.join(', '), states: spec.from })
  dossier.onBehalfOf = movable.behalfOf?.(actor, dossier.row) ?? null
  const told = await spec.run({ tx, dossier, stand, input })
  return told.ok ? tellProcess(tx, dossier, movable.host(deps), move, told.value) : told
}

async function tellProcess<T extends Table>(
  tx: Tx,
  dossier: Dossier<T>,
  host: ProcessHost<Dossier<T>>,
  move: string,
  told: Told,
): Promise<Result<Moved, ServiceError>> {
  if (told === null) {
    if (dossier.said.length === 0) say(dossier, { verb: move })
    closeDossier(dossier)
    return ok(movedOf(dossier))
  }
  if (told.kind === 'start') return begin(tx, dossier, host, told.key, told.vars)
  const instanceId = await instanceOf(tx, dossier)
  assert(instanceId, 'a case that moves has a process')
  const played = await feed(tx, runtimeOf(dossier.deps), host, dossier, instanceId, (state) => toInput(state, told))
  if (!played.ok) return err({ kind: 'process_refused', step: played.error })
  if (!played.value) return err({ kind: 'task_gone', move, state: dossier.before.state })
  return ok(movedOf(dossier))
}

/** Starts the process of a case whose row is there or about to be written. The caller flushes the batch. */
export async function begin<T extends Table>(
  tx: Tx,
  dossier: Dossier<T>,
  host: ProcessHost<Dossier<T>>,
  key: string,
  vars: Vars,
): Promise<Result<Moved, ServiceError>> {
  const { deps, row } = dossier
  const instanceId = deps.newId()
  dossier.row = { ...row, instance_id: instanceId }
  const started = await startInstance(tx, runtimeOf(deps), host, dossier, { id: row.id, instanceId, key }, vars)
  return started.ok ? ok(movedOf(dossier)) : err({ kind: 'process_refused', step: started.error })
}

/** The process of a case; one that was called has it by its business object only. */
export async function instanceOf(
  tx: Tx | Db,
  { deps, table, row }: Pick<Dossier, 'deps' | 'table' | 'row'>,
): Promise<string | null> {
  if (row.instance_id !== null) return row.instance_id
  const found = await tx
    .selectFrom('process_instance')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('business_kind', '=', objectKinds[table])
    .where('business_id', '=', row.id)
    .executeTakeFirst()
  return found?.id ?? null
}

function toInput(state: InstanceState, told: Exclude<Told, null | { kind: 'start' }>): Input | null {
  if (told.kind === 'set') return { kind: 'set_vars', vars: told.vars }
  if (told.kind === 'message') return { kind: 'message', name: told.name, vars: told.vars }
  const task = state.tasks.find((candidate) => candidate.state === 'open' && candidate.nodeId === told.node)
  return task ? { kind: 'complete', taskId: task.id, vars: told.vars } : null
}

export type MoveOffer = { readonly move: string; readonly allowed: boolean; readonly reason: string | null }

/** The moves of a case as somebody stands to it: allowed, or with the key of the reason. Pure. O(moves). */
export function offerMoves<T extends Table, S, M extends Named>(
  { moves }: Pick<Movable<T, S, M>, 'moves'>,
  stand: S,
  row: Rows[T],
): MoveOffer[] {
  // Object.entries of a table gives its own specs, each for a move of its own type.
  const specs = Object.entries(moves) as [string, MoveSpec<T, S, never>][]
  return specs.flatMap(([move, spec]): MoveOffer[] => {
    const refused = spec.may(stand, row)
    const fits = spec.from.includes(row.state) && (spec.node === undefined || spec.node === row.next_step)
    if (refused) return fits ? [{ move, allowed: false, reason: refused }] : []
    return [{ move, allowed: fits, reason: fits ? null : 'not_in_state' }]
  })
}

/**
 * Gives a message to a case under its own lock, as something elsewhere asked for it. A case that no longer waits is left alone;
 * one that waits but is suspended or stuck hears it when it goes on.
 * @param told  the message; correlationKey: which of several that wait for the same one, absent: whoever waits
 * @param note  what the history says at once, when it says more than the name of the message
 * @returns whether anybody waited for it
 */
export async function message<T extends Table>(
  tx: Tx,
  deps: ServicesDeps,
  host: ProcessHost<Dossier<T>>,
  [table, id]: readonly [table: T, id: string],
  cause: string,
  told: { readonly name: string; readonly vars?: Vars; readonly correlationKey?: string },
  note: (dossier: Dossier<T>) => void = () => {},
): Promise<boolean> {
  const dossier = await openDossier(tx, deps, table, id, { by: 'event', type: cause, message: told.name })
  const instanceId = dossier && (await instanceOf(tx, dossier))
  if (!dossier || !instanceId) return false
  const input: Input = { kind: 'message', vars: {}, ...told }
  let waits = false
  const played = await feed(tx, runtimeOf(deps), host, dossier, instanceId, (state) => {
    waits = isAwaited(state, told)
    if (waits) note(dossier)
    return waits && state.status === 'active' ? input : null
  })
  if (!waits || !played.ok) return false
  if (!played.value) {
    await hear(tx, runtimeOf(deps), host, dossier, instanceId, input)
    if (dossier.said.length > 0) closeDossier(dossier)
  }
  await flushBatch(tx, dossier.batch)
  return true
}

const isAwaited = (
  { subscriptions }: InstanceState,
  { name, correlationKey }: { readonly name: string; readonly correlationKey?: string },
): boolean =>
  subscriptions.some(
    (waiting) =>
      waiting.kind === 'message' &&
      waiting.name === name &&
      (correlationKey === undefined || waiting.correlationKey === correlationKey),
  )
