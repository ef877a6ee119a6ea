import { sql, type RawBuilder } from 'kysely'
import { at, type Db, type Tx } from '@tingzhou/db'
import { drive } from '@tingzhou/dispatch'
import { haversineM, type LonLat } from '@tingzhou/geo'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { expectedAt, placeColumns, runs, type PlaceRow } from '../desk/parts.ts'
import { riskEdition } from '../risk/edition.ts'
import { bodyRule } from '../wave/solve.ts'
import { waveSettings } from '../wave/settings.ts'
import type { Parties } from '../waybill/stand.ts'
import type { LoadMode, WaybillState } from '../words.ts'
import '../tables.ts'
import type { ReturnLoad, ReturnRules, Seeker } from './returns.ts'
import { chainSettings, type ChainSettings } from './settings.ts'
import { drivingS, endsLater, freeAt, restRules } from './way.ts'
import { returnsLookedAtMax } from './words.ts'

/** The trip that a truck is on, with who and what drives it. */
export type Present = Parties & {
  readonly id: string
  readonly number: string
  readonly state: WaybillState
  readonly carrierId: string
  readonly driverId: string
  readonly vehicleId: string
  readonly plate: string
  readonly ratedKg: number
  readonly typeCode: string
  readonly from: PlaceRow
  readonly to: PlaceRow
  readonly expectedAt: EpochMs | null
}

/** Read only; or locked, in the order in which moves lock. */
type Lock = 'read' | 'update'

/** A waybill as the trip of its truck; null: there is none. By primary keys. */
export async function findPresent(
  db: Db | Tx,
  { zoneId, now, lock = 'read' }: { readonly zoneId: string; readonly now: EpochMs; readonly lock?: Lock },
  id: string,
): Promise<Present | null> {
  const { rows } = await sql<Present>`
    select w.id, w.number, w.state, w.carrier_id as "carrierId", w.driver_id as "driverId", w.vehicle_id as "vehicleId", v.plate,
      v.rated_load_kg as "ratedKg", v.type_code as "typeCode", ${placeColumns('a')} as "from", ${placeColumns('b')} as "to",
      ${expectedAt(sql`${at(now)}::timestamptz`)} as "expectedAt", w.driver_account_id, w.carrier_id, w.shipper_id, w.consignee_id,
      w.sign_link_sha256
    from freight_waybill w
    join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
    where w.zone_id = ${zoneId} and w.id = ${id} ${lock === 'update' ? sql`for update of w` : sql``}`.execute(db)
  return rows[0] ?? null
}

const spot = ({ lonDeg: lon, latDeg: lat }: PlaceRow): LonLat => ({ lon, lat })

type Trip = Pick<Present, 'id' | 'state' | 'from' | 'to' | 'expectedAt'>

const underway = ({ state, expectedAt, from, to }: Trip) => ({
  state,
  expectedAt,
  straightM: haversineM(spot(from), spot(to)),
})

// More than a driver makes in ninety days.
const tripsLookedAtMax = 1_000

type Home = LonLat & { readonly id: string; readonly name: string }

/** The place where a driver loads first on most of the last days, of them the latest. By freight_waybill_driver. */
export const usualFirst = (zoneId: string, driverId: RawBuilder<unknown>, now: EpochMs, days: number) => sql`(
    select f.from_id from (
      select distinct on ((t.created_at at time zone 'Asia/Shanghai')::date) t.from_id, t.created_at from (
        select w.from_id, w.created_at from freight_waybill w
        where w.zone_id = ${zoneId} and w.driver_id = ${driverId} and w.state <> 'cancelled'
          and w.created_at > ${at(epochMs(now - days * 86_400_000))}::timestamptz
        order by w.created_at desc limit ${tripsLookedAtMax}) t
      order by (t.created_at at time zone 'Asia/Shanghai')::date, t.created_at) f
    group by f.from_id order by count(*) desc, max(f.created_at) desc limit 1)`

/**
 * Where a driver usually loads first on a day, of the last days; null: nothing is known. One statement, by freight_waybill_driver.
 */
export async function homeOf(
  db: Db | Tx,
  zoneId: string,
  driverId: string,
  { now, days }: { readonly now: EpochMs; readonly days: number },
): Promise<Home | null> {
  const { rows } = await sql<Home>`
    select p.id, p.name, p.lon_deg as lon, p.lat_deg as lat
    from ${usualFirst(zoneId, sql`${driverId}::text`, now, days)} usual
    join freight_place p on p.zone_id = ${zoneId} and p.id = usual.from_id`.execute(db)
  return rows[0] ?? null
}

/** What the next load of a truck is judged by. */
export type Outlook = {
  readonly settings: ChainSettings
  readonly rules: ReturnRules
  readonly seeker: Seeker
  readonly home: Home | null
}

/** Settings, home and the hour at which the trip ends. Four statements. */
export async function outlookOf(
  db: Db | Tx,
  { zoneId, now }: { readonly zoneId: string; readonly now: EpochMs },
  present: Present,
): Promise<Outlook> {
  const settings = await chainSettings(db, zoneId)
  const { bendPct } = (await waveSettings(db, zoneId)).numbers
  const mindsBodies = (await riskEdition(db, zoneId)).rules.R17.breach === 'block'
  const home = await homeOf(db, zoneId, present.driverId, { now, days: settings.numbers.homeDays })
  const { ratedKg, typeCode } = present
  const free = freeAt(underway(present), settings.numbers, bendPct, now)
  return {
    settings,
    rules: { numbers: settings.numbers, bendPct, fits: bodyRule(mindsBodies) },
    seeker: { place: spot(present.to), free, ratedKg, typeCode, home },
    home,
  }
}

