import { costOf, empty, invalid, type FlowRefusal } from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { RunOptions } from '../spot/assign.ts'
import { createGrid } from '../spot/grid.ts'
import { solvePlaces } from '../spot/places.ts'
import type { Legs, PlanePlaces } from './model.ts'

/** Loads that were carried, and where trucks stood before. */
export type EmptyBoundProblem = {
  readonly places: PlanePlaces
  /** The pickup and the delivery of each load carried. */
  readonly pickups: Int32Array
  readonly deliveries: Int32Array
  /** Where the trucks stood at first; none for a period in which every truck comes from a delivery. */
  readonly trucks: Int32Array
  readonly legs: Legs
  /** Legs are at least so many times the straight metres, above 0; 1 for roads. */
  readonly straightFactor: number
}

/** How few empty metres loads can be carried with. */
export type EmptyBound = {
  /** No plan drives fewer. */
  readonly emptyM: number
  /** Loaded metres of the loads. */
  readonly loadedM: number
  /** No plan's loaded metres are a greater share of all its metres. */
  readonly loadedRatio: number
}

/**
 * A bound on the empty metres of any plan: every pickup is reached from a delivery or from where a truck stood, each used once, times left
 * aside. Goods that flow one way make empty ways that no plan can avoid; a loaded ratio is told beside its bound.
 * @param problem  places within the plane; legs may be Infinity
 * @returns the bound; refusals `empty`, `invalid`, `stopped`
 * Source: own; the transportation problem of F. L. Hitchcock (1941) between places, solved exactly by `solvePlaces`. Memory grows with the
 * arcs that matter, not with all pairs.
 */
export function emptyBound(problem: EmptyBoundProblem, options: RunOptions = {}): Result<EmptyBound, FlowRefusal> {
  const fault = boundFault(problem)
  if (fault) return err(fault)
  const { places, pickups, deliveries, trucks, legs, straightFactor } = problem
  const lefts = countByPlace([pickups])
  const rights = countByPlace([deliveries, trucks])
  const at = (ids: Int32Array, values: Float64Array): Float64Array => Float64Array.from(ids, (id) => values[id]!) // places
  const solved = solvePlaces(
    {
      x: at(lefts.places, places.x),
      y: at(lefts.places, places.y),
      supply: lefts.counts,
      // Dearer than any way between two places; all are summed below 2^53.
      dropCost: new Float64Array(lefts.places.length).fill(
        Math.floor(Number.MAX_SAFE_INTEGER / (2 * pickups.length + 2)),
      ),
      grid: createGrid(at(rights.places, places.x), at(rights.places, places.y)),
      capacity: Float64Array.from(rights.counts),
      allows: () => true,
      costs: (left, ids, count, costs) => {
        const from = Int32Array.from(ids.subarray(0, count), (id) => rights.places[id]!) // ids are positions of rights
        costs.set(legs(from, new Int32Array(count).fill(lefts.places[left]!)).metres) // left is a position of lefts
      },
      leastCostPerM: straightFactor,
      bonusMax: 0,
      radiusM: Infinity,
      radiusMaxM: Infinity,
    },
    { candidates: () => 20, roundsMax: Infinity, shouldStop: options.shouldStop ?? (() => false) },
  )
  if (!solved.ok) return solved
  const emptyM = costOf(solved.value.net)
  const loadedM = legs(pickups, deliveries).metres.reduce((sum, metres) => sum + metres, 0)
  return ok({ emptyM, loadedM, loadedRatio: loadedRatio(emptyM, loadedM) })
}

/** Loaded metres as a share of all; 0 when nothing is driven. O(1). */
export const loadedRatio = (emptyM: number, loadedM: number): number =>
  emptyM + loadedM === 0 ? 0 : loadedM / (emptyM + loadedM)

function boundFault({ places, pickups, deliveries, trucks, straightFactor }: EmptyBoundProblem): FlowRefusal | null {
  if (pickups.length === 0) return empty('pickups.length')
  if (deliveries.length !== pickups.length)
    return invalid('deliveries.length', deliveries.length, `is pickups.length, ${pickups.length}`)
  if (!(straightFactor > 0 && straightFactor < Infinity)) return invalid('straightFactor', straightFactor, 'is above 0')
  const count = places.x.length
  for (const [name, ids] of Object.entries({ pickups, deliveries, trucks })) {
    const wrong = ids.findIndex((id) => id < 0 || id >= count)
    if (wrong >= 0) return invalid(`${name}[${wrong}]`, ids[wrong]!, `is a place from 0 to ${count - 1}`) // it was found
  }
  return null
}

function countByPlace(lists: readonly Int32Array[]): { readonly places: Int32Array; readonly counts: Int32Array } {
  const counts = new Map<number, number>()
  for (const list of lists) for (const place of list) counts.set(place, (counts.get(place) ?? 0) + 1)
  const sorted = [...counts].toSorted(([a], [b]) => a - b)
  return { places: Int32Array.from(sorted, ([place]) => place), counts: Int32Array.from(sorted, ([, count]) => count) }
}
