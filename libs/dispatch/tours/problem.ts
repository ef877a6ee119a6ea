import type { PdptwInstance, TourRestRule, TourRules, Visit } from './instance.ts'
import { createRandom } from './random.ts'
import { legIn } from './rests.ts'

/**
 * An instance as the search reads it: numbers in typed arrays. Request q of n has the nodes q (pickup) and n + q (delivery); route r of R
 * has the nodes 2n + r (start) and 2n + R + r (end), whose site and times change with the vehicle that drives it.
 */
export type Problem = {
  readonly n: number
  readonly routes: number
  /** Rows of the matrices: the sites that are used, and one more that is nowhere when a shift may end anywhere. */
  readonly sites: number
  readonly distance: Float64Array
  readonly distanceBack: Float64Array
  readonly duration: Float64Array
  readonly durationBack: Float64Array
  /** Whether no way is longer or slower than over a third site; without it nothing may be skipped on that ground. */
  readonly isMetric: boolean
  readonly rest: TourRestRule | null
  /** Of each request: its index in the instance. */
  readonly requestAt: Int32Array
  /** Of each request: what leaving it out costs, Infinity when it has to be served. */
  readonly dropCost: Float64Array
  /** Of each request: the started route that carries it already, or -1. */
  readonly lockedTo: Int32Array
  readonly nodeSite: Int32Array
  readonly nodeReady: Float64Array
  readonly nodeDue: Float64Array
  readonly nodeService: Float64Array
  readonly nodeLoad: Float64Array
  readonly types: number
  readonly typeStart: Int32Array
  readonly typeEnd: Int32Array
  readonly typeFrom: Float64Array
  readonly typeUntil: Float64Array
  readonly typeCapacity: Float64Array
  readonly typeFixed: Float64Array
  readonly typeCount: Int32Array
  /** Request × type: whether one may carry the other. */
  readonly isAllowed: Uint8Array
  readonly started: number
  readonly startedType: Int32Array
  readonly startedSite: Int32Array
  readonly startedFrom: Float64Array
  readonly startedDriven: Float64Array
  readonly startedLoad: Float64Array
}

/** What the search looks at first, for each request and node. */
export type Guide = {
  /** Types that can serve request q alone, cheapest first: entries `aloneFirst[q]` to `aloneFirst[q + 1]`. */
  readonly aloneFirst: Int32Array
  readonly aloneType: Int32Array
  readonly aloneCost: Float64Array
  /** Node × `nears`: the nearest other nodes, nearest first. */
  readonly near: Int32Array
  readonly nears: number
  /** Keys by which requests are put back: one row of n for each order. */
  readonly orderKeys: readonly Float64Array[]
}

// The walk of a ruin hardly ever looks further.
const nearsMax = 150
const samplesMax = 1_000_000

/**
 * Lays an instance out in arrays.
 * @param instance  one that `faultOf` finds nothing wrong with
 * Source: own. O(sites² + n · types).
 */
