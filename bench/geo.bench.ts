// npm run bench -- geo [--dir DATA]: places against 10,000 fences beside asking every fence; ways over roads.
// --dir names a folder that holds xj-road-graph.json; without it the ways over that graph are skipped.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildRoadGraph,
  createFenceIndex,
  createRouter,
  isInFence,
  noFences,
  readRoadGraph,
  readyFence,
  step,
  type Fence,
  type FenceState,
  type Fix,
  type LonLat,
  type ReadyFence,
  type RoadEdge,
  type RoadGraph,
} from '@tingzhou/geo'
import { epochMs, type Result } from '@tingzhou/kernel'
import { figure, median, report, said, type Figure, type Say } from './harness.ts'

const fenceCount = 10_000
const truckCount = 15_000
const runs = 5

await report('bench', 'geo', async (say) => {
  const random = seeded(20_260_703)
  const fences = Array.from({ length: fenceCount }, (_, i) => inventFence(i, random))
  return [...askFences(fences, random, say), ...driveTrucks(fences, random, say), ...findWays(random, say)]
})

/** How often a second `work` is done, the median of five runs; `work` answers how much it did. */
function perSecond(work: () => number): number {
  work()
  const rates = Array.from({ length: runs }, () => {
    const began = performance.now()
    const done = work()
    return (done / (performance.now() - began)) * 1_000
  })
  return median(rates)
}

function askFences(fences: readonly Fence[], random: () => number, say: Say): readonly Figure[] {
  const index = createFenceIndex()
  const fill = () => {
    for (const [i, fence] of fences.entries()) must(index.insert(String(i), fence))
    return fences.length
  }
  fill()
  const ready = fences.map((fence) => must(readyFence(fence)))
  const places = Array.from({ length: 50_000 }, () => somewhere(random))
  compare(index.at, ready, places.slice(0, 300))
  const ask = perSecond(() => {
    let found = 0
    for (const place of places) found += index.at(place).length
    return found < 0 ? 0 : places.length
  })
  say(`index: ${Math.round(ask)} places/s`)
  const floor = perSecond(() => {
    for (const place of places.slice(0, 50)) inEvery(ready, place)
    return 50
  })
  return [
    figure(
      `places against ${fenceCount} fences (60 % circles, 30 % polygons, 10 % corridors of 20 segments)`,
      ask,
      'places/s',
    ),
    figure('one place', 1e6 / ask, 'µs', '<= 10'),
    figure('floor: asking the box, then the shape of every fence', floor, 'places/s'),
    figure('times the floor', ask / floor, '', '>= 50'),
    figure('fences replaced in the index', perSecond(fill), 'fences/s'),
  ]
}

/** The index must find what the floor finds, or its speed is worth nothing. */
function compare(
  at: (place: LonLat) => readonly string[],
  ready: readonly ReadyFence[],
  places: readonly LonLat[],
): void {
  for (const place of places) {
    const [found, expected] = [
      at(place)
        .map(Number)
        .toSorted((a, b) => a - b),
      inEvery(ready, place),
    ]
    if (found.join() !== expected.join())
      throw new Error(`the index finds ${found.join()}, every fence says ${expected.join()}`)
  }
}

function inEvery(ready: readonly ReadyFence[], { lon, lat }: LonLat): readonly number[] {
  const found: number[] = []
  for (let i = 0; i < ready.length; i++) {
    const fence = ready[i]! // i is below the length
    const isNear = fence.boxes.some(
      (box) => lon >= box.minLon && lon <= box.maxLon && lat >= box.minLat && lat <= box.maxLat,
    )
    if (isNear && isInFence({ lon, lat }, fence)) found.push(i)
  }
  return found
}

