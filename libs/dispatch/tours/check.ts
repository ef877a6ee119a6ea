import type { PdptwInstance, PdptwPlan, PlannedRoute, TourRequest, TourRules, VehicleType } from './instance.ts'

/** What is wrong with a plan. `route` is its index, `stop` that of the stop on it. */
export type PlanFault =
  | { readonly kind: 'unknown_vehicle'; readonly route: number; readonly vehicleType: string }
  | { readonly kind: 'too_many_vehicles'; readonly vehicleType: string; readonly used: number; readonly count: number }
  | { readonly kind: 'started_changed'; readonly started: number; readonly rule: string }
  | { readonly kind: 'empty_route'; readonly route: number }
  | { readonly kind: 'unknown_request'; readonly request: string }
  | { readonly kind: 'repeated_stop'; readonly request: string; readonly stop: 'pickup' | 'delivery' }
  | { readonly kind: 'unpaired'; readonly request: string; readonly rule: string }
  | { readonly kind: 'wrong_vehicle'; readonly request: string; readonly vehicleType: string }
  | { readonly kind: 'overloaded'; readonly route: number; readonly stop: number; readonly massKg: number }
  | { readonly kind: 'late'; readonly route: number; readonly stop: number; readonly arriveS: number }
  | { readonly kind: 'shift_exceeded'; readonly route: number; readonly endS: number }
  | { readonly kind: 'unserved_wrong'; readonly request: string; readonly rule: string }
  | { readonly kind: 'figure_wrong'; readonly field: string; readonly said: number | null; readonly is: number | null }

const tolerance = 1e-6

/**
 * Checks a plan against its instance from the ground up: it drives every route again and believes none of the plan's figures.
 * @param plan   any plan, whoever made it
 * @param rules  the rules it was made under
 * @returns everything that is wrong, nothing when the plan is right; times and masses may differ by 1e-6
 * Source: own, float64, apart from the search. O(stops + requests).
 */
export function checkSolution(instance: PdptwInstance, plan: PdptwPlan, rules: TourRules = {}): readonly PlanFault[] {
  const faults: PlanFault[] = []
  const requests = new Map(instance.requests.map((request) => [request.id, request]))
  const types = new Map(instance.vehicleTypes.map((type) => [type.id, type]))
  for (const [at, route] of plan.routes.entries()) {
    const type = types.get(route.vehicleType)
    if (!type) {
      faults.push({ kind: 'unknown_vehicle', route: at, vehicleType: route.vehicleType })
      continue
    }
    if (route.started === null && route.stops.length === 0) faults.push({ kind: 'empty_route', route: at })
    faults.push(...drive(instance, rules, requests, type, route, at))
  }
  faults.push(...checkFleet(instance, plan), ...checkPairs(plan, requests), ...checkTotals(instance, plan, types))
  return faults
}

/** Drives one route: mass on board, windows, rests, shift, distance. */
function drive(
  instance: PdptwInstance,
  { rest }: TourRules,
  requests: ReadonlyMap<string, TourRequest>,
  type: VehicleType,
  route: PlannedRoute,
  at: number,
): readonly PlanFault[] {
  const faults: PlanFault[] = []
  const begun = route.started === null ? undefined : instance.started?.[route.started]
  const doneCount = begun?.doneStops.length ?? 0
  const between = (matrix: Float64Array | Int32Array, a: number, b: number) => matrix[a * instance.siteCount + b] ?? NaN
  let now = begun ? begun.leftS : type.shiftStartS
  let sinceRest = begun ? begun.drivenS : 0
  let [site, massKg, distanceM] = [type.startSite, 0, 0]
  const driveTo = (to: number): void => {
    let leftS = between(instance.durationS, site, to)
    // Drives as long as the driver may, rests, and drives on.
    while (rest && sinceRest + leftS > rest.drivingMaxS) {
      const stretchS = rest.drivingMaxS - sinceRest
      now += stretchS + rest.restS
      leftS -= stretchS
      sinceRest = 0
    }
    now += leftS
    sinceRest += leftS
  }
  for (const [index, { request: id, kind, arriveS, leaveS }] of route.stops.entries()) {
    const request = requests.get(id)
    if (!request) {
      faults.push({ kind: 'unknown_request', request: id })
      continue
    }
    const visit = kind === 'pickup' ? request.pickup : request.delivery
    distanceM += between(instance.distanceM, site, visit.site)
    massKg += kind === 'pickup' ? request.massKg : -request.massKg
    if (!(massKg <= type.capacityKg + tolerance)) faults.push({ kind: 'overloaded', route: at, stop: index, massKg })
    if (kind === 'pickup' && request.vehicleTypes && !request.vehicleTypes.includes(type.id) && index >= doneCount)
      faults.push({ kind: 'wrong_vehicle', request: id, vehicleType: type.id })
    const field = `routes[${at}].stops[${index}]`
    if (index < doneCount) {
      if (arriveS !== null) faults.push({ kind: 'figure_wrong', field: `${field}.arriveS`, said: arriveS, is: null })
      if (leaveS !== null) faults.push({ kind: 'figure_wrong', field: `${field}.leaveS`, said: leaveS, is: null })
      site = visit.site
      continue
    }
    driveTo(visit.site)
    if (!(now <= visit.dueS + tolerance)) faults.push({ kind: 'late', route: at, stop: index, arriveS: now })
    if (!isNear(arriveS, now)) faults.push({ kind: 'figure_wrong', field: `${field}.arriveS`, said: arriveS, is: now })
    const waitS = Math.max(0, visit.readyS - now)
    if (rest?.isWaitingRest && waitS >= rest.restS) sinceRest = 0
    now += waitS + visit.serviceS
    if (!isNear(leaveS, now)) faults.push({ kind: 'figure_wrong', field: `${field}.leaveS`, said: leaveS, is: now })
    site = visit.site
  }
  if (type.endSite !== null) {
    distanceM += between(instance.distanceM, site, type.endSite)
    driveTo(type.endSite)
  }
  if (!(now <= type.shiftEndS + tolerance)) faults.push({ kind: 'shift_exceeded', route: at, endS: now })
  if (!isNear(route.endS, now))
    faults.push({ kind: 'figure_wrong', field: `routes[${at}].endS`, said: route.endS, is: now })
  if (!isNear(route.distanceM, distanceM))
    faults.push({ kind: 'figure_wrong', field: `routes[${at}].distanceM`, said: route.distanceM, is: distanceM })
  return faults
}

