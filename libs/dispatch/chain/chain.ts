import {
  costOf,
  costRule,
  createTransport,
  invalid,
  isCost,
  stopped,
  tooLarge,
  type FlowRefusal,
  type Transport,
} from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'
import { pourAll, type RunOptions } from '../spot/assign.ts'
import { spotLimits } from '../spot/problem.ts'
import { drive } from './drive.ts'
import { chainGraph, type ChainGraph } from './graph.ts'
import { chainFault, type ChainProblem, type ChainTruck } from './model.ts'
import { driveTour, emptyLegs, type BreakReason, type DrivenTour } from './tour.ts'

/** What one truck does. Loads and trucks are the problem's, by position. */
export type ChainTour = {
  readonly truck: number
  readonly loads: readonly number[]
  readonly emptyM: number
  readonly loadedM: number
  /** Waited at pickups, but for the first: the truck leaves for that as late as it may. */
  readonly waitedS: number
  readonly finishS: number
  /** The place of the home it drives to at the end, null when it stays where it unloads last. */
  readonly home: number | null
}

/** The end of a chain that the full rules did not allow. Its loads were chained anew; what can be made better begins with them. */
export type BrokenChain = { readonly truck: number; readonly loads: readonly number[]; readonly reason: BreakReason }

/** Loads chained over trucks. */
export type ChainPlan = {
  readonly tours: readonly ChainTour[]
  readonly broken: readonly BrokenChain[]
  /** Loads that no truck takes at a cost below leaving them out. */
  readonly unserved: readonly number[]
  /** Loads of which no truck is strong enough, or none of an allowed class; they are among the unserved. */
  readonly impossible: readonly number[]
  readonly emptyM: number
  readonly loadedM: number
  /** The optimum of the first relaxation, metres: planned times fixed, shifts, rests and classes of a whole chain left aside. */
  readonly relaxedCostM: number
  /** Arcs of the first relaxation, and times that chains were made. */
  readonly arcs: number
  readonly rounds: number
}

/** Tours as they grow from round to round. */
type Growing = {
  readonly tours: readonly ChainTour[]
  readonly stands: readonly ChainTruck[]
  readonly left: readonly number[]
}

/** One relaxation solved, driven and cut. */
type Round = Growing & { readonly broken: readonly BrokenChain[]; readonly costM: number; readonly arcs: number }

/**
 * Chains loads over trucks so that few empty metres are driven: which load follows which.
 * @param problem  places in metres, times in seconds, costs in metres; sizes within `chainLimits`
 * @returns tours that hold under the full rules; refusals `empty`, `invalid`, `too_large`, `stopped`
 * Source: own; a path cover as an assignment: every load's start takes one truck or one load's end (L. R. Ford, D. R. Fulkerson, Flows in
 * Networks, 1962, II.9), solved by `pour`; each chain is driven and cut at its first broken arc, and what was cut off is chained anew
 * behind the tours until nothing breaks. A round O(arcs log arcs) at best; every round that breaks something serves something.
 */
export function chainLoads(problem: ChainProblem, options: RunOptions = {}): Result<ChainPlan, FlowRefusal> {
  const fault = chainFault(problem) ?? arcsFault(problem)
  if (fault) return err(fault)
  const { shouldStop = () => false } = options
  const start: Growing = {
    tours: problem.trucks.map((_, truck) => noTour(truck)),
    stands: problem.trucks,
    left: [...problem.loads.keys()],
  }
  const first = chainOnce(problem, start, shouldStop)
  if (!first.ok) return first
  let [last, rounds] = [first.value, 1]
  const broken = [...last.broken]
  for (; last.broken.length > 0; rounds++) {
    const next = chainOnce(problem, last, shouldStop)
    if (!next.ok) return next
    last = next.value
    broken.push(...last.broken)
  }
  const tours = last.tours.filter(({ loads }) => loads.length > 0)
  return ok({
    tours,
    broken,
    unserved: last.left,
    impossible: impossibleOf(problem),
    emptyM: tours.reduce((sum, { emptyM }) => sum + emptyM, 0),
    loadedM: tours.reduce((sum, { loadedM }) => sum + loadedM, 0),
    relaxedCostM: first.value.costM,
    arcs: first.value.arcs,
    rounds,
  })
}

const noTour = (truck: number): ChainTour => ({
  truck,
  loads: [],
  emptyM: 0,
  loadedM: 0,
  waitedS: 0,
  finishS: 0,
  home: null,
})

function arcsFault({ loads, trucks, rules }: ChainProblem): FlowRefusal | null {
  const most = 2 * rules.neighbours * (2 * loads.length + Math.max(loads.length, trucks.length))
  return most > spotLimits.arcs ? tooLarge('arcs, at most', most, spotLimits.arcs) : null
}

// Nodes, loads and trucks below come from the problem's own lists, so every read of an array is in range.

/** Chains what is left behind what the trucks do already. */
function chainOnce(problem: ChainProblem, before: Growing, shouldStop: () => boolean): Result<Round, FlowRefusal> {
  const { rules } = problem
  const loads = before.left.map((load) => problem.loads[load]!)
  const part = { ...problem, loads, trucks: before.stands }
  const activationM = Float64Array.from(before.tours, ({ loads }) => (loads.length > 0 ? 0 : rules.activationM))
  const graph = chainGraph(part, activationM)
  const wrong = graph.rows.cost.findIndex((cost) => !isCost(cost))
  if (wrong >= 0) return err(invalid('legs: metres', graph.rows.cost[wrong]!, costRule))
  const net = relaxed(part, graph)
  const supply = Int32Array.from({ length: net.lefts }, (_, i) => graph.homes[i - loads.length]?.trucks ?? 1)
  const poured = pourAll(net, supply, byTime(part, net.lefts), shouldStop)
  return poured < net.lefts ? err(stopped(poured, net.lefts)) : ok(lengthenTours(part, before, graph, net))
}

