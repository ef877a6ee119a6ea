import { sql } from 'kysely'
import { caseDeps } from '@tingzhou/casework'
import { newId } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { LonLat } from '../libs/geo/point.ts'
import { haversineM } from '../libs/geo/geodesic.ts'
import { assignTruck } from '../modules/freight/load/dispatch.ts'
import { seeded as terms } from '../modules/freight/money/testing.ts'
import { runFreight } from '../modules/freight/room.ts'
import { makeWave } from '../modules/freight/wave/make.ts'
import { bears, roadMetres, kgOf, readyTrucks, shareOut, type Ready } from '../modules/freight/wave/model.ts'
import { sendPairs } from '../modules/freight/wave/send.ts'
import { setWaveSettings, waveSettings } from '../modules/freight/wave/settings.ts'
import { readSnapshot, type Snapshot } from '../modules/freight/wave/snapshot.ts'
import { bodyRule } from '../modules/freight/wave/solve.ts'
import type { WaveNumbers } from '../modules/freight/wave/words.ts'
import { makeMove } from '../modules/freight/waybill/moves.ts'
import type { Move, MoveName } from '../modules/freight/waybill/waybill-contract.ts'
import { dayBegins, service, type InventedDay } from './dispatch-day-invent.ts'
import type { DayZone } from './dispatch-day-zone.ts'
import type { Say } from './harness.ts'

/** Each load in turn its nearest free truck; or waves. */
export type Policy = 'nearest' | 'waves'

/** One truckload carried; milliseconds since the epoch. */
export type Trip = {
  readonly id: string
  readonly truck: number
  readonly from: number
  readonly to: number
  readonly emptyM: number
  readonly loadedM: number
  /** When the driver is before the docks of each place. */
  readonly atLoad: number
  readonly atUnload: number
  readonly steps: readonly { readonly name: MoveName; readonly at: number }[]
  done: number
}

/** What a day came to. */
export type DayRun = {
  readonly trips: readonly Trip[]
  readonly waves: readonly { readonly readMs: number; readonly solveMs: number; readonly sendMs: number }[]
  readonly moves: number
  readonly stale: number
  readonly seconds: number
}

const workers = 8
const [minuteMs, hourMs] = [60_000, 3_600_000]
/** Invented: metres a minute empty and loaded, and what papers take. */
const [emptyPerMinute, loadedPerMinute] = [1_000, 1_000]
const truckKg = 32_000
const pairsAtOnce = 50

/**
 * One day of dispatch through the module: orders published when their hour comes, trucks dispatched every so many minutes, every
 * step of each waybill made by whoever makes it, a truck free where it unloaded.
 */
