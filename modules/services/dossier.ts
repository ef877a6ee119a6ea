import type { Selectable } from 'kysely'
import { sql, type OperationNodeSource, type RawBuilder } from 'kysely'
import { historyCall, type HistoryEntry } from '@tingzhou/audit'
import { reachInsert, type Relation } from '@tingzhou/access'
import type { Calendar, CalendarStore } from '@tingzhou/calendar'
import { jsonb, newBatch, type Db, type Json, type Tx, type WriteBatch } from '@tingzhou/db'
import { outboxInsert, type OutboxEvent } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Cause, DefinitionStore, Played } from '@tingzhou/process'
import type { ApplicationTable, ItemCaseTable, PackageTable, PromiseTable, RevocationTable } from './tables.ts'

/** The ports of the integrated services. */
export type ServicesDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: () => EpochMs
  readonly newId: () => string
  readonly calendar: CalendarStore
  readonly definitions: DefinitionStore
  /** Random bytes for certificate numbers. */
  readonly random: (bytes: number) => Uint8Array
  /** A setting of the server by its name, such as the key of a data source; null: it is not set. */
  readonly secret: (name: string) => string | null
}

/** The five kinds of cases, by table. */
export type Rows = {
  readonly service_application: Selectable<ApplicationTable>
  readonly item_case: Selectable<ItemCaseTable>
  readonly tolerance_promise: Selectable<PromiseTable>
  readonly revocation: Selectable<RevocationTable>
  readonly cross_region_package: Selectable<PackageTable>
}
export type Table = keyof Rows
export type Application = Rows['service_application']
export type ItemCase = Rows['item_case']
export type PromiseRow = Rows['tolerance_promise']
export type Revocation = Rows['revocation']
export type Package = Rows['cross_region_package']

/** What each kind is called outside: in reach, history, events and process instances. */
export const objectKinds = {
  service_application: 'application',
  item_case: 'item_case',
  tolerance_promise: 'promise',
  revocation: 'revocation',
  cross_region_package: 'cross_region_package',
} as const satisfies Record<Table, string>

/** Who acts; the zone itself when a timer or another case does. */
export type Doer = { readonly id: string; readonly name: string; readonly actor: Actor | null }

/** What a history entry says beside who and when. */
export type Said = {
  readonly verb: string
  readonly reason?: string | null
  readonly internal?: boolean
  readonly data?: { readonly [key: string]: Json | undefined }
}

/** One case while a step works on it: its row, locked, and what will be written when the step has come to rest. */
export type Dossier<T extends Table = Table> = {
  readonly deps: ServicesDeps
  readonly table: T
  readonly now: EpochMs
  readonly doer: Doer
  readonly cause: Cause
  readonly before: Rows[T]
  /** Not yet a row: written for the first time when the step ends. */
  readonly fresh: boolean
  row: Rows[T]
  readonly said: Said[]
  readonly events: OutboxEvent[]
  readonly batch: WriteBatch
  /** The applicant for whom an officer acts. */
  onBehalfOf: string | null
}

const system: Doer = { id: 'system', name: 'Tingzhou', actor: null }

/** Locks a row and opens its dossier; null when there is none. One statement. */
export async function openDossier<T extends Table>(
  tx: Tx,
  deps: ServicesDeps,
  table: T,
  id: string,
  cause: Cause,
  batch: WriteBatch = newBatch(),
): Promise<Dossier<T> | null> {
  const { rows } = await sql<Rows[T]>`select * from ${sql.table(table)}
    where zone_id = ${deps.zoneId} and id = ${id} for update`.execute(tx)
  const [row] = rows
  return row ? dossierOf(deps, table, row, cause, { batch }) : null
}

/** A dossier over a row that the caller has locked or is about to insert. */
export function dossierOf<T extends Table>(
  deps: ServicesDeps,
  table: T,
  row: Rows[T],
  cause: Cause,
  given: { readonly fresh?: boolean; readonly batch?: WriteBatch } = {},
): Dossier<T> {
  const doer = cause.by === 'actor' ? { id: cause.actor.accountId, name: cause.actor.name, actor: cause.actor } : system
  return {
    deps,
    table,
    now: deps.clock(),
    doer,
    cause,
    before: row,
    fresh: given.fresh ?? false,
    row,
    said: [],
    events: [],
    batch: given.batch ?? newBatch(),
    onBehalfOf: null,
  }
}

/** Changes fields of the row; written when the dossier closes. */
export function change<T extends Table>(dossier: Dossier<T>, patch: Partial<Rows[T]>): void {
  dossier.row = { ...dossier.row, ...patch }
}

/** Adds a write that nothing in this step reads again. */
export const write = (dossier: Dossier, query: OperationNodeSource): void => {
  dossier.batch.writes.push(sql`${query}`)
}

/** Adds a line to the history. */
export const say = (dossier: Dossier, said: Said): void => {
  dossier.said.push(said)
}

/** Tells the world after the commit: `services.<what>`. */
export function tell(
  dossier: Dossier,
  what: string,
  to: readonly (string | null)[] = [],
  data: { [key: string]: Json } = {},
): void {
  const { table, row, now } = dossier
  dossier.events.push({
    type: `services.${what}`,
    objectKind: objectKinds[table],
    objectId: row.id,
    data: { state: row.state, ...data },
    at: now,
    to: [...new Set(to.filter((id): id is string => id !== null))],
  })
}

