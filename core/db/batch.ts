import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from './tables.ts'

/**
 * Writes that leave together, as one statement. Each part touches rows that no other part touches; the server gives them
 * one snapshot, so none sees what another wrote.
 */
export type WriteBatch = {
  readonly writes: RawBuilder<unknown>[]
  /** Calls of functions that write; they run after the parts were begun. */
  readonly calls: RawBuilder<unknown>[]
}

/** An empty batch. */
export const newBatch = (): WriteBatch => ({ writes: [], calls: [] })

/**
 * Runs a batch; nothing for an empty one.
 * Source: own; PostgreSQL manual 7.8.4, data-modifying statements in WITH. One round trip.
 */
export async function flushBatch(tx: Tx | Db, batch: WriteBatch): Promise<void> {
  if (batch.writes.length + batch.calls.length > 0) await batchQuery(batch).execute(tx)
}

/** A batch as one statement. */
export function batchQuery(batch: WriteBatch): RawBuilder<unknown> {
  const parts = batch.writes.map((part, index) => sql`${sql.raw(`w${index}`)} as (${part})`)
  const results = batch.calls.length > 0 ? sql.join(batch.calls) : sql`1`
  return parts.length > 0 ? sql`with ${sql.join(parts)} select ${results}` : sql`select ${results}`
}