export async function runDay(
  zone: DayZone,
  day: InventedDay,
  wish: { readonly policy: Policy; readonly everyMinutes: number; readonly fairHourM: number },
  say: Say,
): Promise<DayRun> {
  const began = performance.now()
  const numbers = await settle(zone, wish.fairHourM)
  const trips: Trip[] = []
  const open: Trip[] = []
  const spots: LonLat[] = day.trucks.map(({ lon, lat }) => ({ lon, lat }))
  const indexOf = new Map(zone.trucks.map(({ vehicleId }, n) => [vehicleId, n]))
  const laneOf = new Map<string, { readonly from: number; readonly to: number; readonly loadedM: number }>()
  const orders = [...day.orders]
  const waves: DayRun['waves'][number][] = []
  let [moves, stale] = [0, 0]
  const [first, last] = [dayBegins.hour, dayBegins.ordersUntilHour].map((hour) => zone.midnight + hour * hourMs) as [
    number,
    number,
  ]
  for (let now = first; now <= last || open.length > 0; now += wish.everyMinutes * minuteMs) {
    zone.setNow(now)
    const due = orders.filter(({ publishedMs }) => zone.midnight + publishedMs <= now).length
    await inTurn(orders.splice(0, due), (order) => publish(zone, order, laneOf))
    moves += await moveAll(zone, day, open, spots)
    for (let at = open.length - 1; at >= 0; at--) if (open[at]!.done === open[at]!.steps.length) open.splice(at, 1) // below the length
    if (now > last) continue
    const sent = wish.policy === 'waves' ? await byWave(zone) : await byHand(zone, numbers)
    if (sent.took) waves.push(sent.took)
    stale += sent.stale
    for (const { waybillId, vehicleId, loadId } of sent.rows) {
      const [truck, lane] = [indexOf.get(vehicleId), laneOf.get(loadId)]
      assert(truck !== undefined && lane, 'of this day')
      const trip = tripOf(
        waybillId,
        truck,
        lane,
        roadMetres(spots[truck]!, day.sites[lane.from]!, numbers),
        now,
        trips.length,
      )
      trips.push(trip)
      open.push(trip)
    }
    // As a server does by itself whenever a table has grown by a tenth.
    if (waves.length % 12 === 6) await sql`analyze`.execute(zone.db)
    const seconds = (performance.now() - began) / 1_000
    if (waves.length % 6 === 0)
      say(
        `${wish.policy} ${new Date(now + 8 * hourMs).toISOString().slice(11, 16)}: ${trips.length} dispatched, ${open.length} under way, ${moves} steps, ${seconds.toFixed(0)} s`,
      )
  }
  await zone.server.relay.settle()
  return { trips, waves, moves, stale, seconds: (performance.now() - began) / 1_000 }
}

/** The settings of the file but for what waiting of trucks is worth. */
async function settle(zone: DayZone, fairHourM: number): Promise<WaveNumbers> {
  const { deps, people } = zone
  const { numbers, rev } = await waveSettings(zone.db, zone.zoneId)
  const wanted = { ...numbers, fairHourM }
  const wish = { commandId: newId(), rev, auto: false, numbers: wanted, why: 'bench' }
  const set = await runFreight(deps, people.dispatcher, 'set_wave_settings', wish, (tx) =>
    setWaveSettings(tx, deps, people.dispatcher, wish),
  )
  assert(set.ok, JSON.stringify(set))
  return wanted
}