/** Lets parties see the case. */
export const grant = (
  dossier: Dossier,
  rows: readonly { readonly partyId: string | null; readonly relation: Relation }[],
): void => {
  const objectKind = objectKinds[dossier.table]
  const known = rows.flatMap(({ partyId, relation }) =>
    partyId === null ? [] : [{ objectKind, objectId: dossier.row.id, partyId, relation }],
  )
  if (known.length > 0) dossier.batch.writes.push(reachInsert(dossier.deps.zoneId, known))
}

export const calendarOf = (tx: Tx, { deps }: { readonly deps: ServicesDeps }): Promise<Calendar> =>
  deps.calendar.current(tx)

/** Adds to the batch what changed: the row, the history in order, the events. Raises the revision by one. */
export function closeDossier<T extends Table>(dossier: Dossier<T>): void {
  const { batch, deps, table, before, now, fresh } = dossier
  dossier.row = { ...dossier.row, rev: fresh ? before.rev : before.rev + 1, updated_at: now }
  batch.writes.push(fresh ? insertRow(table, dossier.row) : updateRow(table, before, dossier.row))
  if (dossier.events.length > 0) batch.writes.push(outboxInsert(deps.zoneId, dossier.events))
  if (dossier.said.length > 0)
    batch.calls.push(
      historyCall(
        deps.zoneId,
        dossier.said.map((said, index) => toHistory(dossier, said, index)),
      ),
    )
}

/**
 * After a step of the process: the state that the drawing marks, who must act next, the history.
 * @param last  what is told of the new state, before everything is written
 */
export function settleDossier<T extends Table>(
  dossier: Dossier<T>,
  played: Played,
  stopped: Rows[T]['state'],
  last: () => void = () => {},
): void {
  const wasStopped = markState(dossier, played, stopped)
  if (dossier.said.length === 0) say(dossier, { verb: wasStopped ? 'stopped' : verbOf(dossier.cause) })
  last()
  closeDossier(dossier)
}

/** What made a case move, as its history says when nothing else was said. A message is called by its name. */
function verbOf(cause: Cause): string {
  if (cause.by === 'actor') return cause.verb
  return cause.by === 'event' && cause.message !== undefined ? cause.message.replaceAll('-', '_') : cause.by
}

/** The state that the drawing marks, and who must act next. @returns whether the process was stopped from outside */
export function markState<T extends Table>(dossier: Dossier<T>, played: Played, stopped: Rows[T]['state']): boolean {
  const marks = played.effects.flatMap((effect) => (effect.kind === 'marked' ? [effect.state] : []))
  const wasStopped = played.effects.some((effect) => effect.kind === 'ended' && effect.how === 'terminated')
  const [task] = played.openTasks
  dossier.row = {
    ...dossier.row,
    // The drawing's marks are states of the contract: the tests of the shipped drawings check it.
    state: (wasStopped ? stopped : (marks.at(-1) ?? dossier.row.state)) as Rows[T]['state'],
    next_step: task?.nodeId ?? null,
    next_roles: [...new Set(played.openTasks.flatMap(({ roles }) => roles))],
  }
  return wasStopped
}

function toHistory(dossier: Dossier, said: Said, index: number): HistoryEntry {
  const { before, row, fresh, doer, cause } = dossier
  const moved = index === dossier.said.length - 1 && (fresh || before.state !== row.state)
  return {
    objectKind: objectKinds[dossier.table],
    objectId: row.id,
    at: dossier.now,
    verb: said.verb,
    actorId: doer.id,
    actorName: doer.name,
    onBehalfOf: dossier.onBehalfOf,
    node: cause.by === 'timer' ? cause.nodeId : null,
    public: !said.internal,
    reason: said.reason ?? null,
    data: { ...said.data, ...(moved ? { from: fresh ? null : before.state, to: row.state } : {}) },
  }
}

const jsonColumns = new Set([
  'answers',
  'field_values',
  'prefilled',
  'disputes',
  'promise_given',
  'refusal',
  'specials',
  'manifest',
  'asks',
  'reminded_at',
])

/** A column as a statement writes it: documents as jsonb, instants as dates. */
function toSql(name: string, value: unknown): RawBuilder<unknown> {
  if (jsonColumns.has(name)) return value === null ? sql`null` : sql`${jsonb(value)}::jsonb`
  if (typeof value === 'number' && /_(at|until)$/.test(name)) return sql`${new Date(value)}`
  return sql`${value}`
}

function insertRow(table: Table, row: Rows[Table]): RawBuilder<unknown> {
  const entries = Object.entries(row)
  return sql`insert into ${sql.table(table)} (${sql.join(entries.map(([name]) => sql.ref(name)))})
    values (${sql.join(entries.map(([name, value]) => toSql(name, value)))})`
}

function updateRow<T extends Table>(table: T, before: Rows[T], after: Rows[T]): RawBuilder<unknown> {
  const was = new Map<string, unknown>(Object.entries(before))
  const changed = Object.entries(after).filter(([name, value]) => was.get(name) !== value)
  return sql`update ${sql.table(table)} set ${sql.join(
    changed.map(([name, value]) => sql`${sql.ref(name)} = ${toSql(name, value)}`),
  )} where zone_id = ${before.zone_id} and id = ${before.id}`
}
