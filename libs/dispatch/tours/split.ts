import { err, ok, type Result } from '@tingzhou/kernel'
import type { PlanePlaces } from '../chain/model.ts'
import type { PdptwFault, PdptwInstance, PdptwPlan, PlannedRoute, TourRequest, VehicleType, Visit } from './instance.ts'

// Every `!` of this file reads a list or a typed array at an index that the instance was asked for before.

/** How an instance is split. */
export type SplitOptions = {
  /** Where each site lies, metres on a plane; for the borders alone, ways are those of the matrices. */
  readonly places: PlanePlaces
  /** Requests of one part, at most; a route that is longer stays whole. */
  readonly requestsMax: number
  /** Counts from 0: each round draws its borders across those of the one before. */
  readonly round: number
  /** The plan to go on from, whose routes stay whole; null: there is none yet. */
  readonly plan: PdptwPlan | null
}

// By such an angle no direction comes again for long.
const goldenRadians = Math.PI * (3 - Math.sqrt(5))
// Of a request that has to be served: no part alone can know that another has the vehicle for it. As much as a drop may cost.
const mustM = 1e9

/** What stays together: the requests of a route with its vehicle, or a request that no vehicle serves yet. */
type Unit = {
  readonly requests: readonly number[]
  readonly type: number | null
  readonly x: number
  readonly y: number
}

/**
 * Splits an instance by place into parts that are planned apart: neighbouring mid-points of pickup and delivery together, each vehicle whole
 * in one part, those that stand idle shared out by nearness and by how much each part has to do. Parts have matrices of their own, of the
 * sites that they use, and every request of theirs has a drop cost.
 * @returns the parts, in no need of each other: data that may be sent to another thread. What no part has vehicles for is in none of them.
 *   Or the first fault
 * Source: own; sweep by alternating halves with borders that turn. O(n log n + parts · vehicle types + sites² of each part).
 */
export function splitTours(
  instance: PdptwInstance,
  options: SplitOptions,
): Result<readonly PdptwInstance[], PdptwFault> {
  const fault = faultOfSplit(instance, options)
  if (fault) return err(fault)
  const units = turned(unitsOf(instance, options), options.round * goldenRadians)
  const count = units.reduce((sum, { requests }) => sum + requests.length, 0)
  const groups = halved(units, Math.max(1, Math.ceil(count / options.requestsMax)))
  const counts = shareVehicles(instance, options.places, groups, options.round * goldenRadians)
  return ok(
    groups.flatMap((group, part) => {
      const made = partOf(
        instance,
        group.flatMap(({ requests }) => requests),
        counts[part]!,
      )
      return made ? [made] : []
    }),
  )
}

/**
 * Joins the plans of parts into one of the whole. A part whose plan is missing or no better than before keeps the routes that it had.
 * @param plans   of each part, in their order; null where there is none
 * @param before  the plan that was split, or null
 * @returns a plan of the instance that `checkSolution` finds right when the plans of the parts are. O(stops + requests).
 */
export function joinTours(
  instance: PdptwInstance,
  parts: readonly PdptwInstance[],
  plans: readonly (PdptwPlan | null)[],
  before: PdptwPlan | null,
): PdptwPlan {
  const routes = parts.flatMap((part, at): readonly PlannedRoute[] => {
    const plan = plans[at] ?? null
    const ids = new Set(part.requests.map(({ id }) => id))
    const old = (before?.routes ?? []).filter(({ stops }) => stops.some(({ request }) => ids.has(request)))
    return plan && (!before || plan.costM < costOf(part, old)) ? plan.routes : old
  })
  const parted = new Set(parts.flatMap(({ requests }) => requests.map(({ id }) => id)))
  const kept = (before?.routes ?? []).filter(({ stops }) => stops.every(({ request }) => !parted.has(request)))
  const all = [...routes, ...kept]
  const left = leftBy(instance, all)
  return {
    routes: all,
    unserved: left.map(({ id }) => id),
    isComplete: left.every(({ dropCostM }) => dropCostM !== undefined),
    distanceM: all.reduce((sum, { distanceM }) => sum + distanceM, 0),
    costM: costOf(instance, all),
    iterations: plans.reduce((sum, plan) => sum + (plan?.iterations ?? 0), before?.iterations ?? 0),
  }
}

function leftBy({ requests }: PdptwInstance, routes: readonly PlannedRoute[]): readonly TourRequest[] {
  const served = new Set(routes.flatMap(({ stops }) => stops.map(({ request }) => request)))
  return requests.filter(({ id }) => !served.has(id))
}

