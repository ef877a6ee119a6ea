import type { TourRestRule } from './instance.ts'
import { restsOn } from './rests.ts'
import { endOf, link, startOf, touch, update, type State } from './state.ts'

// Every `!` of this file reads a typed array at a node, site, request or route of the problem.

/** A place for a request: after which nodes its stops go. The delivery follows its own pickup when `delivery` is the pickup. */
export type Place = {
  cost: number
  route: number
  pickup: number
  delivery: number
  /** A place that must not be found; -1 for none. */
  bannedRoute: number
  bannedPickup: number
  bannedDelivery: number
}

/** Nothing found, nothing banned. */
export const createPlace = (): Place => ({
  cost: Infinity,
  route: -1,
  pickup: -1,
  delivery: -1,
  bannedRoute: -1,
  bannedPickup: -1,
  bannedDelivery: -1,
})

// A driver who never has to rest.
const noRest: TourRestRule = { drivingMaxS: Number.MAX_VALUE, restS: 0 }

/** Looks for a place in a route that costs less than `place.cost`, and puts it into `place`. */
export function seek(s: State, place: Place, q: number, r: number): boolean {
  const { p } = s
  if (p.lockedTo[q]! >= 0) return p.lockedTo[q] === r && seekDelivery(s, place, q, r)
  if (p.isAllowed[q * p.types + s.typeOf[r]!] === 0) return false
  return p.isMetric && !p.rest ? seekMetric(s, place, q, r) : seekByDriving(s, place, q, r, p.rest ?? noRest)
}

/**
 * Where ways are metric a stop never makes a route shorter or earlier, so what is too dear or too late with the pickup alone needs no
 * delivery. First the pickup after every node in turn; where it may pay, the delivery's own detours, with the least from each node onward;
 * last the pairs of both that may still be best, with the time running along the route between them.
 */
function seekMetric(s: State, place: Place, q: number, r: number): boolean {
  const { p, next, arc, leg, leave, latest, load, site, ready, due, service } = s
  const { pickupAfter, pickupStep, pickupCost, pickupTime, walk, detour, leastOnward } = s
  const { sites, distance, distanceBack, duration, durationBack } = p
  const d = p.n + q
  const siteD = site[d]!
  const [rowP, rowD] = [site[q]! * sites, siteD * sites]
  const [readyP, dueP, serviceP] = [ready[q]!, due[q]!, service[q]!]
  const [readyD, dueD, serviceD] = [ready[d]!, due[d]!, service[d]!]
  const room = s.routeCapacity[r]! - p.nodeLoad[q]!
  const [arcPD, legPD] = [distance[rowP + siteD]!, duration[rowP + siteD]!]
  const end = endOf(p, r)
  const [earliestP, earliestD] = [readyP + serviceP, readyD + serviceD]
  const isBanned = place.bannedRoute === r
  let best = place.cost
  let [bestPickup, bestDelivery] = [-1, -1]

  let pickups = 0
  let step = 0
  for (let i = startOf(p, r), j = next[i]!; i !== end; i = j, j = next[i]!, step++) {
    const leaveI = leave[i]!
    if (leaveI > dueP) break
    // Before the matrices are read, which do not fit into the processor's cache.
    if (latest[j]! < earliestP || load[i]! > room) continue
    const siteI = site[i]!
    let at = leaveI + durationBack[rowP + siteI]!
    if (at > dueP) break
    const siteJ = site[j]!
    const arcIP = distanceBack[rowP + siteI]!
    const cost = arcIP + distance[rowP + siteJ]! - arc[i]!
    if (cost >= best) continue
    if (at < readyP) at = readyP
    at += serviceP
    const atJ = at + duration[rowP + siteJ]!
    let atD = at + legPD
    if (atJ > latest[j]! || atD > dueD) continue
    const costBoth = arcIP + arcPD + distance[rowD + siteJ]! - arc[i]!
    if (costBoth < best) {
      if (atD < readyD) atD = readyD
      if (
        atD + serviceD + duration[rowD + siteJ]! <= latest[j]! &&
        !(isBanned && place.bannedPickup === i && place.bannedDelivery === q)
      ) {
        best = costBoth
        bestPickup = i
        bestDelivery = q
      }
    }
    if (j === end || load[j]! > room) continue
    pickupAfter[pickups] = i
    pickupStep[pickups] = step
    pickupCost[pickups] = cost
    pickupTime[pickups] = atJ
    pickups++
  }
  if (pickups === 0) return found(place, best, r, bestPickup, bestDelivery)

  let steps = 0
  for (let k = next[pickupAfter[0]!]!; k !== end;) {
    if (leave[k]! > dueD) break
    const m = next[k]!
    walk[steps] = k
    detour[steps] = Infinity
    if (latest[m]! >= earliestD) {
      const siteK = site[k]!
      let atD = leave[k]! + durationBack[rowD + siteK]!
      if (atD > dueD) break
      if (atD < readyD) atD = readyD
      const siteM = site[m]!
      if (atD + serviceD + duration[rowD + siteM]! <= latest[m]!)
        detour[steps] = distanceBack[rowD + siteK]! + distance[rowD + siteM]! - arc[k]!
    }
    steps++
    k = m
  }
  let least = Infinity
  for (let w = steps - 1; w >= 0; w--) {
    if (detour[w]! < least) least = detour[w]!
    leastOnward[w] = least
  }

  for (let c = 0; c < pickups; c++) {
    const cost = pickupCost[c]!
    const i = pickupAfter[c]!
    let t = pickupTime[c]!
    for (let w = pickupStep[c]! - pickupStep[0]!; w < steps; w++) {
      if (cost + leastOnward[w]! >= best) break
      const k = walk[w]!
      if (t > latest[k]! || load[k]! > room) break
      if (t < ready[k]!) t = ready[k]!
      t += service[k]!
      if (cost + detour[w]! < best) {
        let atD = t + durationBack[rowD + site[k]!]!
        if (atD > dueD) break
        const m = next[k]!
        if (atD < readyD) atD = readyD
        if (
          atD + serviceD + duration[rowD + site[m]!]! <= latest[m]! &&
          !(isBanned && place.bannedPickup === i && place.bannedDelivery === k)
        ) {
          best = cost + detour[w]!
          bestPickup = i
          bestDelivery = k
        }
      }
      t += leg[k]!
    }
  }
  return found(place, best, r, bestPickup, bestDelivery)
}

