import type { Result } from '@tingzhou/kernel'
import type { RestRule } from '../bulk/lane.ts'

/** A stop that a request asks for. Times are seconds from an origin that the caller chooses for the whole instance. */
export type Visit = {
  /** Row of the matrices. */
  readonly site: number
  /** Service does not begin before; who arrives earlier waits. */
  readonly readyS: number
  /** Nobody arrives later. */
  readonly dueS: number
  readonly serviceS: number
}

/** Goods to be fetched at one stop and brought to another by the same vehicle. */
export type TourRequest = {
  readonly id: string
  readonly massKg: number
  readonly pickup: Visit
  readonly delivery: Visit
  /** What it costs to leave the request out, in metres of driving; a request without it has to be served. */
  readonly dropCostM?: number
  /** Ids of the vehicle types that may carry it; all of them when left out. */
  readonly vehicleTypes?: readonly string[]
}

/** Vehicles that do not differ: same yard, same shift, same capacity. */
export type VehicleType = {
  readonly id: string
  readonly startSite: number
  /** Where the shift ends; null when it may end at the last stop. */
  readonly endSite: number | null
  readonly shiftStartS: number
  readonly shiftEndS: number
  readonly capacityKg: number
  /** What using one of them costs, in metres of driving. */
  readonly fixedCostM: number
  readonly count: number
}

/** Which end of which request a vehicle stops for. */
export type TourStop = { readonly request: string; readonly kind: 'pickup' | 'delivery' }

/** A vehicle that is already under way; what it has done stays at the head of its route. */
export type StartedRoute = {
  readonly vehicleType: string
  /** Stops it has left behind, in their order; none when it is still in its yard. */
  readonly doneStops: readonly TourStop[]
  /** When it left the last of them, or when it can leave its yard. */
  readonly leftS: number
  /** Driving seconds since its driver's last rest, at that moment. */
  readonly drivenS: number
}

/** A pickup and delivery problem with time windows. */
export type PdptwInstance = {
  readonly siteCount: number
  /** From row to column, row by row, `siteCount` × `siteCount`; may be asymmetric. */
  readonly distanceM: Float64Array | Int32Array
  readonly durationS: Float64Array | Int32Array
  readonly requests: readonly TourRequest[]
  readonly vehicleTypes: readonly VehicleType[]
  readonly started?: readonly StartedRoute[]
}

/** When a driver has to rest. */
export type TourRestRule = RestRule & {
  /** Whether waiting before a stop opens, when it is as long as a rest, is one; it is not when left out. */
  readonly isWaitingRest?: boolean
}

/** Rules of the road that a plan keeps. */
export type TourRules = { readonly rest?: TourRestRule }

/** A stop of a plan. Of stops that were done before the planning the times are not known. */
export type PlannedStop = TourStop & { readonly arriveS: number | null; readonly leaveS: number | null }

/** The way of one vehicle. */
export type PlannedRoute = {
  readonly vehicleType: string
  /** Index in the instance's `started`; null for a vehicle that leaves its yard for this plan. */
  readonly started: number | null
  readonly stops: readonly PlannedStop[]
  readonly distanceM: number
  /** When the shift ends: at the end site, or at the last stop when there is none. */
  readonly endS: number
}

/** What the vehicles do, what it costs and what is left out. */
export type PdptwPlan = {
  readonly routes: readonly PlannedRoute[]
  /** Ids of requests that no vehicle serves. */
  readonly unserved: readonly string[]
  /** Whether every request without a drop cost is served. */
  readonly isComplete: boolean
  readonly distanceM: number
  /** Distance, fixed costs of the vehicles used and drop costs of what is left out. */
  readonly costM: number
  readonly iterations: number
}

/** Why an instance is not planned. `field` is a path such as `requests[3].pickup.dueS`. */
export type PdptwFault =
  | { readonly kind: 'malformed'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'duplicate_id'; readonly field: string; readonly id: string }
  | { readonly kind: 'unknown_id'; readonly field: string; readonly id: string }
  | { readonly kind: 'too_large'; readonly field: string; readonly count: number; readonly countMax: number }
  | { readonly kind: 'no_requests' }
  | { readonly kind: 'no_vehicles' }
  | { readonly kind: 'unreachable'; readonly fromSite: number; readonly toSite: number }
  | { readonly kind: 'too_heavy'; readonly request: string; readonly massKg: number; readonly capacityKg: number }
  | { readonly kind: 'impossible_window'; readonly request: string; readonly rule: string }

/** What a plan shall have little of, and how long to look for it. */
export type PdptwOptions = {
  /** `distance`: least cost, with as many vehicles as that takes; `vehicles`: fewest vehicles, then least cost. */
  readonly objective: 'distance' | 'vehicles'
  /** Equal seeds and iterations give equal plans. */
  readonly seed: number
  readonly rules?: TourRules
} & ({ readonly iterations: number } | { readonly cpuSeconds: number; readonly cpuClock: () => number })

/** A plan, or why there is none. */
export type PdptwResult = Result<PdptwPlan, PdptwFault>
