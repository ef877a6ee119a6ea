import type { Guide, Problem } from './problem.ts'
import { restsOn } from './rests.ts'
import { createRandom } from './random.ts'

// Every `!` of this file reads a typed array at a node, request or route of the problem.

// Sums from behind round otherwise than those from the front.
const rounding = 1e-7

/** Routes as linked nodes, with what the search needs to know of each node. */
type Links = {
  readonly next: Int32Array
  readonly before: Int32Array
  /** The route of a node, -1 for a node of a request that is left out. */
  readonly routeOf: Int32Array
  /** Distance and seconds to the next node. */
  readonly arc: Float64Array
  readonly leg: Float64Array
  /** When the vehicle leaves a node. */
  readonly leave: Float64Array
  /** The latest arrival at a node with which all after it are in time, rests aside. */
  readonly latest: Float64Array
  /** Mass on board when the vehicle leaves a node. */
  readonly load: Float64Array
  /** Driving since the last rest when the vehicle leaves a node. */
  readonly driven: Float64Array
  /** Of each route: its vehicle's type, -1 when there is none, its requests' nodes and its cost. */
  readonly typeOf: Int32Array
  readonly length: Int32Array
  readonly cost: Float64Array
}

/**
 * A solution that is being changed, and the one it is a change of. A route is copied when it is first touched, so both taking a change back
 * and keeping it cost no more than what was touched.
 */
export type State = Links & {
  readonly p: Problem
  readonly guide: Guide
  readonly random: () => number
  readonly kept: Links
  readonly site: Int32Array
  readonly ready: Float64Array
  readonly due: Float64Array
  readonly service: Float64Array
  readonly routeCapacity: Float64Array
  /** Routes with a vehicle: the first `actives` of `active`. */
  readonly active: Int32Array
  readonly activeAt: Int32Array
  actives: number
  /** Vehicles of each type that stand in the yard. */
  readonly idle: Int32Array
  /** The change in which a route was last touched, and the number of this change. */
  readonly touchedIn: Int32Array
  change: number
  readonly touched: Int32Array
  touchedCount: number
  readonly touchedNodes: Int32Array
  touchedNodeCount: number
  /** What a route holds has a number; a route that becomes what it was before has its number again. */
  readonly version: Int32Array
  versions: number
  /** Requests × routes: the best place of one in the other, known for a version of the route. */
  readonly known: Int32Array
  readonly knownCost: Float64Array
  /** The node after which the pickup goes, -1 when only a bound is known; the delivery's likewise, or the pickup itself. */
  readonly knownPickup: Int32Array
  readonly knownDelivery: Int32Array
  /** The routes' and drop costs of the solution that is being changed and of the one kept. */
  total: number
  keptTotal: number
  /** Requests that are left out of the kept solution: the first `absents` of `absent`. */
  readonly absent: Int32Array
  absents: number
  /** The last of these are tried again in this change; how many, and how many of them have to be served. */
  retried: number
  retriedMissing: number
  /** Of each request: what leaving it out costs now, Infinity when it has to be served. */
  readonly dropCost: Float64Array
  /** Requests left out of the kept solution that have to be served. */
  keptMissing: number
  /** Requests taken out or tried again in this change. */
  readonly removed: Int32Array
  removedCount: number
  /** Of these, what found no place, and how many of it have to be served. */
  readonly failed: Int32Array
  failedCount: number
  missing: number
  /** Places for a pickup in a route: the node before, its number, what the detour costs and when the next node is reached. */
  readonly pickupAfter: Int32Array
  readonly pickupStep: Int32Array
  readonly pickupCost: Float64Array
  readonly pickupTime: Float64Array
  /** Nodes after which a delivery may go, its detour there and the least from there on. */
  readonly walk: Int32Array
  readonly detour: Float64Array
  readonly leastOnward: Float64Array
  /** Room for nodes of a string and for routes to look at. */
  readonly taken: Int32Array
  readonly unread: Int32Array
  readonly orderKey: Float64Array
}

const linksOf = (p: Problem): Links => {
  const nodes = 2 * p.n + 2 * p.routes
  return {
    next: new Int32Array(nodes),
    before: new Int32Array(nodes),
    routeOf: new Int32Array(nodes).fill(-1),
    arc: new Float64Array(nodes),
    leg: new Float64Array(nodes),
    leave: new Float64Array(nodes),
    latest: new Float64Array(nodes),
    load: new Float64Array(nodes),
    driven: new Float64Array(nodes),
    typeOf: new Int32Array(p.routes).fill(-1),
    length: new Int32Array(p.routes),
    cost: new Float64Array(p.routes),
  }
}

