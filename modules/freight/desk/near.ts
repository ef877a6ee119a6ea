import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { at } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { isLight } from '../light.ts'
import { paperShelf, type Reader } from '../papers-view.ts'
import type { CarrierKind } from '../words.ts'
import { isFree, isFreeDriver, metres, spotOf } from './parts.ts'
import { nearLookedAtMax, nearMax, placeNearM, positionHoursMax } from './words.ts'

const hourMs = 3_600_000

type Free = {
  readonly id: string
  readonly plate: string
  readonly ratedLoadKg: number
  readonly grossKg: number
  readonly carrierId: string
  readonly carrier: string
  readonly carrierKind: CarrierKind
  readonly carrierLight: boolean
  readonly driverId: string
  readonly driver: string
  readonly lon: number
  readonly lat: number
  readonly distanceM: number
  readonly at: EpochMs
}

/**
 * Free vehicles near the place where a load is loaded, the nearest first: open, of an open carrier, on no open waybill, with a terminal
 * that told a place within a day, somebody free who drives it, and papers of vehicle and carrier that hold today. Of each only how far it
 * is and near which place: where a truck without a job is, is nobody's business beyond that.
 * @returns null: the load is out of reach
 * Five statements. The second walks the terminals that are in a vehicle now, by freight_terminal_vehicle; the papers are those of
 * `nearLookedAtMax` vehicles at most. O(terminals + drivers): a second for 10,000 of each on two cores
 * under load; drivers are joined at once, for a look at each vehicle's is six times as long.
 */
export async function findNear(reader: Reader, loadId: string) {
  const spot = await placeOfLoad(reader, loadId)
  if (!spot) return null
  const found = await freeVehicles(reader, spot)
  const shelf = await paperShelf(reader, [...new Set(found.flatMap(({ id, carrierId }) => [id, carrierId]))])
  const holds = (id: string, needs: Parameters<typeof shelf.stand>[1]) =>
    ['valid', 'ends_soon'].includes(shelf.stand(id, needs).stand)
  const ready = found.filter(({ id, grossKg, carrierId, carrierKind, carrierLight }) => {
    const vehicle = { subject: 'vehicle', light: isLight(grossKg), carrierKind: null } as const
    return (
      holds(id, vehicle) &&
      holds(carrierId, { subject: 'carrier', light: carrierLight || isLight(grossKg), carrierKind })
    )
  })
  const rows = ready.slice(0, nearMax)
  const places = await placesNear(reader, rows)
  return {
    rows: rows.map((row) => ({
      vehicle: { id: row.id, plate: row.plate, ratedLoadKg: row.ratedLoadKg },
      carrier: { id: row.carrierId, name: row.carrier },
      driver: { id: row.driverId, name: row.driver },
      distanceM: Math.round(row.distanceM),
      place: places.get(row.id) ?? null,
      at: row.at,
    })),
    blocked: found.length - ready.length,
  }
}

type Spot = { readonly lon: number; readonly lat: number }

async function placeOfLoad({ deps: { db, zoneId }, actor }: Reader, loadId: string): Promise<Spot | undefined> {
  return db
    .selectFrom('freight_load as l')
    .innerJoin('freight_place as a', (join) =>
      join.onRef('a.zone_id', '=', 'l.zone_id').onRef('a.id', '=', 'l.from_id'),
    )
    .select(['a.lon_deg as lon', 'a.lat_deg as lat'])
    .where('l.zone_id', '=', zoneId)
    .where('l.id', '=', loadId)
    .where(reaches(actor, 'freight_load', { zoneId, objectId: sql.ref('l.id') }))
    .executeTakeFirst()
}

async function freeVehicles({ deps, actor }: Reader, { lon, lat }: Spot): Promise<readonly Free[]> {
  const { db, zoneId, clock } = deps
  const now = clock()
  const here = { lon: sql`${lon}::float8`, lat: sql`${lat}::float8` }
  const drivers = driversOf(now)
  const { rows } = await sql<Free>`
    with near as (
      select v.zone_id, v.id, v.plate, v.rated_load_kg, v.gross_kg, v.carrier_id, c.name, c.kind, c.light, f.lon_deg, f.lat_deg,
        ${metres(spotOf('f'), here)} as distance, f.at
      from freight_terminal t
      join freight_vehicle v on v.zone_id = t.zone_id and v.id = t.vehicle_id and v.state = 'open'
      join freight_carrier c on c.zone_id = v.zone_id and c.id = v.carrier_id and c.state = 'open'
      join last_fix f on f.zone_id = t.zone_id and f.point_id = t.point_id
        and f.at >= greatest(t.starts_at, ${at(epochMs(now - positionHoursMax * hourMs))}::timestamptz)
      where t.zone_id = ${zoneId} and t.ends_at is null and ${isFree} and exists (select ${drivers})
        and ${reaches(actor, 'freight_vehicle', { zoneId, objectId: sql.ref('v.id') })}
      order by distance, v.id limit ${nearLookedAtMax})
    select distinct on (v.distance, v.id) v.id, v.plate, v.rated_load_kg as "ratedLoadKg", v.gross_kg as "grossKg",
      v.carrier_id as "carrierId", v.name as carrier, v.kind as "carrierKind", v.light as "carrierLight", v.lon_deg as lon, v.lat_deg as lat, v.distance as "distanceM", v.at,
      d.id as "driverId", d.name as driver
    from near v
    join lateral (select d.id, d.name, g.vehicle_id is null as any_vehicle ${drivers}) d on true
    order by v.distance, v.id, d.any_vehicle, d.name, d.id`.execute(db)
  return rows
}

/** Who drives the vehicle of the alias `v` on the day and is on no trip. By freight_driving_carrier. */
const driversOf = (now: EpochMs) => {
  const today = sql`(${at(now)}::timestamptz at time zone 'Asia/Shanghai')::date`
  return sql`from freight_driving g
    join freight_driver d on d.zone_id = g.zone_id and d.id = g.driver_id and d.state = 'open' and ${isFreeDriver}
    where g.zone_id = v.zone_id and g.carrier_id = v.carrier_id and (g.vehicle_id is null or g.vehicle_id = v.id)
      and g.valid_from <= ${today} and (g.valid_to is null or g.valid_to >= ${today})`
}

type Near = { readonly id: string; readonly name: string; readonly distanceM: number }

/** The nearest known place of each, within `placeNearM`. One statement; O(vehicles × places). */
async function placesNear({ deps: { db, zoneId } }: Reader, vehicles: readonly Free[]) {
  const { rows } = await sql<Near>`
    select v.id, p.name, round(p.distance)::integer as "distanceM"
    from unnest(${vehicles.map(({ id }) => id)}::text[], ${vehicles.map(({ lon }) => lon)}::float8[],
      ${vehicles.map(({ lat }) => lat)}::float8[]) as v (id, lon_deg, lat_deg)
    join lateral (
      select p.name, ${metres(spotOf('p'), spotOf('v'))} as distance from freight_place p
      where p.zone_id = ${zoneId} and p.state = 'open' and p.lat_deg between v.lat_deg - 0.3 and v.lat_deg + 0.3
      order by distance limit 1) p on p.distance <= ${placeNearM}`.execute(db)
  return new Map(rows.map(({ id, ...place }) => [id, place]))
}
