import type { Selectable, Updateable } from 'kysely'
import { sql, type OperationNodeSource } from 'kysely'
import { historyCall, type HistoryEntry } from '@tingzhou/audit'
import { calendarStamp, type Calendar, type CalendarStore } from '@tingzhou/calendar'
import {
  at,
  compile,
  executeTogether,
  flushBatch,
  fragment,
  insertRow,
  isFragment,
  newBatch,
  newId,
  plain,
  updateRow,
  type Db,
  type Fragment,
  type Json,
  type Tx,
  type WriteBatch,
} from '@tingzhou/db'
import { outboxInsert, type OutboxEvent } from '@tingzhou/events'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import {
  instanceJson,
  newestVersion,
  openInstance,
  type Cause,
  type DefinitionStore,
  type LoadedInstance,
  type OpenInstance,
  type Vars,
} from '@tingzhou/process'
import { clockRulesOf, clockRulesStamp } from './clock-rules.ts'
import type { ClockRules } from './clocks.ts'
import { openDepartments, type NamedDepartments } from './lookups.ts'
import { drawnNumber, numberOf } from './numbers.ts'
import { routingStamp } from './routing-store.ts'
import type { AppealTable, WorkOrderTable } from './tables.ts'

/** The ports of the needs loop. */
export type NeedsDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: () => EpochMs
  readonly newId: () => string
  readonly calendar: CalendarStore
  readonly definitions: DefinitionStore
}

export type Appeal = Selectable<AppealTable>
export type WorkOrder = Selectable<WorkOrderTable>

/** Who acts; the zone itself when a timer does. */
export type Doer = { readonly id: string; readonly name: string; readonly actor: Actor | null }

/** What a history entry says beside who and when. */
export type Said = {
  readonly verb: string
  readonly reason?: string | null
  readonly internal?: boolean
  readonly data?: { readonly [key: string]: Json | undefined }
}

/**
 * The dossier 卷宗 of one appeal while a step works on it: its row and active order, locked, and what will be written
 * when the step has come to rest. Opened by `openDossier`, written once by `saveDossier`.
 */
export type Dossier = {
  readonly deps: NeedsDeps
  readonly now: EpochMs
  readonly doer: Doer
  readonly cause: Cause
  readonly before: Appeal
  /** Not yet a row: written for the first time when the step ends. */
  readonly fresh: boolean
  readonly orderBefore: WorkOrder | null
  appeal: Appeal
  order: WorkOrder | null
  /** Variables that go to the process with the move. */
  vars: Vars
  readonly said: Said[]
  readonly events: OutboxEvent[]
  /** Everything this step writes and does not read again; leaves in one statement. */
  readonly batch: WriteBatch
  /** The enterprise for whom a guide or officer acts. */
  onBehalfOf: string | null
  /** The process as it stood when the dossier was opened, until a step takes it. */
  instance: OpenInstance | null
  /** Which rules and calendar hold, when that was read along. */
  stamps: ClockStamps | null
  /** What the move had read along. */
  readonly asked: Asked
  /** Rules and calendar, once they were read. */
  clocks: ClockPorts | null
  /** How the clock turns in this step. */
  turn: ClockTurn | null
}

/** The running segment of the clock ends; another begins unless `kind` is null. */
type ClockTurn = {
  readonly kind: 'running' | 'paused' | null
  readonly reason: string
  readonly orderId: string | null
  readonly before: EpochMs | null
  readonly after: EpochMs | null
}

/** What a move wants to know beside the appeal: read in the same round trip, under the lock. */
export type Asks = {
  /** Which of these departments are open. */
  readonly departmentIds?: readonly string[]
  /** Whose help was asked for, and who still owes it. */
  readonly assists?: true
  /** Which routing table is in force. */
  readonly routing?: true
}

/** What a move had asked for; absent: it did not. */
export type Asked = {
  readonly departments?: NamedDepartments
  readonly assists?: readonly Assisting[]
  readonly routing?: string | null
}

export type Assisting = { readonly departmentId: string; readonly state: string }

/** What is read beside the locked row. */
type Found = ClockStamps & {
  readonly order: JsonRow | null
  readonly instance: LoadedInstance | null
  readonly departments?: readonly string[]
  readonly assists?: readonly Assisting[] | null
  readonly routing?: string | null
}

type ClockStamps = { readonly calendar: string | null; readonly rules: string | null }

const system: Doer = { id: 'system', name: 'Tingzhou', actor: null }

/**
 * Locks an appeal and its active order and opens its dossier; null when there is no such appeal.
 * @param batch  of the command that the step is the whole of; else the dossier's own, flushed by `saveDossier`
 * @param asks   what the move wants to know besides
 */
