import { sql, type RawBuilder } from 'kysely'
import { historyCall, type HistoryEntry } from '@tingzhou/audit'
import type { CalendarStore } from '@tingzhou/calendar'
import { jsonb, newBatch, type Db, type Json, type WriteBatch } from '@tingzhou/db'
import { outboxInsert, type OutboxEvent } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Cause, DefinitionStore, OpenInstance } from '@tingzhou/process'
import './tables.ts'

/** The ports of the module. */
export type SafetyDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: () => EpochMs
  readonly newId: () => string
  readonly calendar: CalendarStore
  readonly definitions: DefinitionStore
}

/** Who acts; the zone itself when a timer does. */
export type Doer = { readonly id: string; readonly name: string; readonly actor: Actor | null }

export type Said = {
  readonly verb: string
  readonly reason?: string
  /** Whether the applicant may read it. */
  readonly public?: boolean
  readonly data?: { readonly [key: string]: Json | undefined }
}

/** A campaign's or an application's row, locked, and what a step will write when it has come to rest. */
export type Unit<Row> = {
  readonly deps: SafetyDeps
  readonly objectKind: 'review_campaign' | 'review_application'
  readonly now: EpochMs
  readonly doer: Doer
  readonly cause: Cause
  readonly before: Row
  row: Row
  readonly said: Said[]
  readonly events: OutboxEvent[]
  readonly batch: WriteBatch
  /** The process as it stood when the row was locked, until a step takes it. */
  instance: OpenInstance | null
}

const system: Doer = { id: 'system', name: 'Tingzhou', actor: null }

type Kept = { readonly id: string; readonly rev: number; readonly state: string }

/** A unit over a row that the caller has locked or just inserted. */
export const unitOf = <Row extends Kept>(
  deps: SafetyDeps,
  objectKind: Unit<Row>['objectKind'],
  row: Row,
  cause: Cause,
  given: { readonly batch?: WriteBatch; readonly instance?: OpenInstance | null } = {},
): Unit<Row> => ({
  deps,
  objectKind,
  now: deps.clock(),
  doer: cause.by === 'actor' ? { id: cause.actor.accountId, name: cause.actor.name, actor: cause.actor } : system,
  cause,
  before: row,
  row,
  said: [],
  events: [],
  batch: given.batch ?? newBatch(),
  instance: given.instance ?? null,
})

/** Changes fields of the row; written when the unit closes. */
export function change<Row>(unit: Unit<Row>, patch: Partial<Row>): void {
  unit.row = { ...unit.row, ...patch }
}

/** Adds a line to the history. */
export function say<Row>(unit: Unit<Row>, said: Said): void {
  unit.said.push(said)
}

/** Tells the world after the commit: `safety.<what>`, and the parties that it concerns. */
export function tell<Row extends Kept>(
  unit: Unit<Row>,
  what: string,
  to: readonly string[],
  data: { [key: string]: Json } = {},
): void {
  unit.events.push({
    type: `safety.${what}`,
    objectKind: unit.objectKind,
    objectId: unit.row.id,
    data: { state: unit.row.state, ...data },
    at: unit.now,
    to: [...to],
  })
}

/** Takes the instance for the first step of a command; a second step reads it anew. */
export function takeInstance<Row>(unit: Unit<Row>): OpenInstance | null {
  const { instance } = unit
  unit.instance = null
  return instance
}

/** Adds to the batch what changed: the row, the history in order, the events. Raises the revision by one. */
export function closeUnit<Row extends Kept>(unit: Unit<Row>): void {
  const { batch, deps, before, now, doer } = unit
  unit.row = { ...unit.row, rev: before.rev + 1, updated_at: now, updated_by: doer.id }
  batch.writes.push(updateRow(unit))
  if (unit.said.length === 0)
    say(unit, { verb: unit.cause.by === 'actor' ? unit.cause.verb : unit.cause.by, public: true })
  batch.calls.push(
    historyCall(
      deps.zoneId,
      unit.said.map((said, index) => toHistory(unit, said, index)),
    ),
  )
  if (unit.events.length > 0) batch.writes.push(outboxInsert(deps.zoneId, unit.events))
}

function updateRow<Row extends Kept>({ deps, objectKind, before, row }: Unit<Row>): RawBuilder<unknown> {
  const was = new Map(Object.entries(before))
  const sets = Object.entries(row)
    .filter(([name, value]) => was.get(name) !== value)
    .map(([name, value]) => sql`${sql.ref(name)} = ${toColumn(name, value)}`)
  return sql`update ${sql.table(objectKind)} set ${sql.join(sets)} where zone_id = ${deps.zoneId} and id = ${before.id}`
}

// Columns that hold instants end so.
const toColumn = (name: string, value: unknown): unknown => {
  if (typeof value === 'number' && /_(at|until|from)$/.test(name)) return sql`${new Date(value)}::timestamptz`
  return typeof value === 'object' && value !== null ? sql`${jsonb(value)}::jsonb` : value
}

function toHistory<Row extends Kept>(unit: Unit<Row>, said: Said, index: number): HistoryEntry {
  const moved = index === unit.said.length - 1 && unit.before.state !== unit.row.state
  return {
    objectKind: unit.objectKind,
    objectId: unit.row.id,
    at: unit.now,
    verb: said.verb,
    actorId: unit.doer.id,
    actorName: unit.doer.name,
    node: unit.cause.by === 'timer' ? unit.cause.nodeId : null,
    public: said.public ?? false,
    reason: said.reason ?? null,
    data: { ...said.data, ...(moved ? { from: unit.before.state, to: unit.row.state } : {}) },
  }
}
