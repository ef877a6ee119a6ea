import type { Fix } from './fence-step.ts'
import { nearestOnLine, scaleAt, shortDistanceM } from './plane.ts'
import { lonDifference, type LonLat } from './point.ts'

/** How far a place of a line is from where it would be if only `from` and `to` of the places around it were kept. Metres; indices. */
type Deviation = (place: number, from: number, to: number) => number

// Every so many places one is kept in any case: a line that bends everywhere then costs this many steps a place, not as many as it is long.
const windowPlaces = 5_000

/**
 * Leaves out places of a line that lie within a tolerance of what remains.
 * @param line        degrees; not across 180° of longitude
 * @param toleranceM  metres, 0 or more
 * @returns places of the line, its ends among them: every place left out is at most `toleranceM` from the segment that
 *   replaces it; one place in 5,000 is kept in any case
 * @throws RangeError when the tolerance is below 0 or no number
 * Source: D. H. Douglas, T. K. Peucker (1973), with a stack instead of recursion. O(n log n) typical, O(5,000 n) at worst.
 */
export function simplify<Place extends LonLat>(line: readonly Place[], toleranceM: number): readonly Place[] {
  const scales = line.map(({ lat }) => scaleAt(lat))
  return thin(line, toleranceM, (place, from, to) => {
    const [own, before, after] = [line[place]!, line[from]!, line[to]!] // indices of the line
    return nearestOnLine(own.lon, own.lat, scales[place]!, before.lon, before.lat, after.lon, after.lat).distanceM
  })
}

/**
 * Leaves out fixes of a track so that the place at every fix's time stays within a tolerance: halts and speeds remain, which `simplify` loses.
 * @param track       in the order of time
 * @param toleranceM  metres, 0 or more
 * @returns fixes of the track, its ends among them: `positionAt` of the result at the time of a fix left out is at most `toleranceM` from it
 * @throws RangeError when the tolerance is below 0 or no number
 * Source: TD-TR, N. Meratnia, R. A. de By, EDBT 2004. O(n log n) typical, O(5,000 n) at worst.
 */
export const simplifyTrack = (track: readonly Fix[], toleranceM: number): readonly Fix[] =>
  thin(track, toleranceM, (place, from, to) => {
    const fix = track[place]! // indices of the track
    return shortDistanceM(fix, between(track[from]!, track[to]!, fix.at))
  })

/**
 * Where a track is at an instant, straight between the fixes around it.
 * @param track  in the order of time
 * @returns null before the first and after the last fix
 * Source: own. O(log n).
 */
export function positionAt(track: readonly Fix[], at: Fix['at']): LonLat | null {
  let [low, high] = [0, track.length - 1]
  const [first, last] = [track[low], track[high]]
  if (!first || !last || at < first.at || at > last.at) return null
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((track[middle]?.at ?? at) <= at) low = middle
    else high = middle
  }
  const [before, after] = [track[low], track[high]]
  return before && after ? between(before, after, at) : null
}

function between(before: Fix, after: Fix, at: number): LonLat {
  const share = after.at === before.at ? 0 : (at - before.at) / (after.at - before.at)
  return {
    lon: lonDifference(0, before.lon + share * lonDifference(before.lon, after.lon)),
    lat: before.lat + share * (after.lat - before.lat),
  }
}

function thin<Place>(line: readonly Place[], toleranceM: number, deviation: Deviation): readonly Place[] {
  if (!(toleranceM >= 0)) throw new RangeError(`toleranceM ${toleranceM}: toleranceM is 0 or more metres`)
  if (line.length <= 2) return line
  const isKept = new Uint8Array(line.length)
  const stack: [number, number][] = []
  for (let from = 0; from < line.length - 1; from += windowPlaces) {
    const to = Math.min(from + windowPlaces, line.length - 1)
    isKept[from] = 1
    isKept[to] = 1
    stack.push([from, to])
  }
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [from, to] = span
    const worst = farthest(from, to, deviation)
    if (worst.distanceM <= toleranceM) continue
    isKept[worst.index] = 1
    stack.push([from, worst.index], [worst.index, to])
  }
  return line.filter((_, i) => isKept[i] === 1)
}

function farthest(from: number, to: number, deviation: Deviation) {
  let index = from
  let distanceM = -1
  for (let i = from + 1; i < to; i++) {
    const own = deviation(i, from, to)
    if (own > distanceM) {
      index = i
      distanceM = own
    }
  }
  return { index, distanceM }
}