function found(place: Place, cost: number, r: number, pickup: number, delivery: number): boolean {
  if (pickup < 0) return false
  place.cost = cost
  place.route = r
  place.pickup = pickup
  place.delivery = delivery
  return true
}

/** The same with rests or on ways of any kind: a place counts only when the rest of the route, driven again, is in time. */
function seekByDriving(s: State, place: Place, q: number, r: number, rest: TourRestRule): boolean {
  const { p, next, arc, leg, leave, latest, load, site, ready, due, service } = s
  const { sites, distance, distanceBack, duration, durationBack, isMetric } = p
  const { drivingMaxS, restS, isWaitingRest } = rest
  const limit = isMetric ? latest : due
  const d = p.n + q
  const [siteP, siteD] = [site[q]!, site[d]!]
  const [rowP, rowD] = [siteP * sites, siteD * sites]
  const room = s.routeCapacity[r]! - p.nodeLoad[q]!
  const [arcPD, legPD] = [distance[rowP + siteD]!, duration[rowP + siteD]!]
  const end = endOf(p, r)
  let best = place.cost
  let [bestPickup, bestDelivery] = [-1, -1]
  for (let i = startOf(p, r); i !== end; i = next[i]!) {
    if (leave[i]! > due[q]!) break
    if (load[i]! > room) continue
    const siteI = site[i]!
    const legIP = durationBack[rowP + siteI]!
    const j = next[i]!
    const siteJ = site[j]!
    const arcIP = distanceBack[rowP + siteI]!
    const costP = arcIP + distance[rowP + siteJ]! - arc[i]!
    if (isMetric && costP >= best) continue
    let rests = restsOn(s.driven[i]!, legIP, drivingMaxS)
    let at = leave[i]! + legIP + rests * restS
    let driven = s.driven[i]! + legIP - rests * drivingMaxS
    if (at > due[q]!) continue
    if (isWaitingRest && ready[q]! - at >= restS) driven = 0
    if (at < ready[q]!) at = ready[q]!
    at += service[q]!
    // The stop that the vehicle is at while the delivery is tried after it: first the pickup, then what follows in the route.
    for (let [k, m] = [q, j]; ;) {
      const [siteK, siteM] = [site[k]!, site[m]!]
      const legKD = k === q ? legPD : durationBack[rowD + siteK]!
      const cost =
        k === q
          ? arcIP + arcPD + distance[rowD + siteM]! - arc[i]!
          : costP + distanceBack[rowD + siteK]! + distance[rowD + siteM]! - arc[k]!
      if (at + legKD <= due[d]! && cost < best) {
        rests = restsOn(driven, legKD, drivingMaxS)
        const isIn =
          !(place.bannedRoute === r && place.bannedPickup === i && place.bannedDelivery === k) &&
          fitsOnward(s, rest, d, m, end, at + legKD + rests * restS, driven + legKD - rests * drivingMaxS, rowD)
        if (isIn) {
          best = cost
          bestPickup = i
          bestDelivery = k
        }
      } else if (isMetric && at + legKD > due[d]!) break
      if (m === end || load[m]! > room) break
      const legKM = k === q ? duration[rowP + siteM]! : leg[k]!
      rests = restsOn(driven, legKM, drivingMaxS)
      at += legKM + rests * restS
      driven += legKM - rests * drivingMaxS
      if (at > limit[m]!) break
      if (isWaitingRest && ready[m]! - at >= restS) driven = 0
      if (at < ready[m]!) at = ready[m]!
      at += service[m]!
      k = m
      m = next[m]!
    }
  }
  return found(place, best, r, bestPickup, bestDelivery)
}

