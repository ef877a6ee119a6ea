import { sql } from 'kysely'
import { addDays, instantOf } from '@tingzhou/calendar'
import { at, type Db } from '@tingzhou/db'
import type { LonLat } from '@tingzhou/geo'
import { epochMs, localDate, type EpochMs } from '@tingzhou/kernel'
import { positionHoursMax } from '../desk/words.ts'
import { riskEdition } from '../risk/edition.ts'
import '../risk/tables.ts'
import '../tables.ts'
import { roadMetres } from '../wave/model.ts'
import { waveSettings } from '../wave/settings.ts'
import { roundedDeg, type DayRecord, type RecordLoad, type RecordTruck } from './record.ts'
import { placesOf, spotsAt, type Place } from './rows.ts'
import { tripsMax, trucksMax, windowMinutes } from './words.ts'

/** A day as numbers, and what they stand for in the zone. */
export type ReadDay = {
  readonly record: DayRecord
  readonly waybillIds: readonly string[]
  readonly vehicleIds: readonly string[]
  readonly placeIds: readonly string[]
  /** Trips whose truck came from nobody knows where: in none of the loads. */
  readonly unknown: number
  /** Trips of trucks that drove a shared tour or a leg of a transloaded truckload that day: neither they nor their trucks are in it. */
  readonly leftOut: number
}

type TakenRow = {
  readonly id: string
  readonly vehicleId: string
  readonly ratedKg: number
  readonly typeCode: string
  readonly fromId: string
  readonly toId: string
  readonly kg: number | null
  readonly cargoClass: string
  readonly distanceM: number | null
  readonly acceptedAt: EpochMs
  /** Null: not by the end of the day. */
  readonly unloadedAt: EpochMs | null
  /** Of a shared tour, or a leg of what was transloaded by the end of the day. */
  readonly isLeftOut: boolean
  /** Of the first trip of a vehicle: the position of the terminal that was in it. */
  readonly point: number | null
}
type UnloadRow = { readonly id: string; readonly vehicleId: string; readonly toId: string; readonly at: EpochMs }
type IdleRow = {
  readonly vehicleId: string
  readonly point: number
  readonly ratedKg: number
  readonly typeCode: string
  readonly acceptedAt: EpochMs
}

const hourMs = 3_600_000
/** A trip that was accepted longer before a day is not looked for. */
const tripDaysMax = 30

/**
 * Reads what drivers took on a day and which trucks might have gone. A truck is known from the first of these: it was unloaded less than a
 * day before its first job; its terminal told where it stood then; it had no job, and stands where its terminal was last heard of that
 * day; it unloaded a job of which nothing of this is known. Papers, and whether somebody was there to drive, are not asked. What came
 * after the day changes nothing.
 * Nine statements; O(trips of the day and of `tripDaysMax` before + terminals).
 */
export async function readDay(db: Db, zoneId: string, day: string): Promise<ReadDay> {
  const begins = instantOf(localDate(day), '00:00')
  const ends = instantOf(addDays(localDate(day), 1), '00:00')
  const { numbers } = await waveSettings(db, zoneId)
  const { rules } = await riskEdition(db, zoneId)
  const taken = await takenRows(db, zoneId, begins, ends)
  const unloads = await unloadRows(db, zoneId, epochMs(begins - positionHoursMax * hourMs), ends)
  const jobs = new Set(taken.map(({ vehicleId }) => vehicleId))
  const idle = (await idleRows(db, zoneId, begins, ends)).filter(({ vehicleId }) => !jobs.has(vehicleId))
  const places = await placesOf(db, zoneId, [
    ...taken.flatMap(({ fromId, toId }) => [fromId, toId]),
    ...unloads.map(({ toId }) => toId),
  ])
  const spots = await spotsAt<TakenRow | IdleRow>(db, zoneId, [...taken, ...idle])
  const made = recordOf({ begins, taken, unloads, idle, places, spots, bendPct: numbers.bendPct })
  const { trucks, loads, ...ids } = made
  const record = {
    day,
    numbers,
    windowMinutes,
    mindsBodies: rules.R17.breach === 'block',
    places: ids.placeIds.map((id) => {
      const { lon, lat } = places.get(id)! // their ids are taken from here
      return { lon, lat }
    }),
    trucks,
    loads,
  }
  return { record, ...ids }
}

