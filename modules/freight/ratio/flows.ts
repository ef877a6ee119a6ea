import type { LonLat } from '@tingzhou/geo'
import { roadMetres } from '../wave/model.ts'
import type { WaveNumbers } from '../wave/words.ts'

/** How much longer a road is than a straight line. */
export type Bend = Pick<WaveNumbers, 'bendPct'>

/** A trip that was made, with where it went. */
export type Trip = {
  readonly vehicleId: string
  readonly fromId: string
  readonly toId: string
  readonly from: LonLat
  readonly to: LonLat
  /** Planned road metres; null: not planned. */
  readonly distanceM: number | null
  /** Where the terminal was last heard of when the job was accepted; asked of the first trip of a vehicle alone. */
  readonly fix: LonLat | null
  /** Of a shared tour, or a leg of a transloaded truckload: its ways are not its own. */
  readonly isLeftOut: boolean
}

/** A trip with the way that the truck came without a load. */
export type Leg = Trip & {
  readonly loadedM: number
  /** Where it came from; null: nobody knows, or it is left out. */
  readonly start: LonLat | null
  /** Whether that was an unloading place of these trips. */
  readonly isFromTrip: boolean
  readonly emptyM: number | null
}

/**
 * Loaded and empty metres of trips: empty from where the vehicle's trip before was unloaded, of its first one from where its terminal was.
 * A way that was not planned, and every empty one, is the great circle by the factor of the zone. A trip that is left out has no way;
 * the next one of its vehicle begins where it was unloaded.
 * @param trips  in the order in which they were unloaded
 * Pure. Source: own. O(trips).
 */
export function legsOf(trips: readonly Trip[], bend: Bend): readonly Leg[] {
  const last = new Map<string, LonLat>()
  return trips.map((trip) => {
    const before = last.get(trip.vehicleId) ?? null
    last.set(trip.vehicleId, trip.to)
    const start = trip.isLeftOut ? null : (before ?? trip.fix)
    return {
      ...trip,
      start,
      isFromTrip: before !== null,
      loadedM: trip.distanceM ?? roadMetres(trip.from, trip.to, bend),
      emptyM: start && roadMetres(start, trip.from, bend),
    }
  })
}

/** How far trucks drove, of the trips whose empty way is known. */
export type Sums = {
  readonly trips: number
  /** Trips whose truck came from nobody knows where: they count in nothing else. */
  readonly unknown: number
  /** Trips of shared tours and legs of transloaded truckloads: neither do they. */
  readonly leftOut: number
  readonly loadedM: number
  readonly emptyM: number
}

/** Pure. O(legs). */
export function sumsOf(legs: readonly Leg[]): Sums {
  const known = legs.filter(({ emptyM }) => emptyM !== null)
  const leftOut = legs.filter(({ isLeftOut }) => isLeftOut).length
  return {
    trips: known.length,
    unknown: legs.length - known.length - leftOut,
    leftOut,
    loadedM: known.reduce((sum, { loadedM }) => sum + loadedM, 0),
    emptyM: known.reduce((sum, { emptyM }) => sum + (emptyM ?? 0), 0),
  }
}
