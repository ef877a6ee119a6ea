import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { bookOf, sumOf, type Dock } from './book.ts'
import { bookedOf, dockColumns } from './slot.ts'

/** Loading slots of a place within a wave's look-ahead. */
export type FreeSlots = {
  readonly placeId: string
  readonly capacity: number
  readonly booked: number
  readonly free: number
  /** The look-ahead. */
  readonly hours: number
}

/** Less says nothing: trucks are on their way meanwhile. */
const hoursMin = 1
const hourMs = 3_600_000

/**
 * How many loading slots are free at places until so many hours from now; only those whose docks give slots.
 * Two statements, by the primary key and freight_dock_slot_at.
 */
export async function freeLoadSlots(
  db: Db | Tx,
  zoneId: string,
  placeIds: readonly string[],
  now: EpochMs,
  hours: number,
): Promise<readonly FreeSlots[]> {
  const { rows } = await sql<Dock>`select ${dockColumns} from freight_dock d
    where d.zone_id = ${zoneId} and d.is_on and d.place_end = 'load' and d.place_id = any(${[...new Set(placeIds)]}::uuid[])
    order by d.place_id`.execute(db)
  if (rows.length === 0) return []
  const booked = await bookedOf(db, zoneId, rows, now)
  const ahead = Math.max(hoursMin, hours)
  return rows.map((dock) => ({
    placeId: dock.placeId,
    hours: ahead,
    ...sumOf(bookOf(dock, now, now + ahead * hourMs, booked(dock))),
  }))
}