export async function openDossier(
  tx: Tx,
  deps: NeedsDeps,
  appealId: string,
  cause: Cause,
  batch: WriteBatch = newBatch(),
  asks: Asks = {},
): Promise<Dossier | null> {
  // The lock, and what a step needs beside the appeal, read under it.
  const [[appeal], [found]] = await executeTogether(
    tx,
    compile<Appeal>(tx, fragment`select * from appeal where zone_id = ${deps.zoneId} and id = ${appealId} for update`),
    compile<Found>(
      tx,
      fragment`select
    (select row_to_json(o) from work_order o where o.zone_id = ${deps.zoneId} and o.appeal_id = ${appealId} and o.active) as order,
    ${instanceJson(deps.zoneId, { kind: 'appeal', id: appealId })} as instance,
    ${calendarStamp(deps.zoneId)} as calendar, ${clockRulesStamp(deps.zoneId)} as rules${askedColumns(deps.zoneId, appealId, asks)}`,
    ),
  )
  if (!appeal) return null
  assert(found, 'a query without a table gives one row')
  return dossierOf(deps, appeal, found.order ? orderOfJson(found.order) : null, cause, {
    batch,
    instance: found.instance ? openInstance(found.instance) : null,
    stamps: { calendar: found.calendar, rules: found.rules },
    asked: {
      ...(asks.departmentIds ? { departments: { asked: asks.departmentIds, open: found.departments ?? [] } } : {}),
      ...(asks.assists ? { assists: found.assists ?? [] } : {}),
      ...(asks.routing ? { routing: found.routing ?? null } : {}),
    },
  })
}

/** Columns behind the others for what a move asks. */
const askedColumns = (zoneId: string, appealId: string, { departmentIds, assists, routing }: Asks): Fragment =>
  fragment`${departmentIds ? fragment`, ${openDepartments(zoneId, departmentIds)} as departments` : plain('')}${
    assists ? fragment`, ${assistsJson(zoneId, appealId)} as assists` : plain('')
  }${routing ? fragment`, ${routingStamp(zoneId)} as routing` : plain('')}`

const assistsJson = (zoneId: string, appealId: string): Fragment =>
  fragment`(select json_agg(json_build_object('departmentId', a.department_id, 'state', a.state))
    from assist a where a.zone_id = ${zoneId} and a.appeal_id = ${appealId})`

/** The departments whose help was asked for. One query, unless they were read along. */
export async function assistsOf(
  tx: Tx | Db,
  deps: Pick<NeedsDeps, 'zoneId'>,
  appealId: string,
  { assists }: Asked = {},
): Promise<readonly Assisting[]> {
  if (assists) return assists
  const { rows } = await tx.executeQuery(
    compile<{ assists: readonly Assisting[] | null }>(
      tx,
      fragment`select ${assistsJson(deps.zoneId, appealId)} as assists`,
    ),
  )
  return rows[0]?.assists ?? []
}

/** A dossier over rows that the caller has locked or just inserted. */
export function dossierOf(
  deps: NeedsDeps,
  appeal: Appeal,
  order: WorkOrder | null,
  cause: Cause,
  given: Partial<Pick<Dossier, 'fresh' | 'batch' | 'instance' | 'stamps' | 'asked'>> = {},
): Dossier {
  const doer = cause.by === 'actor' ? { id: cause.actor.accountId, name: cause.actor.name, actor: cause.actor } : system
  return {
    deps,
    now: deps.clock(),
    doer,
    cause,
    before: appeal,
    fresh: given.fresh ?? false,
    batch: given.batch ?? newBatch(),
    instance: given.instance ?? null,
    stamps: given.stamps ?? null,
    asked: given.asked ?? {},
    clocks: null,
    turn: null,
    orderBefore: order,
    appeal,
    order,
    vars: {},
    said: [],
    events: [],
    onBehalfOf: null,
  }
}

/** Changes fields of the appeal; written by `saveDossier`. */
export function change(dossier: Dossier, patch: Partial<Appeal>): void {
  dossier.appeal = { ...dossier.appeal, ...patch }
}

/** Changes fields of the active order; written by `saveDossier`. */
export function changeOrder(dossier: Dossier, patch: Partial<WorkOrder>): void {
  if (dossier.order) dossier.order = { ...dossier.order, ...patch }
}

/** Adds a write that nothing in this step reads again. */
export function write(dossier: Dossier, query: Fragment | OperationNodeSource): void {
  dossier.batch.writes.push(isFragment(query) ? query : sql`${query}`)
}

/** Adds a line to the history. */
export function say(dossier: Dossier, said: Said): void {
  dossier.said.push(said)
}

