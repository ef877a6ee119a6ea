import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { hasRole, type Lang } from '@tingzhou/parties'
import { readFixesAt } from '@tingzhou/telemetry'
import { blockers } from '../blockers.ts'
import { positionHoursMax } from '../desk/words.ts'
import { listMyVehicles } from '../drivings-view.ts'
import type { Reader } from '../papers-view.ts'
import { riskEdition } from '../risk/edition.ts'
import '../risk/tables.ts'
import { readingRoles } from '../roles.ts'
import '../tables.ts'
import { busyStates, type Measure } from '../words.ts'
import { bears, roadMetres } from './model.ts'
import { withFile } from './settings.ts'
import { idleHoursMax } from './snapshot.ts'
import { bodyRule } from './solve.ts'
import './tables.ts'
import { whyNotText } from './texts.ts'
import type { WaveNumbers, WhyNotKind } from './words.ts'

const hourMs = 3_600_000

/** Why a truck got what it got: its text names these numbers, whole metres and hours. */
export type WhyNot = { readonly kind: WhyNotKind; readonly numbers: Readonly<Record<string, number>> }

/** A load of a wave as one truck has to see it: what its dearest truckload has, and what the wave would pay for one truck more. */
export type Price = {
  readonly lon: number
  readonly lat: number
  readonly cargoClass: string
  /** What a truckload weighs; null: not known. */
  readonly kg: number | null
  readonly forbidden: boolean
  /** Empty metres of the truck that came furthest. */
  readonly emptyM: number
  /** Cost, metres, under which one truck more would have been taken. */
  readonly worthM: number
}

/** A truck that was free. */
export type Stood = {
  readonly lon: number
  readonly lat: number
  readonly ratedKg: number
  readonly typeCode: string
  readonly idleHours: number
}

/**
 * Why a truck that was free got none of the loads that got a truck, and what would have changed it: by the prices of the wave, which say exactly under
 * which cost one truck more is taken, and at least how much dearer the wave would have been with this one.
 * Pure. O(loads).
 */
export function whyUnused(
  prices: readonly Price[],
  stood: Stood,
  numbers: WaveNumbers,
  fits: ReturnType<typeof bodyRule>,
): WhyNot {
  const near = prices
    .map((price) => ({ ...price, ownM: roadMetres(stood, price, numbers) }))
    .filter(({ ownM }) => ownM <= numbers.reachM)
  const strong = near.filter(({ kg }) => bears(kg, stood.ratedKg))
  const bodied = strong.filter(({ cargoClass }) => fits(cargoClass, stood.typeCode))
  const allowed = bodied.filter(({ forbidden }) => !forbidden)
  const [loads, { reachM, fairHourM, fairMaxM }] = [prices.length, numbers]
  if (near.length === 0) return { kind: 'too_far', numbers: { loads, reachM } }
  if (strong.length === 0) return { kind: 'too_light', numbers: { loads: near.length, ratedKg: stood.ratedKg } }
  if (bodied.length === 0) return { kind: 'wrong_body', numbers: { loads: strong.length } }
  if (allowed.length === 0) return { kind: 'forbidden', numbers: { loads: bodied.length } }
  const bonusM = Math.min(fairMaxM, fairHourM * stood.idleHours)
  const best = allowed.reduce((a, b) => (a.ownM - a.worthM <= b.ownM - b.worthM ? a : b))
  const moreM = Math.max(0, best.ownM - bonusM - best.worthM)
  const facts = { ownM: best.ownM, otherM: best.emptyM, bonusM, moreM, withinM: Math.max(0, best.worthM + bonusM) }
  if (moreM === 0) return { kind: 'as_good', numbers: facts }
  const waits = fairHourM > 0 && bonusM + moreM <= fairMaxM
  return waits
    ? { kind: 'dearer_waits', numbers: { ...facts, hours: Math.ceil(moreM / fairHourM) } }
    : { kind: 'dearer', numbers: facts }
}

type Vehicle = {
  readonly id: string
  readonly plate: string
  readonly carrierId: string
  readonly ratedKg: number
  readonly typeCode: string
}
type Wave = { readonly id: string; readonly madeAt: EpochMs; readonly loads: number; readonly numbers: WaveNumbers }

/**
 * What became of a truck in a wave, for whoever keeps or drives it and for the platform's people; no other truck and no load is named.
 * Papers and drivings are those of today.
 * @param waveId  null: the latest that was no trial; another only for the platform's people
 * @returns null: no such truck within reach, or no such wave. `answer` null: there was no wave yet
 * Fourteen statements at most, by keys, freight_wave_list, freight_wave_pair_seq, freight_waybill_carrier and freight_terminal_of.
 * O(pairs of the wave + waybills of the carrier in 60 days).
 */