/**
 * Whether a truck is free after this trip: of the waybills that it carries at once, those of a shared tour, none ends later. One
 * statement, by freight_waybill_vehicle_busy.
 */
export async function isLast(
  db: Db | Tx,
  { zoneId, now }: { readonly zoneId: string; readonly now: EpochMs },
  { id, vehicleId, expectedAt: mine }: Present,
  { settings: { numbers }, rules: { bendPct }, seeker: { free } }: Outlook,
): Promise<boolean> {
  const { rows } = await sql<Trip>`
    select w.id, w.state, ${placeColumns('a')} as "from", ${placeColumns('b')} as "to",
      ${expectedAt(sql`${at(now)}::timestamptz`)} as "expectedAt"
    from freight_waybill w
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
    where ${runs(zoneId)} and w.state <> 'accident' and w.vehicle_id = ${vehicleId} and w.id <> ${id}`.execute(db)
  const own = { id, expectedAt: mine, free }
  return rows.every((trip) => endsLater(own, { ...trip, free: freeAt(underway(trip), numbers, bendPct, now) }))
}

/** A load as it is shown for a return, with both places and prices. */
export type OpenReturn = ReturnLoad & {
  readonly goods: string
  readonly mode: LoadMode
  readonly fromPlace: { readonly id: string; readonly name: string }
  readonly toPlace: { readonly id: string; readonly name: string }
  readonly shipperId: string
  readonly carrier_milli_fen: number
  readonly shipper_milli_fen: number
  readonly goods_milli_fen: number
}

const named = (alias: string) =>
  sql`jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)})`
const lonLat = (alias: string) =>
  sql`jsonb_build_object('lon', ${sql.ref(`${alias}.lon_deg`)}, 'lat', ${sql.ref(`${alias}.lat_deg`)})`

/** Loads of the alias `l` with both places, and whether the truck may not have them. By primary keys, freight_wave_mark_of. */
const loadsFor = (zoneId: string, now: EpochMs, vehicleId: string) => sql`
    select l.id, l.number, l.goods, l.mode, ${lonLat('a')} as "from", ${lonLat('b')} as "to", ${named('a')} as "fromPlace",
      ${named('b')} as "toPlace", l.measure, l.truck_plan as "truckPlan", l.quantity - l.taken as left,
      l.cargo_class as "cargoClass", l.load_from as "loadFrom", l.load_until as "loadUntil", l.shipper_id as "shipperId",
      l.carrier_milli_fen, l.shipper_milli_fen, l.goods_milli_fen,
      exists (select from freight_wave_mark m where m.zone_id = l.zone_id and m.load_id = l.id and m.vehicle_id = ${vehicleId}
        and m.kind = 'forbid' and m.ends_at > ${at(now)}::timestamptz) as forbidden
    from freight_load l
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id
    join freight_place b on b.zone_id = l.zone_id and b.id = l.to_id
    where l.zone_id = ${zoneId}`

/**
 * Published loads of assignment and grab with truckloads left that begin near where a truck unloads and may still be loaded when it is
 * free, the nearest first; at most `returnsLookedAtMax`. One statement, by freight_load_open. O(open loads).
 */
export async function openReturns(
  db: Db | Tx,
  { zoneId, now }: { readonly zoneId: string; readonly now: EpochMs },
  { vehicleId }: Pick<Present, 'vehicleId'>,
  { seeker: { place, free, ratedKg }, settings: { numbers } }: Outlook,
): Promise<readonly OpenReturn[]> {
  // A degree of latitude is 110 km at least.
  const height = numbers.returnReachM / 110_000
  const furthest = drive({ atS: 0, drivenS: free.drivenS }, drivingS(numbers.returnReachM, numbers), restRules(numbers))
  const latestMs = free.atMs + furthest.atS * 1_000 + numbers.waitHoursMax * 3_600_000
  const { rows } = await sql<OpenReturn>`${loadsFor(zoneId, now, vehicleId)}
      and l.state = 'published' and l.mode in ('assign', 'grab') and l.taken < l.quantity
      and l.load_until >= ${at(epochMs(free.atMs))}::timestamptz
      and l.load_from <= ${at(epochMs(latestMs))}::timestamptz
      and (l.measure <> 'ton' or least(l.truck_plan, l.quantity - l.taken) <= ${ratedKg})
      and a.lat_deg between ${place.lat - height} and ${place.lat + height}
    order by power(a.lat_deg - ${place.lat}::float8, 2)
        + power((a.lon_deg - ${place.lon}::float8) * cos(radians(${place.lat}::float8)), 2), l.number
    limit ${returnsLookedAtMax}`.execute(db)
  return rows
}

/** One load as the next of a truck, whatever speaks against it; null: there is none. One statement. */
export async function findReturn(
  db: Db | Tx,
  { zoneId, now }: { readonly zoneId: string; readonly now: EpochMs },
  vehicleId: string,
  loadId: string,
): Promise<OpenReturn | null> {
  const { rows } = await sql<OpenReturn>`${loadsFor(zoneId, now, vehicleId)} and l.id = ${loadId}`.execute(db)
  return rows[0] ?? null
}