/** Tells the world after the commit: `needs.<what>` with the parties that it concerns. */
export function tell(dossier: Dossier, what: string, to: readonly string[], data: { [key: string]: Json } = {}): void {
  dossier.events.push({
    type: `needs.${what}`,
    objectKind: 'appeal',
    objectId: dossier.appeal.id,
    data: { title: dossier.appeal.title, no: dossier.appeal.no, state: dossier.appeal.state, ...data },
    at: dossier.now,
    to: [...to],
  })
}

/** The parties that a change of the appeal concerns: applicant, area, owner. */
export function concerned(dossier: Dossier): string[] {
  const { enterprise_id, area_id, owner_id, raised_by } = dossier.appeal
  return [...new Set([enterprise_id, area_id, owner_id, raised_by].filter((id): id is string => id !== null))]
}

export type ClockPorts = { readonly rules: ClockRules; readonly calendar: Calendar }

/** The rules of the clock that hold now, and the calendar, as this transaction sees them; read once a step. */
export async function clockPorts(tx: Tx, dossier: Dossier): Promise<ClockPorts> {
  if (dossier.clocks) return dossier.clocks
  const { deps } = dossier
  const stamps = dossier.stamps ?? (await readStamps(tx, deps.zoneId))
  dossier.clocks = {
    rules: await clockRulesOf(tx, deps.zoneId, stamps.rules),
    calendar: await deps.calendar.current(tx, stamps.calendar),
  }
  return dossier.clocks
}

/**
 * Draws the number of an appeal, and reads along which drawing it begins on, and the stamps of rules and calendar where they are
 * not known. One statement.
 * @param key  of the drawing
 */
export async function drawAppealNumber(
  tx: Tx,
  dossier: Dossier,
  key: string,
): Promise<{ readonly no: string; readonly version: number | null }> {
  const { deps, now } = dossier
  const answer = await sql<ClockStamps & { readonly drawn: number; readonly version: number | null }>`select
    ${drawnNumber(deps.zoneId, 'appeal', now)} as drawn, ${newestVersion(deps.zoneId, key)} as version,
    ${calendarStamp(deps.zoneId)} as calendar, ${clockRulesStamp(deps.zoneId)} as rules`.execute(tx)
  const [found] = answer.rows
  if (found) dossier.stamps ??= { calendar: found.calendar, rules: found.rules }
  return { no: numberOf('appeal', now, found?.drawn), version: found?.version ?? null }
}

async function readStamps(tx: Tx, zoneId: string): Promise<ClockStamps> {
  const answer =
    await sql<ClockStamps>`select ${calendarStamp(zoneId)} as calendar, ${clockRulesStamp(zoneId)} as rules`.execute(tx)
  return answer.rows[0] ?? { calendar: null, rules: null }
}

/** Writes what changed in one statement: the rows, the history in order, the events. */
export async function saveDossier(tx: Tx, dossier: Dossier): Promise<void> {
  closeDossier(tx, dossier)
  await flushBatch(tx, dossier.batch)
}

/** Adds to the dossier's batch what changed: the rows, the history in order, the events. Raises the revision by one. */
export function closeDossier(tx: Tx, dossier: Dossier): void {
  const { batch, deps, before, now } = dossier
  const appeal = { ...dossier.appeal, rev: dossier.fresh ? before.rev : before.rev + 1, updated_at: now }
  dossier.appeal = appeal
  batch.writes.push(dossier.fresh ? insertAppealRow(appeal) : updateAppealRow(before, appeal))
  const { order, orderBefore } = dossier
  const orderChanges = order && orderBefore && order.id === orderBefore.id ? changedColumns(orderBefore, order) : {}
  if (order && Object.keys(orderChanges).length > 0)
    write(dossier, updateRow('work_order', orderChanges, { zone_id: deps.zoneId, id: order.id }))
  if (dossier.turn) writeTurn(dossier, dossier.turn)
  if (dossier.events.length > 0) batch.writes.push(outboxInsert(deps.zoneId, dossier.events))
  if (dossier.said.length > 0)
    batch.calls.push(
      historyCall(
        deps.zoneId,
        dossier.said.map((said, index) => toHistory(dossier, said, index)),
      ),
    )
}

const insertAppealRow = (appeal: Appeal): Fragment => {
  const columns = Object.fromEntries(Object.entries(appeal).map(([name, value]) => [name, toColumn(name, value)]))
  // The columns are those of Appeal, with instants as dates.
  return insertRow('appeal', columns as never)
}

const updateAppealRow = (before: Appeal, after: Appeal): Fragment =>
  updateRow('appeal', changedColumns(before, after), { zone_id: before.zone_id, id: before.id })