export function problemOf(instance: PdptwInstance, rules: TourRules): Problem {
  const started = instance.started ?? []
  const done = new Set(started.flatMap(({ doneStops }) => doneStops.map(({ request, kind }) => `${kind} ${request}`)))
  const open = instance.requests.flatMap(({ id }, at) => (done.has(`delivery ${id}`) ? [] : [at]))
  const requests = open.flatMap((at) => instance.requests[at] ?? [])
  const n = requests.length
  const { vehicleTypes } = instance
  const inYard = vehicleTypes.reduce((sum, { count }) => sum + Math.min(count, n), 0)
  const routes = started.length + Math.min(inYard, n)
  const typeAt = new Map(vehicleTypes.map(({ id }, at) => [id, at]))
  const carriedBy = new Map(
    started.flatMap(({ doneStops }, route) =>
      doneStops.flatMap(({ request, kind }) => (kind === 'pickup' ? [[request, route] as const] : [])),
    ),
  )
  const massOf = new Map(instance.requests.map(({ id, massKg }) => [id, massKg]))
  const loadAfter = started.map(({ doneStops }) =>
    doneStops.reduce((sum, { request, kind }) => sum + (kind === 'pickup' ? 1 : -1) * (massOf.get(request) ?? 0), 0),
  )
  const startSites = started.map((route) => startSiteOf(instance, route))
  const used = [
    ...new Set([
      ...requests.flatMap(({ pickup, delivery }) => [pickup.site, delivery.site]),
      ...vehicleTypes.flatMap(({ startSite, endSite }) => (endSite === null ? [startSite] : [startSite, endSite])),
      ...startSites,
    ]),
  ].toSorted((a, b) => a - b)
  const rowOf = new Map(used.map((site, row) => [site, row]))
  const sites = used.length + (vehicleTypes.some(({ endSite }) => endSite === null) ? 1 : 0)
  const nowhere = sites - 1
  const at = (site: number): number => rowOf.get(site) ?? nowhere
  const distance = matrixOf(instance.distanceM, instance.siteCount, used, sites)
  const duration =
    instance.durationS === instance.distanceM ? distance : matrixOf(instance.durationS, instance.siteCount, used, sites)
  const distanceBack = transpose(distance, sites)
  const durationBack = duration === distance ? distanceBack : transpose(duration, sites)
  const visits = [...requests.map(({ pickup }) => pickup), ...requests.map(({ delivery }) => delivery)]
  const nodes = 2 * n + 2 * routes
  const perNode = (value: (visit: Visit) => number): Float64Array => {
    const values = new Float64Array(nodes)
    for (const [node, visit] of visits.entries()) values[node] = value(visit)
    return values
  }
  const nodeLoad = new Float64Array(nodes)
  for (const [q, { massKg }] of requests.entries()) {
    nodeLoad[q] = massKg
    nodeLoad[n + q] = -massKg
  }
  const isAllowed = new Uint8Array(n * vehicleTypes.length)
  for (const [q, request] of requests.entries())
    for (const [t, { id }] of vehicleTypes.entries())
      isAllowed[q * vehicleTypes.length + t] = request.vehicleTypes?.includes(id) === false ? 0 : 1
  const nodeSite = new Int32Array(nodes)
  nodeSite.set(visits.map(({ site }) => at(site)))
  return {
    n,
    routes,
    sites,
    distance,
    distanceBack,
    duration,
    durationBack,
    isMetric:
      isMetric(distance, sites, used.length) && (duration === distance || isMetric(duration, sites, used.length)),
    rest: rules.rest ?? null,
    requestAt: Int32Array.from(open),
    dropCost: Float64Array.from(requests, ({ dropCostM }) => dropCostM ?? Infinity),
    lockedTo: Int32Array.from(requests, ({ id }) => carriedBy.get(id) ?? -1),
    nodeSite,
    nodeReady: perNode(({ readyS }) => readyS),
    nodeDue: perNode(({ dueS }) => dueS),
    nodeService: perNode(({ serviceS }) => serviceS),
    nodeLoad,
    types: vehicleTypes.length,
    typeStart: Int32Array.from(vehicleTypes, ({ startSite }) => at(startSite)),
    typeEnd: Int32Array.from(vehicleTypes, ({ endSite }) => (endSite === null ? nowhere : at(endSite))),
    typeFrom: Float64Array.from(vehicleTypes, ({ shiftStartS }) => shiftStartS),
    typeUntil: Float64Array.from(vehicleTypes, ({ shiftEndS }) => shiftEndS),
    typeCapacity: Float64Array.from(vehicleTypes, ({ capacityKg }) => capacityKg),
    typeFixed: Float64Array.from(vehicleTypes, ({ fixedCostM }) => fixedCostM),
    typeCount: Int32Array.from(vehicleTypes, ({ count }) => count),
    isAllowed,
    started: started.length,
    startedType: Int32Array.from(started, ({ vehicleType }) => typeAt.get(vehicleType) ?? 0),
    startedSite: Int32Array.from(startSites, at),
    startedFrom: Float64Array.from(started, ({ leftS }) => leftS),
    startedDriven: Float64Array.from(started, ({ drivenS }) => drivenS),
    startedLoad: Float64Array.from(loadAfter),
  }
}

