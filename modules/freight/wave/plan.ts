import { defineJob } from '@tingzhou/compute'
import { explain, type DispatchRefusal } from '@tingzhou/dispatch'
import { ok, type Result } from '@tingzhou/kernel'
import type { IdlePin, Supposed, Totals, Unserved, Worth } from './kept.ts'
import { roadMetres, groupsOf, planOfTrip, readyTrucks, shareOut, type Pair } from './model.ts'
import { nearestFirst } from './nearest-first.ts'
import { keepPins } from './pins.ts'
import { nextOf, reasonsOf } from './reason.ts'
import type { Snapshot } from './snapshot.ts'
import { solve, type Solved } from './solve.ts'
import { unservedOf } from './unserved.ts'
import { worthMax, type WaveNumbers } from './words.ts'

/** What a wave proposes, and what it is measured by. */
export type Plan = Totals & {
  readonly loads: number
  readonly trips: number
  readonly trucks: number
  /** What has to be loaded first comes first. */
  readonly pairs: readonly Pair[]
  readonly unserved: readonly Unserved[]
  readonly worth: readonly Worth[]
  readonly idlePins: readonly IdlePin[]
  /** What dispatching by hand would make of the same candidates. */
  readonly nearest: Totals
  readonly isOptimal: boolean
  readonly unproved: number
  readonly arcs: number
  readonly rounds: number
}

/**
 * Matches loads and trucks at the least cost: empty metres less what waiting is worth, and the penalty of what is left out.
 * @param now  milliseconds since the epoch
 * @param shouldStop  asked now and then; true ends the work with the refusal `stopped`
 * @returns the plan; a refusal of the solver, such as too many arcs
 * Pure. Source: own, over libs/dispatch. As `solve`, and O(trucks) for each group of loads with something left out.
 */
export function planWave(
  snapshot: Snapshot,
  numbers: WaveNumbers,
  supposed: Supposed | null,
  now: number,
  shouldStop: () => boolean = () => false,
): Result<Plan, DispatchRefusal> {
  const without = new Set(supposed?.withoutLoads)
  const loads = snapshot.loads.filter(({ id }) => !without.has(id))
  const { wanting, held } = shareOut(loads, numbers, snapshot.slots)
  const ready = readyTrucks(snapshot.trucks, numbers, supposed?.trucks ?? [])
  const pinned = keepPins(snapshot, wanting, ready, numbers)
  const groups = groupsOf(pinned.wanting, snapshot, numbers, now)
  const found = solve(groups, pinned.ready, snapshot.mindsBodies, numbers, shouldStop)
  if (!found.ok) return found
  const solved = found.value
  const pairs = [...pinned.pairs, ...pairsOf(solved)]
  const leftOutM = groups.reduce((sum, { leaveM }, left) => sum + leaveM * solved.plan.dropped[left]!, 0) // one a group
  return ok({
    ...totalsOf(pairs, leftOutM),
    loads: wanting.length,
    trips: wanting.reduce((sum, { trips }) => sum + trips, 0),
    trucks: ready.length,
    pairs: pairs.toSorted((a, b) => a.load.loadUntil - b.load.loadUntil || (a.load.number < b.load.number ? -1 : 1)),
    unserved: unservedOf(solved, snapshot, numbers, held),
    worth: worthOf(solved, numbers),
    idlePins: pinned.idle,
    nearest: sumOf(totalsOf(pinned.pairs, 0), nearestFirst(solved)),
    isOptimal: solved.isOptimal,
    unproved: solved.unproved,
    arcs: solved.problem.truck.length,
    rounds: solved.rounds,
  })
}

/** `planWave` by the server's threads. */
export const waveJob = defineJob(
  'freight.wave',
  (
    input: {
      readonly snapshot: Snapshot
      readonly numbers: WaveNumbers
      readonly supposed: Supposed | null
      readonly now: number
    },
    shouldStop,
  ) => planWave(input.snapshot, input.numbers, input.supposed, input.now, shouldStop),
)

function totalsOf(pairs: readonly Pair[], leftOutM: number): Totals {
  const sum = (of: (pair: Pair) => number) => pairs.reduce((total, pair) => total + of(pair), 0)
  return { matched: pairs.length, emptyM: sum(({ emptyM }) => emptyM), costM: sum(({ costM }) => costM) + leftOutM }
}

const sumOf = (one: Totals, other: Totals): Totals => ({
  matched: one.matched + other.matched,
  emptyM: one.emptyM + other.emptyM,
  costM: one.costM + other.costM,
})

/** The pairs of a solution: within a group the cheapest truck goes to what has to be loaded first. */
function pairsOf(solved: Solved): readonly Pair[] {
  const { groups, problem, plan, ready, shiftM } = solved
  const why = explain(problem, plan)
  return groups.flatMap((group, left): readonly Pair[] => {
    const taken = new Set(plan.truck.subarray(plan.truckStart[left], plan.truckStart[left + 1]))
    if (taken.size === 0) return []
    const trips = group.loads.flatMap(({ load, trips, before }) =>
      Array.from({ length: trips }, (_, trip) => ({ load, plan: planOfTrip(load, before + trip) })),
    )
    const pairs: Pair[] = []
    for (let arc = problem.start[left]!; arc < problem.start[left + 1]!; arc++) {
      const right = problem.truck[arc]! // arcs, trucks and trips are those of the problem
      if (!taken.has(right)) continue
      const one = ready[right]!
      const next = nextOf(solved, why, left, right)
      const costM = problem.cost[arc]! - shiftM
      pairs.push({
        ...trips[pairs.length]!,
        ready: one,
        emptyM: costM + one.bonusM,
        costM,
        next,
        loadWorthM: Math.max(0, plan.nodePrice[left]! - shiftM),
        truckWorthM: Math.max(0, -plan.truckPrice[right]!),
        reasons: reasonsOf(solved, why, left, right, next),
      })
    }
    return pairs
  })
}

/**
 * What one more truck at each loading place would save: the most that it takes off the cost of a load there or nearby. By the prices,
 * so never less than it really is. O(groups²).
 */
function worthOf({ groups, plan, shiftM }: Solved, numbers: WaveNumbers): readonly Worth[] {
  const places = new Map(groups.map((group) => [group.placeId, group]))
  return [...places.values()]
    .map((at) => ({
      placeId: at.placeId,
      place: at.place,
      savesM: groups.reduce((most, group, left) => {
        const metres = roadMetres(at, group, numbers)
        // A price for each group.
        return metres > numbers.reachM ? most : Math.max(most, plan.nodePrice[left]! - shiftM - metres)
      }, 0),
    }))
    .filter(({ savesM }) => savesM > 0)
    .toSorted((a, b) => b.savesM - a.savesM || (a.placeId < b.placeId ? -1 : 1))
    .slice(0, worthMax)
}