export async function findWhyNot(reader: Reader, lang: Lang, vehicleId: string, waveId: string | null) {
  const isPlatform = hasRole(reader.actor, ...readingRoles)
  if (waveId !== null && !isPlatform) return null
  const vehicle = await findVehicle(reader, vehicleId)
  if (!vehicle) return null
  const wave = await findRealWave(reader, waveId)
  if (!wave) return waveId === null ? { plate: vehicle.plate, answer: null } : null
  const why = (await found(reader, wave, vehicle)) ?? (await unused(reader, wave, vehicle))
  const answer = { waveId: isPlatform ? wave.id : null, madeAt: wave.madeAt, ...why, text: whyNotText(lang, why) }
  return { plate: vehicle.plate, answer }
}

/** A vehicle within the reader's reach, or one that the driver may drive today. */
async function findVehicle(reader: Reader, id: string): Promise<Vehicle | null> {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const row = await db
    .selectFrom('freight_vehicle as v')
    .select(['v.id', 'v.plate', 'v.carrier_id as carrierId', 'v.rated_load_kg as ratedKg', 'v.type_code as typeCode'])
    .select(reaches(actor, 'freight_vehicle', { zoneId, objectId: sql.ref('v.id') }).as('reached'))
    .where('v.zone_id', '=', zoneId)
    .where('v.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { reached, ...vehicle } = row
  if (reached) return vehicle
  const own = await listMyVehicles(reader)
  return own.rows.some((one) => one.id === id) ? vehicle : null
}

async function findRealWave({ deps: { db, zoneId } }: Reader, id: string | null): Promise<Wave | null> {
  let query = db
    .selectFrom('freight_wave')
    .select(['id', 'made_at', 'loads', 'numbers'])
    .where('zone_id', '=', zoneId)
    .where('trial', '=', false)
  if (id !== null) query = query.where('id', '=', id)
  const row = await query.orderBy('made_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row ? { id: row.id, madeAt: row.made_at, loads: row.loads, numbers: withFile(row.numbers) } : null
}

/** What is known without reckoning: it has a load of the wave, was on a trip, was asked, or may not go. */
async function found(reader: Reader, wave: Wave, vehicle: Vehicle): Promise<WhyNot | null> {
  const { db, zoneId, clock } = reader.deps
  const pair = await db
    .selectFrom('freight_wave_pair')
    .select(['state', 'empty_m'])
    .where('zone_id', '=', zoneId)
    .where('wave_id', '=', wave.id)
    .where('vehicle_id', '=', vehicle.id)
    .executeTakeFirst()
  if (pair) return { kind: `pair_${pair.state}`, numbers: { emptyM: pair.empty_m } }
  const then = at(wave.madeAt)
  const open = await sql<{ asked: boolean }>`
    select w.accepted_at is null or w.accepted_at > ${then}::timestamptz as asked from freight_waybill w
    where w.zone_id = ${zoneId} and w.carrier_id = ${vehicle.carrierId} and w.vehicle_id = ${vehicle.id}
      and w.created_at <= ${then}::timestamptz and w.created_at > ${then}::timestamptz - interval '60 days'
      and case when w.state in ('offered', ${sql.join(busyStates.map((state) => sql.lit(state)))}) then true
        else least(w.unloaded_at, w.closed_at) > ${then}::timestamptz end
    order by 1 limit 1`.execute(db)
  const [trip] = open.rows
  if (trip) return { kind: trip.asked ? 'asked' : 'on_trip', numbers: {} }
  const today = localDateOf(clock())
  const driver = await db
    .selectFrom('freight_driving')
    .select('driver_id')
    .where('zone_id', '=', zoneId)
    .where('carrier_id', '=', vehicle.carrierId)
    .where((eb) => eb.or([eb('vehicle_id', '=', vehicle.id), eb('vehicle_id', 'is', null)]))
    .where('valid_from', '<=', today)
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', today)]))
    .orderBy(sql`vehicle_id is null`)
    .orderBy('driver_id')
    .limit(1)
    .executeTakeFirst()
  if (!driver) return { kind: 'no_driver', numbers: {} }
  const trio = { carrier: vehicle.carrierId, vehicle: vehicle.id, driver: driver.driver_id }
  const stopped = await blockers(db, zoneId, trio, today)
  return stopped.length > 0 ? { kind: 'not_ready', numbers: { blockers: stopped.length } } : null
}

/** What the prices of the wave say of a truck that might have gone. */
async function unused(reader: Reader, wave: Wave, vehicle: Vehicle): Promise<WhyNot> {
  const { db, zoneId } = reader.deps
  const spot = await spotAt(reader, vehicle.id, wave.madeAt)
  if (spot === null) return { kind: 'no_terminal', numbers: {} }
  if (spot === 'silent') return { kind: 'no_position', numbers: { hours: positionHoursMax } }
  const prices = await pricesOf(reader, wave, vehicle.id)
  if (prices.length === 0) return { kind: wave.loads === 0 ? 'no_load' : 'all_left', numbers: { loads: wave.loads } }
  const { rules } = await riskEdition(db, zoneId)
  const fits = bodyRule(rules.R17.breach === 'block')
  const idleHours = await idleHoursAt(reader, vehicle.id, wave)
  return whyUnused(prices, { ...vehicle, ...spot, idleHours }, wave.numbers, fits)
}

/** Where a truck was by the terminal that it had then; null: it had none. */
async function spotAt({ deps: { db, zoneId } }: Reader, vehicleId: string, madeAt: EpochMs) {
  const terminal = await db
    .selectFrom('freight_terminal')
    .select(['point_id', 'starts_at'])
    .where('zone_id', '=', zoneId)
    .where('vehicle_id', '=', vehicleId)
    .where(sql<boolean>`starts_at <= ${at(madeAt)}::timestamptz`)
    .where(sql<boolean>`(ends_at is null or ends_at > ${at(madeAt)}::timestamptz)`)
    .orderBy('starts_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!terminal) return null
  const { point_id: point, starts_at } = terminal
  const withinMs = Math.min(positionHoursMax * hourMs, madeAt - starts_at + 1)
  // The minute that runs is in no row yet.
  const last = await db
    .selectFrom('last_fix')
    .select(['lon_deg as lon', 'lat_deg as lat'])
    .where('zone_id', '=', zoneId)
    .where('point_id', '=', point)
    .where(sql<boolean>`at between ${at(epochMs(madeAt - withinMs))}::timestamptz and ${at(madeAt)}::timestamptz`)
    .executeTakeFirst()
  if (last) return last
  const [fix] = await readFixesAt(db, zoneId, [{ point, at: madeAt }], withinMs)
  return fix ? { lon: fix.lonDeg, lat: fix.latDeg } : ('silent' as const)
}

/**
 * The loads that trucks were found for, as a truck has to see them: the price of a load is what its truck costs and what that truck is
 * worth elsewhere. Pinned ones were not to be had. One statement.
 */
async function pricesOf({ deps: { db, zoneId } }: Reader, { id, madeAt }: Wave, vehicleId: string) {
  type Row = Omit<Price, 'kg'> & { readonly measure: Measure; readonly plan: number }
  const { rows } = await sql<Row>`
    select a.lon_deg as lon, a.lat_deg as lat, l.cargo_class as "cargoClass", l.measure, p.plan, p."emptyM", p."worthM",
      exists (select from freight_wave_mark m where m.zone_id = l.zone_id and m.load_id = l.id and m.vehicle_id = ${vehicleId}
        and m.kind = 'forbid' and m.created_at <= ${at(madeAt)}::timestamptz and m.ends_at > ${at(madeAt)}::timestamptz) as forbidden
    from (
      select load_id, max(plan) as plan, max(empty_m) as "emptyM", max(cost_m + truck_worth_m) as "worthM" from freight_wave_pair
      where zone_id = ${zoneId} and wave_id = ${id} and not reasons @> '[{"kind": "pinned"}]' group by load_id) p
    join freight_load l on l.zone_id = ${zoneId} and l.id = p.load_id
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id`.execute(db)
  return rows.map(({ measure, plan, ...row }): Price => ({ ...row, kg: measure === 'ton' ? plan : null }))
}

/** Whole hours since it was last unloaded; as many as count where it never was, or long ago. By freight_waybill_unloaded. */
async function idleHoursAt({ deps: { db, zoneId } }: Reader, vehicleId: string, { madeAt, numbers }: Wave) {
  const hoursMax = idleHoursMax(numbers)
  const row = await db
    .selectFrom('freight_waybill')
    .select(({ fn }) => fn.max('unloaded_at').as('at'))
    .where('zone_id', '=', zoneId)
    .where('vehicle_id', '=', vehicleId)
    .where(
      sql<boolean>`unloaded_at between ${at(epochMs(madeAt - hoursMax * hourMs))}::timestamptz and ${at(madeAt)}::timestamptz`,
    )
    .executeTakeFirst()
  return row?.at == null ? hoursMax : Math.min(hoursMax, Math.floor((madeAt - row.at) / hourMs))
}