/** A solution in which only vehicles under way have a route, and every request is left out. */
export function createState(p: Problem, guide: Guide, seed: number): State {
  const links = linksOf(p)
  const s: State = {
    // Field by field: objects made by spreading do not all get one hidden class, and the search would be half as fast.
    next: links.next,
    before: links.before,
    routeOf: links.routeOf,
    arc: links.arc,
    leg: links.leg,
    leave: links.leave,
    latest: links.latest,
    load: links.load,
    driven: links.driven,
    typeOf: links.typeOf,
    length: links.length,
    cost: links.cost,
    p,
    guide,
    random: createRandom(seed),
    kept: linksOf(p),
    site: p.nodeSite.slice(),
    ready: p.nodeReady.slice(),
    due: p.nodeDue.slice(),
    service: p.nodeService.slice(),
    routeCapacity: new Float64Array(p.routes),
    active: new Int32Array(p.routes),
    activeAt: new Int32Array(p.routes).fill(-1),
    actives: 0,
    idle: p.typeCount.slice(),
    touchedIn: new Int32Array(p.routes),
    change: 1,
    touched: new Int32Array(p.routes),
    touchedCount: 0,
    touchedNodes: new Int32Array(2 * p.n + 2 * p.routes),
    touchedNodeCount: 0,
    version: new Int32Array(p.routes).fill(1),
    versions: 1,
    known: new Int32Array(p.n * p.routes),
    knownCost: new Float64Array(p.n * p.routes),
    knownPickup: new Int32Array(p.n * p.routes),
    knownDelivery: new Int32Array(p.n * p.routes),
    total: 0,
    keptTotal: 0,
    absent: Int32Array.from({ length: p.n }, (_, q) => q),
    absents: p.n,
    retried: 0,
    retriedMissing: 0,
    dropCost: p.dropCost.slice(),
    keptMissing: p.dropCost.reduce((count, cost) => count + (cost < Infinity ? 0 : 1), 0),
    removed: new Int32Array(p.n),
    removedCount: 0,
    failed: new Int32Array(p.n),
    failedCount: 0,
    missing: 0,
    pickupAfter: new Int32Array(2 * p.n + 1),
    pickupStep: new Int32Array(2 * p.n + 1),
    pickupCost: new Float64Array(2 * p.n + 1),
    pickupTime: new Float64Array(2 * p.n + 1),
    walk: new Int32Array(2 * p.n),
    detour: new Float64Array(2 * p.n),
    leastOnward: new Float64Array(2 * p.n),
    taken: new Int32Array(2 * p.n),
    unread: new Int32Array(p.routes),
    orderKey: new Float64Array(p.n),
  }
  for (let r = 0; r < p.routes; r++) {
    links.routeOf[startOf(p, r)] = r
    links.routeOf[endOf(p, r)] = r
  }
  for (let r = 0; r < p.started; r++) {
    touch(s, r)
    open(s, r, p.startedType[r]!)
    s.idle[s.typeOf[r]!]!++
    update(s, r)
  }
  s.total = 0
  for (let q = 0; q < p.n; q++) if (p.dropCost[q]! < Infinity) s.total += p.dropCost[q]!
  for (let r = 0; r < p.started; r++) s.total += s.cost[r]!
  keep(s)
  return s
}

/** The node at which a route begins. */
export const startOf = (p: Problem, r: number): number => 2 * p.n + r
/** The node at which a route ends. */
export const endOf = (p: Problem, r: number): number => 2 * p.n + p.routes + r

/** Notes a route and its nodes before they are first changed. */
export function touch(s: State, r: number): void {
  if (s.touchedIn[r] === s.change) return
  s.touchedIn[r] = s.change
  s.touched[s.touchedCount++] = r
  const { next, touchedNodes } = s
  const end = endOf(s.p, r)
  let count = s.touchedNodeCount
  if (s.typeOf[r]! < 0) {
    touchedNodes[count++] = startOf(s.p, r)
    touchedNodes[count++] = end
  } else {
    for (let node = startOf(s.p, r); node !== end; node = next[node]!) touchedNodes[count++] = node
    touchedNodes[count++] = end
  }
  s.touchedNodeCount = count
}

/** Notes the nodes of a request that was left out, before it is put into a route. */
export function touchAbsent(s: State, q: number): void {
  s.touchedNodes[s.touchedNodeCount++] = s.p.n + q
  if (s.p.lockedTo[q]! < 0) s.touchedNodes[s.touchedNodeCount++] = q
}

