import { sql } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import { haversineM, type LonLat } from '@tingzhou/geo'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { expectedAt, runs } from '../desk/parts.ts'
import { isLight } from '../light.ts'
import { riskEdition } from '../risk/edition.ts'
import { paperChecks } from '../wave/crew.ts'
import { bandOf, freeTrucks, marksOf, requiredPapers, type Band } from '../wave/snapshot.ts'
import '../wave/tables.ts'
import type { CarrierKind, WaybillState } from '../words.ts'
import '../tables.ts'
import { usualFirst } from './present.ts'
import type { ChainSnapshot, OpenLoad, PlanNumbers, PlanTruck } from './problem.ts'
import './tables.ts'
import { endsLater, freeAt, type FreeAt } from './way.ts'
import { busyMax, loadsMax } from './words.ts'

type Deps = Pick<RequestContext['deps'], 'db' | 'zoneId' | 'clock'>

const hourMs = 3_600_000
const instant = (ms: number) => sql`${at(epochMs(ms))}::timestamptz`

/**
 * Reads loads, free trucks, trucks on a trip and marks in one transaction that sees one moment. Free trucks are those of waves; trucks on
 * a trip are free where it unloads, when that is done, if they have no next load and no open offer, and if vehicle, carrier and driver
 * have their papers today.
 * Eight statements, whatever the zone holds.
 */
export async function readChains({ db, zoneId, clock }: Deps, numbers: PlanNumbers): Promise<ChainSnapshot> {
  const now = clock()
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const loads = await openLoads(tx, zoneId, now, numbers)
      const { rules } = await riskEdition(tx, zoneId)
      const mindsBodies = rules.R17.breach === 'block'
      if (loads.length === 0) return { loads, trucks: [], forbidden: {}, mindsBodies }
      const band = bandOf(
        loads.map(({ from }) => from),
        numbers.wave.reachM,
      )
      const free = (await freeTrucks(tx, zoneId, now, numbers.wave, band)).flatMap((truck): readonly NoHome[] =>
        truck.driverId === null
          ? []
          : [
              {
                id: truck.id,
                driverId: truck.driverId,
                carrierId: truck.carrierId,
                ratedKg: truck.ratedKg,
                typeCode: truck.typeCode,
                lon: truck.lon,
                lat: truck.lat,
                freeAtMs: now,
                drivenS: 0,
                afterId: null,
              },
            ],
      )
      const trucks = [...free, ...(await busyTrucks(tx, zoneId, now, numbers, band))]
      const homes =
        numbers.chain.homeM === 0 ? new Map<string, Home>() : await homesOf(tx, zoneId, now, numbers, trucks)
      const forbidden: Record<string, string[]> = {}
      for (const { loadId, vehicleId, kind } of await marksOf(tx, zoneId, now, numbers.wave))
        if (kind === 'forbid') (forbidden[vehicleId] ??= []).push(loadId)
      return {
        loads,
        trucks: trucks.map((truck) => ({ ...truck, home: homes.get(truck.driverId) ?? null })),
        forbidden,
        mindsBodies,
      }
    })
}

type NoHome = Omit<PlanTruck, 'home'>
type Home = NonNullable<PlanTruck['home']>

const placeOf = (alias: string) =>
  sql`jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)}, 'lon', ${sql.ref(`${alias}.lon_deg`)},
    'lat', ${sql.ref(`${alias}.lat_deg`)})`

/** Published loads of assignment that can be loaded within the horizon, the soonest end first. By freight_load_open. */
async function openLoads(tx: Tx, zoneId: string, now: EpochMs, { horizonHours }: PlanNumbers) {
  const { rows } = await sql<OpenLoad>`
    select l.id, l.number, l.goods, ${placeOf('a')} as "from", ${placeOf('b')} as "to", l.measure, l.truck_plan as "truckPlan",
      l.quantity - l.taken as left, l.cargo_class as "cargoClass", greatest(l.published_at, l.load_from) as since,
      l.load_from as "loadFrom", l.load_until as "loadUntil"
    from freight_load l
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id
    join freight_place b on b.zone_id = l.zone_id and b.id = l.to_id
    where l.zone_id = ${zoneId} and l.state = 'published' and l.mode = 'assign' and l.taken < l.quantity
      and l.load_until > ${instant(now)} and l.load_from <= ${instant(now + horizonHours * hourMs)}
    order by l.load_until, l.number limit ${loadsMax}`.execute(tx)
  return rows
}

