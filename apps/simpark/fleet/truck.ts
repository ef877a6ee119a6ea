import { noise, noiseBetween, slowNoise } from './noise.ts'
import { sightFrom, type Lane, type Roads, type Sight, type Way } from './roads.ts'

/** What a truck does; `leftS` until it goes on. `drivenS` since the driver's last rest. */
export type Doing =
  | { readonly kind: 'driving'; readonly drivenS: number }
  | { readonly kind: 'loading' | 'unloading'; readonly leftS: number }
  | { readonly kind: 'resting'; readonly leftS: number }

/** A truck on its way: plain data, so that it can be kept and taken up again. */
export type Truck = {
  readonly id: number
  /** Decides what its driver is like and where they go. */
  readonly seed: number
  /** How many lanes it has begun. */
  readonly trip: number
  readonly lane: number
  readonly isLoaded: boolean
  readonly from: number
  readonly to: number
  /** Which edge of the way, and metres driven on it. */
  readonly leg: number
  readonly alongM: number
  readonly speedMs: number
  readonly odometerM: number
  readonly fuelL: number
  readonly doing: Doing
}

/** How fast drivers go beside the limit; a few go faster than they may. */
export const paceMax = 1.08
const pace = { usual: [0.86, 0.98], hurried: [1.02, paceMax] } as const
const hurriedShare = 0.05
const accelerationMs2 = 0.35
const brakingMs2 = 0.6
// Towns and crossings are passed slowly.
const nodeMs = 45 / 3.6
const creepMs = 1.5
const stepMaxS = 1
/** Road transport law asks for a rest of 20 minutes after 4 hours; a few drivers go on for longer. */
export const restDueS = 4 * 3_600
const tiredShare = 0.04
const minuteS = 60
const litresPerM = { loaded: 0.00038, empty: 0.00027 } as const
const tankL = 600
const refuelBelowL = 180

/** A driver's own ways, of which nothing has to be kept. */
const isHurried = ({ seed }: Truck): boolean => noise(seed, 1) < hurriedShare
const paceOf = (truck: Truck): number => {
  const [low, high] = isHurried(truck) ? pace.hurried : pace.usual
  return noiseBetween(low, high, truck.seed, 2)
}
const restAfterS = ({ seed }: Truck): number =>
  noise(seed, 3) < tiredShare ? noiseBetween(4.1, 4.5, seed, 4) * 3_600 : noiseBetween(2.6, 3.9, seed, 4) * 3_600

/** How long stops are beside those of the real world. */
export type Motion = { readonly roads: Roads; readonly stopScale: number }

/** A truck somewhere on its way, as the seed has it. O(edges of the way). */
export function beginTruck({ roads, stopScale }: Motion, seed: number, id: number): Truck {
  const own = Math.floor(noise(seed, id, 77) * 2 ** 31)
  const lane = pickLane(roads, own, 0, null)
  const isLoaded = noise(own, 11) < 0.6
  // An empty truck comes from where the last load went: for the first one, the end of its own lane.
  const { from, to } = laneOf(roads, lane)
  const way = isLoaded ? roads.way(from, to) : roads.way(to, from)
  const { leg, alongM } = placeAt(roads, way, noiseBetween(0, 0.98, own, 12) * way.distanceM)
  const begun: Truck = {
    id,
    seed: own,
    trip: 0,
    lane,
    isLoaded,
    from: isLoaded ? from : to,
    to: isLoaded ? to : from,
    leg,
    alongM,
    speedMs: 0,
    odometerM: Math.floor(noiseBetween(20_000, 480_000, own, 13)) * 1_000,
    fuelL: noiseBetween(refuelBelowL, tankL, own, 14),
    doing: { kind: 'driving', drivenS: noiseBetween(0, 7_200, own, 15) },
  }
  if (noise(own, 16) > 0.18) return begun
  return { ...begun, leg: 0, alongM: 0, doing: standFor(begun, isLoaded ? 'loading' : 'unloading', stopScale) }
}

function placeAt({ graph }: Roads, way: Way, distanceM: number): { readonly leg: number; readonly alongM: number } {
  let leftM = distanceM
  for (const [leg, edge] of way.edges.entries()) {
    const lengthM = graph.distanceM[edge] ?? 0
    if (leftM < lengthM) return { leg, alongM: leftM }
    leftM -= lengthM
  }
  return { leg: 0, alongM: 0 }
}

/**
 * A truck after some time. Pure; driving is reckoned in steps of a second.
 * @param dtS  seconds, at least 0
 * O(seconds driven).
 */
export function advance(motion: Motion, truck: Truck, dtS: number): Truck {
  const next = { ...truck }
  for (let leftS = dtS; leftS > 1e-6;) {
    const { doing } = next
    const stepS = doing.kind === 'driving' ? Math.min(leftS, stepMaxS) : Math.min(leftS, doing.leftS)
    if (doing.kind === 'driving') drive(motion, next, doing.drivenS + stepS, stepS)
    else stand(motion, next, doing, stepS)
    leftS -= stepS
  }
  return next
}

type Moving = { -readonly [K in keyof Truck]: Truck[K] }