/** Gives a route without a vehicle one of the type: an empty tour from its start to its end. */
export function open(s: State, r: number, type: number): void {
  s.typeOf[r] = type
  s.idle[type]!--
  dress(s, r, type)
  s.activeAt[r] = s.actives
  s.active[s.actives++] = r
  s.length[r] = 0
  link(s, startOf(s.p, r), endOf(s.p, r))
}

/** Takes the vehicle of an empty route back to its yard. */
export function close(s: State, r: number): void {
  s.idle[s.typeOf[r]!]!++
  s.typeOf[r] = -1
  s.cost[r] = 0
  leaveActive(s, r)
}

function leaveActive(s: State, r: number): void {
  const at = s.activeAt[r]!
  const last = s.active[--s.actives]!
  s.active[at] = last
  s.activeAt[last] = at
  s.activeAt[r] = -1
}

/** Sets what a route's ends and capacity are with a vehicle of the type. */
function dress(s: State, r: number, type: number): void {
  const { p } = s
  const [start, end] = [startOf(p, r), endOf(p, r)]
  const isStarted = r < p.started
  s.site[start] = isStarted ? p.startedSite[r]! : p.typeStart[type]!
  s.site[end] = p.typeEnd[type]!
  s.due[end] = p.typeUntil[type]!
  s.leave[start] = isStarted ? p.startedFrom[r]! : p.typeFrom[type]!
  s.driven[start] = isStarted ? p.startedDriven[r]! : 0
  s.load[start] = isStarted ? p.startedLoad[r]! : 0
  s.routeCapacity[r] = p.typeCapacity[type]!
}

/** Makes one node follow another. */
export function link(s: State, a: number, b: number): void {
  const { p, site } = s
  const way = site[a]! * p.sites + site[b]!
  s.next[a] = b
  s.before[b] = a
  s.arc[a] = p.distance[way]!
  s.leg[a] = p.duration[way]!
}

/**
 * Reckons a route's times, loads and cost anew.
 * @returns whether every node is reached in time and nothing is overloaded. Taking a stop out can spoil that where ways are not metric or
 *   rests shift, and where it is the delivery of what was on board from the start
 */
export function update(s: State, r: number): boolean {
  const { p, next, before, arc, leg, leave, latest, load, ready, due, service } = s
  const { nodeLoad, rest } = p
  const [start, end] = [startOf(p, r), endOf(p, r)]
  let cost = p.typeFixed[s.typeOf[r]!]! + arc[start]!
  let at = leave[start]!
  let onBoard = load[start]!
  let driven = s.driven[start]!
  const capacity = s.routeCapacity[r]!
  let isRight = true
  let length = 0
  let a = start
  for (let b = next[a]!; b !== end; b = next[b]!) {
    const legS = leg[a]!
    at += legS
    if (rest) {
      const rests = restsOn(driven, legS, rest.drivingMaxS)
      at += rests * rest.restS
      driven += legS - rests * rest.drivingMaxS
      if (rest.isWaitingRest && ready[b]! - at >= rest.restS) driven = 0
      s.driven[b] = driven
      if (at > due[b]!) isRight = false
    }
    if (at < ready[b]!) at = ready[b]!
    at += service[b]!
    leave[b] = at
    onBoard += nodeLoad[b]!
    load[b] = onBoard
    if (onBoard > capacity) isRight = false
    cost += arc[b]!
    length++
    a = b
  }
  if (rest && at + leg[a]! + restsOn(driven, leg[a]!, rest.drivingMaxS) * rest.restS > due[end]!) isRight = false
  s.length[r] = length
  s.cost[r] = cost
  let late = due[end]!
  latest[end] = late
  for (let b = before[end]!; b !== start; b = before[b]!) {
    late -= leg[b]! + service[b]!
    if (due[b]! < late) late = due[b]!
    if (late < ready[b]! - rounding) isRight = false
    latest[b] = late
  }
  return isRight && leave[start]! + leg[start]! <= late + rounding
}