/**
 * Reckons what guides the search in a problem.
 * Source: own. O(n² log n + n · types · log types).
 */
export function guideOf(p: Problem): Guide {
  const { aloneFirst, aloneType, aloneCost } = aloneOf(p)
  const { near, nears } = nearOf(p)
  return { aloneFirst, aloneType, aloneCost, near, nears, orderKeys: orderKeysOf(p) }
}

/** Where a vehicle under way stands: at its last done stop, or still in its yard. */
function startSiteOf(
  instance: PdptwInstance,
  { vehicleType, doneStops }: NonNullable<PdptwInstance['started']>[number],
) {
  const last = doneStops.at(-1)
  const request = last && instance.requests.find(({ id }) => id === last.request)
  if (last && request) return request[last.kind].site
  return instance.vehicleTypes.find(({ id }) => id === vehicleType)?.startSite ?? 0
}

/** The matrix of the used sites in float64; no way from or to a further site, which is nowhere, takes anything. */
function matrixOf(matrix: Float64Array | Int32Array, from: number, used: readonly number[], to: number): Float64Array {
  if (from === to && used.length === from && matrix instanceof Float64Array) return matrix
  const whole = new Float64Array(to * to)
  for (const [row, a] of used.entries())
    for (const [column, b] of used.entries()) whole[row * to + column] = matrix[a * from + b]! // used sites have rows
  return whole
}

/** The way back, row by row; the matrix itself when both directions are the same. */
function transpose(matrix: Float64Array, sites: number): Float64Array {
  let isSymmetric = true
  for (let a = 1; a < sites && isSymmetric; a++)
    for (let b = 0; b < a; b++)
      if (matrix[a * sites + b] !== matrix[b * sites + a]) {
        isSymmetric = false
        break
      }
  if (isSymmetric) return matrix
  const back = new Float64Array(matrix.length)
  for (let a = 0; a < sites; a++) for (let b = 0; b < sites; b++) back[b * sites + a] = matrix[a * sites + b]! // a, b < sites
  return back
}

/**
 * Whether going over a third site is never shorter. Rounding to whole units breaks this by a unit, which costs nothing worth a slower
 * search, so a thousandth of the mean way is let pass. Few sites are tried in full, many by a sample.
 */
function isMetric(matrix: Float64Array, row: number, sites: number): boolean {
  let sum = 0
  for (const value of matrix) sum += value
  const slack = (2 * sum) / (sites * sites * 1_000)
  const holds = (a: number, b: number, c: number): boolean =>
    matrix[a * row + c]! <= matrix[a * row + b]! + matrix[b * row + c]! + slack // all are below the sites
  if (sites ** 3 <= samplesMax) {
    for (let a = 0; a < sites; a++)
      for (let b = 0; b < sites; b++) for (let c = 0; c < sites; c++) if (!holds(a, b, c)) return false
    return true
  }
  const random = createRandom(1)
  const any = (): number => Math.floor(random() * sites)
  for (let i = 0; i < samplesMax; i++) if (!holds(any(), any(), any())) return false
  return true
}

/** Which vehicles of the yard can serve a request on a tour of its own, and at what cost. */
function aloneOf(p: Problem): Pick<Guide, 'aloneFirst' | 'aloneType' | 'aloneCost'> {
  const aloneFirst = new Int32Array(p.n + 1)
  const [aloneType, aloneCost]: [number[], number[]] = [[], []]
  for (let q = 0; q < p.n; q++) {
    const found =
      p.lockedTo[q]! < 0
        ? Array.from({ length: p.types }, (_, type) => ({ type, cost: aloneFromYard(p, q, type, p.rest) }))
        : [] // q < n
    const able = found.filter(({ cost }) => cost < Infinity).toSorted((a, b) => a.cost - b.cost || a.type - b.type)
    for (const { type, cost } of able) {
      aloneType.push(type)
      aloneCost.push(cost)
    }
    aloneFirst[q + 1] = aloneType.length
  }
  return { aloneFirst, aloneType: Int32Array.from(aloneType), aloneCost: Float64Array.from(aloneCost) }
}

