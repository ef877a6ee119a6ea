import { accept, retry, type Cooling, type Progress } from './anneal.ts'
import { remove, type Place } from './insert.ts'
import { recreate, shuffle } from './recreate.ts'
import { ruin } from './ruin.ts'
import { close, endOf, restore, saveTo, startOf, takeBack, touch, type Saved, type State } from './state.ts'

// Every `!` of this file reads a typed array at a node, request or route of the problem.

/**
 * Finds places for requests that are left out, and, where vehicles are to be few, drops one route after the other and finds places for
 * what it carried. Requests that were often in the way are the ones it tries hardest to place.
 * @param best       a solution set aside; holds the one with the fewest vehicles at the end, and so does the state
 * @param routesMin  with so many vehicles it ends when all are placed
 * @returns how many changes it tried
 * Source: Christiaens and Vanden Berghe (2020), section 4.2, after the absence counters of Nagata and Bräysy (2009).
 */
export function packFleet(
  s: State,
  place: Place,
  best: Saved,
  routesMin: number,
  temperatureAt: Cooling,
  progress: Progress,
): number {
  const { p } = s
  const absences = new Float64Array(p.n)
  const wasServed = requireServed(s)
  let routesMax = p.routes
  let iterations = 0
  for (let now = progress(); now < 1; now = progress()) {
    if (s.keptMissing < best.missing || (s.keptMissing === best.missing && s.actives < best.actives)) saveTo(s, best)
    if (s.keptMissing === 0) {
      if (s.actives <= Math.max(1, p.started, routesMin)) break
      routesMax = s.actives - 1
      dropRoute(s, absences)
    }
    iterations++
    const costMax = s.keptTotal - temperatureAt(now) * Math.log(s.random() || Number.MIN_VALUE)
    if (!ruin(s)) {
      takeBack(s)
      continue
    }
    const before = sumOf(absences, s.absent, s.absents)
    retry(s, s.absents)
    shuffle(s)
    recreate(s, place, routesMax, Infinity, Infinity)
    const after = sumOf(absences, s.failed, s.failedCount)
    const isBetter = s.missing < s.retriedMissing || after < before || (isSameAbsent(s) && s.total <= costMax)
    for (let i = 0; i < s.failedCount; i++) absences[s.failed[i]!]!++
    if (isBetter) accept(s)
    else takeBack(s)
  }
  restore(s, best)
  releaseServed(s, wasServed)
  saveTo(s, best)
  return iterations
}

/** What is served now has to be served until the phase is over: vehicles are not saved by leaving requests out. */
function requireServed(s: State): readonly number[] {
  const served: number[] = []
  for (let q = 0; q < s.p.n; q++) {
    if (s.routeOf[s.p.n + q]! < 0 || s.dropCost[q] === Infinity) continue
    s.dropCost[q] = Infinity
    served.push(q)
  }
  return served
}

/** What had to be served may be left out again. Where it makes room for what could not be placed at first, it is left out already. */
function releaseServed(s: State, served: readonly number[]): void {
  for (const q of served) {
    s.dropCost[q] = s.p.dropCost[q]!
    if (s.routeOf[s.p.n + q]! >= 0) continue
    s.keptMissing--
    s.keptTotal += s.dropCost[q]!
  }
  s.total = s.keptTotal
}

function sumOf(absences: Float64Array, requests: Int32Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += absences[requests[i]!]!
  return sum
}

/** Whether a change leaves out what the kept solution leaves out: all of it was tried again, so nothing of it was placed. */
function isSameAbsent(s: State): boolean {
  if (s.failedCount !== s.absents) return false
  for (let i = 0; i < s.failedCount; i++) if (s.kept.routeOf[s.p.n + s.failed[i]!]! >= 0) return false
  return true
}

/** Leaves out all that the route carries whose requests were least often in the way; there is one that is not under way. */
function dropRoute(s: State, absences: Float64Array): void {
  const { p } = s
  let [least, dropped] = [Infinity, -1]
  for (let i = 0; i < s.actives; i++) {
    const r = s.active[i]!
    if (r < p.started) continue
    let sum = 0
    for (let node = s.next[startOf(p, r)]!; node !== endOf(p, r); node = s.next[node]!)
      if (node < p.n) sum += absences[node]!
    if (sum < least) [least, dropped] = [sum, r]
  }
  touch(s, dropped)
  s.total -= s.cost[dropped]!
  for (let node = s.next[startOf(p, dropped)]!; node !== endOf(p, dropped); node = s.next[startOf(p, dropped)]!) {
    const q = node < p.n ? node : node - p.n
    remove(s, q)
    s.failed[s.failedCount++] = q
    s.missing++
  }
  close(s, dropped)
  accept(s)
}
