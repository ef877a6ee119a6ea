import type {
  PdptwFault,
  PdptwInstance,
  PdptwOptions,
  StartedRoute,
  TourRequest,
  TourRules,
  Visit,
} from './instance.ts'
import { legIn } from './rests.ts'

/** Limits of one planning: a larger region is split first. The changes bound the counters of the search, which have 32 bits. */
export const pdptwLimits = {
  sites: 4_001,
  requests: 2_000,
  vehicleTypes: 500,
  started: 1_000,
  iterations: 100_000_000,
  cpuSeconds: 3_600,
} as const

// So that sums over all stops stay exact in whole metres, seconds and kilograms.
const valueMax = 1e9

/**
 * Looks for what makes an instance none: the first fault with its field.
 * @returns null when there is none. Whether each request can be reached in time is found out by the planning itself
 * Source: own. O(sites² + requests + stops).
 */
export function faultOf(instance: PdptwInstance, options: PdptwOptions): PdptwFault | null {
  return (
    faultOfOptions(options) ??
    faultOfSizes(instance) ??
    faultOfTypes(instance) ??
    faultOfRequests(instance) ??
    faultOfWays(instance) ??
    faultOfStarted(instance, options.rules ?? {}) ??
    faultOfMasses(instance)
  )
}

const malformed = (field: string, value: unknown, rule: string): PdptwFault => ({
  kind: 'malformed',
  field,
  value: String(value),
  rule,
})

const faultOfNumber = (field: string, value: number, least = 0, most: number = valueMax): PdptwFault | null =>
  value >= least && value <= most ? null : malformed(field, value, `is a number from ${least} to ${most}`)

const faultOfCount = (field: string, value: number, least: number, most: number): PdptwFault | null =>
  Number.isSafeInteger(value) && value >= least && value <= most
    ? null
    : malformed(field, value, `is a whole number from ${least} to ${most}`)

function faultOfOptions(options: PdptwOptions): PdptwFault | null {
  const { rest } = options.rules ?? {}
  return (
    faultOfCount('seed', options.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) ??
    ('iterations' in options
      ? faultOfCount('iterations', options.iterations, 1, pdptwLimits.iterations)
      : faultOfNumber('cpuSeconds', options.cpuSeconds, Number.MIN_VALUE, pdptwLimits.cpuSeconds)) ??
    (rest
      ? (faultOfNumber('rules.rest.drivingMaxS', rest.drivingMaxS, 60) ?? faultOfNumber('rules.rest.restS', rest.restS))
      : null)
  )
}

function faultOfSizes({ siteCount, distanceM, durationS, requests, vehicleTypes, started = [] }: PdptwInstance) {
  const sites = faultOfCount('siteCount', siteCount, 1, pdptwLimits.sites)
  if (sites) return sites
  for (const [field, { length }] of Object.entries({ distanceM, durationS }))
    if (length !== siteCount ** 2) return malformed(`${field}.length`, length, `is siteCount², ${siteCount ** 2}`)
  for (const [field, { length }, countMax] of [
    ['requests', requests, pdptwLimits.requests],
    ['vehicleTypes', vehicleTypes, pdptwLimits.vehicleTypes],
    ['started', started, pdptwLimits.started],
  ] as const)
    if (length > countMax) return { kind: 'too_large', field, count: length, countMax } as const
  return requests.length === 0 ? ({ kind: 'no_requests' } as const) : null
}

function faultOfTypes({ vehicleTypes, siteCount, started = [] }: PdptwInstance): PdptwFault | null {
  const ids = new Set<string>()
  for (const [i, type] of vehicleTypes.entries()) {
    const field = `vehicleTypes[${i}]`
    if (ids.has(type.id)) return { kind: 'duplicate_id', field: `${field}.id`, id: type.id }
    ids.add(type.id)
    const fault =
      faultOfCount(`${field}.startSite`, type.startSite, 0, siteCount - 1) ??
      (type.endSite === null ? null : faultOfCount(`${field}.endSite`, type.endSite, 0, siteCount - 1)) ??
      faultOfNumber(`${field}.shiftStartS`, type.shiftStartS) ??
      faultOfNumber(`${field}.shiftEndS`, type.shiftEndS, type.shiftStartS) ??
      faultOfNumber(`${field}.capacityKg`, type.capacityKg) ??
      faultOfNumber(`${field}.fixedCostM`, type.fixedCostM) ??
      faultOfCount(`${field}.count`, type.count, 0, valueMax)
    if (fault) return fault
  }
  const vehicles = vehicleTypes.reduce((sum, { count }) => sum + count, started.length)
  return vehicles === 0 ? { kind: 'no_vehicles' } : null
}