function driveTrucks(fences: readonly Fence[], random: () => number, say: Say): readonly Figure[] {
  const index = createFenceIndex()
  for (const [i, fence] of fences.entries()) must(index.insert(String(i), fence))
  const trucks = Array.from({ length: truckCount }, () => ({
    place: somewhere(random),
    heading: random() * 2 * Math.PI,
  }))
  const states: FenceState[] = trucks.map(() => noFences)
  let [minute, events] = [0, 0]
  const rate = perSecond(() => {
    minute++
    for (const [i, { place, heading }] of trucks.entries()) {
      // A minute at 80 km/h, back and forth over a degree.
      const along = 0.5 * Math.sin((minute * 1.3 * Math.PI) / 180 + i)
      const fix: Fix = {
        at: epochMs(minute * 60_000),
        lon: Math.max(80, Math.min(97, place.lon + along * Math.cos(heading))),
        lat: Math.max(40, Math.min(49, place.lat + along * Math.sin(heading))),
      }
      const next = step(states[i]!, fix, index) // a state for each truck
      states[i] = next.state
      events += next.events.length
    }
    return truckCount
  })
  say(`${truckCount} trucks: ${Math.round(rate)} fixes/s, ${events} events`)
  return [
    // One fix each in ten seconds are 1,500 a second; ten times that leaves nine tenths of a core for the rest.
    figure(
      `fixes of ${truckCount} trucks taken by the state machine over the same fences`,
      rate,
      'fixes/s',
      '>= 15000',
    ),
    figure('entries and exits they told', events, 'events', '>= 1'),
  ]
}

function findWays(random: () => number, say: Say): readonly Figure[] {
  const side = 100
  const grid = timeWays(gridOf(side, random), random, 200)
  const figures = [figure(`ways over a grid of ${side * side} nodes, by time`, grid, 'ways/s')]
  const dir = said('--dir')
  if (dir === undefined) {
    say('skipped: ways over xj-road-graph.json, no --dir given')
    return figures
  }
  // One speed for all: the file holds none, and the rate does not depend on it.
  const graph = must(readRoadGraph(JSON.parse(readFileSync(join(dir, 'xj-road-graph.json'), 'utf8')), () => 70))
  const name = `ways over xj-road-graph.json, ${graph.nodeIds.length} nodes, by time`
  return [...figures, figure(name, timeWays(graph, random, 2_000), 'ways/s', '>= 1000')]
}

function timeWays(graph: RoadGraph, random: () => number, count: number): number {
  const router = createRouter(graph)
  const node = () => Math.floor(random() * graph.nodeIds.length)
  const pairs = Array.from({ length: count }, () => [node(), node()] as const)
  return perSecond(() => {
    for (const [from, to] of pairs) if (!router.route(from, to, 'time')) throw new Error(`no way from ${from} to ${to}`)
    return count
  })
}

function gridOf(side: number, random: () => number): RoadGraph {
  const id = (x: number, y: number): string => `${x} ${y}`
  const nodes = Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)]
    return { id: id(x, y), lon: 80 + x * 0.1, lat: 40 + y * 0.08 }
  })
  const edge = (from: string, to: string): RoadEdge => ({ from, to, distanceM: 8_500, durationS: 300 + 300 * random() })
  const edges = nodes.flatMap((_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)]
    const east = x + 1 < side ? [edge(id(x, y), id(x + 1, y))] : []
    return y + 1 < side ? [...east, edge(id(x, y), id(x, y + 1))] : east
  })
  return must(buildRoadGraph(nodes, edges))
}

function somewhere(random: () => number): LonLat {
  return { lon: 80 + 17 * random(), lat: 40 + 9 * random() }
}

function inventFence(i: number, random: () => number): Fence {
  const centre = somewhere(random)
  if (i % 10 < 6) return { kind: 'circle', centre, radiusM: 200 + 800 * random() }
  if (i % 10 < 9) {
    const count = 8 + Math.floor(24 * random())
    const corner = (_: unknown, k: number): LonLat => {
      const [angle, reach] = [(2 * Math.PI * k) / count, 0.01 + 0.02 * random()]
      return { lon: centre.lon + reach * Math.cos(angle), lat: centre.lat + reach * Math.sin(angle) }
    }
    return { kind: 'polygon', rings: [Array.from({ length: count }, corner)] }
  }
  const line = [centre]
  for (let last = centre; line.length <= 20; line.push(last))
    last = { lon: last.lon + 0.2 * (random() - 0.5), lat: last.lat + 0.2 * (random() - 0.5) }
  return { kind: 'corridor', line, halfWidthM: 200 }
}

function must<Value, Fault>(result: Result<Value, Fault>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

// mulberry32: the same numbers for the same seed on every machine. Source: Tommy Ettinger (2017), public domain.
function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
