/** One direction of a site: the places where trucks of it are loaded, or unloaded. */
export type Dock = {
  /** How many trucks at once; an integer above 0. */
  readonly docks: number
  /** Seconds that one truck stands there; an integer above 0. */
  readonly serviceS: number
}

/** A way that trucks go again and again: loaded from one site to another, empty back. Times are driving, s. */
export type Lane = {
  readonly load: Dock
  readonly unload: Dock
  readonly outS: number
  readonly backS: number
}

/** What a lane carries in steady running. */
export type LaneRate = {
  /** From one loading to the next of the same truck when it never waits: services, driving and rests, s. */
  readonly cycleS: number
  /** The part of the cycle that is rest, s. */
  readonly restS: number
  /** Trucks an hour that the loading docks take. */
  readonly loadPerHour: number
  readonly unloadPerHour: number
  /** Trucks that keep the slower docks busy; more only queue. */
  readonly trucksNeeded: number
}

/** How long a driver may drive, and how long the rest after it is, s. */
export type RestRule = { readonly drivingMaxS: number; readonly restS: number }

/**
 * Four hours of driving, then twenty minutes.
 * Source: Regulations for the Implementation of the Road Traffic Safety Law, article 62 (7).
 */
export const restRule: RestRule = { drivingMaxS: 4 * 3_600, restS: 20 * 60 }

/**
 * What a lane carries when its trucks go round and round.
 * @param lane  docks above 0, times in whole seconds
 * @param rule  how long drivers may drive; rests are taken before the leg that would pass it, and inside a leg that alone does
 * @returns cycle in s, rates in trucks an hour, trucks that are enough
 * Source: own (periodic steady state). O(cycles until the driving since a rest repeats, at most 64).
 */
export function laneRate(lane: Lane, rule: RestRule = restRule): LaneRate {
  const restS = restsOfCycle([lane.outS, lane.backS], rule) * rule.restS
  const cycleS = Math.ceil(lane.load.serviceS + lane.outS + lane.unload.serviceS + lane.backS + restS)
  const [loadPerHour, unloadPerHour] = [perHour(lane.load), perHour(lane.unload)]
  const trucksNeeded = Math.ceil((cycleS * Math.min(loadPerHour, unloadPerHour)) / 3_600)
  return { cycleS, restS: Math.round(restS), loadPerHour, unloadPerHour, trucksNeeded }
}

/**
 * Trips an hour that so many trucks make on a lane.
 * @param trucks  how many go round
 * @returns trips an hour: of the trucks, or of the slower docks when the trucks would be more
 * Source: own (bottleneck of a closed line). O(1).
 */
export function tripsPerHour(rate: LaneRate, trucks: number): number {
  return Math.min((trucks * 3_600) / rate.cycleS, rate.loadPerHour, rate.unloadPerHour)
}

/** Driving of one leg with the rests inside it, for a driver who has rested before it, s. */
export function legS(drivingS: number, rule: RestRule = restRule): number {
  return drivingS + insideLeg(drivingS, rule) * rule.restS
}

function perHour({ docks, serviceS }: Dock): number {
  return (docks * 3_600) / serviceS
}

/** Rests that a leg needs of itself: whoever arrives just when the time is over rests at the stop. */
function insideLeg(drivingS: number, { drivingMaxS }: RestRule): number {
  return Math.max(0, Math.ceil(drivingS / drivingMaxS) - 1)
}

const cyclesMax = 64

/** Rests of one cycle on the average, once the driving since the last rest has come back to a value it had. */
function restsOfCycle(legs: readonly number[], rule: RestRule): number {
  const seen = new Map<number, { cycle: number; rests: number }>()
  let sinceS = 0
  let rests = 0
  for (let cycle = 0; cycle < cyclesMax; cycle++) {
    const before = seen.get(sinceS)
    if (before) return (rests - before.rests) / (cycle - before.cycle)
    seen.set(sinceS, { cycle, rests })
    for (const drivingS of legs) {
      if (sinceS > 0 && sinceS + drivingS > rule.drivingMaxS) {
        rests++
        sinceS = 0
      }
      const inside = insideLeg(drivingS, rule)
      rests += inside
      sinceS += drivingS - inside * rule.drivingMaxS
    }
  }
  return rests / cyclesMax
}
