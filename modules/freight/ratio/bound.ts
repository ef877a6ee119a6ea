import { defineJob } from '@tingzhou/compute'
import { emptyBound } from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import { roadMetres } from '../wave/model.ts'
import { planeOf } from '../wave/solve.ts'
import type { Bend, Leg } from './flows.ts'

/** Which trips are made: spots by their number, so that it is copied fast. */
export type Flows = {
  readonly lon: Float64Array
  readonly lat: Float64Array
  readonly pickups: Int32Array
  /** Where trucks become free: deliveries, and where they stood at first. */
  readonly frees: Int32Array
}

/**
 * The flows of trips whose empty way is known; every delivery frees a truck, also that of a trip of which nobody knows where its truck
 * came from, and of one that is left out. Pure. O(legs).
 */
export function flowsOf(legs: readonly Leg[]): Flows {
  const spots = new Map<string, { readonly at: number; readonly spot: LonLat }>()
  const numberOf = (spot: LonLat): number => {
    const key = `${spot.lon} ${spot.lat}`
    const known = spots.get(key)
    if (known) return known.at
    spots.set(key, { at: spots.size, spot })
    return spots.size - 1
  }
  const pickups = legs.filter(({ start }) => start !== null).map(({ from }) => numberOf(from))
  const firsts = legs.flatMap(({ start, isFromTrip }) => (start && !isFromTrip ? [numberOf(start)] : []))
  const frees = [...legs.map(({ to }) => numberOf(to)), ...firsts]
  const all = [...spots.values()]
  return {
    lon: Float64Array.from(all, ({ spot }) => spot.lon),
    lat: Float64Array.from(all, ({ spot }) => spot.lat),
    pickups: Int32Array.from(pickups),
    frees: Int32Array.from(frees),
  }
}

/**
 * The fewest empty metres with which trips can be made by trucks that become free where these did, whoever drives which and whenever.
 * @returns null: there are none, or the solver was stopped
 * Pure. Source: own, over `emptyBound` of libs/dispatch, whose cost it has.
 */
export function leastEmptyM(
  { lon, lat, pickups, frees }: Flows,
  bend: Bend,
  shouldStop: () => boolean = () => false,
): number | null {
  const spots = Array.from(lon, (degrees, at): LonLat => ({ lon: degrees, lat: lat[at]! })) // a latitude each
  const furthestLat = spots.reduce((most, spot) => Math.max(most, Math.abs(spot.lat)), 0)
  const bound = emptyBound(
    {
      places: planeOf(spots, furthestLat),
      pickups,
      deliveries: frees.subarray(0, pickups.length),
      trucks: frees.subarray(pickups.length),
      legs: (from, to) => ({
        metres: Float64Array.from(from, (spot, at) => roadMetres(spots[spot]!, spots[to[at]!]!, bend)), // spots of the flows
        seconds: new Float64Array(from.length),
      }),
      straightFactor: bend.bendPct / 100,
    },
    { shouldStop },
  )
  return bound.ok ? bound.value.emptyM : null
}

/** `leastEmptyM` of several flows by the server's threads. */
export const boundJob = defineJob(
  'freight.empty_bound',
  ({ flows, bend }: { readonly flows: readonly Flows[]; readonly bend: Bend }, shouldStop) =>
    flows.map((one) => leastEmptyM(one, bend, shouldStop)),
)