/** Whether all is in time that follows when node d is reached at a time, having driven so long since the last rest, and m comes next. */
function fitsOnward(
  s: State,
  rest: TourRestRule,
  d: number,
  m: number,
  end: number,
  at: number,
  driven: number,
  rowD: number,
): boolean {
  const { next, leg, site, ready, due, service } = s
  const { drivingMaxS, restS, isWaitingRest } = rest
  let legS = s.p.duration[rowD + site[m]!]!
  for (let [a, b] = [d, m]; ;) {
    if (at > due[a]!) return false
    if (a === end) return true
    if (isWaitingRest && ready[a]! - at >= restS) driven = 0
    if (at < ready[a]!) at = ready[a]!
    at += service[a]!
    const rests = restsOn(driven, legS, drivingMaxS)
    at += legS + rests * restS
    driven += legS - rests * drivingMaxS
    a = b
    legS = leg[b]!
    b = next[b]!
  }
}

/** A place for the delivery of a request that is on board when the route begins. */
function seekDelivery(s: State, place: Place, q: number, r: number): boolean {
  const { p, next, arc, leave, latest, site, ready, due, service } = s
  const d = p.n + q
  const rowD = site[d]! * p.sites
  const end = endOf(p, r)
  let best = place.cost
  let bestDelivery = -1
  for (let k = startOf(p, r); k !== end; k = next[k]!) {
    const m = next[k]!
    const legKD = p.durationBack[rowD + site[k]!]!
    const cost = p.distanceBack[rowD + site[k]!]! + p.distance[rowD + site[m]!]! - arc[k]!
    if (cost >= best || leave[k]! + legKD > due[d]!) continue
    if (place.bannedRoute === r && place.bannedDelivery === k) continue
    let isIn: boolean
    if (p.rest) {
      const rests = restsOn(s.driven[k]!, legKD, p.rest.drivingMaxS)
      const at = leave[k]! + legKD + rests * p.rest.restS
      isIn = fitsOnward(s, p.rest, d, m, end, at, s.driven[k]! + legKD - rests * p.rest.drivingMaxS, rowD)
    } else {
      const at = Math.max(leave[k]! + legKD, ready[d]!) + service[d]!
      isIn = at + p.duration[rowD + site[m]!]! <= latest[m]!
    }
    if (!isIn) continue
    best = cost
    bestDelivery = k
  }
  return found(place, best, r, bestDelivery, bestDelivery)
}

/** Puts a request where `place` says. */
export function insert(s: State, q: number, { route: r, pickup, delivery }: Place): void {
  const { p, next, routeOf } = s
  touch(s, r)
  const d = p.n + q
  if (p.lockedTo[q]! < 0) {
    const after = next[pickup]!
    link(s, pickup, q)
    link(s, q, after)
    routeOf[q] = r
  }
  const after = next[delivery]!
  link(s, delivery, d)
  link(s, d, after)
  routeOf[d] = r
  update(s, r)
}

/** Takes a request out of its route, whose times stay as they were until it is updated. */
export function remove(s: State, q: number): void {
  const { p, next, before, routeOf } = s
  const d = p.n + q
  link(s, before[d]!, next[d]!)
  routeOf[d] = -1
  if (p.lockedTo[q]! >= 0) return
  link(s, before[q]!, next[q]!)
  routeOf[q] = -1
}
