import { defineJob } from '@tingzhou/compute'
import { chainLoads, driveLoad, emptyBound, type ChainProblem, type DispatchRefusal } from '@tingzhou/dispatch'
import { ok, type Result } from '@tingzhou/kernel'
import { planOfTrip } from '../wave/model.ts'
import { bodyRule } from '../wave/solve.ts'
import { appendNearest, driveStops, type Driven, type Tour } from './drive-tour.ts'
import type { ChainTotals, TourHome, TourLeg, Unserved } from './kept.ts'
import { poseProblem, type ChainSnapshot, type PlanNumbers, type PlanTruck, type Posed } from './problem.ts'
import { unservedMax, type ChainWay } from './words.ts'

/** What one truck does in a plan; times are milliseconds since the epoch. */
export type PlannedTour = {
  readonly truck: PlanTruck
  readonly startAt: number
  readonly endAt: number
  readonly emptyM: number
  readonly loadedM: number
  readonly legs: readonly TourLeg[]
  readonly home: TourHome | null
}

/** A plan of tours, and what it is measured by. */
export type ChainPlan = ChainTotals & {
  readonly loads: number
  readonly trips: number
  readonly freeTrucks: number
  readonly busyTrucks: number
  /** What has to start first comes first. */
  readonly tours: readonly PlannedTour[]
  readonly unserved: readonly Unserved[]
  /** What a plan by hand makes of the same. */
  readonly hand: ChainTotals
  /** No plan carries the same with fewer empty metres; null: nothing is carried, or the time was over. */
  readonly boundEmptyM: number | null
  readonly way: ChainWay
}

/** A plan that was driven, and what it costs with what it leaves out, metres. */
type Candidate = { readonly way: ChainWay; readonly driven: readonly Driven[]; readonly costM: number }

/**
 * Chains truckloads over free trucks and trucks on a trip. Three plans are made and the cheapest is kept: the solver's with the windows as
 * they are, the solver's where each load is loaded no later than in the plan by hand, and that plan itself; what the solver leaves
 * out is appended by hand. The second is there because the solver asks what may follow a load as if it began at the end of its window.
 * @param now  milliseconds since the epoch, which is second 0
 * @param shouldStop  asked now and then; true ends the work with what there is by then
 * @returns the plan, never dearer than the one by hand; a refusal of the solver; `stopped` when not even the plan by hand was ready
 * Pure; plain data in and out. Source: own, over `chainLoads` and `emptyBound` of libs/dispatch.
 */
export function planChains(
  snapshot: ChainSnapshot,
  numbers: PlanNumbers,
  now: number,
  shouldStop: () => boolean = () => false,
): Result<ChainPlan, DispatchRefusal> {
  const posed = poseProblem(snapshot, numbers, now)
  const { problem } = posed
  const { homeM } = numbers.chain
  const drivenBy = (way: ChainWay, tours: readonly Tour[]): Candidate => {
    const driven = tours.map((tour) => driveStops(posed, tour, homeM, now))
    return { way, driven, costM: costOf(problem, driven) }
  }
  if (problem.loads.length === 0 || problem.trucks.length === 0)
    return ok(planOf(snapshot, posed, now, { way: 'hand', driven: [], costM: 0 }, [], null))
  const byHand = appendNearest(posed, [], shouldStop)
  if (!byHand.ok) return byHand
  const hand = drivenBy('hand', byHand.value.tours)
  const candidates: Candidate[] = []
  for (const way of ['windows', 'hours'] as const) {
    const windows = way === 'windows' ? problem : atHours(problem, byHand.value.startS)
    const tours = toursOf(posed, windows, shouldStop)
    if (tours.ok) candidates.push(drivenBy(way, tours.value))
    else if (tours.error.kind === 'stopped') break
    else return tours
  }
  const best = [...candidates, hand].reduce((least, one) => (one.costM < least.costM ? one : least))
  const bound = boundOf(problem, best.driven, numbers.wave.bendPct, shouldStop)
  return bound.ok ? ok(planOf(snapshot, posed, now, best, hand.driven, bound.value)) : bound
}

