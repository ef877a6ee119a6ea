import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Reader } from '../papers-view.ts'
import '../reach.ts'
import { busyStates } from '../words.ts'
import { lateMinutes, plannedKmh } from './words.ts'

/**
 * Written out, so that the partial index freight_waybill_vehicle_busy is seen to hold exactly these rows.
 * They are words of our own list.
 */
const busy = sql.join(busyStates.map((state) => sql.lit(state)))

/** The waybills whose truck is on its way, of the alias `w`; for figures that name nobody. By freight_waybill_vehicle_busy. */
export const runs = (zoneId: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`w.zone_id = ${zoneId} and w.state in (${busy})`

/** The waybills whose truck is on its way, within the reader's reach; of the alias `w`. By freight_waybill_vehicle_busy. */
export const isRunning = ({ deps: { zoneId }, actor }: Reader): RawBuilder<SqlBool> =>
  sql<SqlBool>`${runs(zoneId)} and ${reaches(actor, 'freight_waybill', { zoneId, objectId: sql.ref('w.id') })}`

/**
 * A vehicle of the alias `v` that is on no open waybill: none runs, none is offered. By freight_waybill_vehicle_busy and
 * freight_waybill_state.
 */
export const isFree: RawBuilder<SqlBool> = sql<SqlBool>`not exists (
    select from freight_waybill o where o.zone_id = v.zone_id and o.vehicle_id = v.id and o.state in (${busy}))
  and not exists (
    select from freight_waybill o where o.zone_id = v.zone_id and o.vehicle_id = v.id and o.state = 'offered')`

/** A driver of the alias `d` who is on no trip. By freight_waybill_driver_busy. */
export const isFreeDriver: RawBuilder<SqlBool> = sql<SqlBool>`not exists (
    select from freight_waybill o where o.zone_id = d.zone_id and o.driver_id = d.id and o.state in (${busy}))`

type Spot = { readonly lon: RawBuilder<unknown>; readonly lat: RawBuilder<unknown> }
export const spotOf = (alias: string): Spot => ({ lon: sql.ref(`${alias}.lon_deg`), lat: sql.ref(`${alias}.lat_deg`) })

/** Metres between two spots of a statement: haversine, as `haversineM` of libs/geo. */
export const metres = (a: Spot, b: Spot): RawBuilder<number> => sql<number>`(2 * 6371008.8 * asin(least(1, sqrt(
  power(sin(radians(${b.lat} - ${a.lat}) / 2), 2)
  + cos(radians(${a.lat})) * cos(radians(${b.lat})) * power(sin(radians(${b.lon} - ${a.lon}) / 2), 2)))))`

/**
 * When the truck of the alias `w` should be at the unloading place; null where no way was planned. Before it has left, it leaves when
 * loading has to be done, or now.
 */
export const expectedAt = (now: RawBuilder<unknown>): RawBuilder<number | null> => sql<number | null>`(
  case when w.state = 'at_unload' then w.arrived_unload_at
    else coalesce(w.departed_at, greatest(w.due_at, ${now})) + w.distance_m * ${sql.lit(msPerMetre)} * interval '1 millisecond' end)`

/**
 * Whether the trip of the alias `w` is late, against the plan: not at the loading place when loading is over, or an hour behind its way.
 */
export const isLate = (now: RawBuilder<unknown>): RawBuilder<SqlBool> => sql<SqlBool>`(
  (w.state = 'accepted' and w.due_at < ${now})
  or (w.state = 'in_transit' and ${expectedAt(now)} < ${now} - ${sql.lit(lateMinutes)} * interval '1 minute'))`

/** When it should have been where it goes. */
export const lateSince = (now: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`(case when w.state = 'accepted' then w.due_at else ${expectedAt(now)} end)`

const msPerMetre = 3_600 / plannedKmh

/** Columns that every list shows of a trip: `w`, its vehicle `v`, its places `a` and `b`. */
export const tripColumns = sql`w.id, w.number, w.serial, w.state, v.plate, w.driver_name as driver, w.goods,
  jsonb_build_object('id', a.id, 'name', a.name) as "from", jsonb_build_object('id', b.id, 'name', b.name) as "to"`

/** The same tables, joined by their keys. */
export const tripTables = sql`join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
  join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
  join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id`

/** What every list says of a trip. */
export type TripRow = {
  readonly id: string
  readonly number: string
  readonly serial: string
  readonly plate: string
  readonly driver: string
  readonly goods: string
  readonly from: { readonly id: string; readonly name: string }
  readonly to: { readonly id: string; readonly name: string }
}

export const placeColumns = (alias: string) =>
  sql`jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(
    `${alias}.name`,
  )}, 'lonDeg', ${sql.ref(`${alias}.lon_deg`)}, 'latDeg', ${sql.ref(`${alias}.lat_deg`)}, 'fenceM', ${sql.ref(`${alias}.fence_m`)})`

export type PlaceRow = {
  readonly id: string
  readonly name: string
  /** WGS-84 degrees. */
  readonly lonDeg: number
  readonly latDeg: number
  readonly fenceM: number
}

/**
 * The position of a running truck by the terminal that is in it now, of the alias `f`; nothing from before the job was taken or the
 * terminal came into this truck, and nothing old. By freight_terminal_vehicle and the key of last_fix.
 */
export const lastFixes = (oldest: RawBuilder<unknown>) => sql`
  left join freight_terminal t on t.zone_id = w.zone_id and t.vehicle_id = w.vehicle_id and t.ends_at is null
  left join last_fix f on f.zone_id = t.zone_id and f.point_id = t.point_id and f.at >= greatest(coalesce(w.accepted_at, w.created_at), t.starts_at, ${oldest})`
