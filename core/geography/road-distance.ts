import {
  createRouter,
  createSnapper,
  haversineM,
  readRoadGraph,
  type LonLat,
  type Router,
  type Snapper,
} from '@tingzhou/geo'
import graphData from '@tingzhou/geo/xj-road-graph.json' with { type: 'json' }
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { SkipReason } from './distance-basis.ts'

/** A way over the bundled roads, with what lies between the places and the road. */
export type RoadDistance = {
  readonly distanceM: number
  readonly durationS: number
  readonly fromSnapM: number
  readonly toSnapM: number
}

/** Distances over the bundled roads of the region. */
export type RoadDistances = {
  readonly name: string
  readonly between: (from: LonLat, to: LonLat) => Result<RoadDistance, SkipReason>
}

// A loaded truck on motorways and on the rest.
const motorwayKmh = 75
const otherKmh = 55
const approachKmh = 40
/** Roads are trunk roads: from farther away somebody drives on roads that are not in the graph. */
const snapMaxM = 30_000
/** A straight line by this is about as long as a road. */
export const bendFactor = 1.25

const metresPerSecond = (kmh: number): number => kmh / 3.6

/** Opens the bundled roads. Source: `libs/geo/data`. A question costs what `createRouter` says. */
export function openRoadDistances(): RoadDistances {
  const read = readRoadGraph(graphData, (road) => (road.startsWith('G') ? motorwayKmh : otherKmh))
  assert(read.ok, 'the bundled roads can be read')
  const snapper = createSnapper(read.value)
  const router = createRouter(read.value)
  return { name: 'xj-road-graph', between: (from, to) => over(snapper, router, from, to) }
}

function over(snapper: Snapper, router: Router, from: LonLat, to: LonLat): Result<RoadDistance, SkipReason> {
  const [start, end] = [snapper.nearestRoad(from, snapMaxM), snapper.nearestRoad(to, snapMaxM)]
  if (!start || !end) return err('too_far_from_road')
  const approachM = start.distanceM + end.distanceM
  // Between neighbours the way to the trunk road and back says nothing.
  if (haversineM(from, to) <= approachM) return err('shorter_than_the_approach')
  const way = router.routeBetween(start, end, 'distance')
  if (!way) return err('no_route')
  return ok({
    distanceM: way.distanceM + approachM * bendFactor,
    durationS: way.durationS + (approachM * bendFactor) / metresPerSecond(approachKmh),
    fromSnapM: start.distanceM,
    toSnapM: end.distanceM,
  })
}
