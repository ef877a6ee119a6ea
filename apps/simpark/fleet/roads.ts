import { assert } from '@tingzhou/kernel'
import { bearing, createRouter, haversineM, readRoadGraph, type LonLat, type RoadGraph } from '@tingzhou/geo'
import data from '../data/fleet.json' with { type: 'json' }
import graphData from '@tingzhou/geo/xj-road-graph.json' with { type: 'json' }

/** A way from a place to another: what trucks drive along. */
export type Way = {
  readonly nodes: readonly number[]
  readonly edges: readonly number[]
  readonly distanceM: number
}

/** Goods that go from a place to another, and how often beside the others. */
export type Lane = { readonly from: number; readonly to: number; readonly weight: number }

/** A stretch of an edge between mountains: higher than its ends, and without a network. */
export type Pass = { readonly fromShare: number; readonly toShare: number; readonly topM: number }

/** The roads of the region with what a driver has to know of them. */
export type Roads = {
  readonly graph: RoadGraph
  /** How fast a truck may go on an edge, metres a second. */
  readonly limitMs: Float64Array
  readonly altitudeM: Float64Array
  readonly passes: ReadonlyMap<number, Pass>
  readonly lanes: readonly Lane[]
  /** @throws AssertionError when there is no way */
  readonly way: (from: number, to: number) => Way
}

/** What is seen from a place on an edge. */
export type Sight = LonLat & {
  readonly altitudeM: number
  /** Clockwise from north, 0 to 360. */
  readonly headingDeg: number
  /** Nothing can be sent from here. */
  readonly isBlind: boolean
}

/** Reads the roads that come with the demo. O(nodes + edges). */
export function readRoads(): Roads {
  const speedKmhOf = (road: string): number =>
    data.speeds.find(({ prefix }) => road.startsWith(prefix))?.kmh ?? data.otherKmh
  const read = readRoadGraph(graphData, speedKmhOf)
  assert(read.ok, 'the roads of the demo can be read')
  const graph = read.value
  const node = (id: string): number => {
    const found = graph.findNode(id)
    assert(found !== null, `${id} is a place of the roads`)
    return found
  }
  const altitudes: Readonly<Record<string, number>> = data.altitudesM
  return {
    graph,
    limitMs: graph.distanceM.map((distanceM, edge) => distanceM / (graph.durationS[edge] ?? 1)),
    altitudeM: Float64Array.from(graph.nodeIds, (id) => altitudes[id] ?? 0),
    passes: new Map(data.passes.map(({ a, b, ...pass }) => [edgeBetween(graph, node(a), node(b)), pass])),
    lanes: data.lanes.map(({ from, to, weight }) => ({ from: node(from), to: node(to), weight })),
    way: waysOf(graph),
  }
}

function edgeBetween(graph: RoadGraph, from: number, to: number): number {
  const edge = graph.edgeFrom.findIndex((start, i) => start === from && graph.edgeTo[i] === to)
  assert(edge >= 0, `an edge goes from ${graph.nodeIds[from]} to ${graph.nodeIds[to]}`)
  return edge
}

/** The fastest ways, each looked for once. */
function waysOf(graph: RoadGraph): Roads['way'] {
  const router = createRouter(graph)
  const known = new Map<number, Way>()
  return (from, to) => {
    const key = from * graph.nodeIds.length + to
    const kept = known.get(key)
    if (kept) return kept
    const way = router.route(from, to, 'time')
    assert(way, `a way leads from ${graph.nodeIds[from]} to ${graph.nodeIds[to]}`)
    known.set(key, way)
    return way
  }
}

/**
 * What is seen from a place on the way.
 * @param leg     which edge of the way
 * @param alongM  metres driven on it, 0 to its length
 * O(places of the edge's line).
 */
export function sightFrom(roads: Roads, way: Way, leg: number, alongM: number): Sight {
  const { graph, altitudeM, passes } = roads
  const edge = way.edges[leg] ?? 0
  const isForward = way.nodes[leg] === graph.edgeFrom[edge]
  const driven = Math.min(1, Math.max(0, alongM / (graph.distanceM[edge] ?? 1)))
  const share = isForward ? driven : 1 - driven
  const { place, headingDeg } = placeOn(graph.lines[edge] ?? [], share)
  const [low, high] = [altitudeM[graph.edgeFrom[edge] ?? 0] ?? 0, altitudeM[graph.edgeTo[edge] ?? 0] ?? 0]
  const pass = passes.get(edge)
  return {
    ...place,
    headingDeg: isForward ? headingDeg : (headingDeg + 180) % 360,
    altitudeM: low + (high - low) * share + (pass ? riseOf(pass, low + (high - low) * share, share) : 0),
    isBlind: pass !== undefined && share >= pass.fromShare && share <= pass.toShare,
  }
}

/** How much a pass lies above the straight line between the ends of its edge: nothing at the ends, all of it in its middle. */
function riseOf({ fromShare, toShare, topM }: Pass, lineM: number, share: number): number {
  const middle = (fromShare + toShare) / 2
  const nearness = share < middle ? share / middle : (1 - share) / (1 - middle)
  return Math.max(0, topM - lineM) * Math.sin((Math.PI / 2) * nearness) ** 2
}

function placeOn(line: readonly LonLat[], share: number): { readonly place: LonLat; readonly headingDeg: number } {
  const lengths = line.slice(1).map((to, i) => haversineM(line[i] ?? to, to))
  let leftM = share * lengths.reduce((sum, lengthM) => sum + lengthM, 0)
  const found = lengths.findIndex((lengthM) => (leftM -= lengthM) <= 0)
  const at = found < 0 ? lengths.length - 1 : found
  const [from, to] = [line[at], line[at + 1]]
  assert(from && to, 'an edge has a line')
  const part = Math.min(1, Math.max(0, 1 + leftM / (lengths[at] ?? 1)))
  const place = { lon: from.lon + (to.lon - from.lon) * part, lat: from.lat + (to.lat - from.lat) * part }
  return { place, headingDeg: bearing(part < 0.999 ? place : from, to) }
}
