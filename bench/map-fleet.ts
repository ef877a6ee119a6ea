import { sql } from 'kysely'
import type { Database } from '@tingzhou/db'
import roads from '@tingzhou/geo/xj-road-graph.json' with { type: 'json' }
import { epochMs } from '@tingzhou/kernel'
import { addFix, fixKind, newReadings, saveProfile, type PointTemplate, type Readings } from '@tingzhou/telemetry'

/** A truck of the invented fleet on its way between two places, degrees, so many of them a second, there and back. */
type FleetTruck = {
  readonly point: number
  readonly from: Place
  readonly to: Place
  /** Share of the way at second 0, and what it gains a second. */
  readonly start: number
  readonly perSecond: number
  readonly isAlarming: boolean
}
type Place = readonly [lonDeg: number, latDeg: number]

/** The plant that an eighth of the fleet waits at: Wucaiwan in Zhundong. */
export const plant: Place = [89.02, 44.78]
const plantShare = 1 / 8
// The yards, roads and queues around it: about 45 km to each side.
const plantDeg = 0.4
const kmPerDeg = 95

/** The same numbers in every run. Source: mulberry32, T. Ettinger, public domain. */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A fleet on the trunk roads of the region, an eighth of it around one plant; one in two hundred reports an alarm. */
export function inventFleet(points: readonly number[]): readonly FleetTruck[] {
  const random = randoms(15_000)
  const places = new Map(roads.nodes.map(({ id, lng, lat }): [string, Place] => [id, [lng, lat]]))
  const ways = roads.edges.flatMap(({ a, b }): (readonly [Place, Place])[] => {
    const [from, to] = [places.get(a), places.get(b)]
    return from && to ? [[from, to]] : []
  })
  const aside = (): Place => [
    plant[0] + (random() - 0.5) * 2 * plantDeg,
    plant[1] + (random() - 0.5) * 2 * plantDeg * 0.7,
  ]
  return points.map((point, index) => {
    const isAtPlant = index < points.length * plantShare
    const way = ways[Math.floor(random() * ways.length)]
    const [from, to] = isAtPlant || !way ? [aside(), aside()] : way
    const km = Math.max(1, Math.hypot(to[0] - from[0], to[1] - from[1]) * kmPerDeg)
    const kmh = 30 + 50 * random()
    return { point, from, to, start: random(), perSecond: kmh / 3_600 / km, isAlarming: index % 200 === 7 }
  })
}

/** What some trucks report at a moment. @param second  since the fleet set off. O(trucks). */
export function reportsOf(trucks: readonly FleetTruck[], second: number, at: number): Readings {
  const readings = newReadings(fixKind, trucks.length)
  for (const { point, from, to, start, perSecond, isAlarming } of trucks) {
    const way = (start + perSecond * second) % 2
    const isBack = way > 1
    const share = isBack ? 2 - way : way
    const [lonDeg, latDeg] = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    const heading = (Math.atan2(to[0] - from[0], to[1] - from[1]) * 180) / Math.PI + (isBack ? 180 : 0)
    addFix(readings, point, {
      at,
      lonDeg,
      latDeg,
      altitudeM: 600,
      speedKmh: Math.round(perSecond * 3_600 * 10) / 10,
      headingDeg: (heading + 360) % 360,
      status: 3,
      alarm: isAlarming ? 1 : 0,
      odometerKm: null,
      flags: 0,
    })
  }
  return readings
}

const position: PointTemplate = {
  key: 'POS',
  kind: 'position',
  name: { zh: '位置', en: 'Position' },
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: null,
  staleAfterS: null,
  counterMax: null,
}

/** Makes trucks with a terminal each, named as trucks are: a province, a letter and five digits. A few statements. */
export async function addFleet({ db }: Database, zoneId: string, count: number): Promise<void> {
  const name = { zh: '货车', en: 'Truck' }
  const profile = 'bench_truck'
  await db.transaction().execute(async (tx) => {
    await sql`
      insert into telemetry_profile (zone_id, key, name, points, updated_at)
      values (${zoneId}, ${profile}, ${JSON.stringify(name)}::jsonb, '[]'::jsonb, now())`.execute(tx)
    await sql`
      insert into telemetry_node (zone_id, id, level, code, name, profile_key)
      select ${zoneId}, gen_random_uuid(), 'equipment', 'XB' || lpad(n::text, 5, '0'), ${JSON.stringify(name)}::jsonb, ${profile}
      from generate_series(1, ${count}::integer) as n`.execute(tx)
    await sql`
      insert into telemetry_device (zone_id, id, protocol, identity, name, node_id, state, settings, changed_at)
      select zone_id, gen_random_uuid(), 'jt808', '139000' || right(code, 5), '新' || substring(code, 2), id, 'active',
        '{}'::jsonb, now()
      from telemetry_node where zone_id = ${zoneId} and profile_key = ${profile}`.execute(tx)
    await saveProfile(tx, zoneId, { key: profile, name, points: [position] }, epochMs(Date.now()))
  })
}
