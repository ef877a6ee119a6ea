import { sql, type SelectQueryBuilder } from 'kysely'
import { assert } from '@tingzhou/kernel'
import type { Db, Tables } from '@tingzhou/db'
import './tables.ts'

/**
 * Which transactions a statement sees, as text. Two statements of one database that see the same ones see the same rows, so
 * what the first counted the second need not count again. A sub-select, or it would be asked once a row.
 * Source: PostgreSQL manual, functions for transaction ids and snapshots (`xmin:xmax:xip`), on a primary.
 */
export const stateSeen = sql<string>`(select pg_current_snapshot()::text)`

/** A count, while it is asked and after, and the state of the database that it belongs to. */
type KeptCount = { seen: string; readonly n: Promise<number> }
const kept = new WeakMap<Db, Map<string, KeptCount>>()
// One a reader and set of filters, about 1 kB each; the oldest goes first.
const keptMax = 500

/**
 * How many rows a query has, asked once for all readers until something is committed: a count walks the whole list, and every
 * open screen asks for it again at each event.
 * @param db    outside transactions: what a transaction wrote itself shows in no snapshot
 * @param rows  the query without columns
 * @param seen  `stateSeen` of the list that the number stands beside
 * @returns the number in that state or in a later one
 */
export async function countRows(
  db: Db,
  rows: SelectQueryBuilder<Tables, 'enterprise', object>,
  seen: string,
): Promise<number> {
  assert(!db.isTransaction, 'counts are kept outside transactions')
  const counting = rows.select([sql<number>`count(*)`.as('n'), stateSeen.as('seen')])
  const { sql: text, parameters } = counting.compile()
  const key = JSON.stringify([text, parameters])
  const counts = kept.get(db) ?? new Map<string, KeptCount>()
  kept.set(db, counts)
  const known = counts.get(key)
  if (known?.seen === seen) return known.n
  const count: KeptCount = { seen, n: ask() }
  keep(counts, key, count)
  return count.n

  async function ask(): Promise<number> {
    try {
      const answer = await counting.executeTakeFirstOrThrow()
      count.seen = answer.seen
      return answer.n
    } catch (error) {
      // What failed is asked again.
      if (counts.get(key) === count) counts.delete(key)
      throw error
    }
  }
}

function keep(counts: Map<string, KeptCount>, key: string, count: KeptCount): void {
  counts.delete(key)
  counts.set(key, count)
  const [oldest] = counts.keys()
  if (counts.size > keptMax && oldest !== undefined) counts.delete(oldest)
}