/** The solver's tours, with what it leaves out appended by hand. */
function toursOf(posed: Posed, problem: ChainProblem, shouldStop: () => boolean) {
  const chained = chainLoads(problem, { shouldStop })
  if (!chained.ok) return chained
  const appended = appendNearest(posed, chained.value.tours, shouldStop)
  return appended.ok ? ok(appended.value.tours) : appended
}

/** `planChains` by the server's threads. */
export const chainJob = defineJob(
  'freight.chain',
  (input: { readonly snapshot: ChainSnapshot; readonly numbers: PlanNumbers; readonly now: number }, shouldStop) =>
    planChains(input.snapshot, input.numbers, input.now, shouldStop),
)

/** Each load that the plan by hand has is loaded no later than there: what follows there may follow then too. */
const atHours = (problem: ChainProblem, startS: Int32Array): ChainProblem => ({
  ...problem,
  // A start for each load.
  loads: problem.loads.map((load, id) => (startS[id]! < 0 ? load : { ...load, latestS: startS[id]! })),
})

function costOf({ loads, rules }: ChainProblem, driven: readonly Driven[]): number {
  const served = new Set(driven.flatMap((tour) => tour.loads))
  const leftOutM = loads.reduce((sum, { dropCostM }, id) => (served.has(id) ? sum : sum + dropCostM), 0)
  const homeM = (tour: Driven) => (tour.home === null ? rules.homeWorthM : 0)
  return driven.reduce(
    (sum, tour) =>
      sum + tour.emptyM + homeM(tour) + rules.activationM + (tour.waitedS * rules.waitCostMPerHour) / 3_600,
    leftOutM,
  )
}

/** The fewest empty metres that the loads of the plan can be carried with, whatever the trucks do. */
function boundOf(
  { places, loads, trucks, legs }: ChainProblem,
  driven: readonly Driven[],
  bendPct: number,
  shouldStop: () => boolean,
): Result<number | null, DispatchRefusal> {
  const served = driven.flatMap((tour) => tour.loads).map((id) => loads[id]!) // of the problem
  if (served.length === 0) return ok(null)
  const bound = emptyBound(
    {
      places,
      pickups: Int32Array.from(served, ({ pickup }) => pickup),
      deliveries: Int32Array.from(served, ({ delivery }) => delivery),
      trucks: Int32Array.from(trucks, ({ place }) => place),
      legs,
      // Metres are rounded, so that a short way may be a little shorter than the line.
      straightFactor: (bendPct / 100) * 0.999,
    },
    { shouldStop },
  )
  if (bound.ok) return ok(bound.value.emptyM)
  return bound.error.kind === 'stopped' ? ok(null) : bound
}

const totalsOf = (driven: readonly Driven[]): ChainTotals => ({
  served: driven.reduce((sum, { loads }) => sum + loads.length, 0),
  used: driven.length,
  emptyM: driven.reduce((sum, { emptyM }) => sum + emptyM, 0),
  loadedM: driven.reduce((sum, { loadedM }) => sum + loadedM, 0),
})

function planOf(
  snapshot: ChainSnapshot,
  posed: Posed,
  now: number,
  { way, driven }: Candidate,
  hand: readonly Driven[],
  boundEmptyM: number | null,
): ChainPlan {
  const { loads, trucks } = snapshot
  const tours = driven.map((tour) => tourOf(snapshot, posed, tour, now))
  return {
    ...totalsOf(driven),
    loads: loads.length,
    trips: posed.trips.length,
    freeTrucks: trucks.filter(({ afterId }) => afterId === null).length,
    busyTrucks: trucks.filter(({ afterId }) => afterId !== null).length,
    tours: tours.toSorted((a, b) => a.startAt - b.startAt || (a.truck.id < b.truck.id ? -1 : 1)),
    unserved: unservedOf(snapshot, posed, driven),
    hand: totalsOf(hand),
    boundEmptyM,
    way,
  }
}

