import { insert, seek, type Place } from './insert.ts'
import { open, startOf, touch, type State } from './state.ts'

// Every `!` of this file reads a typed array at a request or route of the problem.

// The share of the time in which the best place for a request is passed over.
const blinkShare = 0.01

// Out of 17: at random, heavy first, far first, near first, tight first, early first, late first.
const orderWeights = [4, 4, 2, 1, 2, 2, 2]
const orderWeightSum = 17

/** Brings the requests that are out into the order of a key drawn anew. */
export function shuffle(s: State): void {
  const { removed, orderKey, random } = s
  let drawn = Math.floor(random() * orderWeightSum)
  let order = 0
  while (drawn >= orderWeights[order]!) drawn -= orderWeights[order++]! // the weights add up to what is drawn below
  const keys = s.guide.orderKeys[order - 1]
  for (let i = 0; i < s.removedCount; i++) {
    const q = removed[i]!
    const key = keys ? keys[q]! : random()
    let at = i
    for (; at > 0 && orderKey[at - 1]! > key; at--) {
      orderKey[at] = orderKey[at - 1]!
      removed[at] = removed[at - 1]!
    }
    orderKey[at] = key
    removed[at] = q
  }
}

/**
 * Finds the cheapest place for a request, now and then the second cheapest.
 * @param routesMax  vehicles that may be used
 * @returns whether there is one
 */
export function findPlace(s: State, place: Place, q: number, routesMax: number): boolean {
  place.bannedRoute = -1
  lookEverywhere(s, place, q, routesMax, false)
  if (place.route < 0 || s.random() >= blinkShare) return place.route >= 0
  const isNew = place.pickup < 0
  if (!isNew) {
    place.bannedRoute = place.route
    place.bannedPickup = place.pickup
    place.bannedDelivery = place.delivery
  }
  lookEverywhere(s, place, q, routesMax, isNew)
  return place.route >= 0
}

/** What is known of routes that this change has not touched is read first: it bounds what has to be looked for in the others. */
function lookEverywhere(s: State, place: Place, q: number, routesMax: number, isNewBanned: boolean): void {
  const { p, active, touchedIn, change, version, known, knownCost, knownPickup, knownDelivery, unread } = s
  place.cost = Infinity
  place.route = -1
  place.pickup = -1
  if (!isNewBanned && s.actives < routesMax) lookAtNew(s, place, q)
  let unreads = 0
  const row = q * p.routes
  let best = place.cost
  let bestRoute = -1
  for (let i = 0; i < s.actives; i++) {
    const r = active[i]!
    if (known[row + r] !== version[r] || touchedIn[r] === change || r === place.bannedRoute) unread[unreads++] = r
    else if (knownCost[row + r]! < best) {
      if (knownPickup[row + r]! < 0) unread[unreads++] = r
      else {
        best = knownCost[row + r]!
        bestRoute = r
      }
    }
  }
  if (bestRoute >= 0) {
    place.cost = best
    place.route = bestRoute
    place.pickup = knownPickup[row + bestRoute]!
    place.delivery = knownDelivery[row + bestRoute]!
  }
  for (let i = 0; i < unreads; i++) {
    const r = unread[i]!
    if (touchedIn[r] === change || r === place.bannedRoute) {
      seek(s, place, q, r)
      continue
    }
    const at = row + r
    if (known[at] === version[r] && knownCost[at]! >= place.cost) continue
    const isFound = seek(s, place, q, r)
    known[at] = version[r]!
    knownCost[at] = place.cost
    knownPickup[at] = isFound ? place.pickup : -1
    if (isFound) knownDelivery[at] = place.delivery
  }
}

/** The cheapest vehicle of the yard for the request alone. */
function lookAtNew(s: State, place: Place, q: number): void {
  const { guide, idle } = s
  for (let i = guide.aloneFirst[q]!; i < guide.aloneFirst[q + 1]!; i++) {
    if (idle[guide.aloneType[i]!]! <= 0) continue
    place.cost = guide.aloneCost[i]!
    // A new route goes by its type here: it gets its number when the request is put into it.
    place.route = guide.aloneType[i]!
    place.pickup = -1
    return
  }
}

/** Puts a request where `place` says, into a new route where that is cheapest. */
export function putInto(s: State, place: Place, q: number): void {
  if (place.pickup >= 0) {
    const before = s.cost[place.route]!
    insert(s, q, place)
    s.total += s.cost[place.route]! - before
    return
  }
  openFor(s, place, q)
  insert(s, q, place)
  s.total += s.cost[place.route]!
}

function openFor(s: State, place: Place, q: number): void {
  let r = s.p.started
  while (s.typeOf[r]! >= 0) r++
  touch(s, r)
  open(s, r, place.route)
  place.route = r
  place.pickup = startOf(s.p, r)
  place.delivery = q
}

/**
 * Puts the requests that are out back one by one, each at its cheapest place or, where that costs less, left out.
 * @param costMax     total above which the change is not worth ending; Infinity where a stop can make a route shorter
 * @param missingMax  requests that have to be served and find no place, at most
 * @returns whether the change came to its end; what found no place then stands in `failed`
 */
export function recreate(s: State, place: Place, routesMax: number, costMax: number, missingMax: number): boolean {
  const { removed } = s
  s.failedCount = 0
  s.missing = 0
  for (let i = 0; i < s.removedCount; i++) {
    const q = removed[i]!
    if (findPlace(s, place, q, routesMax) && place.cost < s.dropCost[q]!) putInto(s, place, q)
    else {
      s.failed[s.failedCount++] = q
      if (s.dropCost[q]! < Infinity) s.total += s.dropCost[q]!
      else if (++s.missing > missingMax) return false
    }
    if (s.total > costMax) return false
  }
  return true
}
