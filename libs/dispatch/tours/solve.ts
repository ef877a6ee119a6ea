import { err, ok } from '@tingzhou/kernel'
import { anneal, construct, coolingOf, type Cooling, type Progress } from './anneal.ts'
import { packFleet } from './fleet.ts'
import { createPlace, type Place } from './insert.ts'
import type { PdptwFault, PdptwInstance, PdptwOptions, PdptwResult } from './instance.ts'
import { planOf } from './plan.ts'
import { alone, aloneFromYard, guideOf, problemOf, type Problem } from './problem.ts'
import { createState, restore, saved, type Saved, type State } from './state.ts'
import { faultOf, pdptwLimits } from './validate.ts'

// The share of the time in which vehicles are saved, or places are sought for what has to be served.
const packedShare = 0.5
// With so few vehicles one more or less is worth a second annealing: when the first ends, and when the search for room in fewer does.
const fewVehicles = 25
const firstShare = 0.6
const fewerShare = 0.65

/**
 * Plans tours with pickups and deliveries: strings of stops are taken out of neighbouring routes and put back where they cost least,
 * under simulated annealing.
 * @param instance  integers for exact plans of real vehicles, float64 where a benchmark asks for it
 * @param options   either `iterations` (equal seed and iterations give equal plans) or `cpuSeconds` with a `cpuClock` in seconds, which is
 *   asked every 32 iterations; the time for laying the instance out counts, and it ends after 10^8 iterations at the latest
 * @returns a plan that keeps every rule: what could not be served is named in `unserved`, and `isComplete` says whether that was allowed.
 *   Or the first fault of the instance
 * Source: J. Christiaens and G. Vanden Berghe, Slack Induction by String Removals for Vehicle Routing Problems (2020), taken over to pairs of
 *   stops. Memory O(sites² + requests · routes); a change O(stops of the routes it touches + routes).
 */
export function solvePdptw(instance: PdptwInstance, options: PdptwOptions): PdptwResult {
  const progress = progressOf(options)
  const fault = faultOf(instance, options)
  if (fault) return err(fault)
  const p = problemOf(instance, options.rules ?? {})
  const late = faultOfWindows(instance, p)
  if (late) return err(late)
  const s = createState(p, guideOf(p), options.seed)
  if (p.n === 0) return ok(planOf(instance, s, 0))
  const search = begin(s, progress)
  const iterations = options.objective === 'vehicles' ? searchVehicles(search) : searchDistance(search)
  return ok(planOf(instance, s, iterations))
}

type Search = {
  readonly s: State
  readonly place: Place
  readonly best: Saved
  readonly temperatureAt: Cooling
  readonly progress: (until: number) => Progress
}

/** The first solution. */
function begin(s: State, progress: Search['progress']): Search {
  const place = createPlace()
  construct(s, place, s.p.routes)
  return { s, place, best: saved(s), temperatureAt: coolingOf(s), progress }
}

/** Saves vehicles for half of the time, distance with no more of them for the other half. */
function searchVehicles({ s, place, best, temperatureAt, progress }: Search): number {
  const iterations = packFleet(s, place, best, 1, temperatureAt, progress(packedShare))
  return iterations + anneal(s, place, best, s.actives, temperatureAt, progress(1))
}

/**
 * Saves cost with as many vehicles as that takes. Annealing now and then freezes with one vehicle too many, which among few costs much; then
 * a second annealing follows, with one vehicle less if all finds a place in so few, and with any number otherwise.
 */
function searchDistance({ s, place, best, temperatureAt, progress }: Search): number {
  const { routes } = s.p
  let iterations = 0
  if (s.keptMissing > 0) iterations += packFleet(s, place, best, routes, temperatureAt, progress(packedShare))
  if (s.keptMissing > 0 || s.actives > fewVehicles)
    return iterations + anneal(s, place, best, routes, temperatureAt, progress(1))
  iterations += anneal(s, place, best, routes, temperatureAt, progress(firstShare))
  const fewer = saved(s)
  iterations += packFleet(s, place, fewer, best.actives - 1, temperatureAt, progress(fewerShare))
  if (fewer.actives === best.actives) return iterations + anneal(s, place, best, routes, temperatureAt, progress(1))
  iterations += anneal(s, place, fewer, fewer.actives, temperatureAt, progress(1))
  if (fewer.total > best.total) restore(s, best)
  return iterations
}

/** Makes the progress of a phase that begins when it is first asked and lasts until a share of the whole. */
function progressOf(options: PdptwOptions): Search['progress'] {
  const isCounted = 'iterations' in options
  const began = isCounted ? 0 : options.cpuClock()
  let asked = 0
  let now = 0
  const ask = (): number => {
    if (isCounted) return asked++ / options.iterations
    if (asked >= pdptwLimits.iterations) return 1
    // The clock is dearer than a change of a small instance.
    if ((asked++ & 31) === 0) now = (options.cpuClock() - began) / options.cpuSeconds
    return now
  }
  return (until) => {
    let from = -1
    return () => {
      const at = ask()
      if (from < 0) from = at
      return at >= until ? 1 : (at - from) / (until - from)
    }
  }
}

/**
 * A request that has to be served and that no vehicle could serve in time even if it did nothing else, had nothing on board and its driver
 * never rested. Where a detour can be faster than the way itself nothing is said: the planning tries.
 */
function faultOfWindows(instance: PdptwInstance, p: Problem): PdptwFault | null {
  if (!p.isMetric) return null
  for (let q = 0; q < p.n; q++) {
    if (p.dropCost[q] !== Infinity || p.lockedTo[q]! >= 0) continue // q is below n, r below the started routes
    let isServed = false
    for (let type = 0; type < p.types && !isServed; type++) isServed = aloneFromYard(p, q, type, null) < Infinity
    for (let r = 0; r < p.started && !isServed; r++)
      isServed = alone(p, q, p.startedType[r]!, null, p.startedSite[r]!, p.startedFrom[r]!) < Infinity
    const request = instance.requests[p.requestAt[q]!]
    if (!isServed && request)
      return { kind: 'impossible_window', request: request.id, rule: 'some vehicle serves it in time, alone' }
  }
  return null
}
