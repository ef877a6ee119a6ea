import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { isFree, isFreeDriver } from '../desk/parts.ts'
import { freeLoadSlots, type FreeSlots } from '../dock/free.ts'
import { positionHoursMax } from '../desk/words.ts'
import { listPaperKinds } from '../paper-kind.ts'
import { riskEdition } from '../risk/edition.ts'
import type { Measure, Subject } from '../words.ts'
import { crewed, paperChecks, type DrivingRow, type FreeTruck, type VehicleRow } from './crew.ts'
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

export type Mark = {
  readonly loadId: string
  readonly vehicleId: string
  readonly plate: string
  readonly kind: MarkKind
}

/** What a wave is made of, as the rows stood at one moment. */
export type Snapshot = {
  readonly loads: readonly OpenLoad[]
  readonly trucks: readonly FreeTruck[]
  readonly marks: readonly Mark[]
  /** Whether goods must go with the body: the rule R17 of risk stops an audit. */
  readonly mindsBodies: boolean
  /** Loading slots of places whose docks give them, until the wave's look-ahead. */
  readonly slots: readonly FreeSlots[]
}

/** Hours of waiting that make a difference: more of them are worth no more. Pure. */
export const idleHoursMax = ({ fairHourM, fairMaxM }: WaveNumbers): number =>
  fairHourM === 0 ? 0 : Math.ceil(fairMaxM / fairHourM)

/**
 * Reads loads, trucks, drivers and marks in one transaction that sees one moment.
 * A truck is free as `findNear` of the desk says it; besides, its driver has no open offer, and the papers of vehicle, carrier and driver
 * hold today as `blockers` asks them, so that what is proposed can be sent.
 * Nine statements, whatever the zone holds; those of vehicles and drivers walk terminals, papers and drivings once and join them at
 * once. O(terminals + papers + drivings + open loads).
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
      if (loads.length === 0) return { loads, trucks: [], marks: [], mindsBodies, slots: [] }
      const trucks = await freeTrucks(tx, zoneId, now, numbers, bandOf(loads, numbers.reachM))
      const places = loads.map(({ placeId }) => placeId)
      const slots = await freeLoadSlots(tx, zoneId, places, now, numbers.aheadHours)
      return { loads, trucks, marks: await marksOf(tx, zoneId, now, numbers), mindsBodies, slots }
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

export type Band = { readonly south: number; readonly north: number }

/** The latitudes within which trucks may be of use. A degree is 111 km at least. */
export function bandOf(loads: readonly { readonly lat: number }[], reachM: number): Band {
  const lats = loads.map(({ lat }) => lat)
  const margin = reachM / 111_000
  return { south: Math.min(...lats) - margin, north: Math.max(...lats) + margin }
}

/** Free trucks within a band of latitudes, each with who drives it or what it lacks. Three statements. */
export async function freeTrucks(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  numbers: WaveNumbers,
  band: Band,
): Promise<readonly FreeTruck[]> {
  const hoursMax = idleHoursMax(numbers)
  const { kinds, papers } = await requiredPapers(tx, zoneId, now)
  const vehicles = await freeVehicles(tx, zoneId, now, hoursMax, band, papers)
  const drivings = await freeDrivings(tx, zoneId, now, papers)
  return crewed(vehicles, drivings, paperChecks(kinds), (unloadedAt) =>
    unloadedAt === null ? hoursMax : Math.min(hoursMax, Math.floor(Math.max(0, now - unloadedAt) / hourMs)),
  )
}

/** The required kinds of papers, and who holds which of them today. One statement. */
export async function requiredPapers(tx: Tx, zoneId: string, now: EpochMs) {
  const kinds = (await listPaperKinds(tx, zoneId)).filter(({ required }) => required)
  assert(kinds.length < 32, 'required papers fit into the bits of an integer')
  const papers = papersOf(
    zoneId,
    now,
    kinds.map(({ code }) => code),
  )
  return { kinds, papers }
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

/**
 * What dispatchers said of loads and trucks, and pairs whose offer ended without a trip a short while ago: the same is not asked again.
 * By freight_wave_mark_end, freight_waybill_state.
 */
export async function marksOf(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  { againHours }: Pick<WaveNumbers, 'againHours'>,
): Promise<readonly Mark[]> {
  const { rows } = await sql<Mark>`
    select said.load_id as "loadId", said.vehicle_id as "vehicleId", v.plate, said.kind
    from (
      select m.load_id, m.vehicle_id, m.kind from freight_wave_mark m
      where m.zone_id = ${zoneId} and m.ends_at > ${instant(now)}
      union all
      select w.load_id, w.vehicle_id, 'forbid' from freight_waybill w
      where w.zone_id = ${zoneId} and w.state = 'cancelled' and w.created_at > ${instant(now - againHours * hourMs)}
        and not exists (select from freight_wave_mark m where m.zone_id = w.zone_id and m.load_id = w.load_id
          and m.vehicle_id = w.vehicle_id and m.ends_at > ${instant(now)})) said
    join freight_vehicle v on v.zone_id = ${zoneId} and v.id = said.vehicle_id
    order by 1, 2`.execute(tx)
  return rows
}
