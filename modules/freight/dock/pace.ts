import { sql } from 'kysely'
import {
  bucketS,
  bulkOptions,
  laneRate,
  legS,
  planBulk,
  tripsMax,
  tripsPerHour,
  type BulkPlan,
  type BulkSite,
  type SlotBook,
} from '@tingzhou/dispatch'
import { reaches } from '@tingzhou/access'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Reader } from '../papers-view.ts'
import { roadMetres } from '../wave/model.ts'
import { placeEnds, type PlaceEnd } from '../words.ts'
import { bookOf, type Dock } from './book.ts'
import { bookedOf, dockColumns, isOneOf } from './slot.ts'
import { wayNumbers } from './settings.ts'
import type { DockNumbers } from './words.ts'

type LoadRow = {
  readonly fromId: string
  readonly toId: string
  readonly left: number
  readonly truckPlan: number
  readonly distanceM: number | null
  readonly loadFrom: EpochMs
  readonly loadUntil: EpochMs
  readonly state: string
  readonly fromLon: number
  readonly fromLat: number
  readonly toLon: number
  readonly toLat: number
}

/**
 * What the docks at both ends of a load allow: how many trucks keep them busy, how long the truckloads take that nobody has taken, and when
 * to load how many by the slots that are free; null out of reach. Five statements; planning is O(trips · buckets of one trip).
 */
export async function findPace(reader: Reader, id: string) {
  const { db, zoneId, clock } = reader.deps
  const load = await findLoad(reader, id)
  if (!load) return null
  const keys = [
    { placeId: load.fromId, end: 'load' },
    { placeId: load.toId, end: 'unload' },
  ] as const
  const { rows: docks } = await sql<Dock>`select ${dockColumns} from freight_dock d
    where d.zone_id = ${zoneId} and d.is_on and ${isOneOf('d', keys)}`.execute(db)
  const missing = placeEnds.filter((end) => !docks.some((dock) => dock.end === end))
  const [at, to] = placeEnds.map((end) => docks.find((dock) => dock.end === end))
  if (!at || !to) return { missing, pace: null }
  const now = clock()
  const numbers = await wayNumbers(db, zoneId)
  const booked = await bookedOf(db, zoneId, docks, now)
  const metres =
    load.distanceM ??
    roadMetres({ lon: load.fromLon, lat: load.fromLat }, { lon: load.toLon, lat: load.toLat }, numbers)
  const lane = {
    load: at,
    unload: to,
    outS: Math.round((metres * 3.6) / numbers.loadedKmh),
    backS: Math.round((metres * 3.6) / numbers.emptyKmh),
  }
  const rate = laneRate(lane)
  const left = load.state === 'published' || load.state === 'draft' ? Math.max(0, load.left) : 0
  const tripsLeft = Math.ceil(left / load.truckPlan)
  const bottleneck: PlaceEnd = rate.loadPerHour < rate.unloadPerHour ? 'load' : 'unload'
  const perHour = tripsPerHour(rate, rate.trucksNeeded)
  const planned = planTrips(load, left, lane, now, numbers, (dock, untilMs) => bookOf(dock, now, untilMs, booked(dock)))
  return {
    missing,
    pace: {
      loadDocks: at.docks,
      unloadDocks: to.docks,
      loadPerHour: rate.loadPerHour,
      unloadPerHour: rate.unloadPerHour,
      tripsPerHour: perHour,
      bottleneck,
      outS: lane.outS,
      backS: lane.backS,
      restS: rate.restS,
      cycleS: rate.cycleS,
      trucksNeeded: rate.trucksNeeded,
      tripsLeft,
      hoursLeft: Math.round((tripsLeft / perHour) * 10) / 10,
      ...planned,
    },
  }
}

type Lane = { readonly load: Dock; readonly unload: Dock; readonly outS: number; readonly backS: number }

/** Trips in the slots that are free at both ends, loaded before loading is over: the first `tripsMax` of them. */
function planTrips(
  load: LoadRow,
  left: number,
  lane: Lane,
  now: EpochMs,
  { horizonHours }: DockNumbers,
  bookUntil: (dock: Dock, untilMs: number) => SlotBook,
) {
  const none = { plan: [], planned: 0, unplanned: null, lastUnloadAt: null }
  if (left === 0) return none
  const fromS = Math.floor(now / 1_000 / bucketS) * bucketS
  const lastLoadS = Math.min(load.loadUntil / 1_000, fromS + horizonHours * 3_600)
  // The last truck may be loaded in the bucket in which loading ends, and finds its slot a bucket later.
  const deadlineS = Math.ceil(lastLoadS + lane.load.serviceS + legS(lane.outS) + bucketS + lane.unload.serviceS)
  const toS = fromS + Math.ceil((deadlineS - fromS) / bucketS + 1) * bucketS
  const earliestS = Math.max(fromS, Math.ceil(load.loadFrom / 1_000 / bucketS) * bucketS)
  if (lastLoadS <= fromS || earliestS > deadlineS) return none
  const site = (id: string, dock: Dock): BulkSite => {
    const book = bookUntil(dock, toS * 1_000)
    return dock.end === 'load'
      ? { id, load: dock, unload: null, openings: null, books: { load: book, unload: null } }
      : { id, load: null, unload: dock, openings: null, books: { load: null, unload: book } }
  }
  const plan = planBulk(
    [site('from', lane.load), site('to', lane.unload)],
    [
      {
        id: 'load',
        from: 'from',
        to: 'to',
        remainingKg: Math.min(left, tripsMax * load.truckPlan),
        payloadKg: load.truckPlan,
        toleranceShare: 0,
        priority: 0,
        earliestS,
        deadlineS,
        outS: lane.outS,
        backS: lane.backS,
      },
    ],
    { ...bulkOptions, fromS, toS },
  )
  assert(plan.ok, `a load can be planned: ${JSON.stringify(plan)}`)
  return planOf(plan.value, Math.ceil(left / load.truckPlan))
}

function planOf({ trips, waves, unplaced }: BulkPlan, tripsLeft: number) {
  const [left] = unplaced
  const last = trips.reduce((latest, { unloadSlotS }) => Math.max(latest, unloadSlotS), 0)
  return {
    plan: waves.map(({ slotS, trips: count }) => ({ startsAt: epochMs(slotS * 1_000), trips: count })),
    planned: trips.length,
    unplanned: left ? { trips: tripsLeft - trips.length, blocker: left.blocker } : null,
    lastUnloadAt: trips.length === 0 ? null : epochMs(last * 1_000),
  }
}

/** One statement, by the primary key. */
async function findLoad({ deps: { db, zoneId }, actor }: Reader, id: string): Promise<LoadRow | null> {
  const { rows } = await sql<LoadRow>`
    select l.from_id as "fromId", l.to_id as "toId", l.quantity - l.taken as left, l.truck_plan as "truckPlan", l.distance_m as "distanceM",
      l.load_from as "loadFrom", l.load_until as "loadUntil", l.state, a.lon_deg as "fromLon", a.lat_deg as "fromLat", b.lon_deg as "toLon",
      b.lat_deg as "toLat"
    from freight_load l
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id
    join freight_place b on b.zone_id = l.zone_id and b.id = l.to_id
    where l.zone_id = ${zoneId} and l.id = ${id} and ${reaches(actor, 'freight_load', { zoneId, objectId: sql.ref('l.id') })}`.execute(
    db,
  )
  return rows[0] ?? null
}
