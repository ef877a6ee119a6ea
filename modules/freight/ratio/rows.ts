import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import type { LonLat } from '@tingzhou/geo'
import type { EpochMs } from '@tingzhou/kernel'
import { readFixesAt } from '@tingzhou/telemetry'
import { positionHoursMax } from '../desk/words.ts'
import '../risk/tables.ts'
import '../tables.ts'
import type { Trip } from './flows.ts'
import { tripsMax } from './words.ts'

type Row = {
  readonly vehicleId: string
  readonly fromId: string
  readonly toId: string
  readonly distanceM: number | null
  readonly acceptedAt: EpochMs
  readonly isLeftOut: boolean
  /** Of the first trip of a vehicle: the position of the terminal that was in it. */
  readonly point: number | null
}
/** A place with its name. */
export type Place = LonLat & { readonly id: string; readonly name: string }
type Window = { readonly since: EpochMs; readonly until: EpochMs }

const hourMs = 3_600_000

/** The trips that were unloaded within windows, each in the order of unloading, at most `tripsMax` each. Two statements, and one a window. */
export async function unloadedTrips(
  db: Db,
  zoneId: string,
  windows: readonly Window[],
): Promise<{ readonly trips: readonly (readonly Trip[])[]; readonly places: ReadonlyMap<string, Place> }> {
  const rows: (readonly Row[])[] = []
  for (const window of windows) rows.push(await unloadedRows(db, zoneId, window))
  const all = rows.flat()
  const places = await placesOf(
    db,
    zoneId,
    all.flatMap(({ fromId, toId }) => [fromId, toId]),
  )
  const spots = await spotsAt(db, zoneId, all)
  const tripOf = (row: Row): readonly Trip[] => {
    const [from, to] = [places.get(row.fromId), places.get(row.toId)]
    return from && to ? [{ ...row, from, to, fix: spots.get(row) ?? null }] : []
  }
  return { trips: rows.map((some) => some.flatMap(tripOf)), places }
}

/** By freight_waybill_unloaded, and freight_terminal_of for each vehicle. O(waybills unloaded in the window). */
async function unloadedRows(db: Db, zoneId: string, { since, until }: Window): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select u.vehicle_id as "vehicleId", u.from_id as "fromId", u.to_id as "toId", u.distance_m as "distanceM",
      u.accepted_at as "acceptedAt", u.left_out as "isLeftOut", t.point_id as point
    from (
      select w.vehicle_id, w.from_id, w.to_id, w.distance_m, coalesce(w.accepted_at, w.created_at) as accepted_at, w.unloaded_at, w.id,
        w.tour_id is not null or w.serial <> '0000' as left_out,
        row_number() over (partition by w.vehicle_id order by w.unloaded_at, w.id) as turn
      from freight_waybill w
      where w.zone_id = ${zoneId} and w.unloaded_at >= ${at(since)}::timestamptz and w.unloaded_at < ${at(until)}::timestamptz) u
    left join lateral (
      select t.point_id from freight_terminal t
      where u.turn = 1 and t.zone_id = ${zoneId} and t.vehicle_id = u.vehicle_id and t.starts_at <= u.accepted_at
        and (t.ends_at is null or t.ends_at > u.accepted_at)
      order by t.starts_at desc limit 1) t on true
    order by u.unloaded_at, u.id limit ${tripsMax}`.execute(db)
  return rows
}

/** By the key of freight_place. */
export async function placesOf(db: Db, zoneId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('freight_place')
    .select(['id', 'name', 'lon_deg as lon', 'lat_deg as lat'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${wanted}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Where the terminals of some rows were last heard of when the job was accepted, within a day. As `readFixesAt`. */
export async function spotsAt<R extends { readonly point: number | null; readonly acceptedAt: EpochMs }>(
  db: Db,
  zoneId: string,
  rows: readonly R[],
): Promise<ReadonlyMap<R, LonLat>> {
  const asked = rows.flatMap((row) => (row.point === null ? [] : [{ row, point: row.point, at: row.acceptedAt }]))
  const fixes = await readFixesAt(db, zoneId, asked, positionHoursMax * hourMs)
  return new Map(
    asked.flatMap(({ row }, index) => {
      const fix = fixes[index]
      return fix ? [[row, { lon: fix.lonDeg, lat: fix.latDeg }] as const] : []
    }),
  )
}
