import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import '../tables.ts'
import type { LoadState } from '../words.ts'

/** How a load stands, for modules that go on where it ends; quantities in the load's measure. */
export type LoadStand = {
  readonly id: string
  readonly number: string
  readonly state: LoadState
  readonly quantity: number
  /** By waybills and shares. */
  readonly taken: number
  /** Waybills that were not cancelled, and those of them that were signed for. */
  readonly waybills: number
  readonly signed: number
}

/** How a load stands; null when there is none. One statement, by primary key and freight_waybill_load. */
export async function findLoadStand(db: Db | Tx, zoneId: string, id: string): Promise<LoadStand | null> {
  const { rows } = await sql<LoadStand>`
    select l.id, l.number, l.state, l.quantity, l.taken, w.waybills, w.signed
    from freight_load l cross join lateral (
      select count(*) as waybills, count(*) filter (where w.signed_at is not null) as signed from freight_waybill w
      where w.zone_id = l.zone_id and w.load_id = l.id and w.state not in ('cancelled', 'transloaded')) w
    where l.zone_id = ${zoneId} and l.id = ${id}::uuid`.execute(db)
  return rows[0] ?? null
}
