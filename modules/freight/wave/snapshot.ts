import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { isFree, isFreeDriver } from '../desk/parts.ts'
import { positionHoursMax } from '../desk/words.ts'
import { isLight } from '../light.ts'
import { listPaperKinds } from '../paper-kind.ts'
import { requiredOf, type Needs } from '../paper-rule.ts'
import { riskEdition } from '../risk/edition.ts'
import type { CarrierKind, Measure, Subject } from '../words.ts'
import { loadsMax, type MarkKind, type WaveNumbers } from './words.ts'
import '../tables.ts'
import '../risk/tables.ts'
import './tables.ts'

type Deps = Pick<RequestContext['deps'], 'db' | 'zoneId' | 'clock'>

/** A load that lacks trucks. */
export type OpenLoad = {
  readonly id: string
  readonly number: string
  readonly placeId: string
  readonly place: string
  /** WGS-84 degrees of the loading place. */
  readonly lon: number
  readonly lat: number
  readonly measure: Measure
  /** In the load's measure: what a truck usually takes, and what is left. */
  readonly truckPlan: number
  readonly left: number
  readonly cargoClass: string
  /** Since when it might have been loaded. */
  readonly since: EpochMs
  readonly loadUntil: EpochMs
}

/** Why a free vehicle cannot go. */
export type Lack = 'papers' | 'driver'

/** A free vehicle with a position. */
export type FreeTruck = {
  readonly id: string
  readonly plate: string
  readonly ratedKg: number
  readonly typeCode: string
  readonly carrierId: string
  readonly lon: number
  readonly lat: number
  /** Whole hours since it was last unloaded, at most as many as count; so many too when it was never. */
  readonly idleHours: number
  /** Who drives it; null with what it lacks. */
  readonly driverId: string | null
  readonly lack: Lack | null
}

export type Mark = { readonly loadId: string; readonly vehicleId: string; readonly kind: MarkKind }

/** What a wave is made of, as the rows stood at one moment. */
export type Snapshot = {
  readonly loads: readonly OpenLoad[]
  readonly trucks: readonly FreeTruck[]
  readonly marks: readonly Mark[]
  /** Whether goods must go with the body: the rule R17 of risk stops an audit. */
  readonly mindsBodies: boolean
}

/** Hours of waiting that make a difference: more of them are worth no more. Pure. */
export const idleHoursMax = ({ fairHourM, fairMaxM }: WaveNumbers): number =>
  fairHourM === 0 ? 0 : Math.ceil(fairMaxM / fairHourM)

/**
 * Reads loads, trucks, drivers and marks in one transaction that sees one moment.
 * A truck is free as `findNear` of the desk says it; besides, its driver has no open offer, and the papers of vehicle, carrier and driver
 * hold today as `blockers` asks them, so that what is proposed can be sent.
 * Seven statements, whatever the zone holds; those of vehicles and drivers walk terminals, papers and drivings once and join them at
 * once. O(terminals + papers + drivings + open loads): for 210,000 free trucks with all their papers 5 s on two cores of PostgreSQL
 * under load, and 2 s of the server's own.
 */
export async function readSnapshot({ db, zoneId, clock }: Deps, numbers: WaveNumbers): Promise<Snapshot> {
  const now = clock()
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const loads = await openLoads(tx, zoneId, now, numbers)
      const { rules } = await riskEdition(tx, zoneId)
      const mindsBodies = rules.R17.breach === 'block'
      if (loads.length === 0) return { loads, trucks: [], marks: [], mindsBodies }
      const trucks = await freeTrucks(tx, zoneId, now, numbers, bandOf(loads, numbers.reachM))
      return { loads, trucks, marks: await marksOf(tx, zoneId, now, numbers), mindsBodies }
    })
}

const hourMs = 3_600_000
const instant = (ms: number) => sql`${at(epochMs(ms))}::timestamptz`

/** Published loads of assignment that may be loaded now or soon, the soonest end first. By freight_load_open. */
async function openLoads(tx: Tx, zoneId: string, now: EpochMs, { aheadHours }: WaveNumbers) {
  const { rows } = await sql<OpenLoad>`
    select l.id, l.number, l.from_id as "placeId", a.name as place, a.lon_deg as lon, a.lat_deg as lat, l.measure,
      l.truck_plan as "truckPlan", l.quantity - l.taken as left, l.cargo_class as "cargoClass",
      greatest(l.published_at, l.load_from) as since, l.load_until as "loadUntil"
    from freight_load l
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id
    where l.zone_id = ${zoneId} and l.state = 'published' and l.mode = 'assign' and l.taken < l.quantity
      and l.load_until > ${instant(now)} and l.load_from <= ${instant(now + aheadHours * hourMs)}
    order by l.load_until, l.number limit ${loadsMax}`.execute(tx)
  return rows
}