type Found = {
  readonly begins: EpochMs
  readonly taken: readonly TakenRow[]
  /** In the order of time. */
  readonly unloads: readonly UnloadRow[]
  readonly idle: readonly IdleRow[]
  readonly places: ReadonlyMap<string, Place>
  readonly spots: ReadonlyMap<TakenRow | IdleRow, LonLat>
  readonly bendPct: number
}

/** Turns rows into numbers. Pure. O(rows). */
function recordOf({ begins, taken, unloads, idle, places, spots, bendPct }: Found) {
  const secondOf = (time: EpochMs): number => Math.max(0, Math.round((time - begins) / 1_000))
  const [trucks, vehicleIds]: [RecordTruck[], string[]] = [[], []]
  const truckOf = new Map<string, number>()
  const addTruck = (row: TakenRow | IdleRow, { lon, lat }: LonLat, freeS: number): void => {
    truckOf.set(row.vehicleId, trucks.length)
    vehicleIds.push(row.vehicleId)
    const { ratedKg, typeCode } = row
    trucks.push({ lon: roundedDeg(lon), lat: roundedDeg(lat), ratedKg, typeCode, freeS })
  }
  const unloadedOf = new Map<string, UnloadRow[]>()
  for (const row of unloads) unloadedOf.set(row.vehicleId, [...(unloadedOf.get(row.vehicleId) ?? []), row])
  const placeIds: string[] = []
  const placeOf = new Map<string, number>()
  const numberOf = (id: string): number => {
    const known = placeOf.get(id)
    if (known !== undefined) return known
    placeOf.set(id, placeIds.length)
    placeIds.push(id)
    return placeIds.length - 1
  }
  const [loads, waybillIds]: [RecordLoad[], string[]] = [[], []]
  const left = new Set(taken.filter(({ isLeftOut }) => isLeftOut).map(({ vehicleId }) => vehicleId))
  let [unknown, leftOut] = [0, 0]
  for (const row of taken) {
    if (left.has(row.vehicleId)) {
      leftOut++
      continue
    }
    const [from, to] = [places.get(row.fromId), places.get(row.toId)]
    if (!from || !to) continue
    if (!truckOf.has(row.vehicleId)) {
      const before = unloadedOf.get(row.vehicleId)?.findLast((one) => one.at <= row.acceptedAt && one.id !== row.id)
      const start = (before && places.get(before.toId)) ?? spots.get(row)
      if (start) addTruck(row, start, before ? secondOf(before.at) : 0)
      else {
        unknown++
        if (row.unloadedAt !== null) addTruck(row, to, secondOf(row.unloadedAt))
        continue
      }
    }
    waybillIds.push(row.id)
    loads.push({
      from: numberOf(row.fromId),
      to: numberOf(row.toId),
      kg: row.kg,
      cargoClass: row.cargoClass,
      takenS: secondOf(row.acceptedAt),
      busyS: row.unloadedAt === null ? null : secondOf(row.unloadedAt) - secondOf(row.acceptedAt),
      loadedM: row.distanceM ?? roadMetres(from, to, { bendPct }),
      truck: truckOf.get(row.vehicleId)!, // it was added above, or before
    })
  }
  for (const row of idle) {
    const before = unloadedOf.get(row.vehicleId)?.at(-1)
    const spot = (before && before.at >= begins && places.get(before.toId)) || spots.get(row)
    if (spot) addTruck(row, spot, before ? secondOf(before.at) : 0)
  }
  return { trucks, vehicleIds, loads, waybillIds, placeIds, unknown, leftOut }
}

