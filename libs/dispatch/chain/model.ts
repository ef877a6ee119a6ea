import { costRule, empty, invalid, isCost, tooLarge, type FlowRefusal } from '@tingzhou/flow'

/** Where loads begin and end and trucks stand: metres on a plane, straight lines never longer than the roads. */
export type PlanePlaces = { readonly x: Float64Array; readonly y: Float64Array }

/** Road metres and driving seconds from each place to the place beside it; whole numbers, Infinity where there is no way. */
export type Legs = (
  from: Int32Array,
  to: Int32Array,
) => { readonly metres: Float64Array; readonly seconds: Float64Array }

/** One truckload. Seconds count from one start that all loads and trucks share. */
export type ChainLoad = {
  readonly id: string
  readonly pickup: number
  readonly delivery: number
  readonly kg: number
  /** Vehicle classes allowed, one bit each. */
  readonly classes: number
  /** Loading may begin from the first to the last of these. */
  readonly earliestS: number
  readonly latestS: number
  /** Unloading may begin until then. */
  readonly dueS: number
  readonly loadS: number
  readonly unloadS: number
  /** What leaving it out costs, metres. */
  readonly dropCostM: number
}

/** A truck and its driver. */
export type ChainTruck = {
  readonly id: string
  readonly place: number
  readonly freeAtS: number
  readonly shiftEndS: number
  /** Driven since the last rest when it becomes free. */
  readonly drivenS: number
  readonly payloadKg: number
  /** Its vehicle class, one bit. */
  readonly vehicleClass: number
  /** Where it belongs, null when anywhere will do. */
  readonly home: number | null
}

/** How chains are made. */
export type ChainRules = {
  /** A rest of `restS` at the latest after `driveMaxS` of driving: 4 h and 20 min, 道路交通安全法实施条例 Art. 62(7). */
  readonly driveMaxS: number
  readonly restS: number
  /** Whether waiting of at least `restS` before loading counts as rest. */
  readonly isWaitingRest: boolean
  /** No load follows after a longer wait. */
  readonly waitMaxS: number
  /** Metres that an hour of waiting is held equal to. */
  readonly waitCostMPerHour: number
  /** Metres that using one more truck is held equal to. */
  readonly activationM: number
  /** Metres that a truck's ending at a home is worth; 0: homes do not matter. */
  readonly homeWorthM: number
  /**
   * Where in its window a load is planned to begin, 0 to 100 %, when what may follow it is decided. At 100 a chain only ever comes early and
   * hardly breaks; at 50 more can follow, more breaks and is chained anew: some 2 % fewer empty metres for up to twice the time.
   */
  readonly plannedPct: number
  /** Nearest neighbours looked at from each side. */
  readonly neighbours: number
  /** No road leg is faster than this along the straight line, metres a second. */
  readonly speedMaxMps: number
}

/** The rules one starts from: law for rests, 12 h of waiting, 50 km for a truck, 40 neighbours. */
export const chainRules: ChainRules = {
  driveMaxS: 4 * 3_600,
  restS: 20 * 60,
  isWaitingRest: false,
  waitMaxS: 12 * 3_600,
  waitCostMPerHour: 2_000,
  activationM: 50_000,
  homeWorthM: 0,
  plannedPct: 100,
  neighbours: 40,
  speedMaxMps: 25,
}

/** Loads to be chained over trucks. */
export type ChainProblem = {
  readonly places: PlanePlaces
  readonly loads: readonly ChainLoad[]
  readonly trucks: readonly ChainTruck[]
  readonly legs: Legs
  readonly rules: ChainRules
}

/** Sizes above which chains are not made: arcs then stay within the solver's limit, and sums of metres exact. */
export const chainLimits = { loads: 100_000, trucks: 100_000, neighbours: 100, rule: 1_000_000_000 } as const

/**
 * What is wrong with a problem.
 * @returns null when chains can be made
 * Source: own. O(loads + trucks).
 */
export function chainFault({ places, loads, trucks, rules }: ChainProblem): FlowRefusal | null {
  if (loads.length === 0) return empty('loads.length')
  if (trucks.length === 0) return empty('trucks.length')
  if (loads.length > chainLimits.loads) return tooLarge('loads.length', loads.length, chainLimits.loads)
  if (trucks.length > chainLimits.trucks) return tooLarge('trucks.length', trucks.length, chainLimits.trucks)
  return rulesFault(rules) ?? loadsFault(loads, places.x.length) ?? trucksFault(trucks, places.x.length)
}