type Band = { readonly south: number; readonly north: number }

/** The latitudes within which trucks may be of use. A degree is 111 km at least. */
function bandOf(loads: readonly OpenLoad[], reachM: number): Band {
  const lats = loads.map(({ lat }) => lat)
  const margin = reachM / 111_000
  return { south: Math.min(...lats) - margin, north: Math.max(...lats) + margin }
}

type VehicleRow = {
  readonly id: string
  readonly plate: string
  readonly ratedKg: number
  readonly grossKg: number
  readonly typeCode: string
  readonly carrierId: string
  readonly carrierKind: CarrierKind
  readonly lon: number
  readonly lat: number
  readonly unloadedAt: EpochMs | null
  /** Which of the required papers hold today, a bit each; null: none. */
  readonly papers: number | null
  readonly carrierPapers: number | null
}
type DrivingRow = {
  readonly carrierId: string
  readonly vehicleId: string | null
  readonly driverId: string
  readonly papers: number | null
}

async function freeTrucks(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  numbers: WaveNumbers,
  band: Band,
): Promise<readonly FreeTruck[]> {
  const hoursMax = idleHoursMax(numbers)
  const kinds = (await listPaperKinds(tx, zoneId)).filter(({ required }) => required)
  assert(kinds.length < 32, 'required papers fit into the bits of an integer')
  const papers = papersOf(
    zoneId,
    now,
    kinds.map(({ code }) => code),
  )
  const vehicles = await freeVehicles(tx, zoneId, now, hoursMax, band, papers)
  const drivings = await freeDrivings(tx, zoneId, now, papers)
  return crewed(vehicles, drivings, paperChecks(kinds), (unloadedAt) =>
    unloadedAt === null ? hoursMax : Math.min(hoursMax, Math.floor(Math.max(0, now - unloadedAt) / hourMs)),
  )
}

/**
 * Which of the required papers every holder of a sort has that hold on the day of an instant: a bit each, in the order of the codes.
 * Bits and not lists, for these are gathered without sorting. O(papers).
 */
const papersOf = (zoneId: string, now: EpochMs, codes: readonly string[]) => (subject: Subject) =>
  sql`(
  select p.subject_id, bit_or(1 << (array_position(${codes}::text[], p.kind) - 1)) as held from freight_paper p
  where p.zone_id = ${zoneId} and p.subject = ${subject} and p.kind = any(${codes}::text[]) and p.state = 'kept'
    and p.valid_from <= ${localDateOf(now)}::date and p.valid_to >= ${localDateOf(now)}::date
  group by p.subject_id)`

/** Where the free vehicles are, what they may carry, and which papers they and their carriers have. */
async function freeVehicles(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  hoursMax: number,
  { south, north }: Band,
  papers: ReturnType<typeof papersOf>,
) {
  const { rows } = await sql<VehicleRow>`
    select v.id, v.plate, v.rated_load_kg as "ratedKg", v.gross_kg as "grossKg", v.type_code as "typeCode",
      v.carrier_id as "carrierId", c.kind as "carrierKind", f.lon_deg as lon, f.lat_deg as lat, u.at as "unloadedAt",
      vp.held as papers, cp.held as "carrierPapers"
    from freight_terminal t
    join freight_vehicle v on v.zone_id = t.zone_id and v.id = t.vehicle_id and v.state = 'open'
    join freight_carrier c on c.zone_id = v.zone_id and c.id = v.carrier_id and c.state = 'open'
    join last_fix f on f.zone_id = t.zone_id and f.point_id = t.point_id
      and f.at >= greatest(t.starts_at, ${instant(now - positionHoursMax * hourMs)})
    left join ${papers('vehicle')} vp on vp.subject_id = v.id
    left join ${papers('carrier')} cp on cp.subject_id = c.id
    left join (
      select w.vehicle_id, max(w.unloaded_at) as at from freight_waybill w
      where w.zone_id = ${zoneId} and w.unloaded_at >= ${instant(now - hoursMax * hourMs)} group by w.vehicle_id) u
      on u.vehicle_id = v.id
    where t.zone_id = ${zoneId} and t.ends_at is null and f.lat_deg between ${south} and ${north} and ${isFree}
    order by u.at desc nulls last, v.id collate "C"`.execute(tx)
  return rows
}

/** Who drives for whom today, is on no trip and asked for none; those of one vehicle alone come first. */
async function freeDrivings(tx: Tx, zoneId: string, now: EpochMs, papers: ReturnType<typeof papersOf>) {
  const { rows } = await sql<DrivingRow>`
    select g.carrier_id as "carrierId", g.vehicle_id as "vehicleId", d.id as "driverId", p.held as papers
    from freight_driving g
    join freight_driver d on d.zone_id = g.zone_id and d.id = g.driver_id and d.state = 'open' and ${isFreeDriver}
      and not exists (
        select from freight_waybill o where o.zone_id = d.zone_id and o.driver_id = d.id and o.state = 'offered')
    left join ${papers('driver')} p on p.subject_id = d.id
    where g.zone_id = ${zoneId} and g.valid_from <= ${localDateOf(now)}::date
      and (g.valid_to is null or g.valid_to >= ${localDateOf(now)}::date)
    order by g.vehicle_id is null, d.id collate "C"`.execute(tx)
  return rows
}

