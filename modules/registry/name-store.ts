import { sql } from 'kysely'
import { createNameIndex, frontHeavy, type NameIndex, type NameSuggestion } from '@tingzhou/names'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import type { UsccStatus } from './enterprise-contract.ts'
import { isIdentifying } from './enterprise.ts'
import './tables.ts'

/** Least likeness of a suggestion; `npm run bench -- dedupe` measures what is found with it. */
export const likenessMin = 0.7

/** An entry as names are compared: its core, and whether a code tells it from others anyway. */
export type NamedEntry = { readonly id: string; readonly core: string; readonly usccStatus: UsccStatus }

/**
 * The name cores of a zone, held in memory. Two entries with identifying codes are two enterprises whatever their names,
 * so an entry with such a code is compared only with those without.
 */
export type NameStore = {
  readonly add: (entry: NamedEntry) => void
  readonly remove: (id: string) => void
  readonly size: () => number
  readonly lookup: (
    entry: Omit<NamedEntry, 'id'>,
    options: { readonly threshold: number; readonly limit: number },
  ) => readonly NameSuggestion[]
}

export function createNameStore(): NameStore {
  const all: NameIndex = createNameIndex(frontHeavy)
  const withoutCode: NameIndex = createNameIndex(frontHeavy)
  return {
    add: ({ id, core, usccStatus }) => {
      all.add(id, core)
      if (isIdentifying(usccStatus)) withoutCode.remove(id)
      else withoutCode.add(id, core)
    },
    remove: (id) => {
      all.remove(id)
      withoutCode.remove(id)
    },
    size: all.size,
    lookup: ({ core, usccStatus }, options) => (isIdentifying(usccStatus) ? withoutCode : all).lookup(core, options),
  }
}

type Held = { readonly store: NameStore; seen: EpochMs }
const held = new WeakMap<Db, Map<string, Held>>()
// Rows are stamped when their command began; one that was committed this much later is still found.
const overlapMs = 5 * 60_000
const pageRows = 20_000

/**
 * The names of the zone as the transaction sees them. Ids of rolled back rows may linger, so the caller reads the rows of
 * what it finds.
 * @param home  the process's database, to which the memory belongs
 */
export async function nameStoreOf(home: Db, tx: Db | Tx, zoneId: string): Promise<NameStore> {
  const zones = held.get(home) ?? new Map<string, Held>()
  held.set(home, zones)
  const zone = zones.get(zoneId) ?? { store: createNameStore(), seen: epochMs(0) }
  zones.set(zoneId, zone)
  await catchUp(zone, tx, zoneId)
  return zone.store
}

async function catchUp(zone: Held, tx: Db | Tx, zoneId: string): Promise<void> {
  const since = sql<EpochMs>`${at(epochMs(Math.max(0, zone.seen - overlapMs)))}::timestamptz`
  for (let after = ''; ;) {
    const rows = await tx
      .selectFrom('enterprise')
      .select(['id', 'name_core', 'uscc_status', 'merged_into', 'updated_at'])
      .where('zone_id', '=', zoneId)
      .where('updated_at', '>=', since)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageRows)
      .execute()
    for (const row of rows) {
      if (row.merged_into === null) zone.store.add({ id: row.id, core: row.name_core, usccStatus: row.uscc_status })
      else zone.store.remove(row.id)
      if (row.updated_at > zone.seen) zone.seen = row.updated_at
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageRows) return
    after = last.id
  }
}