function drive(motion: Motion, truck: Moving, drivenS: number, stepS: number): void {
  const { roads } = motion
  const way = roads.way(truck.from, truck.to)
  const edge = way.edges[truck.leg] ?? 0
  const leftM = (roads.graph.distanceM[edge] ?? 0) - truck.alongM
  const isLast = truck.leg === way.edges.length - 1
  const wantsRest = drivenS >= restAfterS(truck)
  const wantedMs = wantsRest ? 0 : wantedSpeed(roads, truck, edge, leftM, isLast)
  const before = truck.speedMs
  const after = Math.min(
    Math.max(wantedMs, before - brakingMs2 * 1.5 * stepS),
    Math.max(before - brakingMs2 * 1.5 * stepS, before + accelerationMs2 * stepS),
  )
  const movedM = Math.min(((before + after) / 2) * stepS, isLast ? leftM : Number.POSITIVE_INFINITY)
  truck.speedMs = after
  truck.odometerM += movedM
  truck.fuelL = Math.max(0, truck.fuelL - movedM * (truck.isLoaded ? litresPerM.loaded : litresPerM.empty))
  truck.alongM += movedM
  truck.doing = { kind: 'driving', drivenS }
  if (movedM >= leftM && isLast) return arrive(motion, truck)
  if (movedM >= leftM) {
    truck.leg++
    truck.alongM = movedM - leftM
  }
  if (wantsRest && after === 0) truck.doing = standFor(truck, 'resting', motion.stopScale)
}

function wantedSpeed(roads: Roads, truck: Truck, edge: number, leftM: number, isLast: boolean): number {
  // Wind, hills and traffic: every few kilometres a little different.
  const slower = 1 - 0.05 * (1 + slowNoise(truck.odometerM / 3_000, truck.seed, 21))
  const cruiseMs = (roads.limitMs[edge] ?? nodeMs) * paceOf(truck) * (isHurried(truck) ? 1 : slower)
  const endMs = isLast ? 0 : nodeMs
  return Math.max(creepMs, Math.min(cruiseMs, Math.sqrt(endMs * endMs + 2 * brakingMs2 * leftM)))
}

function arrive({ stopScale }: Motion, truck: Moving): void {
  truck.speedMs = 0
  truck.doing = standFor(truck, truck.isLoaded ? 'unloading' : 'loading', stopScale)
}

/** 20 to 60 minutes at a ramp, 20 to 35 for a rest. */
function standFor(truck: Truck, kind: 'loading' | 'unloading' | 'resting', stopScale: number): Doing {
  const longest = kind === 'resting' ? 35 : 60
  const minutes = noiseBetween(20, longest, truck.seed, 31, truck.trip * 8 + Math.floor(truck.odometerM / 10_000))
  return { kind, leftS: minutes * minuteS * stopScale }
}

function stand(motion: Motion, truck: Moving, doing: Exclude<Doing, { kind: 'driving' }>, stepS: number): void {
  const leftS = doing.leftS - stepS
  if (leftS > 1e-6) {
    truck.doing = { ...doing, leftS }
    return
  }
  truck.doing = { kind: 'driving', drivenS: 0 }
  if (doing.kind === 'loading') return leave(motion.roads, truck)
  if (doing.kind === 'unloading') return takeNext(motion, truck)
}

/** Loaded, it goes where its goods go. */
function leave(roads: Roads, truck: Moving): void {
  const { from, to } = laneOf(roads, truck.lane)
  Object.assign(truck, { isLoaded: true, from, to, leg: 0, alongM: 0 })
  if (truck.fuelL < refuelBelowL) truck.fuelL = tankL
}

/** Empty, it goes to its next load; one that waits where it stands is loaded at once. */
function takeNext({ roads, stopScale }: Motion, truck: Moving): void {
  // A truck that was unloading since it began stands at the start of the way to its first load.
  const here = truck.isLoaded ? truck.to : truck.from
  truck.trip++
  truck.lane = pickLane(roads, truck.seed, truck.trip, here)
  truck.isLoaded = false
  const { from } = laneOf(roads, truck.lane)
  if (from === here) {
    leave(roads, truck)
    truck.isLoaded = false
    truck.doing = standFor(truck, 'loading', stopScale)
    return
  }
  Object.assign(truck, { from: here, to: from, leg: 0, alongM: 0 })
}

const nearM = 100_000

/** The next lane: by how often its goods go, and rather one that begins nearby. */
function pickLane(roads: Roads, seed: number, trip: number, here: number | null): number {
  const weights = roads.lanes.map(({ from, weight }) => {
    const awayM = here === null || here === from ? 0 : roads.way(here, from).distanceM
    return weight / (1 + awayM / nearM)
  })
  let left = noise(seed, 41, trip) * weights.reduce((sum, weight) => sum + weight, 0)
  const found = weights.findIndex((weight) => (left -= weight) < 0)
  return Math.max(0, found)
}

function laneOf({ lanes }: Roads, lane: number): Lane {
  return lanes[lane] ?? { from: 0, to: 1, weight: 1 }
}

/** Where a truck is, and what is seen from there. */
export const sightOf = (roads: Roads, { from, to, leg, alongM }: Truck): Sight =>
  sightFrom(roads, roads.way(from, to), leg, alongM)

/** How fast it may go where it is, metres a second. */
export const limitOf = (roads: Roads, { from, to, leg }: Truck): number =>
  roads.limitMs[roads.way(from, to).edges[leg] ?? 0] ?? nodeMs