type BusyRow = {
  readonly id: string
  readonly ratedKg: number
  readonly grossKg: number
  readonly typeCode: string
  readonly carrierId: string
  readonly carrierKind: CarrierKind
  readonly driverId: string
  readonly afterId: string
  readonly state: WaybillState
  readonly from: LonLat
  readonly to: LonLat
  readonly expectedAt: EpochMs | null
  readonly papers: number | null
  readonly carrierPapers: number | null
  readonly driverPapers: number | null
}

/** Trucks on a trip that may go on after it. One statement, by freight_waybill_vehicle_busy, and one for the papers' kinds. */
async function busyTrucks(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  { chain, wave, horizonHours }: PlanNumbers,
  { south, north }: Band,
): Promise<readonly NoHome[]> {
  const { kinds, papers } = await requiredPapers(tx, zoneId, now)
  const has = paperChecks(kinds)
  const { rows } = await sql<BusyRow>`
    select v.id, v.rated_load_kg as "ratedKg", v.gross_kg as "grossKg", v.type_code as "typeCode", v.carrier_id as "carrierId",
      c.kind as "carrierKind", w.driver_id as "driverId", w.id as "afterId", w.state, ${placeOf('a')} as "from",
      ${placeOf('b')} as "to", ${expectedAt(instant(now))} as "expectedAt", vp.held as papers, cp.held as "carrierPapers",
      dp.held as "driverPapers"
    from freight_waybill w
    join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id and v.state = 'open' and v.carrier_id = w.carrier_id
    join freight_carrier c on c.zone_id = v.zone_id and c.id = v.carrier_id and c.state = 'open'
    join freight_driver d on d.zone_id = w.zone_id and d.id = w.driver_id and d.state = 'open'
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
    left join ${papers('vehicle')} vp on vp.subject_id = v.id
    left join ${papers('carrier')} cp on cp.subject_id = c.id
    left join ${papers('driver')} dp on dp.subject_id = d.id
    where ${runs(zoneId)} and w.state <> 'accident' and b.lat_deg between ${south} and ${north}
      and not exists (select from freight_next n
        where n.zone_id = w.zone_id and n.vehicle_id = w.vehicle_id and n.state in ('wished', 'booked'))
      and not exists (select from freight_waybill o where o.zone_id = w.zone_id and o.state = 'offered'
        and (o.vehicle_id = w.vehicle_id or o.driver_id = w.driver_id))
    order by "expectedAt", v.id collate "C" limit ${busyMax}`.execute(tx)
  // Whoever carries several waybills at once is free after the last of them.
  const last = new Map<string, BusyRow & { readonly free: FreeAt }>()
  for (const row of rows) {
    const trip = { state: row.state, expectedAt: row.expectedAt, straightM: haversineM(row.from, row.to) }
    const one = { ...row, free: freeAt(trip, chain, wave.bendPct, now) }
    const other = last.get(row.id)
    if (!other || endsLater({ ...one, id: one.afterId }, { ...other, id: other.afterId })) last.set(row.id, one)
  }
  return [...last.values()].flatMap((row): readonly NoHome[] => {
    const light = isLight(row.grossKg)
    const holds =
      has({ subject: 'vehicle', light, carrierKind: null }, row.papers) &&
      has({ subject: 'carrier', light, carrierKind: row.carrierKind }, row.carrierPapers) &&
      has({ subject: 'driver', light, carrierKind: null }, row.driverPapers)
    const { id, driverId, carrierId, ratedKg, typeCode, afterId, to, free } = row
    if (!holds || free.atMs > now + horizonHours * hourMs) return []
    return [
      {
        id,
        driverId,
        carrierId,
        ratedKg,
        typeCode,
        lon: to.lon,
        lat: to.lat,
        freeAtMs: free.atMs,
        drivenS: free.drivenS,
        afterId,
      },
    ]
  })
}

/** Where drivers usually load first on a day. One statement, by freight_waybill_driver. O(drivers). */
async function homesOf(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  { chain }: PlanNumbers,
  trucks: readonly NoHome[],
): Promise<ReadonlyMap<string, Home>> {
  const { rows } = await sql<{ driverId: string; home: Home }>`
    select d.id as "driverId", ${placeOf('p')} as home
    from unnest(${trucks.map(({ driverId }) => driverId)}::text[]) as d (id)
    cross join lateral ${usualFirst(zoneId, sql.ref('d.id'), now, chain.homeDays)} usual
    join freight_place p on p.zone_id = ${zoneId} and p.id = usual.from_id`.execute(tx)
  return new Map(rows.map(({ driverId, home }) => [driverId, home]))
}