type HasPapers = (needs: Needs, held: number | null) => boolean

/** Whether somebody has what is required; answers are kept, for there are few different ones. */
function paperChecks(kinds: Parameters<typeof requiredOf>[0]): HasPapers {
  const known = new Map<string, boolean>()
  return (needs, held) => {
    const key = `${needs.subject} ${needs.light} ${needs.carrierKind} ${held}`
    const answer =
      known.get(key) ?? requiredOf(kinds, needs).every((kind) => (((held ?? 0) >> kinds.indexOf(kind)) & 1) === 1)
    known.set(key, answer)
    return answer
  }
}

/**
 * Gives each vehicle somebody to drive it, and nobody two: first those who drive one vehicle alone, then those who drive any of a
 * carrier's, which go to what was unloaded last. Pure. O(vehicles + drivings), more where many drivers lack papers.
 * @param vehicles  what was unloaded last first
 * @param drivings  those of one vehicle first
 */
export function crewed(
  vehicles: readonly VehicleRow[],
  drivings: readonly DrivingRow[],
  has: HasPapers,
  idleHoursOf: (unloadedAt: EpochMs | null) => number,
): readonly FreeTruck[] {
  const waiting = new Map<string, DrivingRow[]>()
  for (const driving of drivings) {
    const key = `${driving.carrierId} ${driving.vehicleId ?? ''}`
    const line = waiting.get(key)
    if (line) line.push(driving)
    else waiting.set(key, [driving])
  }
  const taken = new Set<string>()
  const drivers = new Map<string, string>()
  for (const isAny of [false, true])
    for (const { id, carrierId, grossKg } of vehicles) {
      if (drivers.has(id)) continue
      const needs = { subject: 'driver', light: isLight(grossKg), carrierKind: null } as const
      const driverId = nextOf(waiting.get(`${carrierId} ${isAny ? '' : id}`) ?? [], taken, (papers) =>
        has(needs, papers),
      )
      if (driverId !== null) drivers.set(id, driverId)
    }
  return vehicles.map((vehicle) => {
    const light = isLight(vehicle.grossKg)
    const holds =
      has({ subject: 'vehicle', light, carrierKind: null }, vehicle.papers) &&
      has({ subject: 'carrier', light, carrierKind: vehicle.carrierKind }, vehicle.carrierPapers)
    const driverId = holds ? (drivers.get(vehicle.id) ?? null) : null
    return {
      id: vehicle.id,
      plate: vehicle.plate,
      ratedKg: vehicle.ratedKg,
      typeCode: vehicle.typeCode,
      carrierId: vehicle.carrierId,
      lon: vehicle.lon,
      lat: vehicle.lat,
      idleHours: idleHoursOf(vehicle.unloadedAt),
      driverId,
      lack: driverId !== null ? null : holds ? 'driver' : 'papers',
    }
  })
}

/** Takes the first out of a line who is not taken and has the papers. */
function nextOf(line: DrivingRow[], taken: Set<string>, has: (papers: number | null) => boolean): string | null {
  for (let at = 0; at < line.length;) {
    const { driverId, papers } = line[at]! // below the length
    if (!taken.has(driverId) && !has(papers)) {
      at++
      continue
    }
    line.splice(at, 1)
    if (taken.has(driverId)) continue
    taken.add(driverId)
    return driverId
  }
  return null
}

/**
 * What dispatchers said of loads and trucks, and pairs whose offer ended without a trip a short while ago: the same is not asked again.
 * By freight_wave_mark_end, freight_waybill_state.
 */
async function marksOf(tx: Tx, zoneId: string, now: EpochMs, { againHours }: WaveNumbers): Promise<readonly Mark[]> {
  const { rows } = await sql<Mark>`
    select m.load_id as "loadId", m.vehicle_id as "vehicleId", m.kind from freight_wave_mark m
    where m.zone_id = ${zoneId} and m.ends_at > ${instant(now)}
    union all
    select w.load_id, w.vehicle_id, 'forbid' from freight_waybill w
    where w.zone_id = ${zoneId} and w.state = 'cancelled' and w.created_at > ${instant(now - againHours * hourMs)}
      and not exists (select from freight_wave_mark m
        where m.zone_id = w.zone_id and m.load_id = w.load_id and m.vehicle_id = w.vehicle_id and m.ends_at > ${instant(now)})
    order by 1, 2`.execute(tx)
  return rows
}
