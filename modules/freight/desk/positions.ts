import { sql } from 'kysely'
import { at } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Reader } from '../papers-view.ts'
import type { WaybillState } from '../words.ts'
import { isRunning, lastFixes, tripColumns, tripTables, type PlaceRow, type TripRow } from './parts.ts'
import { positionHoursMax, trucksMax, type PositionSource } from './words.ts'

const hourMs = 3_600_000

export type Box = { readonly west: number; readonly south: number; readonly east: number; readonly north: number }

type Truck = TripRow & {
  readonly state: WaybillState
  readonly lonDeg: number
  readonly latDeg: number
  readonly at: EpochMs
  readonly source: PositionSource
  readonly speedKmh: number | null
  readonly headingDeg: number | null
}

/**
 * Trucks of running waybills in a part of the map: by the terminal that is in the vehicle, else by the phone with the last step that said
 * where it was; nothing from before the job was taken, nothing older than a day. At most `trucksMax`. One statement for them, by
 * freight_waybill_vehicle_busy and the keys of last fixes and of the history; one for their places. O(running waybills).
 */
export async function findPositions(reader: Reader, { west, south, east, north }: Box) {
  const { db, zoneId, clock } = reader.deps
  const now = clock()
  const oldest = sql`${at(epochMs(now - positionHoursMax * hourMs))}::timestamptz`
  const { rows } = await sql<Truck>`
    with placed as (
      select w.id, coalesce(f.lon_deg, s.lon) as lon, coalesce(f.lat_deg, s.lat) as lat, coalesce(f.at, s.at) as at,
        case when f.at is null then 'step' else 'terminal' end as source, f.speed_kmh, f.heading_deg
      from freight_waybill w ${lastFixes(oldest)}
      left join lateral (
        select (h.data -> 'position' ->> 'lonDeg')::float8 as lon, (h.data -> 'position' ->> 'latDeg')::float8 as lat,
          to_timestamp((h.data ->> 'at')::float8 / 1000) as at
        from history h
        where h.zone_id = w.zone_id and h.object_id = w.id::text and jsonb_typeof(h.data -> 'position') = 'object'
          and jsonb_typeof(h.data -> 'at') = 'number'
        order by h.seq desc limit 1) s on f.at is null and s.at >= ${oldest}
      where ${isRunning(reader)}),
    shown as (
      select * from placed where lon between ${west} and ${east} and lat between ${south} and ${north}
      order by id limit ${trucksMax + 1})
    select ${tripColumns}, p.lon as "lonDeg", p.lat as "latDeg", p.at, p.source, p.speed_kmh as "speedKmh",
      p.heading_deg as "headingDeg"
    from shown p join freight_waybill w on w.zone_id = ${zoneId} and w.id = p.id ${tripTables}
    order by p.id`.execute(db)
  const trucks = rows.slice(0, trucksMax)
  return { at: now, more: rows.length > trucksMax, trucks, places: await placesOf(reader, trucks) }
}

/** Where trucks load and unload. By the key of freight_place. */
async function placesOf({ deps: { db, zoneId } }: Reader, trucks: readonly TripRow[]): Promise<readonly PlaceRow[]> {
  const ids = [...new Set(trucks.flatMap(({ from, to }) => [from.id, to.id]))]
  if (ids.length === 0) return []
  return db
    .selectFrom('freight_place')
    .select(['id', 'name', 'lon_deg as lonDeg', 'lat_deg as latDeg', 'fence_m as fenceM'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute()
}
