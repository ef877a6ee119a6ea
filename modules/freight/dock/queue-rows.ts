import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Dock } from './book.ts'
import { queueOf, type Place } from './queue.ts'
import './tables.ts'
import { queueMax } from './words.ts'

/** A truck before docks, or at one. */
type QueuedRow = {
  readonly waybillId: string
  readonly arrivedAt: EpochMs
  readonly slotAt: EpochMs | null
}
export type Queued = QueuedRow & Pick<Place, 'isServed' | 'ahead'> & { readonly startAt: EpochMs }

/** How far back the docks are asked when they came free. */
const freedHours = 6

/**
 * The trucks that have arrived at docks and are not weighed, in the order of service: at most `queueMax`, the first to come.
 * Two statements, by freight_waybill_from_open or freight_waybill_to_open, and freight_dock_slot_at.
 */
export async function readQueue(db: Db, zoneId: string, dock: Dock, now: EpochMs): Promise<readonly Queued[]> {
  const { placeId, end } = dock
  const here =
    end === 'load'
      ? sql`w.from_id = ${placeId} and w.state = 'at_load'`
      : sql`w.to_id = ${placeId} and w.state = 'at_unload'`
  const [arrived, weighed] = end === 'load' ? ['arrived_load_at', 'loaded_at'] : ['arrived_unload_at', 'unloaded_at']
  const { rows } = await sql<QueuedRow>`
    select w.id as "waybillId", coalesce(${sql.ref(`w.${arrived}`)}, w.updated_at) as "arrivedAt", s.starts_at as "slotAt"
    from freight_waybill w
    left join freight_dock_slot s on s.zone_id = w.zone_id and s.waybill_id = w.id and s.place_end = ${end} and s.place_id = ${placeId}
    where w.zone_id = ${zoneId} and ${here}
    order by 2, w.id limit ${queueMax}`.execute(db)
  if (rows.length === 0) return []
  const freed = await sql<{ at: EpochMs }>`
    select ${sql.ref(`w.${weighed}`)} as at from freight_dock_slot s
    join freight_waybill w on w.zone_id = s.zone_id and w.id = s.waybill_id and ${sql.ref(`w.${weighed}`)} is not null
    where s.zone_id = ${zoneId} and s.place_id = ${placeId} and s.place_end = ${end}
      and s.starts_at >= ${at(epochMs(now - freedHours * 3_600_000))}::timestamptz
      and s.starts_at < ${at(epochMs(now + freedHours * 3_600_000))}::timestamptz
    order by 1 desc limit ${dock.docks}`.execute(db)
  const trucks = rows.map(({ arrivedAt, slotAt }) => ({
    atS: arrivedAt / 1_000,
    slotS: slotAt === null ? null : slotAt / 1_000,
  }))
  const places = queueOf(
    trucks,
    dock,
    now / 1_000,
    freed.rows.map((row) => row.at / 1_000),
  )
  return places.map(({ truck, startS, isServed, ahead }) => ({
    ...rows[truck]!, // an index of the rows
    isServed,
    ahead,
    startAt: epochMs(Math.floor(startS * 1_000)),
  }))
}
