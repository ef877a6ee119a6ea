import { sql } from 'kysely'
import { createNameIndex, type NameIndex } from '@tingzhou/names'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import './tables.ts'

/** The name cores of a zone, held in memory and brought up to date before each use. */
type NameStore = { readonly index: NameIndex; seen: EpochMs }

const stores = new WeakMap<Db, Map<string, NameStore>>()
// Rows are stamped when their command began; one that was committed this much later is still found.
const overlapMs = 5 * 60_000
const pageRows = 20_000

/**
 * The index of name cores as the transaction sees them. Ids of rolled back rows may linger, so the caller reads the rows
 * of what it finds.
 * @param home  the process's database, to which the memory belongs
 */
export async function nameIndexOf(home: Db, tx: Db | Tx, zoneId: string): Promise<NameIndex> {
  const zones = stores.get(home) ?? new Map<string, NameStore>()
  stores.set(home, zones)
  const store = zones.get(zoneId) ?? { index: createNameIndex(), seen: epochMs(0) }
  zones.set(zoneId, store)
  await catchUp(store, tx, zoneId)
  return store.index
}

async function catchUp(store: NameStore, tx: Db | Tx, zoneId: string): Promise<void> {
  const since = sql<EpochMs>`${at(epochMs(Math.max(0, store.seen - overlapMs)))}::timestamptz`
  for (let after = ''; ;) {
    const rows = await tx
      .selectFrom('enterprise')
      .select(['id', 'name_core', 'merged_into', 'updated_at'])
      .where('zone_id', '=', zoneId)
      .where('updated_at', '>=', since)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageRows)
      .execute()
    for (const row of rows) {
      if (row.merged_into === null) store.index.add(row.id, row.name_core)
      else store.index.remove(row.id)
      if (row.updated_at > store.seen) store.seen = row.updated_at
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageRows) return
    after = last.id
  }
}
