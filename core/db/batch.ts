import type { CompiledQuery, RawBuilder } from 'kysely'
import { compile, fragment, listed, plain, type Fragment } from './fragment.ts'
import type { Db, Tx } from './tables.ts'

/**
 * Writes that leave together, as one statement. Each part touches rows that no other part touches; the server gives them
 * one snapshot, so none sees what another wrote.
 */
export type WriteBatch = {
  readonly writes: (Fragment | RawBuilder<unknown>)[]
  /** Calls of functions that write; they run after the parts were begun. */
  readonly calls: (Fragment | RawBuilder<unknown>)[]
}

/** An empty batch. */
export const newBatch = (): WriteBatch => ({ writes: [], calls: [] })

/**
 * Runs a batch; nothing for an empty one.
 * Source: own; PostgreSQL manual 7.8.4, data-modifying statements in WITH. One round trip.
 */
export async function flushBatch(tx: Tx | Db, batch: WriteBatch): Promise<void> {
  if (batch.writes.length + batch.calls.length > 0) await tx.executeQuery(batchQuery(tx, batch))
}

/** A batch as one statement. */
export function batchQuery(tx: Tx | Db, { writes, calls }: WriteBatch): CompiledQuery {
  const results = calls.length > 0 ? listed(calls) : plain('1')
  const parts = writes.map((part, index) => fragment([`w${index} as (`, ')'], part))
  return compile(tx, parts.length > 0 ? fragment`with ${listed(parts)} select ${results}` : fragment`select ${results}`)
}