function faultOfRequests({ requests, vehicleTypes, siteCount }: PdptwInstance): PdptwFault | null {
  const [ids, types] = [new Set<string>(), new Set(vehicleTypes.map(({ id }) => id))]
  for (const [i, request] of requests.entries()) {
    const field = `requests[${i}]`
    if (ids.has(request.id)) return { kind: 'duplicate_id', field: `${field}.id`, id: request.id }
    ids.add(request.id)
    const fault =
      faultOfNumber(`${field}.massKg`, request.massKg) ??
      faultOfVisit(`${field}.pickup`, request.pickup, siteCount) ??
      faultOfVisit(`${field}.delivery`, request.delivery, siteCount) ??
      (request.dropCostM === undefined ? null : faultOfNumber(`${field}.dropCostM`, request.dropCostM))
    if (fault) return fault
    const unknown = request.vehicleTypes?.find((id) => !types.has(id))
    if (unknown !== undefined) return { kind: 'unknown_id', field: `${field}.vehicleTypes`, id: unknown }
  }
  return null
}

const faultOfVisit = (field: string, { site, readyS, dueS, serviceS }: Visit, siteCount: number): PdptwFault | null =>
  faultOfCount(`${field}.site`, site, 0, siteCount - 1) ??
  faultOfNumber(`${field}.readyS`, readyS) ??
  faultOfNumber(`${field}.dueS`, dueS, readyS) ??
  faultOfNumber(`${field}.serviceS`, serviceS)

/** Every site that is used is reached from every other. */
function faultOfWays({ requests, vehicleTypes, siteCount, distanceM, durationS }: PdptwInstance): PdptwFault | null {
  const used = new Set([
    ...requests.flatMap(({ pickup, delivery }) => [pickup.site, delivery.site]),
    ...vehicleTypes.flatMap(({ startSite, endSite }) => (endSite === null ? [startSite] : [startSite, endSite])),
  ])
  for (const from of used)
    for (const to of used)
      for (const [field, matrix] of [
        ['distanceM', distanceM],
        ['durationS', durationS],
      ] as const) {
        const at = from * siteCount + to
        const value = matrix[at] ?? Number.NaN
        if (value >= 0 && value <= valueMax) continue
        if (value < 0 || value === Infinity) return { kind: 'unreachable', fromSite: from, toSite: to }
        return malformed(`${field}[${at}]`, value, `is a number from 0 to ${valueMax}`)
      }
  return null
}

function faultOfStarted(instance: PdptwInstance, rules: TourRules): PdptwFault | null {
  const requests = new Map(instance.requests.map((request) => [request.id, request]))
  const done = new Set<string>()
  for (const [i, route] of (instance.started ?? []).entries()) {
    const fault = faultOfRoute(instance, rules, requests, done, route, `started[${i}]`)
    if (fault) return fault
  }
  return null
}

/** A vehicle under way has done stops that pair up, is not overloaded, and can still end its shift in time. */
function faultOfRoute(
  instance: PdptwInstance,
  { rest }: TourRules,
  requests: ReadonlyMap<string, TourRequest>,
  done: Set<string>,
  { vehicleType, doneStops, leftS, drivenS }: StartedRoute,
  field: string,
): PdptwFault | null {
  const type = instance.vehicleTypes.find(({ id }) => id === vehicleType)
  if (!type) return { kind: 'unknown_id', field: `${field}.vehicleType`, id: vehicleType }
  const fault =
    faultOfNumber(`${field}.leftS`, leftS) ??
    faultOfNumber(`${field}.drivenS`, drivenS, 0, rest ? rest.drivingMaxS : valueMax)
  if (fault) return fault
  const onBoard = new Set<string>()
  let [massKg, site] = [0, type.startSite]
  for (const [i, { request: id, kind }] of doneStops.entries()) {
    const stop = `${field}.doneStops[${i}]`
    const request = requests.get(id)
    if (!request) return { kind: 'unknown_id', field: `${stop}.request`, id }
    if (done.has(`${kind} ${id}`)) return { kind: 'duplicate_id', field: `${stop}.request`, id }
    done.add(`${kind} ${id}`)
    if (kind === 'pickup') onBoard.add(id)
    else if (!onBoard.delete(id)) return malformed(stop, `delivery ${id}`, 'follows its pickup on the same route')
    massKg += kind === 'pickup' ? request.massKg : -request.massKg
    if (massKg > type.capacityKg) return malformed(stop, massKg, `loads at most ${type.capacityKg} kg`)
    site = request[kind].site
  }
  const homeS = type.endSite === null ? 0 : (instance.durationS[site * instance.siteCount + type.endSite] ?? 0)
  const clock = { timeS: leftS, drivenS }
  legIn(clock, homeS, rest ?? null)
  return clock.timeS > type.shiftEndS
    ? malformed(`${field}.leftS`, leftS, `lets the shift end by ${type.shiftEndS}`)
    : null
}

/** What has to be served fits into some vehicle. */
function faultOfMasses({ requests, vehicleTypes, started = [] }: PdptwInstance): PdptwFault | null {
  const begun = new Set(started.map(({ vehicleType }) => vehicleType))
  const present = vehicleTypes.filter(({ id, count }) => count > 0 || begun.has(id))
  for (const { id, massKg, dropCostM, vehicleTypes: allowed } of requests) {
    if (dropCostM !== undefined) continue
    const able = allowed ? present.filter((type) => allowed.includes(type.id)) : present
    const capacityKg = Math.max(0, ...able.map((type) => type.capacityKg))
    if (massKg > capacityKg || able.length === 0) return { kind: 'too_heavy', request: id, massKg, capacityKg }
  }
  return null
}