/** What was taken, but for what was cancelled by the end of the day. By freight_waybill_accepted, freight_terminal_of. */
async function takenRows(db: Db, zoneId: string, begins: EpochMs, ends: EpochMs): Promise<readonly TakenRow[]> {
  const end = sql`${at(ends)}::timestamptz`
  const { rows } = await sql<TakenRow>`
    select j.id, j.vehicle_id as "vehicleId", v.rated_load_kg as "ratedKg", v.type_code as "typeCode", j.from_id as "fromId",
      j.to_id as "toId", case when j.measure = 'ton' then j.plan end as kg, l.cargo_class as "cargoClass", j.distance_m as "distanceM",
      j.accepted_at as "acceptedAt", j.unloaded_at as "unloadedAt", j.left_out as "isLeftOut", t.point_id as point
    from (
      select w.zone_id, w.id, w.vehicle_id, w.load_id, w.from_id, w.to_id, w.measure, w.plan, w.distance_m, w.accepted_at,
        case when w.unloaded_at < ${end} then w.unloaded_at end as unloaded_at,
        -- The first leg has its number when another takes over, the others have theirs from the beginning.
        coalesce(w.tour_id is not null or w.serial > '0001' or (w.serial = '0001' and w.closed_at < ${end}), false) as left_out,
        row_number() over (partition by w.vehicle_id order by w.accepted_at, w.id) as turn
      from freight_waybill w
      where w.zone_id = ${zoneId} and w.accepted_at >= ${at(begins)}::timestamptz and w.accepted_at < ${end}
        and (w.state <> 'cancelled' or w.closed_at >= ${end})) j
    join freight_vehicle v on v.zone_id = j.zone_id and v.id = j.vehicle_id
    join freight_load l on l.zone_id = j.zone_id and l.id = j.load_id
    left join lateral (
      select t.point_id from freight_terminal t
      where j.turn = 1 and t.zone_id = j.zone_id and t.vehicle_id = j.vehicle_id and t.starts_at <= j.accepted_at
        and (t.ends_at is null or t.ends_at > j.accepted_at)
      order by t.starts_at desc limit 1) t on true
    order by j.accepted_at, j.id limit ${tripsMax}`.execute(db)
  return rows
}

/** By freight_waybill_unloaded. */
async function unloadRows(db: Db, zoneId: string, since: EpochMs, until: EpochMs): Promise<readonly UnloadRow[]> {
  const { rows } = await sql<UnloadRow>`
    select w.id, w.vehicle_id as "vehicleId", w.to_id as "toId", w.unloaded_at as at from freight_waybill w
    where w.zone_id = ${zoneId} and w.unloaded_at >= ${at(since)}::timestamptz and w.unloaded_at < ${at(until)}::timestamptz
    order by w.unloaded_at, w.id limit ${2 * tripsMax}`.execute(db)
  return rows
}

/**
 * Vehicles that had a terminal when the day ended, which is when it is asked where they stood, and were not on a trip from before the day
 * that was not unloaded in it. A vehicle that is closed and was not changed since was closed then. By freight_terminal_of and
 * freight_waybill_accepted. O(terminals + trips of `tripDaysMax`).
 */
async function idleRows(db: Db, zoneId: string, begins: EpochMs, ends: EpochMs): Promise<readonly IdleRow[]> {
  const [begin, end] = [sql`${at(begins)}::timestamptz`, sql`${at(ends)}::timestamptz`]
  const last = sql`${at(epochMs(ends - 1))}::timestamptz`
  const { rows } = await sql<IdleRow>`
    select v.id as "vehicleId", t.point_id as point, v.rated_load_kg as "ratedKg", v.type_code as "typeCode", ${last} as "acceptedAt"
    from freight_terminal t
    join freight_vehicle v on v.zone_id = t.zone_id and v.id = t.vehicle_id and (v.state = 'open' or v.updated_at >= ${end})
    where t.zone_id = ${zoneId} and t.starts_at <= ${last} and (t.ends_at is null or t.ends_at > ${last}) and not exists (
      select from freight_waybill w
      where w.zone_id = ${zoneId} and w.vehicle_id = v.id and w.accepted_at < ${begin}
        and w.accepted_at >= ${at(epochMs(begins - tripDaysMax * 24 * hourMs))}::timestamptz
        and (w.unloaded_at is null or w.unloaded_at >= ${end}) and (w.closed_at is null or w.closed_at >= ${begin}))
    order by v.id limit ${trucksMax}`.execute(db)
  return rows
}
