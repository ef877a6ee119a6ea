import { inverse } from '@tingzhou/geo'
import type { Db } from '@tingzhou/db'
import type { Clock, EpochMs } from '@tingzhou/kernel'
import type { DistanceBasis, SkipReason } from './distance-basis.ts'
import { agreedFor, laneKey, laneMedian, type LaneEnd } from './lane.ts'
import { bendFactor, openRoadDistances, type RoadDistances } from './road-distance.ts'
import type { RouteService } from './route-service.ts'

/** How far it is, and what the figure rests on. */
export type Distance = {
  /** Whole metres. */
  readonly distanceM: number
  /** Whole seconds; null where the basis does not tell. */
  readonly durationS: number | null
  readonly basis: DistanceBasis
  /** Number of the contract, name of the service, count of trips, name of the road graph. */
  readonly source: string
  /** From the places to the road that was reckoned with, whole metres; null where the basis does not tell. */
  readonly fromSnapM: number | null
  readonly toSnapM: number | null
  /** Better bases that could not be used. */
  readonly skipped: readonly { readonly basis: DistanceBasis; readonly reason: SkipReason }[]
}

export type DistanceQuestion = {
  readonly from: LaneEnd
  readonly to: LaneEnd
  /** When; now when left out. */
  readonly at?: EpochMs | undefined
}

/** Answers how far it is by the best basis there is. */
export type Distances = { readonly distance: (question: DistanceQuestion) => Promise<Distance> }

export type DistanceDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

/**
 * Makes the distance service of a zone.
 * @param service  a routing service; null where there is none
 * Source: network freight §4: contract, routing service, median of the lane, bundled roads, great circle × 1.25.
 */
export function createDistances(deps: DistanceDeps, service: RouteService | null): Distances {
  let roads: RoadDistances | null = null
  return {
    distance: (question) => find(deps, service, () => (roads ??= openRoadDistances()), question),
  }
}

async function find(
  { db, zoneId, clock }: DistanceDeps,
  service: RouteService | null,
  roads: () => RoadDistances,
  { from, to, at }: DistanceQuestion,
): Promise<Distance> {
  const then = at ?? clock()
  const [fromKey, toKey] = [laneKey(from), laneKey(to)]
  const skipped: { readonly basis: DistanceBasis; readonly reason: SkipReason }[] = []

  const agreed = await agreedFor(db, zoneId, fromKey, toKey, then)
  if (agreed) return { ...bare(agreed.distanceM), basis: 'contract', source: agreed.contractNo, skipped }
  skipped.push({ basis: 'contract', reason: 'none_agreed' })

  const served = await service?.route(from.place, to.place)
  if (service && served?.ok) return { ...rounded(served.value), basis: 'service', source: service.name, skipped }
  skipped.push({ basis: 'service', reason: served && !served.ok ? served.error : 'not_configured' })

  const median = await laneMedian(db, zoneId, fromKey, toKey, then)
  if (median) return { ...bare(median.distanceM), basis: 'lane_median', source: String(median.trips), skipped }
  skipped.push({ basis: 'lane_median', reason: 'too_few_trips' })

  const way = roads().between(from.place, to.place)
  if (way.ok) return { ...rounded(way.value), basis: 'road_graph', source: roads().name, skipped }
  skipped.push({ basis: 'road_graph', reason: way.error })

  const straightM = inverse(from.place, to.place).distanceM
  return { ...bare(straightM * bendFactor), basis: 'great_circle', source: `× ${bendFactor}`, skipped }
}

const bare = (distanceM: number) => ({
  distanceM: Math.round(distanceM),
  durationS: null,
  fromSnapM: null,
  toSnapM: null,
})

const rounded = (way: {
  readonly distanceM: number
  readonly durationS: number
  readonly fromSnapM: number | null
  readonly toSnapM: number | null
}) => ({
  distanceM: Math.round(way.distanceM),
  durationS: Math.round(way.durationS),
  fromSnapM: way.fromSnapM === null ? null : Math.round(way.fromSnapM),
  toSnapM: way.toSnapM === null ? null : Math.round(way.toSnapM),
})