function tourOf({ loads }: ChainSnapshot, { trips, trucks }: Posed, tour: Driven, now: number): PlannedTour {
  const at = (seconds: number): number => now + seconds * 1_000
  const truck = trucks[tour.truck]! // of the problem, as its truckloads are
  const legs = tour.stops.map((stop): TourLeg => {
    const { load, before } = trips[stop.load]!
    const { id, number, goods, from, to, ...one } = loads[load]!
    return {
      load: { id, number, goods },
      from: { id: from.id, name: from.name },
      to: { id: to.id, name: to.name },
      plan: planOfTrip(one, before),
      emptyM: stop.emptyM,
      loadedM: stop.loadedM,
      leaveAt: at(stop.leaveS),
      arriveAt: at(stop.arriveS),
      loadAt: at(stop.loadS),
      departAt: at(stop.departS),
      unloadAt: at(stop.unloadS),
      doneAt: at(stop.doneS),
      rests: stop.rests,
    }
  })
  const { home } = tour
  return {
    truck,
    startAt: legs[0]?.leaveAt ?? now,
    endAt: home === null ? (legs.at(-1)?.doneAt ?? now) : at(home.atS),
    emptyM: tour.emptyM,
    loadedM: tour.loadedM,
    legs,
    home:
      home === null || truck.home === null
        ? null
        : { id: truck.home.id, name: truck.home.name, emptyM: home.emptyM, at: at(home.atS), rests: home.rests },
  }
}

/** Why truckloads are in no tour, the soonest end of loading first; `unservedMax` at most. O(loads), and O(trucks) for each of these. */
function unservedOf(snapshot: ChainSnapshot, posed: Posed, driven: readonly Driven[]): readonly Unserved[] {
  const served = new Set(driven.flatMap((tour) => tour.loads))
  const { loads } = snapshot
  const left = new Map<number, { trips: number; readonly id: number }>()
  for (const [id, { load }] of posed.trips.entries()) {
    if (served.has(id)) continue
    const one = left.get(load)
    if (one) one.trips++
    else left.set(load, { trips: 1, id })
  }
  const lost = loads.flatMap(({ id: loadId, number }, load) => {
    const one = left.get(load)
    const over = posed.beyond[load]! // of the loads
    return [
      ...(one ? [{ loadId, number, trips: one.trips, why: () => whyOf(snapshot, posed, one.id) }] : []),
      ...(over.trips > 0 ? [{ loadId, number, trips: over.trips, why: () => over }] : []),
    ]
  })
  return lost.slice(0, unservedMax).map(({ why, ...one }) => ({ ...why(), ...one }))
}

/** What rules out every truck for a truckload, one rule after the other; also those that the solver was not given. */
function whyOf(
  snapshot: ChainSnapshot,
  { problem: { loads, trucks, rules }, trips, legOf }: Posed,
  id: number,
): Pick<Unserved, 'kind' | 'numbers'> {
  const load = loads[id]! // of the problem, as its trip is
  const wanted = snapshot.loads[trips[id]!.load]! // trips are those of loads
  if (snapshot.trucks.length === 0) return { kind: 'no_truck', numbers: {} }
  const strong = snapshot.trucks.filter(({ ratedKg }) => load.kg <= ratedKg)
  if (strong.length === 0) return { kind: 'too_heavy', numbers: { kg: load.kg } }
  const fits = bodyRule(snapshot.mindsBodies)
  const bodied = strong.filter(({ typeCode }) => fits(wanted.cargoClass, typeCode))
  if (bodied.length === 0) return { kind: 'wrong_body', numbers: { trucks: strong.length } }
  const allowed = bodied.filter((truck) => !snapshot.forbidden[truck.id]?.includes(wanted.id))
  if (allowed.length === 0) return { kind: 'forbidden', numbers: { trucks: bodied.length } }
  const fitting = trucks.filter(
    ({ payloadKg, vehicleClass }) => load.kg <= payloadKg && (load.classes & vehicleClass) !== 0,
  )
  // More sorts of trucks than the solver tells apart: none that suits is among those it was given.
  if (fitting.length === 0) return { kind: 'no_truck', numbers: {} }
  const onward = legOf(load.pickup, load.delivery)
  const inTime = fitting.some((truck) => {
    const clock = { atS: truck.freeAtS, drivenS: truck.drivenS }
    return !('reason' in driveLoad(clock, truck, load, legOf(truck.place, load.pickup), onward, rules))
  })
  return inTime ? { kind: 'dearer', numbers: {} } : { kind: 'too_late', numbers: { trucks: fitting.length } }
}
