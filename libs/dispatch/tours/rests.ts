import type { RestRule } from '../bulk/lane.ts'

/** A driver's clock: the time, and how long he has driven since his last rest. */
export type DriverClock = { timeS: number; drivenS: number }

/**
 * Rests that a leg needs when each is taken as late as the rule allows.
 * @param drivenS  seconds driven since the last rest, at most the rule's
 * @param legS     seconds of driving ahead
 * @returns how many rests are taken on the leg; one that falls due at its end is taken on the next
 * Source: own. O(1).
 */
export function restsOn(drivenS: number, legS: number, drivingMaxS: number): number {
  const driving = drivenS + legS
  return driving <= drivingMaxS ? 0 : Math.ceil(driving / drivingMaxS) - 1
}

/** Drives a leg: the clock moves on by driving and rests. */
export function legIn(clock: DriverClock, legS: number, rest: RestRule | null): void {
  clock.timeS += legS
  if (!rest) return
  const rests = restsOn(clock.drivenS, legS, rest.drivingMaxS)
  clock.timeS += rests * rest.restS
  clock.drivenS += legS - rests * rest.drivingMaxS
}
