import { createGrid, solveWave, type DispatchRefusal, type SpotPlan, type SpotProblem } from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import { ok, type Result } from '@tingzhou/kernel'
import { goodsFit } from '../waybill/goods-body.ts'
import { roadMetres, type Group, type Ready } from './model.ts'
import type { WaveNumbers } from './words.ts'

/** What the solver was given and what it said; its costs are shifted by `shiftM`, so that none is below zero. */
export type Solved = {
  readonly groups: readonly Group[]
  readonly ready: readonly Ready[]
  /** The candidates that were looked at, the cheapest of each group first. */
  readonly problem: SpotProblem
  readonly plan: SpotPlan
  readonly shiftM: number
  readonly isOptimal: boolean
  /** Groups of which it is not known whether a truck outside their candidates would be better. */
  readonly unproved: number
  readonly rounds: number
}

// Mean radius of the earth, as `haversineM` reckons.
const radiusM = 6_371_008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/**
 * Places on a plane on which no straight line is longer than the way over the earth: meridians keep the distance that they have a
 * degree beyond the place furthest from the equator, which is as far as great circles of 2,000 km bulge.
 */
export function planeOf(places: readonly LonLat[], furthestLat: number) {
  const narrow = radiusM * Math.cos(radians(Math.min(90, furthestLat + 1)))
  return {
    x: Float64Array.from(places, ({ lon }) => narrow * radians(lon)),
    y: Float64Array.from(places, ({ lat }) => radiusM * radians(lat)),
  }
}

/**
 * Finds who takes what at the least cost, over all trucks in reach.
 * @returns the solution with its certificate; a refusal of the solver
 * Pure. Source: own, over `solveWave` of libs/dispatch, whose cost it has.
 */
export function solve(
  groups: readonly Group[],
  ready: readonly Ready[],
  mindsBodies: boolean,
  numbers: WaveNumbers,
  shouldStop: () => boolean,
): Result<Solved, DispatchRefusal> {
  const { reachM, bendPct, fairMaxM: shiftM, candidatesPct, candidatesMore } = numbers
  const supply = Int32Array.from(groups, ({ trips }) => trips)
  const dropCost = Float64Array.from(groups, ({ leaveM }) => leaveM + shiftM)
  if (groups.length === 0 || ready.length === 0) return ok(unmatched(groups, ready, supply, dropCost, shiftM))
  const furthestLat = [...groups, ...ready].reduce((most, { lat }) => Math.max(most, Math.abs(lat)), 0)
  const trucks = planeOf(ready, furthestLat)
  const within = (reachM * 100) / bendPct
  const solved = solveWave(
    {
      ...planeOf(groups, furthestLat),
      supply,
      // What is not weighed is borne by every truck.
      kg: Float64Array.from(groups, ({ kg }) => kg ?? 0),
      dropCost,
      grid: createGrid(trucks.x, trucks.y),
      payloadKg: Float64Array.from(ready, ({ ratedKg }) => ratedKg),
      allows: allowance(groups, ready, mindsBodies),
      costs: (left, rights, count, costs) => {
        const group = groups[left]! // the solver asks for groups and trucks that it was given
        for (let i = 0; i < count; i++) {
          const one = ready[rights[i]!]!
          const metres = roadMetres(one, group, numbers)
          costs[i] = metres > reachM ? Infinity : metres - one.bonusM + shiftM
        }
      },
      leastCostPerM: bendPct / 100,
      // Metres are rounded.
      bonusMax: 1,
      // From the start as far as a truck may come: what comes next, and what a dispatcher would take, may be far away.
      radiusM: within,
      radiusMaxM: within,
    },
    { candidates: (trips) => Math.ceil((trips * candidatesPct) / 100) + candidatesMore, shouldStop },
  )
  if (!solved.ok) return solved
  const { problem, plan, certificate, rounds } = solved.value
  const { isOptimal, toGrow } = certificate
  return ok({ groups, ready, problem, plan, shiftM, isOptimal, unproved: toGrow.length, rounds })
}

/**
 * Whether a body takes the goods, or that is not known or not minded; answers are kept, for there are few different ones.
 * @param mindsBodies  false: every body takes everything
 */
export function bodyRule(mindsBodies: boolean): (cargoClass: string, typeCode: string | null) => boolean {
  const known = new Map<string, boolean>()
  return (cargoClass, typeCode) => {
    if (!mindsBodies || typeCode === null) return true
    const key = `${cargoClass} ${typeCode}`
    const answer = known.get(key) ?? goodsFit(cargoClass, typeCode) !== false
    known.set(key, answer)
    return answer
  }
}

/** The hard rules beside the payload: the body takes the goods, and nobody forbade the two. */
function allowance(groups: readonly Group[], ready: readonly Ready[], mindsBodies: boolean) {
  const fits = bodyRule(mindsBodies)
  return (left: number, right: number): boolean => {
    const group = groups[left]! // the solver asks for groups and trucks that it was given
    const { typeCode, truck } = ready[right]!
    return fits(group.cargoClass, typeCode) && !(truck !== null && group.forbidden.has(truck.id))
  }
}

/** What is known where there are no loads or no trucks: everything is left out. */
const unmatched = (
  groups: readonly Group[],
  ready: readonly Ready[],
  supply: Int32Array,
  dropCost: Float64Array,
  shiftM: number,
): Solved => ({
  groups,
  ready,
  problem: {
    start: new Int32Array(groups.length + 1),
    truck: new Int32Array(0),
    cost: new Float64Array(0),
    supply,
    dropCost,
    truckCount: ready.length,
  },
  plan: {
    nodeOfTruck: new Int32Array(ready.length).fill(-1),
    truckStart: new Int32Array(groups.length + 1),
    truck: new Int32Array(0),
    dropped: supply,
    nodePrice: dropCost,
    truckPrice: new Float64Array(ready.length),
    cost: supply.reduce((sum, units, left) => sum + units * dropCost[left]!, 0), // one a group
  },
  shiftM,
  isOptimal: true,
  unproved: 0,
  rounds: 0,
})
