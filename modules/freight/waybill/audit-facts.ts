import { sql } from 'kysely'
import { localDateOf, addDays, instantOf } from '@tingzhou/calendar'
import { orderFixes, type Fix } from '@tingzhou/geo'
import { at, type Tx } from '@tingzhou/db'
import { epochMs, localDate, type EpochMs } from '@tingzhou/kernel'
import { gapsOf, keptFixes } from '@tingzhou/telemetry'
import { isMainlandPlate } from '../numbers.ts'
import type { RuleSettings } from '../risk/words.ts'
import { findTrip, type Trip } from '../risk/trip.ts'
import type { TrackFacts, TripEnd } from './audit-track-rules.ts'
import type { TradeFacts } from './audit-trade-rules.ts'
import '../tour/tables.ts'
import { tripOf, type Waybill, type WaybillDossier } from './case.ts'

/** Where the truck was, and what it is: the facts of R4 to R9, R13, R14, R17, R19. Seven statements, by keys and indexes of lane and plate. */
export async function gatherTrip(
  tx: Tx,
  dossier: WaybillDossier,
  rules: RuleSettings,
): Promise<TrackFacts & TradeFacts> {
  const { row, deps } = dossier
  const { zoneId } = deps
  const trip = await findTrip(tx, zoneId, row.id)
  const { plate, plateColour, trailerPlate, typeCode, cargoClass } = await registeredOf(tx, row)
  const device = trip?.device ?? null
  return {
    ...trackOf(dossier, trip, rules, await tourWayOf(tx, row)),
    phone: await phoneFixes(tx, row),
    agreedPlate: row.agreement.vehicle.name,
    leftWith: trip && { plate: trip.plate, plateColour: trip.plateColour, trailerPlate: trip.trailerPlate },
    registered: { plate, plateColour, trailerPlate, typeCode },
    devicePlate: device !== null && isMainlandPlate(device) ? device : null,
    cargoClass,
    ratedLoadKg: tripOf(dossier).ratedLoadKg,
    carrierMilliFen: row.carrier_milli_fen,
    lane: await laneOf(tx, row, cargoClass, rules),
    ...(await tripsOf(tx, row)),
  }
}

/**
 * The way that its tour was planned to go from its loading to its unloading, by the other stops between them; null: it is on no tour, or a leg
 * of another truck.
 * One statement at most, by the key of the tour.
 */
async function tourWayOf(tx: Tx, row: Waybill): Promise<number | null> {
  if (row.tour_id === null || row.serial !== '0000') return null
  const { stops } = await tx
    .selectFrom('freight_tour')
    .select('stops')
    .where('zone_id', '=', row.zone_id)
    .where('id', '=', row.tour_id)
    .executeTakeFirstOrThrow()
  const own = stops.flatMap(({ loadId }, index) => (loadId === row.load_id ? [index] : []))
  const [from = 0, to = 0] = own
  return stops.slice(from + 1, to + 1).reduce((sum, { legM }) => sum + legM, 0)
}

/** Of a leg that another truck began only the unloading place is its own, and no distance was planned. */
const isWhole = ({ serial, to_id, agreement }: Waybill): boolean => serial === '0000' && to_id === agreement.to.id

function trackOf(
  dossier: WaybillDossier,
  trip: Trip | null,
  { R4 }: RuleSettings,
  tourWayM: number | null,
): Omit<TrackFacts, 'phone'> {
  const { row } = dossier
  const { from, to, vehicleGrossKg } = tripOf(dossier)
  const kept = trip?.track ?? null
  const arrived = row.arrived_unload_at ?? row.unloaded_at
  const left = row.departed_at ?? row.loaded_at
  const ends: readonly TripEnd[] = [
    ...(row.arrived_load_at === null ? [] : [{ ...from, end: 'load' as const }]),
    { ...to, end: 'unload' as const },
  ]
  return {
    // A terminal that was on the way and said nothing is a track without fixes.
    track:
      trip === null || trip.device === null
        ? null
        : {
            fixes: kept ? fixesOf(kept.days) : [],
            trouble: trip.trouble,
            gaps: gapsOf(kept?.days ?? [], kept ?? wholeTime(row), (R4.limits.silentMin ?? 1) * 60),
          },
    way: left === null || arrived === null ? null : { from: left, to: arrived },
    places: ends,
    stays: [
      ...stayOf('load', row.arrived_load_at, row.loaded_at),
      ...stayOf('unload', row.arrived_unload_at, row.unloaded_at),
    ],
    // A tour goes by other places too: it says nothing of the lane.
    whole: isWhole(row) && tourWayM === null,
    plannedM: isWhole(row) ? (tourWayM ?? row.distance_m) : null,
    onTour: tourWayM !== null,
    vehicleGrossKg,
  }
}

const wholeTime = (row: Waybill) => ({
  from: row.accepted_at ?? row.created_at,
  to: row.signed_at ?? epochMs(row.created_at + 1),
})

const stayOf = (end: 'load' | 'unload', arrived: EpochMs | null, weighed: EpochMs | null) =>
  arrived === null ? [] : [{ end, from: arrived, to: weighed ?? arrived }]

const fixesOf = (days: Parameters<typeof keptFixes>[0]): readonly Fix[] =>
  keptFixes(days).map(({ at: time, lonDeg, latDeg }) => ({ at: epochMs(time), lon: lonDeg, lat: latDeg }))