/** Ends a change by keeping it. */
export function keep(s: State): void {
  const { kept, touchedNodes, next, before, routeOf, arc, leg, leave, latest, load, driven } = s
  for (let i = 0; i < s.touchedNodeCount; i++) {
    const node = touchedNodes[i]!
    const [r, rKept] = [routeOf[node]!, kept.routeOf[node]!]
    if (kept.next[node] !== next[node] || rKept !== r) {
      // The sign tells a route that has changed from one that became what it was.
      if (r >= 0) s.touchedIn[r] = -s.change
      if (rKept >= 0) s.touchedIn[rKept] = -s.change
    }
    kept.next[node] = next[node]!
    kept.before[node] = before[node]!
    kept.routeOf[node] = routeOf[node]!
    kept.arc[node] = arc[node]!
    kept.leg[node] = leg[node]!
    kept.leave[node] = leave[node]!
    kept.latest[node] = latest[node]!
    kept.load[node] = load[node]!
    kept.driven[node] = driven[node]!
  }
  for (let i = 0; i < s.touchedCount; i++) {
    const r = s.touched[i]!
    if (s.touchedIn[r] === -s.change || kept.typeOf[r] !== s.typeOf[r]) s.version[r] = ++s.versions
    kept.typeOf[r] = s.typeOf[r]!
    kept.length[r] = s.length[r]!
    kept.cost[r] = s.cost[r]!
  }
  s.keptTotal = s.total
  nextChange(s)
}

/** Ends a change by taking it back. */
export function takeBack(s: State): void {
  const { kept, touchedNodes, next, before, routeOf, arc, leg, leave, latest, load, driven } = s
  for (let i = 0; i < s.touchedNodeCount; i++) {
    const node = touchedNodes[i]!
    next[node] = kept.next[node]!
    before[node] = kept.before[node]!
    routeOf[node] = kept.routeOf[node]!
    arc[node] = kept.arc[node]!
    leg[node] = kept.leg[node]!
    leave[node] = kept.leave[node]!
    latest[node] = kept.latest[node]!
    load[node] = kept.load[node]!
    driven[node] = kept.driven[node]!
  }
  for (let i = 0; i < s.touchedCount; i++) {
    const r = s.touched[i]!
    const [type, typeKept] = [s.typeOf[r]!, kept.typeOf[r]!]
    if (type !== typeKept) {
      if (type >= 0) s.idle[type]!++
      if (typeKept >= 0) s.idle[typeKept]!--
      if (type < 0) {
        s.activeAt[r] = s.actives
        s.active[s.actives++] = r
      }
      if (typeKept < 0) leaveActive(s, r)
      else dress(s, r, typeKept)
      s.typeOf[r] = typeKept
    }
    s.length[r] = kept.length[r]!
    s.cost[r] = kept.cost[r]!
  }
  s.total = s.keptTotal
  nextChange(s)
}

function nextChange(s: State): void {
  s.change++
  s.touchedCount = 0
  s.touchedNodeCount = 0
  s.removedCount = 0
  s.failedCount = 0
  s.retried = 0
  s.retriedMissing = 0
  s.missing = 0
}

/** A solution set aside. */
export type Saved = {
  readonly next: Int32Array
  readonly typeOf: Int32Array
  readonly absent: Int32Array
  absents: number
  missing: number
  actives: number
  total: number
}

/** Sets the kept solution aside. O(nodes). */
export function saved(s: State): Saved {
  return {
    next: s.kept.next.slice(),
    typeOf: s.kept.typeOf.slice(),
    absent: s.absent.slice(),
    absents: s.absents,
    missing: s.keptMissing,
    actives: s.actives,
    total: s.keptTotal,
  }
}

/** Sets the kept solution aside in the place of another. O(nodes). */
export function saveTo(s: State, saved: Saved): void {
  saved.next.set(s.kept.next)
  saved.typeOf.set(s.kept.typeOf)
  saved.absent.set(s.absent)
  saved.absents = s.absents
  saved.missing = s.keptMissing
  saved.actives = s.actives
  saved.total = s.keptTotal
}

/** Makes a solution that was set aside the kept one. O(nodes). */
export function restore(s: State, saved: Saved): void {
  const { p } = s
  for (let r = 0; r < p.routes; r++) if (s.typeOf[r]! >= 0) touch(s, r)
  for (let i = 0; i < s.absents; i++) touchAbsent(s, s.absent[i]!)
  for (let q = 0; q < 2 * p.n; q++) s.routeOf[q] = -1
  for (let r = 0; r < p.routes; r++) {
    if (s.typeOf[r] !== saved.typeOf[r]) {
      touch(s, r)
      if (s.typeOf[r]! >= 0) close(s, r)
      if (saved.typeOf[r]! >= 0) open(s, r, saved.typeOf[r]!)
    }
    if (s.typeOf[r]! < 0) continue
    const end = endOf(p, r)
    for (let node = startOf(p, r); node !== end;) {
      const next = saved.next[node]!
      link(s, node, next)
      if (next !== end) s.routeOf[next] = r
      node = next
    }
    update(s, r)
  }
  s.absent.set(saved.absent)
  s.absents = saved.absents
  s.keptMissing = saved.missing
  s.total = saved.total
  keep(s)
}