/** Distance, vehicles and what is left out. */
function costOf(instance: PdptwInstance, routes: readonly PlannedRoute[]): number {
  const fixed = new Map(instance.vehicleTypes.map(({ id, fixedCostM }) => [id, fixedCostM]))
  return (
    routes.reduce((sum, { distanceM, vehicleType }) => sum + distanceM + (fixed.get(vehicleType) ?? 0), 0) +
    leftBy(instance, routes).reduce((sum, { dropCostM = 0 }) => sum + dropCostM, 0)
  )
}

function faultOfSplit(instance: PdptwInstance, { places, requestsMax, round }: SplitOptions): PdptwFault | null {
  const { siteCount, requests, vehicleTypes, started = [] } = instance
  const no = (field: string, value: unknown, rule: string): PdptwFault => ({
    kind: 'malformed',
    field,
    value: String(value),
    rule,
  })
  if (requests.length === 0) return { kind: 'no_requests' }
  if (vehicleTypes.every(({ count }) => count === 0)) return { kind: 'no_vehicles' }
  if (started.length > 0) return no('started', started.length, 'is empty: vehicles under way are planned as one')
  if (!(Number.isSafeInteger(requestsMax) && requestsMax >= 1)) return no('requestsMax', requestsMax, 'is 1 at least')
  if (!Number.isSafeInteger(round)) return no('round', round, 'is a whole number')
  for (const [field, line] of Object.entries({ 'places.x': places.x, 'places.y': places.y })) {
    if (line.length !== siteCount) return no(`${field}.length`, line.length, `is siteCount, ${siteCount}`)
    const at = line.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) return no(`${field}[${at}]`, line[at], 'is a number')
  }
  const isSite = (site: number) => Number.isSafeInteger(site) && site >= 0 && site < siteCount
  for (const [i, { pickup, delivery }] of requests.entries())
    for (const [end, { site }] of Object.entries({ pickup, delivery }))
      if (!isSite(site)) return no(`requests[${i}].${end}.site`, site, `is a whole number below ${siteCount}`)
  for (const [i, { startSite, endSite }] of vehicleTypes.entries())
    for (const [field, site] of Object.entries({ startSite, endSite: endSite ?? startSite }))
      if (!isSite(site)) return no(`vehicleTypes[${i}].${field}`, site, `is a whole number below ${siteCount}`)
  return null
}

function unitsOf(instance: PdptwInstance, { places, plan }: SplitOptions): readonly Unit[] {
  const { requests, vehicleTypes } = instance
  const at = new Map(requests.map(({ id }, index) => [id, index]))
  const types = new Map(vehicleTypes.map(({ id }, index) => [id, index]))
  const unit = (members: readonly number[], type: number | null): Unit => {
    const sites = members.flatMap((one) => [requests[one]!.pickup.site, requests[one]!.delivery.site])
    const mean = (line: Float64Array) => sites.reduce((sum, site) => sum + line[site]!, 0) / sites.length
    return { requests: members, type, x: mean(places.x), y: mean(places.y) }
  }
  const routes = (plan?.routes ?? []).flatMap(({ stops, vehicleType }): readonly Unit[] => {
    const members = [...new Set(stops.map(({ request }) => request))].flatMap((id) => at.get(id) ?? [])
    return members.length > 0 ? [unit(members, types.get(vehicleType) ?? null)] : []
  })
  const placed = new Set(routes.flatMap((route) => route.requests))
  const alone = requests.flatMap((_, index) => (placed.has(index) ? [] : [unit([index], null)]))
  return [...routes, ...alone]
}

function turn({ x, y }: { readonly x: number; readonly y: number }, radians: number) {
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
  return { x: x * cos - y * sin, y: x * sin + y * cos }
}
const turned = (units: readonly Unit[], radians: number): readonly Unit[] =>
  units.map((unit) => ({ ...unit, ...turn(unit, radians) }))

/** Cuts across the longer side, again and again, until there are so many groups of like size. */
function halved(units: readonly Unit[], groups: number): readonly (readonly Unit[])[] {
  if (groups <= 1 || units.length <= 1) return units.length > 0 ? [units] : []
  const along = longerSide(units)
  const line = units.toSorted((a, b) => a[along] - b[along])
  const total = line.reduce((sum, { requests }) => sum + requests.length, 0)
  const first = Math.floor(groups / 2)
  const wanted = Math.floor((total * first) / groups)
  let [cut, sum] = [0, 0]
  while (cut < line.length - 1 && (cut === 0 || sum + line[cut]!.requests.length <= wanted)) {
    sum += line[cut]!.requests.length
    cut++
  }
  return [...halved(line.slice(0, cut), first), ...halved(line.slice(cut), groups - first)]
}

