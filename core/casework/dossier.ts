import { sql, type OperationNodeSource, type RawBuilder } from 'kysely'
import { reachInsert, revokeReach, type Relation } from '@tingzhou/access'
import { executeTogether, newBatch, type Json, type Tx, type WriteBatch } from '@tingzhou/db'
import type { OutboxEvent } from '@tingzhou/events'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { instanceJson, openInstance, type Cause, type LoadedInstance, type OpenInstance } from '@tingzhou/process'
import type { CaseKind, CaseShape } from './case-kind.ts'

/** Who acts; the zone itself when a timer or another case does. */
export type Doer = { readonly id: string; readonly name: string; readonly actor: Actor | null }

/** What a line of the history says beside who and when. */
export type Said = {
  readonly verb: string
  readonly reason?: string | null
  /** Whether applicants may read it; as the kind says when absent. */
  readonly public?: boolean
  readonly data?: { readonly [key: string]: Json | undefined }
}

/**
 * The dossier 卷宗 of one case while a step works on it: its row, locked, and everything that will be written when the step has
 * come to rest. Opened by `openDossier`, closed once, by the process or by `closeDossier`; whoever opened it flushes its batch.
 */
export type Dossier<C extends CaseShape = CaseShape> = {
  readonly kind: CaseKind<C>
  readonly deps: C['deps']
  readonly now: EpochMs
  readonly doer: Doer
  readonly cause: Cause
  readonly before: C['row']
  /** Not yet a row: written for the first time when the step ends. */
  readonly fresh: boolean
  row: C['row']
  readonly beside: C['beside']
  readonly said: Said[]
  readonly events: OutboxEvent[]
  /** Everything that this step writes and does not read again; leaves in one statement. */
  readonly batch: WriteBatch
  /** For whom the doer speaks. */
  onBehalfOf: string | null
  /** The process as it stood when the dossier was opened, until a step takes it. */
  instance: OpenInstance | null
  instanceId: string | null
  /** Its row is in the batch: nothing more of it can change. */
  closed: boolean
}

const system: Doer = { id: 'system', name: 'Tingzhou', actor: null }

/**
 * Locks a case, reads its process and opens its dossier; null when there is no such case.
 * @param id     a uuid
 * @param batch  of the command that the step is the whole of; else the dossier's own
 * Source: own. One round trip.
 */
export async function openDossier<C extends CaseShape>(
  tx: Tx,
  deps: C['deps'],
  kind: CaseKind<C>,
  id: string,
  cause: Cause,
  batch: WriteBatch = newBatch(),
): Promise<Dossier<C> | null> {
  const { objectKind, table, beside } = kind
  const { zoneId } = deps
  const lock = sql<C['row']>`select * from ${sql.table(table)} where zone_id = ${zoneId} and id = ${id} for update`
  const asked: Readonly<Record<string, RawBuilder<unknown>>> = {
    ...beside?.read?.(deps, id),
    instance: instanceJson(zoneId, { kind: objectKind, id }),
  }
  const columns = Object.entries(asked).map(([name, value]) => sql`${value} as ${sql.ref(name)}`)
  const [[row], [found]] = await executeTogether(
    tx,
    { compile: () => lock.compile(tx) },
    sql<{ readonly instance: LoadedInstance | null }>`select ${sql.join(columns)}`,
  )
  if (!row) return null
  assert(found, 'a query without a table gives one row')
  const instance = found.instance ? openInstance(found.instance) : null
  return dossierOf(deps, kind, row, cause, { batch, instance, found })
}

/**
 * A dossier over a row that the caller has locked, has just inserted, or (fresh) is about to write with the step. Pure but for
 * the clock. O(1).
 */
export function dossierOf<C extends CaseShape>(
  deps: C['deps'],
  kind: CaseKind<C>,
  row: C['row'],
  cause: Cause,
  given: {
    readonly fresh?: boolean
    readonly batch?: WriteBatch
    readonly instance?: OpenInstance | null
    readonly found?: Readonly<Record<string, unknown>>
  } = {},
): Dossier<C> {
  const { fresh = false, batch = newBatch(), instance = null, found = {} } = given
  return {
    kind,
    deps,
    now: deps.clock(),
    doer: cause.by === 'actor' ? { id: cause.actor.accountId, name: cause.actor.name, actor: cause.actor } : system,
    cause,
    before: row,
    fresh,
    row,
    // A kind that says nothing of it keeps nothing.
    beside: kind.beside?.open(found, row) ?? null,
    said: [],
    events: [],
    batch,
    onBehalfOf: null,
    instance,
    instanceId: instance?.state.id ?? row.instance_id,
    closed: false,
  }
}

/** Changes fields of the row; written when the dossier closes. O(columns). */
export function change<R extends object>(dossier: { row: R }, patch: Partial<NoInfer<R>>): void {
  dossier.row = { ...dossier.row, ...patch }
}

/** Adds a write that nothing in this step reads again. O(1). */
export function write({ batch }: Pick<Dossier, 'batch'>, query: OperationNodeSource): void {
  batch.writes.push(sql`${query}`)
}

/** Adds a line to the history; the last line of a step also says from which state to which. O(1). */
export function say({ said }: Pick<Dossier, 'said'>, line: Said): void {
  said.push(line)
}

/**
 * Tells the world after the commit: the event `module.what` with the state and the kind's facts.
 * @param to  parties whose screens are told, beside the kind's hearers; who is null is left out
 * O(parties).
 */
export function tell(
  { kind, row, now, events }: Pick<Dossier, 'kind' | 'row' | 'now' | 'events'>,
  what: string,
  to: readonly (string | null)[] = [],
  data: { readonly [key: string]: Json } = {},
): void {
  const heard = [...(kind.hearers?.(row) ?? []), ...to].filter((id) => id !== null)
  events.push({
    type: `${kind.module}.${what}`,
    objectKind: kind.objectKind,
    objectId: row.id,
    data: { ...kind.facts?.(row), state: row.state, ...data },
    at: now,
    to: [...new Set(heard)],
  })
}

/** One party's way to a case. */
export type Way = { readonly partyId: string | null; readonly relation: Relation }

/** Lets parties reach the case; who is null is left out. Leaves with the batch. O(ways). */
export function grant(
  { kind, row, deps, batch }: Pick<Dossier, 'kind' | 'row' | 'deps' | 'batch'>,
  ways: readonly Way[],
) {
  const rows = ways.flatMap(({ partyId, relation }) =>
    partyId === null ? [] : [{ objectKind: kind.objectKind, objectId: row.id, partyId, relation }],
  )
  if (rows.length > 0) batch.writes.push(reachInsert(deps.zoneId, rows))
}

/** Takes one party's way to the case away, at once, so that a grant of the same step stands. One statement. */
export const revoke = (
  tx: Tx,
  { kind, row, deps }: Pick<Dossier, 'kind' | 'row' | 'deps'>,
  way: { readonly partyId: string; readonly relation: Relation },
): Promise<void> => revokeReach(tx, deps.zoneId, { ...way, objectKind: kind.objectKind, objectId: row.id })