/** Publishes an order over HTTP as a dispatcher does. */
async function publish(
  zone: DayZone,
  order: InventedDay['orders'][number],
  laneOf: Map<string, object>,
): Promise<void> {
  const { from, to, trips } = order
  const post = async (path: string, body: object) => {
    const answer = await zone.server.machine.post(`/api/v1${path}`, { commandId: newId(), ...body })
    assert(answer.status <= 201, JSON.stringify(answer.body))
    return answer.body
  }
  const loadFrom = zone.now()
  const { id } = await post('/freight-loads', {
    shipperId: zone.shipperId,
    goods: 'synthetic coal',
    cargoClass: '0100',
    fromId: zone.placeIds[from],
    toId: zone.placeIds[to],
    consigneeId: zone.consigneeId,
    consignee: 'synthetic consignee',
    measure: 'ton',
    quantity: trips * truckKg,
    truckPlan: truckKg,
    mode: 'assign',
    carrierMilliFen: 7_800_000,
    shipperMilliFen: 8_500_000,
    goodsMilliFen: 42_000_000,
    terms: { id: terms.coal, version: 1 },
    loadFrom,
    loadUntil: loadFrom + 24 * hourMs,
    offerMinutes: 60,
    synthetic: true,
  })
  await post(`/freight-loads/${id}/publish`, { rev: 1 })
  const load = await zone.db
    .selectFrom('freight_load')
    .select('distance_m')
    .where('zone_id', '=', zone.zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  assert(load.distance_m !== null, 'the way is planned')
  laneOf.set(id, { from, to, loadedM: load.distance_m })
}

function tripOf(
  id: string,
  truck: number,
  { from, to, loadedM }: { readonly from: number; readonly to: number; readonly loadedM: number },
  emptyM: number,
  now: number,
  n: number,
): Trip {
  const accept = now + (1 + (n % 5)) * minuteMs
  const atLoad = accept + (3 + emptyM / emptyPerMinute) * minuteMs
  const load = atLoad + service.loadS * 1_000
  const depart = load + 4 * minuteMs
  const atUnload = depart + (loadedM / loadedPerMinute) * minuteMs
  const unload = atUnload + service.unloadS * 1_000
  const times = {
    accept,
    arrive_load: atLoad,
    load,
    depart,
    arrive_unload: atUnload,
    unload,
    sign: unload + 5 * minuteMs,
  }
  // Object.entries of a record gives its own names.
  const steps = (Object.entries(times) as [MoveName, number][]).map(([name, at]) => ({ name, at: Math.round(at) }))
  return {
    id,
    truck,
    from,
    to,
    emptyM,
    loadedM,
    atLoad: Math.round(atLoad),
    atUnload: Math.round(atUnload),
    steps,
    done: 0,
  }
}

/** Makes every step that is due, each waybill's in their order, and lets terminals say where was unloaded. @returns steps */
async function moveAll(zone: DayZone, day: InventedDay, open: readonly Trip[], spots: LonLat[]): Promise<number> {
  const now = zone.now()
  const fixes: (LonLat & { point: number; at: number })[] = []
  let moves = 0
  await inTurn(open, async (trip) => {
    const truck = zone.trucks[trip.truck]! // a truck of the day
    for (let step = trip.steps[trip.done]; step && step.at <= now; step = trip.steps[trip.done]) {
      const [actor, fields] = await howTo(zone, day, trip, step.name, truck.carrier)
      const move = { commandId: newId(), rev: 1, move: step.name, at: step.at, sentAt: now, position: null, ...fields }
      // The fields above are those of the step.
      const made = await makeMove(caseDeps(zone.deps), actor, trip.id, move as unknown as Move)
      assert(made.ok, `${step.name}: ${JSON.stringify(made)}`)
      moves++
      trip.done++
      if (step.name !== 'unload') continue
      const { lon, lat } = day.sites[trip.to]! // a site of the day
      spots[trip.truck] = { lon, lat }
      fixes.push({ lon, lat, point: truck.point, at: step.at })
    }
  })
  await zone.say(fixes)
  return moves
}

async function howTo(zone: DayZone, day: InventedDay, trip: Trip, name: MoveName, carrier: Actor) {
  const { machine, consignee } = zone.people
  const at = (site: number) => {
    const { lon: lonDeg, lat: latDeg } = day.sites[site]! // a site of the day
    return { position: { lonDeg, latDeg, accuracyM: 10 }, photoIds: [], reason: '' }
  }
  const slip = {
    number: newId().slice(-8),
    grossKg: 15_000 + truckKg,
    tareKg: 15_000,
    source: 'device',
    photoId: null,
    operator: '',
  }
  if (name === 'arrive_load') return [carrier, at(trip.from)] as const
  if (name === 'arrive_unload') return [carrier, at(trip.to)] as const
  if (name === 'load' || name === 'unload') return [machine, { slip }] as const
  if (name !== 'sign') return [carrier, {}] as const
  const { sign_code: code } = await zone.db
    .selectFrom('freight_waybill')
    .select('sign_code')
    .where('zone_id', '=', zone.zoneId)
    .where('id', '=', trip.id)
    .executeTakeFirstOrThrow()
  return [consignee, { signer: 'consignee', signedBy: 'code', code, fileId: null }] as const
}

type Dispatched = { readonly waybillId: string; readonly vehicleId: string; readonly loadId: string }
type Round = {
  readonly rows: readonly Dispatched[]
  readonly stale: number
  readonly took: DayRun['waves'][number] | null
}

/** A wave, and all of it sent. */
async function byWave(zone: DayZone): Promise<Round> {
  const { deps, people, db, zoneId } = zone
  const made = await makeWave(deps, people.dispatcher, { commandId: newId(), trial: false, supposed: null })
  assert(made.ok, JSON.stringify(made))
  const { id } = made.value
  const pairs = () => db.selectFrom('freight_wave_pair').where('zone_id', '=', zoneId).where('wave_id', '=', id)
  const proposed = (await pairs().select('id').orderBy('seq').execute()).map((row) => row.id)
  const begun = performance.now()
  const chunks = Array.from({ length: Math.ceil(proposed.length / pairsAtOnce) }, (_, n) =>
    proposed.slice(n * pairsAtOnce, (n + 1) * pairsAtOnce),
  )
  await inTurn(chunks, async (pairIds) => {
    const sent = await sendPairs(deps, people.dispatcher, { id, commandId: newId(), pairIds })
    assert(sent.ok, JSON.stringify(sent))
  })
  const sendMs = performance.now() - begun
  const wave = await db
    .selectFrom('freight_wave')
    .select(['read_ms', 'solve_ms'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const rows = await pairs().select(['waybill_id', 'vehicle_id', 'load_id', 'state']).orderBy('seq').execute()
  return {
    rows: rows.flatMap(({ waybill_id: waybillId, vehicle_id: vehicleId, load_id: loadId }) =>
      waybillId && vehicleId ? [{ waybillId, vehicleId, loadId }] : [],
    ),
    stale: rows.filter(({ state }) => state === 'stale').length,
    took: { readMs: wave.read_ms, solveMs: wave.solve_ms, sendMs },
  }
}

/** What dispatching by hand does: load after load its nearest free truck, of the trucks and by the hard rules that a wave has. */
async function byHand(zone: DayZone, numbers: WaveNumbers): Promise<Round> {
  const { deps, people } = zone
  const begun = performance.now()
  const snapshot = await readSnapshot(deps, numbers)
  const read = performance.now()
  const pairs = nearestPairs(snapshot, numbers)
  const chosen = performance.now()
  const rows: Dispatched[] = []
  await inTurn([...pairs.entries()], async ([place, { loadId, truck }]) => {
    const wish = { commandId: newId(), id: loadId, vehicleId: truck.id, driverId: truck.driverId ?? '', plan: null }
    const sent = await runFreight(deps, people.dispatcher, 'assign_truck', wish, (tx, batch) =>
      assignTruck(tx, deps, people.dispatcher, wish, batch),
    )
    assert(sent.ok, JSON.stringify(sent))
    rows[place] = { waybillId: sent.value.id, vehicleId: truck.id, loadId }
  })
  const took = { readMs: read - begun, solveMs: chosen - read, sendMs: performance.now() - chosen }
  return { rows, stale: 0, took }
}

function nearestPairs(snapshot: Snapshot, numbers: WaveNumbers) {
  const free = new Set(readyTrucks(snapshot.trucks, numbers, []))
  const fits = bodyRule(snapshot.mindsBodies)
  return shareOut(snapshot.loads, numbers, []).wanting.flatMap(({ load, trips }) =>
    Array.from({ length: trips }).flatMap(() => {
      let best: { readonly one: Ready; readonly metres: number } | null = null
      for (const one of free) {
        // A degree of latitude is 111 km: what is further north or south is not nearer.
        if (best && Math.abs(one.lat - load.lat) * 110_000 > best.metres) continue
        const metres = haversineM(one, load)
        if (best && metres >= best.metres) continue
        if (!bears(kgOf(load), one.ratedKg) || !fits(load.cargoClass, one.typeCode)) continue
        best = { one, metres }
      }
      if (!best || roadMetres(best.one, load, numbers) > numbers.reachM || !best.one.truck) return []
      free.delete(best.one)
      return [{ loadId: load.id, truck: best.one.truck }]
    }),
  )
}

/** All of them, eight at once. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const one of waiting) await work(one)
    }),
  )
}
