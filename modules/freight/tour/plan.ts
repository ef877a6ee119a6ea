import { defineJob } from '@tingzhou/compute'
import {
  checkSolution,
  joinTours,
  solvePdptw,
  splitTours,
  type PdptwInstance,
  type PdptwPlan,
  type PdptwResult,
  type PlannedRoute,
  type TourRules,
} from '@tingzhou/dispatch'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { LeftLoad, Stop } from './kept.ts'
import { instanceOf, whyOut, type Layout, type TourLoad, type TourTruck, type TourWish } from './model.ts'

/** One truck's way. */
export type PlannedTour = {
  readonly truck: TourTruck
  readonly capacityKg: number
  readonly wayM: number
  readonly startAt: number
  readonly endAt: number
  readonly stops: readonly Stop[]
}

/** What the trucks do, and what is left out. */
export type TourPlan = {
  readonly tours: readonly PlannedTour[]
  readonly left: readonly LeftLoad[]
  readonly wayM: number
  /** The same loads, each by itself with the nearest truck that bears it, though another may have that truck too: so at least so much. */
  readonly aloneM: number
  readonly parts: number
  readonly iterations: number
}

/** Why there is no plan. */
export type TourRefusal = { readonly field: string; readonly value: string; readonly rule: string }

/** What one thread plans by itself. */
export type TourPart = {
  readonly instance: PdptwInstance
  readonly rules: TourRules
  readonly seed: number
  readonly seconds: number
}

/** Plans the parts of a plan, as many at once as there are threads. */
export type PartSolver = { readonly threads: number; readonly solve: (part: TourPart) => Promise<PdptwResult> }

/**
 * Plans tours of mixed deliveries: many loads are planned in parts at once, with other borders each round.
 * @returns a plan that `checkSolution` finds nothing wrong with; a refusal when the solver says no
 * Source: own, over `solvePdptw` of libs/dispatch. About `solveSeconds`, whatever the threads.
 */
export async function planTours(wish: TourWish, solver: PartSolver): Promise<Result<TourPlan, TourRefusal>> {
  const layout = instanceOf(wish)
  const none = { tours: [], left: layout.left, wayM: 0, aloneM: 0, parts: 0, iterations: 0 }
  if (layout.instance.requests.length === 0) return ok(none)
  const solved = await solveInParts(layout, wish, solver)
  if (!solved.ok) return solved
  const { plan, parts } = solved.value
  const [fault] = checkSolution(layout.instance, plan, rulesOf(wish))
  if (fault) return err({ field: 'plan', value: fault.kind, rule: 'tour_sound' })
  const loads = new Map(wish.loads.map((load) => [load.id, load]))
  const served = wish.loads.filter(({ id }) => !plan.unserved.includes(id) && layout.able.has(id))
  return ok({
    tours: plan.routes.map((route) => tourOf(route, layout, wish, loads)),
    left: [...layout.left, ...plan.unserved.flatMap((id) => leftOf(loads.get(id), layout))],
    wayM: Math.round(plan.distanceM),
    aloneM: served.reduce((sum, { id }) => sum + (layout.able.get(id)?.aloneM ?? 0), 0),
    parts,
    iterations: plan.iterations,
  })
}

/** Plans one part until its seconds are over. @param clock  seconds */
export const solvePart = ({ instance, rules, seed, seconds }: TourPart, clock: () => number): PdptwResult =>
  solvePdptw(instance, { objective: 'distance', seed, rules, cpuSeconds: seconds, cpuClock: clock })

/** `solvePart` by the server's threads. */
export const tourJob = defineJob('freight.tours', (part: TourPart, shouldStop) =>
  solvePart(part, () => (shouldStop() ? Infinity : performance.now() / 1_000)),
)

const rulesOf = ({ numbers: { drivingMaxMinutes, restMinutes } }: TourWish): TourRules => ({
  rest: { drivingMaxS: drivingMaxMinutes * 60, restS: restMinutes * 60 },
})

// So many loads and more have all of the seconds; fewer are soon as good as they get.
const manyLoads = 50
const leastShare = 0.1

type Solved = { readonly plan: PdptwPlan; readonly parts: number }

