import { remove } from './insert.ts'
import { close, endOf, startOf, touch, update, type State } from './state.ts'

// Every `!` of this file reads a typed array at a node or route of the problem.

// Nodes taken out of a solution on average, their mates aside, and the longest string (Christiaens and Vanden Berghe).
const ruinedMean = 10
const stringMax = 10

/**
 * Takes strings of neighbouring stops out of routes near one another, each with the other stop of its request.
 * @returns whether what is left keeps the rules
 * Source: J. Christiaens and G. Vanden Berghe, Slack Induction by String Removals (2020), for pairs of stops. O(nears + stops touched).
 */
export function ruin(s: State): boolean {
  const { p, guide, random, routeOf } = s
  let stops = 0
  for (let i = 0; i < s.actives; i++) stops += s.length[s.active[i]!]!
  if (stops === 0) return true
  const longest = Math.min(stringMax, stops / s.actives)
  let strings = Math.floor(1 + random() * ((4 * ruinedMean) / (1 + longest) - 1))
  const seed = Math.floor(random() * 2 * p.n)
  let isRight = true
  for (let i = -1; i < guide.nears && strings > 0; i++) {
    const node = i < 0 ? seed : guide.near[seed * guide.nears + i]!
    const r = routeOf[node]!
    if (r < 0 || s.touchedIn[r] === s.change) continue
    strings--
    touch(s, r)
    s.total -= s.cost[r]!
    takeString(s, node, r, Math.floor(1 + random() * Math.min(s.length[r]!, longest)))
    if (s.length[r] === 0 && r >= p.started) close(s, r)
    else {
      isRight = update(s, r) && isRight
      s.total += s.cost[r]!
    }
  }
  return isRight
}

/** Takes out a string of nodes that holds the node; half of the time one that leaves a block in its midst alone. */
function takeString(s: State, node: number, r: number, count: number): void {
  const { p, random, next, before } = s
  const length = s.length[r]!
  let spared = 0
  if (count < length && count > 1 && random() < 0.5) {
    spared = 1
    while (count + spared < length && random() < 0.01) spared++
  }
  const span = count + spared
  // How far the string begins before the node: it must not reach beyond either end of the route.
  const start = startOf(p, r)
  const end = endOf(p, r)
  let ahead = 0
  for (let at = before[node]!; at !== start && ahead < span - 1; at = before[at]!) ahead++
  let behind = 0
  for (let at = next[node]!; at !== end && behind < span - 1; at = next[at]!) behind++
  const least = Math.max(0, span - 1 - behind)
  const offset = least + Math.floor(random() * (ahead - least + 1))
  let at = node
  for (let i = 0; i < offset; i++) at = before[at]!
  const sparedFrom = spared > 0 ? 1 + Math.floor(random() * (count - 1)) : span
  const { taken } = s
  let takenCount = 0
  for (let i = 0; i < span; i++) {
    if (i < sparedFrom || i >= sparedFrom + spared) taken[takenCount++] = at
    at = next[at]!
  }
  for (let i = 0; i < takenCount; i++) {
    const q = taken[i]! < p.n ? taken[i]! : taken[i]! - p.n
    if (s.routeOf[p.n + q]! < 0) continue
    remove(s, q)
    s.length[r]! -= p.lockedTo[q]! < 0 ? 2 : 1
    s.removed[s.removedCount++] = q
  }
}
