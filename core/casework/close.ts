import { sql, type RawBuilder } from 'kysely'
import { historyCall, type HistoryEntry } from '@tingzhou/audit'
import { jsonb } from '@tingzhou/db'
import { outboxInsert } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import type { CaseRow, CaseShape } from './case-kind.ts'
import { say, type Dossier, type Said } from './dossier.ts'

/** Says what was done in one word, when nothing was said: the move, or what else made the step. O(1). */
export function sayAtLeast({ said, cause }: Pick<Dossier, 'said' | 'cause'>, verb?: string): void {
  if (said.length === 0) say({ said }, { verb: verb ?? (cause.by === 'actor' ? cause.verb : cause.by), public: true })
}

/**
 * Adds to the batch what changed: the row, what the kind keeps beside it, the events, the history in order. Raises the revision
 * by one, unless the row is new. Called once a dossier; a step of the process calls it. O(columns + lines + events).
 * @throws Error when it is closed already (a bug): what came later would be lost
 */
export function closeDossier<C extends CaseShape>(dossier: Dossier<C>): void {
  const { kind, deps, batch, before, now, doer, fresh, said, events } = dossier
  assert(!dossier.closed, `the dossier of ${kind.objectKind} ${before.id} is closed once`)
  dossier.closed = true
  dossier.row = {
    ...dossier.row,
    rev: fresh ? before.rev : before.rev + 1,
    updated_at: now,
    ...('updated_by' in before ? { updated_by: doer.id } : {}),
  }
  const documents = kind.documents ?? []
  batch.writes.push(
    fresh ? insertRow(kind.table, dossier.row, documents) : updateRow(kind.table, before, dossier.row, documents),
  )
  kind.beside?.close?.(dossier)
  if (events.length > 0) batch.writes.push(outboxInsert(deps.zoneId, events))
  if (said.length > 0)
    batch.calls.push(
      historyCall(
        deps.zoneId,
        said.map((line, index) => toHistory(dossier, line, index === said.length - 1)),
      ),
    )
}

function toHistory(dossier: Dossier, { verb, reason, data, ...line }: Said, last: boolean): HistoryEntry {
  const { kind, row, before, fresh, doer, cause } = dossier
  const moved = last && (fresh || before.state !== row.state)
  return {
    objectKind: kind.objectKind,
    objectId: row.id,
    at: dossier.now,
    verb,
    actorId: doer.id,
    actorName: doer.name,
    onBehalfOf: dossier.onBehalfOf,
    node: cause.by === 'timer' ? cause.nodeId : null,
    public: line.public ?? kind.isPublic,
    reason: reason ?? null,
    data: { ...data, ...(moved ? { from: fresh ? null : before.state, to: row.state } : {}) },
  }
}

function insertRow(table: string, row: CaseRow, documents: readonly string[]): RawBuilder<unknown> {
  const entries = Object.entries(row)
  const names = entries.map(([name]) => sql.ref(name))
  const values = entries.map(([name, value]) => columnValue(name, value, documents))
  return sql`insert into ${sql.table(table)} (${sql.join(names)}) values (${sql.join(values)})`
}

function updateRow(table: string, before: CaseRow, after: CaseRow, documents: readonly string[]): RawBuilder<unknown> {
  const was = new Map<string, unknown>(Object.entries(before))
  const sets = Object.entries(after)
    .filter(([name, value]) => was.get(name) !== value)
    .map(([name, value]) => sql`${sql.ref(name)} = ${columnValue(name, value, documents)}`)
  return sql`update ${sql.table(table)} set ${sql.join(sets)} where zone_id = ${before.zone_id} and id = ${before.id}`
}

/**
 * A value as a statement writes it into a column: documents as jsonb, instants (a number in a column whose name ends in `_at`,
 * `_until` or `_from`) as timestamps. Pure. O(size).
 */
export function columnValue(name: string, value: unknown, documents: readonly string[]): RawBuilder<unknown> {
  if (documents.includes(name)) return value === null ? sql`null` : sql`${jsonb(value)}::jsonb`
  if (typeof value === 'number' && /_(?:at|until|from)$/.test(name)) return sql`${new Date(value)}::timestamptz`
  return sql`${value}`
}