function rulesFault(rules: ChainRules): FlowRefusal | null {
  for (const name of ['restS', 'waitMaxS', 'waitCostMPerHour', 'activationM', 'homeWorthM'] as const) {
    if (!isCost(rules[name])) return invalid(`rules.${name}`, rules[name], costRule)
    if (rules[name] > chainLimits.rule) return tooLarge(`rules.${name}`, rules[name], chainLimits.rule)
  }
  for (const name of ['driveMaxS', 'speedMaxMps'] as const)
    if (!(rules[name] > 0 && rules[name] < Infinity)) return invalid(`rules.${name}`, rules[name], 'is above 0')
  const { neighbours, plannedPct } = rules
  if (!(plannedPct >= 0 && plannedPct <= 100)) return invalid('rules.plannedPct', plannedPct, 'is from 0 to 100')
  if (!(Number.isSafeInteger(neighbours) && neighbours > 0))
    return invalid('rules.neighbours', neighbours, 'is whole, from 1')
  return neighbours > chainLimits.neighbours ? tooLarge('rules.neighbours', neighbours, chainLimits.neighbours) : null
}

function loadsFault(loads: readonly ChainLoad[], places: number): FlowRefusal | null {
  const ids = new Set<string>()
  let sumM = 0
  for (const [i, load] of loads.entries()) {
    if (ids.has(load.id)) return invalid(`loads[${i}].id`, load.id, 'stands once')
    ids.add(load.id)
    for (const name of ['pickup', 'delivery'] as const)
      if (!isPlace(load[name], places)) return invalid(`loads[${i}].${name}`, load[name], placeRule(places))
    for (const name of ['kg', 'classes', 'earliestS', 'latestS', 'dueS', 'loadS', 'unloadS', 'dropCostM'] as const)
      if (!isCost(load[name])) return invalid(`loads[${i}].${name}`, load[name], costRule)
    if (load.latestS < load.earliestS)
      return invalid(`loads[${i}].latestS`, load.latestS, `is at least earliestS, ${load.earliestS}`)
    sumM += load.dropCostM
  }
  // The relaxation sums up to that: every load left out, each at the price of all.
  const mostM = Math.floor(Number.MAX_SAFE_INTEGER / (loads.length + 1))
  return sumM < mostM ? null : tooLarge('sum of dropCostM', sumM, mostM)
}

function trucksFault(trucks: readonly ChainTruck[], places: number): FlowRefusal | null {
  const ids = new Set<string>()
  for (const [i, truck] of trucks.entries()) {
    if (ids.has(truck.id)) return invalid(`trucks[${i}].id`, truck.id, 'stands once')
    ids.add(truck.id)
    if (!isPlace(truck.place, places)) return invalid(`trucks[${i}].place`, truck.place, placeRule(places))
    if (truck.home !== null && !isPlace(truck.home, places))
      return invalid(`trucks[${i}].home`, truck.home, placeRule(places))
    for (const name of ['freeAtS', 'shiftEndS', 'drivenS', 'payloadKg', 'vehicleClass'] as const)
      if (!isCost(truck[name])) return invalid(`trucks[${i}].${name}`, truck[name], costRule)
  }
  return null
}

const isPlace = (place: number, places: number): boolean => Number.isInteger(place) && place >= 0 && place < places
const placeRule = (places: number): string => `is a place from 0 to ${places - 1}`

/**
 * Legs along straight lines, for where there is no road matrix.
 * @param circuity  road metres to a straight metre, from 1
 * @param speedKmh  above 0
 * Source: own. O(1) a leg.
 */
export const planeLegs =
  ({ x, y }: PlanePlaces, circuity: number, speedKmh: number): Legs =>
  (from, to) => {
    // Both lists name places, and have the same length.
    const metres = Float64Array.from(from, (a, i) => {
      const [dx, dy] = [x[to[i]!]! - x[a]!, y[to[i]!]! - y[a]!]
      return Math.ceil(circuity * Math.sqrt(dx * dx + dy * dy))
    })
    return { metres, seconds: metres.map((m) => Math.ceil((m * 3.6) / speedKmh)) }
  }