function toHistory(dossier: Dossier, said: Said, index: number): HistoryEntry {
  const last = index === dossier.said.length - 1
  const moved = last && dossier.before.state !== dossier.appeal.state
  return {
    objectKind: 'appeal',
    objectId: dossier.appeal.id,
    at: dossier.now,
    verb: said.verb,
    actorId: dossier.doer.id,
    actorName: dossier.doer.name,
    onBehalfOf: dossier.onBehalfOf,
    node: dossier.cause.by === 'timer' ? dossier.cause.nodeId : null,
    public: !said.internal,
    reason: said.reason ?? null,
    data: { ...said.data, ...(moved ? { from: dossier.before.state, to: dossier.appeal.state } : {}) },
  }
}

const instants = new Set([
  'occurred_at',
  'received_at',
  'replied_at',
  'closed_at',
  'due_at',
  'paused_at',
  'created_at',
  'updated_at',
  'dispatched_at',
  'due_sign_at',
  'signed_at',
  'due_contact_at',
  'contacted_at',
  'due_result_at',
  'original_due_result_at',
  'return_until',
  'returned_at',
])

/** The columns that differ, ready for writing: instants as dates. */
function changedColumns<T extends Appeal | WorkOrder>(before: T, after: T): Updateable<AppealTable & WorkOrderTable> {
  const changes = Object.entries(after).filter(([name, value]) => before[name as keyof T] !== value)
  return Object.fromEntries(changes.map(([name, value]) => [name, toColumn(name, value)]))
}

/** A row as the database writes it in JSON, with instants as text. */
type JsonRow = Readonly<Record<string, unknown>>

function orderOfJson(row: JsonRow): WorkOrder {
  const read: Record<string, unknown> = { ...row }
  for (const name of instants) {
    const value = read[name]
    if (typeof value === 'string') read[name] = epochMs(Math.round(new Date(value).getTime()))
  }
  // The columns are those of the table.
  return read as WorkOrder
}

const toColumn = (name: string, value: unknown): unknown =>
  instants.has(name) && typeof value === 'number' ? new Date(value) : value

/** Inserts an order as the active one; the one before it rests. */
export async function insertOrder(
  tx: Tx,
  dossier: Dossier,
  order: Omit<WorkOrder, 'zone_id' | 'id' | 'appeal_id' | 'active'>,
): Promise<void> {
  const { deps, appeal } = dossier
  const row: WorkOrder = { ...order, zone_id: deps.zoneId, id: newId(), appeal_id: appeal.id, active: true }
  const { orderBefore } = dossier
  if (dossier.order && orderBefore && dossier.order.id === orderBefore.id) {
    const changes = changedColumns(orderBefore, dossier.order)
    await tx
      .updateTable('work_order')
      .set({ ...changes, active: false })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', orderBefore.id)
      .execute()
  }
  const columns = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toColumn(name, value)]))
  // The columns are those of WorkOrder, with instants as dates.
  write(dossier, insertRow('work_order', columns as never))
  dossier.order = row
  change(dossier, { owner_id: row.owner_id, round: row.round })
}

/** Turns the clock when the dossier closes: the running segment ends, the next begins; of several turns in one step the last. */
export function turnClock(
  dossier: Dossier,
  kind: ClockTurn['kind'],
  reason: string,
  due: { readonly before: EpochMs | null; readonly after: EpochMs | null },
): void {
  dossier.turn = { kind, reason, orderId: dossier.order?.id ?? null, ...due }
}

/** The history of pauses and new due times. */
function writeTurn(dossier: Dossier, { kind, reason, orderId, before, after }: ClockTurn): void {
  const { deps, appeal, now } = dossier
  write(
    dossier,
    fragment`update clock_segment set to_at = ${at(now)}
      where zone_id = ${deps.zoneId} and appeal_id = ${appeal.id} and to_at is null`,
  )
  if (!kind) return
  write(
    dossier,
    insertRow('clock_segment', {
      zone_id: deps.zoneId,
      id: newId(),
      appeal_id: appeal.id,
      order_id: orderId,
      kind,
      from_at: at(now),
      reason,
      due_before: before === null ? null : at(before),
      due_after: after === null ? null : at(after),
    }),
  )
}

/** How long the clock of an appeal has stood still so far, milliseconds. */
export async function pausedMs(tx: Tx, deps: NeedsDeps, appealId: string): Promise<number> {
  const answer = await sql<{ ms: number | null }>`
    select sum(extract(epoch from (to_at - from_at)) * 1000)::float8 as ms from clock_segment
    where zone_id = ${deps.zoneId} and appeal_id = ${appealId} and kind = 'paused' and to_at is not null`.execute(tx)
  return Math.round(answer.rows[0]?.ms ?? 0)
}
