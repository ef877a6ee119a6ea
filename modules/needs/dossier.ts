import type { Selectable, Updateable } from 'kysely'
import { sql, type RawBuilder } from 'kysely'
import { historyCall, type HistoryEntry } from '@tingzhou/audit'
import type { Calendar, CalendarStore } from '@tingzhou/calendar'
import { at, flushBatch, newBatch, newId, type Db, type Json, type Tx, type WriteBatch } from '@tingzhou/db'
import { outboxInsert, type OutboxEvent } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Cause, DefinitionStore, Vars } from '@tingzhou/process'
import { currentClockRules } from './clock-rules.ts'
import type { ClockRules } from './clocks.ts'
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
  /** The enterprise for whom a guide or officer acts. */
  onBehalfOf: string | null
  /** Rules and calendar, once they were read. */
  clocks: ClockPorts | null
}

const system: Doer = { id: 'system', name: 'Tingzhou', actor: null }

/** Locks an appeal and its active order and opens its dossier; null when there is no such appeal. */
export async function openDossier(tx: Tx, deps: NeedsDeps, appealId: string, cause: Cause): Promise<Dossier | null> {
  const appeal = await tx
    .selectFrom('appeal')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', appealId)
    .forUpdate()
    .executeTakeFirst()
  if (!appeal) return null
  const order = await tx
    .selectFrom('work_order')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('appeal_id', '=', appealId)
    .where('active', '=', true)
    .executeTakeFirst()
  return dossierOf(deps, appeal, order ?? null, cause)
}

/** A dossier over rows that the caller has locked or just inserted. */
export function dossierOf(
  deps: NeedsDeps,
  appeal: Appeal,
  order: WorkOrder | null,
  cause: Cause,
  fresh = false,
): Dossier {
  const doer = cause.by === 'actor' ? { id: cause.actor.accountId, name: cause.actor.name, actor: cause.actor } : system
  return {
    deps,
    now: deps.clock(),
    doer,
    cause,
    before: appeal,
    fresh,
    clocks: null,
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
  const { deps } = dossier
  dossier.clocks ??= {
    rules: await currentClockRules(tx, deps.zoneId),
    calendar: await deps.calendar.current(tx),
  }
  return dossier.clocks
}

/** Writes what changed in one statement: the rows, the history in order, the events. */
export async function saveDossier(tx: Tx, dossier: Dossier): Promise<void> {
  const batch = newBatch()
  closeDossier(tx, dossier, batch)
  await flushBatch(tx, batch)
}

/** Adds to a batch what changed: the rows, the history in order, the events. Raises the revision by one. */
export function closeDossier(tx: Tx, dossier: Dossier, batch: WriteBatch): void {
  const { deps, before, now } = dossier
  const appeal = { ...dossier.appeal, rev: dossier.fresh ? before.rev : before.rev + 1, updated_at: now }
  dossier.appeal = appeal
  batch.writes.push(dossier.fresh ? insertAppealRow(tx, appeal) : updateAppealRow(tx, before, appeal))
  const { order, orderBefore } = dossier
  const orderChanges = order && orderBefore && order.id === orderBefore.id ? changedColumns(orderBefore, order) : {}
  if (order && Object.keys(orderChanges).length > 0)
    batch.writes.push(
      sql`${tx
        .updateTable('work_order')
        .set(orderChanges)
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', order.id)}`,
    )
  if (dossier.events.length > 0) batch.writes.push(outboxInsert(deps.zoneId, dossier.events))
  if (dossier.said.length > 0)
    batch.calls.push(
      historyCall(
        deps.zoneId,
        dossier.said.map((said, index) => toHistory(dossier, said, index)),
      ),
    )
}

const insertAppealRow = (tx: Tx, appeal: Appeal): RawBuilder<unknown> => {
  const columns = Object.fromEntries(Object.entries(appeal).map(([name, value]) => [name, toColumn(name, value)]))
  // The columns are those of Appeal, with instants as dates.
  return sql`${tx.insertInto('appeal').values(columns as never)}`
}

const updateAppealRow = (tx: Tx, before: Appeal, after: Appeal): RawBuilder<unknown> =>
  sql`${tx
    .updateTable('appeal')
    .set(changedColumns(before, after))
    .where('zone_id', '=', before.zone_id)
    .where('id', '=', before.id)}`

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
  await tx
    .insertInto('work_order')
    .values(columns as never)
    .execute()
  dossier.order = row
  change(dossier, { owner_id: row.owner_id, round: row.round })
}

/** Closes the running segment of the clock and opens the next; the history of pauses and new due times. */
export async function turnClock(
  tx: Tx,
  dossier: Dossier,
  kind: 'running' | 'paused' | null,
  reason: string,
  due: { readonly before: EpochMs | null; readonly after: EpochMs | null },
): Promise<void> {
  const { deps, appeal, order, now } = dossier
  await tx
    .updateTable('clock_segment')
    .set({ to_at: at(now) })
    .where('zone_id', '=', deps.zoneId)
    .where('appeal_id', '=', appeal.id)
    .where('to_at', 'is', null)
    .execute()
  if (!kind) return
  await tx
    .insertInto('clock_segment')
    .values({
      zone_id: deps.zoneId,
      id: newId(),
      appeal_id: appeal.id,
      order_id: order?.id ?? null,
      kind,
      from_at: at(now),
      reason,
      due_before: due.before === null ? null : at(due.before),
      due_after: due.after === null ? null : at(due.after),
    })
    .execute()
}

/** How long the clock of an appeal has stood still so far, milliseconds. */
export async function pausedMs(tx: Tx, deps: NeedsDeps, appealId: string): Promise<number> {
  const answer = await sql<{ ms: number | null }>`
    select sum(extract(epoch from (to_at - from_at)) * 1000)::float8 as ms from clock_segment
    where zone_id = ${deps.zoneId} and appeal_id = ${appealId} and kind = 'paused' and to_at is not null`.execute(tx)
  return Math.round(answer.rows[0]?.ms ?? 0)
}