/** Sums round with their size, so the tolerance grows with it. */
const isNear = (said: number | null, is: number): boolean =>
  said !== null && Math.abs(said - is) <= tolerance * Math.max(1, Math.abs(is) / 1_000)

/** No more vehicles than there are; those under way have one route each, which begins with what they have done. */
function checkFleet(instance: PdptwInstance, plan: PdptwPlan): readonly PlanFault[] {
  const faults: PlanFault[] = []
  const fresh = plan.routes.filter(({ started }) => started === null)
  for (const { id, count } of instance.vehicleTypes) {
    const used = fresh.filter(({ vehicleType }) => vehicleType === id).length
    if (used > count) faults.push({ kind: 'too_many_vehicles', vehicleType: id, used, count })
  }
  const begun = instance.started ?? []
  for (const [index, { vehicleType, doneStops }] of begun.entries()) {
    const routes = plan.routes.filter(({ started }) => started === index)
    const [route] = routes
    const say = (rule: string) => faults.push({ kind: 'started_changed', started: index, rule })
    if (!route || routes.length > 1) say('has one route')
    else if (route.vehicleType !== vehicleType) say('keeps its vehicle')
    else if (
      doneStops.some(({ request, kind }, i) => route.stops[i]?.request !== request || route.stops[i]?.kind !== kind)
    )
      say('begins with what is done')
  }
  for (const { started } of plan.routes)
    if (started !== null && !begun[started]) faults.push({ kind: 'started_changed', started, rule: 'is under way' })
  return faults
}

/** Every request is served once, by one vehicle, pickup first, or said to be left out. */
function checkPairs(plan: PdptwPlan, requests: ReadonlyMap<string, TourRequest>): readonly PlanFault[] {
  const faults: PlanFault[] = []
  const places = new Map<string, { readonly route: number; readonly stop: number }>()
  for (const [route, { stops }] of plan.routes.entries())
    for (const [stop, { request, kind }] of stops.entries()) {
      if (places.has(`${kind} ${request}`)) faults.push({ kind: 'repeated_stop', request, stop: kind })
      places.set(`${kind} ${request}`, { route, stop })
    }
  const unserved = new Set(plan.unserved)
  if (unserved.size < plan.unserved.length)
    faults.push({ kind: 'unserved_wrong', request: plan.unserved.join(), rule: 'are named once' })
  for (const id of unserved) if (!requests.has(id)) faults.push({ kind: 'unknown_request', request: id })
  for (const id of requests.keys()) {
    const [pickup, delivery] = [places.get(`pickup ${id}`), places.get(`delivery ${id}`)]
    if (!delivery) {
      if (!unserved.has(id)) faults.push({ kind: 'unserved_wrong', request: id, rule: 'is served or left out' })
      // What a vehicle has on board can be left out; what none has loaded must not be loaded for nothing.
      const isDone = pickup && plan.routes[pickup.route]?.stops[pickup.stop]?.arriveS === null
      if (pickup && !isDone) faults.push({ kind: 'unpaired', request: id, rule: 'has a delivery' })
      continue
    }
    if (unserved.has(id)) faults.push({ kind: 'unserved_wrong', request: id, rule: 'is not both served and left out' })
    if (!pickup) faults.push({ kind: 'unpaired', request: id, rule: 'has a pickup' })
    else if (pickup.route !== delivery.route) faults.push({ kind: 'unpaired', request: id, rule: 'has one vehicle' })
    else if (pickup.stop > delivery.stop) faults.push({ kind: 'unpaired', request: id, rule: 'has its pickup first' })
  }
  return faults
}

/** The sums that a plan says. */
function checkTotals(
  instance: PdptwInstance,
  plan: PdptwPlan,
  types: ReadonlyMap<string, VehicleType>,
): readonly PlanFault[] {
  const faults: PlanFault[] = []
  const left = new Set(plan.unserved)
  let [distanceM, extraM, isComplete] = [0, 0, true]
  for (const route of plan.routes) {
    distanceM += route.distanceM
    extraM += types.get(route.vehicleType)?.fixedCostM ?? 0
  }
  for (const { id, dropCostM } of instance.requests) {
    if (!left.has(id)) continue
    extraM += dropCostM ?? 0
    if (dropCostM === undefined) isComplete = false
  }
  if (!isNear(plan.distanceM, distanceM))
    faults.push({ kind: 'figure_wrong', field: 'distanceM', said: plan.distanceM, is: distanceM })
  if (!isNear(plan.costM, distanceM + extraM))
    faults.push({ kind: 'figure_wrong', field: 'costM', said: plan.costM, is: distanceM + extraM })
  if (plan.isComplete !== isComplete)
    faults.push({ kind: 'figure_wrong', field: 'isComplete', said: Number(plan.isComplete), is: Number(isComplete) })
  return faults
}
