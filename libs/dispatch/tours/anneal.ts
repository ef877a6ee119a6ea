import type { Place } from './insert.ts'
import { recreate, shuffle } from './recreate.ts'
import { ruin } from './ruin.ts'
import { keep, restore, saveTo, takeBack, touchAbsent, type Saved, type State } from './state.ts'

// Every `!` of this file reads a typed array at a request of the problem.

/** The temperature at a share of a phase, in units of cost. */
export type Cooling = (share: number) => number

/** How far a phase is, from 0 to 1; asked once a change, it looks at the clock now and then. */
export type Progress = () => number

// Temperatures at the start and at the end, in mean arcs of the first solution.
const hot = 4
const cold = 0.04
// Requests left out that are tried again in a change.
const retriesMax = 10

/** Puts every request that is left out where it is cheapest, in an order drawn by chance: the first solution. */
export function construct(s: State, place: Place, routesMax: number): void {
  retry(s, s.absents)
  shuffle(s)
  const order = s.removed.slice(0, s.removedCount)
  takeBack(s)
  for (const q of order) {
    retryAt(s, s.absent.indexOf(q))
    recreate(s, place, routesMax, Infinity, Infinity)
    accept(s)
  }
}

/**
 * Simulated annealing: ruins and recreates until its time is over, and ends with the best solution it saw.
 * @param routesMax  vehicles that may be used
 * @returns how many changes it tried
 */
export function anneal(
  s: State,
  place: Place,
  best: Saved,
  routesMax: number,
  temperatureAt: Cooling,
  progress: Progress,
): number {
  let iterations = 0
  let at = -1
  let temperature = 0
  for (let now = progress(); now < 1; now = progress()) {
    iterations++
    if (now !== at) {
      at = now
      temperature = temperatureAt(now)
    }
    const costMax = s.keptTotal - temperature * Math.log(s.random() || Number.MIN_VALUE)
    if (!ruin(s)) {
      takeBack(s)
      continue
    }
    if (s.absents > 0) retry(s, retriesMax)
    shuffle(s)
    // Who brings home a request that has to be served may cost what it wants.
    const stopAt = s.p.isMetric && s.retriedMissing === 0 ? costMax : Infinity
    const isWhole = recreate(s, place, routesMax, stopAt, s.retriedMissing)
    if (!isWhole || !(s.total <= costMax || s.missing < s.retriedMissing)) {
      takeBack(s)
      continue
    }
    accept(s)
    if (s.keptMissing < best.missing || (s.keptMissing === best.missing && s.keptTotal < best.total - 1e-7))
      saveTo(s, best)
  }
  restore(s, best)
  return iterations
}

/** Lets the temperature of each phase fall evenly by factors, in proportion to the arcs of a solution. */
export function coolingOf(s: State): Cooling {
  let [sum, arcs] = [0, 0]
  for (let i = 0; i < s.actives; i++) {
    const r = s.active[i]!
    sum += s.cost[r]! - s.p.typeFixed[s.typeOf[r]!]!
    arcs += s.length[r]! + 1
  }
  const meanArc = sum > 0 ? sum / arcs : 1
  return (share) => meanArc * hot * (cold / hot) ** share
}

/** Adds some of the requests that are left out, drawn by chance, to those that are put back. */
export function retry(s: State, countMax: number): void {
  for (let i = 0; i < countMax && s.absents > s.retried; i++)
    retryAt(s, Math.floor(s.random() * (s.absents - s.retried)))
}

/** The last `retried` of the absent are those that are tried. */
function retryAt(s: State, at: number): void {
  const q = s.absent[at]!
  const last = s.absents - ++s.retried
  s.absent[at] = s.absent[last]!
  s.absent[last] = q
  touchAbsent(s, q)
  if (s.dropCost[q]! < Infinity) s.total -= s.dropCost[q]!
  else s.retriedMissing++
  s.removed[s.removedCount++] = q
}

/** Keeps a change; what found no place in it is left out from now on. */
export function accept(s: State): void {
  s.absents -= s.retried
  for (let i = 0; i < s.failedCount; i++) s.absent[s.absents++] = s.failed[i]!
  s.keptMissing += s.missing - s.retriedMissing
  keep(s)
}