/** Every load can take its own end, so leaving one out in any other way must only be dearer than all of that together. */
function relaxed({ loads, trucks, rules }: ChainProblem, { rows, homes }: ChainGraph): Transport {
  const worseM = loads.reduce((sum, { dropCostM }) => sum + dropCostM, 1)
  const dropCost = Float64Array.from([...loads.map(() => worseM), ...homes.map(() => rules.homeWorthM)])
  return createTransport(rows, dropCost, new Float64Array(trucks.length + loads.length).fill(1))
}

/** Starts in the order of their windows, homes last: what comes later then seldom moves what came before. */
function byTime({ loads }: ChainProblem, lefts: number): Int32Array {
  const at = (node: number): number => loads[node]?.earliestS ?? Infinity
  return Int32Array.from({ length: lefts }, (_, node) => node).toSorted((a, b) =>
    at(a) === at(b) ? a - b : at(a) - at(b),
  )
}

type Chain = { readonly truck: number; readonly loads: readonly number[]; readonly home: number | null }

function lengthenTours(part: ChainProblem, before: Growing, graph: ChainGraph, net: Transport): Round {
  const { loads, trucks, rules } = part
  const after = Int32Array.from({ length: net.rights }, (_, right) => net.flow.left[net.flow.first[right]!] ?? -1)
  const chains = trucks.map((_, truck) => chainOf(after, graph, truck, trucks.length, loads.length))
  const empty = emptyLegs(part, chains)
  const driven = chains.map(({ truck, loads: chain }, i) => {
    const loaded = chain.map((load) => ({ metres: graph.loadedM[load]!, seconds: graph.loadedS[load]! }))
    return driveTour(
      trucks[truck]!,
      chain.map((load) => loads[load]!),
      empty[i]!,
      loaded,
      rules,
    )
  })
  const stands = trucks.map((truck, i) => {
    const { done, finishS, drivenS } = driven[i]!
    const last = chains[i]!.loads[done - 1]
    return last === undefined ? truck : { ...truck, place: loads[last]!.delivery, freeAtS: finishS, drivenS }
  })
  const done = new Set(chains.flatMap(({ loads: chain }, i) => chain.slice(0, driven[i]!.done)))
  const broken = chains.flatMap(({ truck, loads: chain }, i) => {
    const { done, broken } = driven[i]!
    return broken === null
      ? []
      : [{ truck, loads: chain.slice(done).map((load) => before.left[load]!), reason: broken }]
  })
  const lengthened = before.tours.map((tour, i) => joined(tour, chains[i]!, driven[i]!, before.left))
  return {
    // Homes are for the end: as long as something is still to come, nobody drives there.
    tours: broken.length > 0 ? lengthened : driveHome(part, lengthened, stands, chains),
    stands,
    left: before.left.filter((_, load) => !done.has(load)),
    broken,
    costM: costOf(net),
    arcs: graph.rows.right.length,
  }
}

function chainOf(after: Int32Array, { homes }: ChainGraph, truck: number, trucks: number, loads: number): Chain {
  const chain: number[] = []
  let next = after[truck]!
  for (; next >= 0 && next < loads; next = after[trucks + next]!) chain.push(next)
  return { truck, loads: chain, home: next < 0 ? null : homes[next - loads]!.place }
}

function joined(tour: ChainTour, chain: Chain, driven: DrivenTour, left: readonly number[]): ChainTour {
  if (driven.done === 0) return tour
  const waitedS = tour.loads.length === 0 ? driven.waitedS.slice(1) : driven.waitedS
  return {
    ...tour,
    loads: [...tour.loads, ...chain.loads.slice(0, driven.done).map((load) => left[load]!)],
    emptyM: tour.emptyM + driven.emptyM,
    loadedM: tour.loadedM + driven.loadedM,
    waitedS: waitedS.reduce((sum, one) => sum + one, tour.waitedS),
    finishS: driven.finishS,
  }
}

/** Tours that have a home, and the time for it, drive there. */
function driveHome(
  { legs, rules }: ChainProblem,
  tours: readonly ChainTour[],
  stands: readonly ChainTruck[],
  chains: readonly Chain[],
): readonly ChainTour[] {
  const back = legs(
    Int32Array.from(stands, ({ place }) => place),
    Int32Array.from(chains, ({ home }, i) => home ?? stands[i]!.place),
  )
  return tours.map((tour, i) => {
    const { home } = chains[i]!
    const { freeAtS, drivenS, shiftEndS } = stands[i]!
    if (home === null || tour.loads.length === 0) return tour
    const { atS } = drive({ atS: freeAtS, drivenS }, back.seconds[i]!, rules)
    return atS <= shiftEndS ? { ...tour, emptyM: tour.emptyM + back.metres[i]!, finishS: atS, home } : tour
  })
}

/** Loads that no truck may take at any time. */
function impossibleOf({ loads, trucks }: ChainProblem): readonly number[] {
  const strongest = new Map<number, number>()
  for (const { vehicleClass, payloadKg } of trucks)
    strongest.set(vehicleClass, Math.max(payloadKg, strongest.get(vehicleClass) ?? 0))
  const classes = [...strongest]
  return loads.flatMap(({ kg, classes: allowed }, load) =>
    classes.some(([one, payloadKg]) => (one & allowed) !== 0 && kg <= payloadKg) ? [] : [load],
  )
}