/** Where the phone was when steps were made, by the history of the waybill. */
async function phoneFixes(tx: Tx, row: Waybill): Promise<readonly Fix[]> {
  const { rows } = await sql<{ at: number; lon: number; lat: number }>`
    select (h.data ->> 'at')::float8 as at, (h.data -> 'position' ->> 'lonDeg')::float8 as lon,
      (h.data -> 'position' ->> 'latDeg')::float8 as lat
    from history h
    where h.zone_id = ${row.zone_id} and h.object_id = ${row.id} and jsonb_typeof(h.data -> 'position') = 'object'
      and jsonb_typeof(h.data -> 'at') = 'number'
    order by h.seq limit 200`.execute(tx)
  return orderFixes(rows.map(({ at: time, lon, lat }) => ({ at: epochMs(Math.round(time)), lon, lat })))
}

async function registeredOf(tx: Tx, row: Waybill) {
  return tx
    .selectFrom('freight_vehicle as v')
    .innerJoin('freight_load as l', 'l.zone_id', 'v.zone_id')
    .select(['v.plate', 'v.plate_colour as plateColour', 'v.trailer_plate as trailerPlate', 'v.type_code as typeCode'])
    .select('l.cargo_class as cargoClass')
    .where('v.zone_id', '=', row.zone_id)
    .where('v.id', '=', row.vehicle_id)
    .where('l.id', '=', row.load_id)
    .executeTakeFirstOrThrow()
}

const dayMs = 86_400_000

/** The median of what carriers got on the lane for such goods before this waybill; at most 500 trips, by freight_waybill_lane. */
async function laneOf(tx: Tx, row: Waybill, cargoClass: string, { R13 }: RuleSettings): Promise<TradeFacts['lane']> {
  const since = epochMs(row.created_at - (R13.limits.windowDays ?? 0) * dayMs)
  const { rows } = await sql<TradeFacts['lane']>`
    select percentile_disc(0.5) within group (order by price) as "medianMilliFen", count(*)::integer as trips from (
      select w.carrier_milli_fen as price from freight_waybill w
      join freight_load l on l.zone_id = w.zone_id and l.id = w.load_id
      where w.zone_id = ${row.zone_id} and w.from_id = ${row.from_id} and w.to_id = ${row.to_id}
        and w.created_at >= ${at(since)}::timestamptz and w.created_at <= ${at(row.created_at)}::timestamptz
        and w.number <> ${row.number} and w.measure = ${row.measure} and w.state <> 'cancelled'
        and l.cargo_class = ${cargoClass}
      order by w.created_at desc limit 500) t`.execute(tx)
  return rows[0] ?? { medianMilliFen: null, trips: 0 }
}

/** A truck that was taken on this long before it loads is looked for no longer. */
const waitDaysMax = 30

/**
 * What the vehicle did on the day and in the month in which this waybill was loaded; by freight_waybill_plate and the key of tours. The loads
 * of a tour share its way: each counts an equal part of it.
 */
async function tripsOf(tx: Tx, row: Waybill): Promise<Pick<TradeFacts, 'day' | 'month'>> {
  const day = localDateOf(row.loaded_at ?? row.created_at)
  const first = localDate(`${day.slice(0, 7)}-01`)
  const next = localDate(`${addDays(first, 31).slice(0, 7)}-01`)
  const begins = (date: typeof day) => at(instantOf(date, '00:00'))
  const { rows } = await sql<{ dayTrips: number; dayM: number; trips: number; plannedM: number; netKg: number }>`
    select count(*) filter (where of_day)::integer as "dayTrips",
      coalesce(sum(distance_m) filter (where of_day), 0)::float8 as "dayM", count(*)::integer as trips,
      coalesce(sum(distance_m), 0)::float8 as "plannedM", coalesce(sum(load_net_kg), 0)::float8 as "netKg"
    from (
      select case when u.id is null then w.distance_m else u.way_m::float8 / u.loads end as distance_m, w.load_net_kg, w.loaded_at >= ${begins(day)}::timestamptz
        and w.loaded_at < ${begins(addDays(day, 1))}::timestamptz as of_day
      from freight_waybill w
      left join freight_tour u on u.zone_id = w.zone_id and u.id = w.tour_id
      where w.zone_id = ${row.zone_id} and w.plate_key = ${row.plate_key} and w.vehicle_id = ${row.vehicle_id}
        and w.created_at >= ${at(epochMs(instantOf(first, '00:00') - waitDaysMax * dayMs))}::timestamptz
        and w.created_at < ${begins(next)}::timestamptz
        and w.loaded_at >= ${begins(first)}::timestamptz and w.loaded_at < ${begins(next)}::timestamptz
        and w.state <> 'cancelled'
      order by w.created_at desc limit 5000) t`.execute(tx)
  const found = rows[0] ?? { dayTrips: 0, dayM: 0, trips: 0, plannedM: 0, netKg: 0 }
  const days = Math.round((instantOf(next, '00:00') - instantOf(first, '00:00')) / dayMs)
  return {
    day: { trips: found.dayTrips, plannedM: found.dayM },
    month: { trips: found.trips, plannedM: found.plannedM, netKg: found.netKg, days },
  }
}
