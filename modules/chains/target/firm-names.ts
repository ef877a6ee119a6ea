import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import '@tingzhou/registry'
import '../tables.ts'

/** A firm as lists show it. */
export type NamedFirm = {
  readonly id: string
  readonly name: string
  readonly isOutside: boolean
  readonly lon: number | null
  readonly lat: number | null
}

/** Names and places of enterprises of the register and of firms outside, by id; who is neither is left out. One statement, by keys. */
export async function firmsById(
  db: Db | Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedFirm>> {
  if (ids.length === 0) return new Map()
  const wanted = sql`${[...new Set(ids)]}::text[]`
  const { rows } = await sql<NamedFirm>`
    select e.id, e.name, false as "isOutside", e.lon, e.lat from enterprise e where e.zone_id = ${zoneId} and e.id = any(${wanted})
    union all
    select o.id::text, o.name, true, o.lon, o.lat from chain_outside o
    where o.zone_id = ${zoneId} and o.id = any(
      array(select w.id::uuid from unnest(${wanted}) as w(id) where w.id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'))`.execute(
    db,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** A firm by its id: named, or as its id when nobody knows it any more. Pure. O(1). */
export const firmOf = (firms: ReadonlyMap<string, NamedFirm>, id: string) => {
  const firm = firms.get(id)
  return { id, name: firm?.name ?? id, isOutside: firm?.isOutside ?? false }
}
