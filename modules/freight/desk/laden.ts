import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { readFixesAt, type Moment } from '@tingzhou/telemetry'
import '../risk/tables.ts'
import '../tables.ts'
import { runs } from './parts.ts'

/** How far trucks drove, and how far of it loaded; kilometres of so many vehicles. */
export type Laden = { readonly vehicles: number; readonly ladenKm: number; readonly allKm: number }

type Vehicle = { readonly id: string; readonly point: number; readonly nowKm: number }
type Trip = { readonly vehicleId: string; readonly left: EpochMs; readonly arrived: EpochMs | null }

const vehiclesMax = 2_000
const tripsMax = 6_000
const hourMs = 3_600_000
/** A terminal of a truck that stood over night may have told its odometer last in the evening. */
const beforeMs = 24 * hourMs

/**
 * Loaded and all kilometres since the day began, by the odometers of terminals: of the vehicles with a terminal that told its odometer
 * today and in the day before it began, and was in them before it began. Loaded is from leaving the loading place to arriving at the
 * unloading place.
 * Four statements; O(vehicles with a terminal + trips of today), a look by the key of track_minute for each end. At most `vehiclesMax`.
 */
export async function findLaden(db: Db, zoneId: string, dayStart: EpochMs): Promise<Laden> {
  const vehicles = await speakingVehicles(db, zoneId, dayStart)
  const points = new Map(vehicles.map(({ id, point }) => [id, point]))
  const trips = (await tripsSince(db, zoneId, dayStart)).flatMap((trip) => {
    const point = points.get(trip.vehicleId)
    return point === undefined ? [] : [{ ...trip, point }]
  })
  const moments: Moment[] = [
    ...vehicles.map(({ point }) => ({ point, at: dayStart })),
    ...trips.map(({ point, left }) => ({ point, at: epochMs(Math.max(left, dayStart)) })),
    ...trips.flatMap(({ point, arrived }) => (arrived === null ? [] : [{ point, at: arrived }])),
  ]
  const fixes = await readFixesAt(db, zoneId, moments, beforeMs)
  const odometers = new Map(
    moments.flatMap((moment, index) => {
      const km = fixes[index]?.odometerKm
      return km === null || km === undefined ? [] : [[keyOf(moment), km] as const]
    }),
  )
  return sumLaden(vehicles, trips, dayStart, odometers)
}

const keyOf = ({ point, at: time }: Moment): string => `${point} ${time}`

/** Pure. O(vehicles + trips). */
function sumLaden(
  vehicles: readonly Vehicle[],
  trips: readonly Trip[],
  dayStart: EpochMs,
  odometers: ReadonlyMap<string, number>,
): Laden {
  let [counted, ladenKm, allKm] = [0, 0, 0]
  const byVehicle = new Map<string, Trip[]>()
  for (const trip of trips) byVehicle.set(trip.vehicleId, [...(byVehicle.get(trip.vehicleId) ?? []), trip])
  for (const { point, nowKm, id } of vehicles) {
    const beganKm = odometers.get(keyOf({ point, at: dayStart }))
    // An odometer that runs backwards was changed on the way.
    if (beganKm === undefined || nowKm < beganKm) continue
    counted++
    allKm += nowKm - beganKm
    for (const { left, arrived } of byVehicle.get(id) ?? []) {
      const leftKm = odometers.get(keyOf({ point, at: epochMs(Math.max(left, dayStart)) }))
      const arrivedKm = arrived === null ? nowKm : odometers.get(keyOf({ point, at: arrived }))
      if (leftKm !== undefined && arrivedKm !== undefined) ladenKm += Math.max(0, arrivedKm - leftKm)
    }
  }
  return { vehicles: counted, ladenKm, allKm }
}

async function speakingVehicles(db: Db, zoneId: string, dayStart: EpochMs): Promise<readonly Vehicle[]> {
  const { rows } = await sql<Vehicle>`
    select t.vehicle_id as id, t.point_id as point, f.odometer_km as "nowKm"
    from freight_terminal t
    join last_fix f on f.zone_id = t.zone_id and f.point_id = t.point_id and f.at >= ${at(dayStart)}::timestamptz
    where t.zone_id = ${zoneId} and t.ends_at is null and t.starts_at <= ${at(dayStart)}::timestamptz and f.odometer_km is not null
    order by t.vehicle_id limit ${vehiclesMax}`.execute(db)
  return rows
}

/** Trips that were loaded on the way at some time since; by freight_waybill_vehicle_busy and freight_waybill_unloaded. */
async function tripsSince(db: Db, zoneId: string, dayStart: EpochMs): Promise<readonly Trip[]> {
  const since = sql`${at(dayStart)}::timestamptz`
  const { rows } = await sql<Trip>`
    select w.vehicle_id as "vehicleId", w.departed_at as left, w.arrived_unload_at as arrived from freight_waybill w
    where ${runs(zoneId)} and w.departed_at is not null and coalesce(w.arrived_unload_at, ${since}) >= ${since}
    union all
    select w.vehicle_id, w.departed_at, w.arrived_unload_at from freight_waybill w
    where w.zone_id = ${zoneId} and w.unloaded_at >= ${since} and w.departed_at is not null and w.arrived_unload_at >= ${since}
    limit ${tripsMax}`.execute(db)
  return rows
}