async function solveInParts(
  { instance, places }: Layout,
  wish: TourWish,
  { threads, solve }: PartSolver,
): Promise<Result<Solved, TourRefusal>> {
  const { seed, numbers } = wish
  const { partMax: requestsMax, partRounds } = numbers
  const rules = rulesOf(wish)
  const solveSeconds = numbers.solveSeconds * Math.min(1, Math.max(leastShare, instance.requests.length / manyLoads))
  if (instance.requests.length <= requestsMax) {
    const plan = await solve({ instance, rules, seed, seconds: solveSeconds })
    return plan.ok ? ok({ plan: plan.value, parts: 1 }) : err(refusalOf(plan.error))
  }
  let [plan, most]: [PdptwPlan | null, number] = [null, 0]
  for (let round = 0; round < partRounds; round++) {
    const parts = splitTours(instance, { places, requestsMax, round, plan })
    if (!parts.ok) return err(refusalOf(parts.error))
    const turns = Math.max(1, Math.ceil(parts.value.length / threads))
    const seconds = solveSeconds / (partRounds * turns)
    const plans = await Promise.all(parts.value.map((part) => solve({ instance: part, rules, seed, seconds })))
    const refused = plans.find((one) => !one.ok)
    if (refused && !refused.ok) return err(refusalOf(refused.error))
    plan = joinTours(
      instance,
      parts.value,
      plans.map((one) => (one.ok ? one.value : null)),
      plan,
    )
    most = Math.max(most, parts.value.length)
  }
  return plan ? ok({ plan, parts: most }) : err({ field: 'loads', value: '', rule: 'tour_sound' })
}

const refusalOf = (fault: Extract<PdptwResult, { ok: false }>['error']): TourRefusal => ({
  field: 'field' in fault ? fault.field : 'loads',
  value: fault.kind,
  rule: 'tour_sound',
})

function tourOf(
  { vehicleType, stops, distanceM, endS }: PlannedRoute,
  { instance, truckOf, able }: Layout,
  { now, numbers }: TourWish,
  loads: ReadonlyMap<string, TourLoad>,
): PlannedTour {
  const { truck, capacityKg, site: yard } = truckOf.get(vehicleType)! // a route is of a vehicle of the instance
  const requests = new Map(instance.requests.map((request) => [request.id, request]))
  const at = (second: number) => now + Math.round(second * 1_000)
  let [site, leftS, onBoardKg, onBoardDm3] = [yard, numbers.leadMinutes * 60, 0, 0]
  const shown = stops.map(({ request, kind, arriveS, leaveS }): Stop => {
    const load = loads.get(request)! // requests are loads of the wish
    const visit = requests.get(request)![kind] // and of the instance
    const place = kind === 'pickup' ? load.from : load.to
    const plan = able.get(request)!.plan // as above
    const cell = site * instance.siteCount + visit.site
    // No vehicle of the wish is under way: each stop has its times.
    const [arrive, leave] = [arriveS!, leaveS!]
    const restS = Math.max(0, Math.round(arrive - leftS - instance.durationS[cell]!)) // a cell of the matrix
    const sign = kind === 'pickup' ? 1 : -1
    if (load.measure === 'ton') onBoardKg += sign * plan
    else onBoardDm3 += sign * plan
    const legM = Math.round(instance.distanceM[cell]!) // as above
    site = visit.site
    leftS = leave
    return {
      kind: kind === 'pickup' ? 'load' : 'unload',
      loadId: load.id,
      number: load.number,
      goods: load.goods,
      placeId: place.id,
      place: place.name,
      lon: place.lon,
      lat: place.lat,
      plan,
      measure: load.measure === 'm3' ? 'm3' : 'ton',
      legM,
      restS,
      arriveAt: at(arrive),
      startAt: at(Math.max(arrive, visit.readyS)),
      leaveAt: at(leave),
      onBoardKg,
      onBoardDm3,
    }
  })
  return {
    truck,
    capacityKg,
    wayM: Math.round(distanceM),
    startAt: at(numbers.leadMinutes * 60),
    endAt: at(endS),
    stops: shown,
  }
}

const leftOf = (load: TourLoad | undefined, layout: Layout): readonly LeftLoad[] =>
  load ? [{ loadId: load.id, number: load.number, ...whyOut(load, layout) }] : []
