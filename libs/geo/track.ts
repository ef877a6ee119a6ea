import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Fix } from './fence-step.ts'
import { shortDistanceM } from './plane.ts'
import { positionAt } from './simplify.ts'

/**
 * Puts fixes in the order of their times and keeps one of each time, the first that was given.
 * Source: own. O(n log n).
 */
export function orderFixes(fixes: readonly Fix[]): readonly Fix[] {
  const sorted = fixes.toSorted((a, b) => a.at - b.at)
  return sorted.filter((fix, i) => fix.at !== sorted[i - 1]?.at)
}

/**
 * How long a track is, fix to fix.
 * @param track  in the order of time
 * @returns metres; the noise of halts is counted, so thin with `simplifyTrack` first when a vehicle stood long
 * Source: own. O(n).
 */
export const trackLengthM = (track: readonly Fix[]): number =>
  track.reduce((sum, fix, i) => sum + (i === 0 ? 0 : shortDistanceM(track[i - 1] ?? fix, fix)), 0)

/** A time without fixes. */
export type Gap = { readonly from: EpochMs; readonly to: EpochMs; readonly ms: number }

/** How much of a time a track tells. */
export type Coverage = { readonly coveredMs: number; readonly wholeMs: number; readonly gaps: readonly Gap[] }

/**
 * How much of a trip a track covers: times longer than `gapMs` without a fix are not covered.
 * @param track  in the order of time; fixes outside the trip are ignored
 * @param from   begin of the trip
 * @param to     its end, after `from`
 * @param gapMs  milliseconds, above 0
 * @throws RangeError when the trip has no length or `gapMs` is not above 0
 * Source: own, for the rule that a track covers a share of the trip's time. O(n).
 */
export function coverage(track: readonly Fix[], from: EpochMs, to: EpochMs, gapMs: number): Coverage {
  if (!(to > from)) throw new RangeError(`to ${to}: to is after from ${from}`)
  if (!(gapMs > 0)) throw new RangeError(`gapMs ${gapMs}: gapMs is above 0 milliseconds`)
  const times = [from, ...track.flatMap(({ at }) => (at > from && at < to ? [at] : [])), to]
  const gaps = times.flatMap((at, i): readonly Gap[] => {
    const before = times[i - 1] ?? at
    return at - before > gapMs ? [{ from: before, to: at, ms: at - before }] : []
  })
  const wholeMs = to - from
  return { wholeMs, coveredMs: wholeMs - gaps.reduce((sum, { ms }) => sum + ms, 0), gaps }
}

/** A leg of a track that was too fast. */
export type FastLeg = { readonly from: Fix; readonly to: Fix; readonly distanceM: number; readonly speedKmh: number }

/**
 * Legs that no truck drives: fixes that jump.
 * @param track         in the order of time, no two fixes of one time
 * @param speedMaxKmh   kilometres an hour
 * @param distanceMinM  shorter legs are noise, metres
 * Source: own. O(n).
 */
export function fastLegs(track: readonly Fix[], speedMaxKmh: number, distanceMinM = 200): readonly FastLeg[] {
  return track.flatMap((to, i): readonly FastLeg[] => {
    const from = track[i - 1]
    if (!from) return []
    const distanceM = shortDistanceM(from, to)
    const speedKmh = distanceM / ((to.at - from.at) / 3_600)
    return distanceM >= distanceMinM && speedKmh > speedMaxKmh ? [{ from, to, distanceM, speedKmh }] : []
  })
}

/**
 * How far two tracks of one vehicle are apart, as a terminal's and a phone's.
 * @param one, other  in the order of time
 * @returns the median over the fixes of `one` within the time of `other`, metres; null when they share no time
 * Source: own. O(n log n).
 */
export function medianSeparationM(one: readonly Fix[], other: readonly Fix[]): number | null {
  const distances = one
    .flatMap((fix) => {
      const place = positionAt(other, fix.at)
      return place ? [shortDistanceM(fix, place)] : []
    })
    .toSorted((a, b) => a - b)
  return distances[(distances.length - 1) >> 1] ?? null
}

/**
 * Mean speed from the first to the last fix.
 * @returns kilometres an hour; null when no time passes
 * Source: own. O(n).
 */
export function meanSpeedKmh(track: readonly Fix[]): number | null {
  const ms = (track.at(-1)?.at ?? epochMs(0)) - (track[0]?.at ?? epochMs(0))
  return ms > 0 ? (trackLengthM(track) / ms) * 3_600 : null
}