function longerSide(units: readonly Unit[]): 'x' | 'y' {
  const span = (side: 'x' | 'y') => {
    let [least, most] = [Infinity, -Infinity]
    for (const unit of units) [least, most] = [Math.min(least, unit[side]), Math.max(most, unit[side])]
    return most - least
  }
  return span('x') >= span('y') ? 'x' : 'y'
}

/** How many vehicles of each type each group has: those of its routes, and a share of the idle ones, the nearest first. */
function shareVehicles(
  { vehicleTypes, requests }: PdptwInstance,
  { x, y }: PlanePlaces,
  groups: readonly (readonly Unit[])[],
  radians: number,
): readonly (readonly number[])[] {
  const counts = groups.map((group) => {
    const own = vehicleTypes.map(() => 0)
    for (const { type } of group) if (type !== null) own[type]!++
    return own
  })
  // More vehicles than requests are never of use.
  const idle = vehicleTypes.map(({ count }, type) =>
    Math.min(requests.length, Math.max(0, count - counts.reduce((sum, own) => sum + own[type]!, 0))),
  )
  const wanted = targetsOf(
    groups.map((group) => group.reduce((sum, unit) => sum + unit.requests.length, 0)),
    idle.reduce((sum, n) => sum + n, 0),
  )
  const pairs = groups.flatMap((group, part) => {
    const middle = { x: meanOf(group, 'x'), y: meanOf(group, 'y') }
    return vehicleTypes.map(({ startSite }, type) => {
      const yard = turn({ x: x[startSite]!, y: y[startSite]! }, radians)
      return { part, type, apartM: Math.hypot(yard.x - middle.x, yard.y - middle.y) }
    })
  })
  for (const { part, type } of pairs.toSorted((a, b) => a.apartM - b.apartM)) {
    const given = Math.min(idle[type]!, wanted[part]!)
    counts[part]![type]! += given
    idle[type]! -= given
    wanted[part]! -= given
  }
  return counts
}

const meanOf = (group: readonly Unit[], side: 'x' | 'y'): number =>
  group.reduce((sum, unit) => sum + unit[side], 0) / Math.max(1, group.length)

/** Shares whose sum is the whole, by largest remainders. */
function targetsOf(weights: readonly number[], whole: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const exact = weights.map((weight) => (whole * weight) / Math.max(1, total))
  const shares = exact.map(Math.floor)
  const order = exact.map((share, at) => ({ at, rest: share - Math.floor(share) })).toSorted((a, b) => b.rest - a.rest)
  let left = whole - shares.reduce((sum, share) => sum + share, 0)
  for (const { at } of order) {
    if (left <= 0) break
    shares[at]!++
    left--
  }
  return shares
}

/** An instance of some requests and vehicles, over the sites that they use; null where one of both is missing. */
function partOf(instance: PdptwInstance, members: readonly number[], counts: readonly number[]): PdptwInstance | null {
  const types = instance.vehicleTypes.flatMap((type, at): readonly VehicleType[] =>
    counts[at]! > 0 ? [{ ...type, count: counts[at]! }] : [],
  )
  const has = new Set(types.map(({ id }) => id))
  const able = members.flatMap((one): readonly TourRequest[] => {
    const { vehicleTypes, dropCostM = mustM, ...request } = instance.requests[one]!
    const allowed = vehicleTypes?.filter((id) => has.has(id))
    return allowed?.length === 0 ? [] : [{ ...request, dropCostM, ...(allowed ? { vehicleTypes: allowed } : {}) }]
  })
  if (types.length === 0 || able.length === 0) return null
  const number = new Map<number, number>()
  const here = (site: number): number => {
    const known = number.get(site)
    if (known !== undefined) return known
    number.set(site, number.size)
    return number.size - 1
  }
  const visit = (one: Visit): Visit => ({ ...one, site: here(one.site) })
  const requests = able.map((one) => ({ ...one, pickup: visit(one.pickup), delivery: visit(one.delivery) }))
  const vehicleTypes = types.map((type) => ({
    ...type,
    startSite: here(type.startSite),
    endSite: type.endSite === null ? null : here(type.endSite),
  }))
  const sites = [...number.keys()]
  const small = (matrix: Float64Array | Int32Array): Float64Array => {
    const made = new Float64Array(sites.length ** 2)
    for (const [row, from] of sites.entries())
      for (const [column, to] of sites.entries())
        made[row * sites.length + column] = matrix[from * instance.siteCount + to]!
    return made
  }
  return {
    siteCount: sites.length,
    distanceM: small(instance.distanceM),
    durationS: small(instance.durationS),
    requests,
    vehicleTypes,
  }
}