/**
 * The same for a vehicle that leaves its yard when its shift begins; Infinity when there is none left in the yard.
 * Source: own. O(1).
 */
export function aloneFromYard(p: Problem, q: number, type: number, rest: TourRestRule | null): number {
  if (p.typeCount[type] === 0) return Infinity
  return alone(p, q, type, rest, p.typeStart[type]!, p.typeFrom[type]!) // type is below their count
}

/**
 * What a tour with one request costs for a vehicle of the type that leaves a site at a time, Infinity when it cannot be done.
 * Source: own. O(1).
 */
export function alone(
  p: Problem,
  q: number,
  type: number,
  rest: TourRestRule | null,
  start: number,
  fromS: number,
): number {
  // q and type are below their counts; so is every site.
  const [d, end] = [p.n + q, p.typeEnd[type]!]
  if (p.isAllowed[q * p.types + type] === 0 || p.nodeLoad[q]! > p.typeCapacity[type]!) return Infinity
  const clock = { timeS: fromS, drivenS: 0 }
  let [at, cost] = [start, p.typeFixed[type]!]
  for (const node of [q, d]) {
    const site = p.nodeSite[node]!
    legIn(clock, p.duration[at * p.sites + site]!, rest)
    if (clock.timeS > p.nodeDue[node]!) return Infinity
    const waitS = p.nodeReady[node]! - clock.timeS
    if (waitS > 0) clock.timeS = p.nodeReady[node]!
    if (rest && rest.isWaitingRest && waitS >= rest.restS) clock.drivenS = 0
    clock.timeS += p.nodeService[node]!
    cost += p.distance[at * p.sites + site]!
    at = site
  }
  legIn(clock, p.duration[at * p.sites + end]!, rest)
  return clock.timeS > p.typeUntil[type]! ? Infinity : cost + p.distance[at * p.sites + end]!
}

/** The nearest nodes of each node, by distance there and back. */
function nearOf(p: Problem): Pick<Guide, 'near' | 'nears'> {
  const nodes = 2 * p.n
  const nears = Math.max(0, Math.min(nearsMax, nodes - 1))
  const near = new Int32Array(nodes * nears)
  // Distance and node in one number, so that a row is sorted without a function: 2^31 steps of distance × at most 2^13 nodes.
  let longest = 0
  for (const distance of p.distance) if (distance > longest) longest = distance
  const step = longest > 0 ? 2 ** 31 / (2 * longest) : 0
  const keys = new Float64Array(nodes)
  for (let a = 0; a < nodes; a++) {
    const row = p.nodeSite[a]! * p.sites // a and b are below the nodes, their sites below the sites
    for (let b = 0; b < nodes; b++) {
      const site = p.nodeSite[b]!
      const way = p.distance[row + site]! + p.distanceBack[row + site]!
      keys[b] = b === a ? Infinity : Math.floor(way * step) * nodes + b
    }
    keys.sort()
    for (let i = 0; i < nears; i++) near[a * nears + i] = keys[i]! % nodes
  }
  return { near, nears }
}

/** Heavy first, far first, near first, tight windows first, early first, late first; the random order has no row. */
function orderKeysOf(p: Problem): readonly Float64Array[] {
  const keys = Array.from({ length: 6 }, () => new Float64Array(p.n))
  const yards = [...new Set(p.typeStart)]
  for (let q = 0; q < p.n; q++) {
    const d = p.n + q // q is below n; every site is below the sites
    const way = (node: number): number =>
      Math.min(...yards.map((yard) => p.distance[yard * p.sites + p.nodeSite[node]!]!))
    const far = way(q) + way(d)
    const width = p.nodeDue[q]! - p.nodeReady[q]! + p.nodeDue[d]! - p.nodeReady[d]!
    for (const [i, key] of [-p.nodeLoad[q]!, -far, far, width, p.nodeReady[q]!, -p.nodeDue[d]!].entries())
      keys[i]![q] = key // there are six
  }
  return keys
}
