import { coverage, shortDistanceM, simplifyTrack, trackLengthM, type Fix as GeoFix } from '@tingzhou/geo'
import { epochMs } from '@tingzhou/kernel'
import { fixFlags, type Fix } from './fix.ts'

/** How a track is simplified. */
export type TrackRules = {
  /** Where it was at the time of a fix left out is at most so far from what is kept, metres. */
  readonly toleranceM: number
  /** A longer time without a fix is a gap, seconds. */
  readonly gapS: number
}

/** Ten metres, as good as receivers of terminals are: own. An hour: network freight, rule R4. */
export const defaultTrackRules: TrackRules = { toleranceM: 10, gapS: 3_600 }

/** What a kept fix stands for. */
export const trackMarks = { gapAfter: 1, stopBegins: 2, stopEnds: 4 } as const

/** A fix that is kept, with the sum of what it stands for. */
export type KeptFix = Fix & { readonly marks: number }

/** What is kept of one UTC day of a track: made from the fixes of that day alone, so that a day is made anew, or stays, by itself. */
export type TrackDay = {
  /** Days since the epoch. */
  readonly day: number
  /** Fixes with a place that it was made from; at least one. */
  readonly fixes: number
  /** Fix to fix within the day, metres to 0.1. */
  readonly lengthM: number
  /** SHA-256 of the fixes that it was made from, hexadecimal. */
  readonly sha256: string
  /** The first and the last, both sides of each gap, begin and end of each stop, and what tells the way between within the tolerance. */
  readonly kept: readonly KeptFix[]
}

export type Span = { readonly from: number; readonly to: number }
/** A time in which it stayed in one place. */
export type Stop = Span & { readonly lonDeg: number; readonly latDeg: number }

// A terminal that stands wanders by some ten metres; five minutes are a traffic jam at the least. Own.
const stopRadiusM = 50
const stopMs = 5 * 60_000

type Placed = GeoFix & { readonly fix: Fix }

/** Whether a fix says where it was. O(1). */
const isPlaced = ({ flags }: Fix): boolean => (flags & (fixFlags.noFix | fixFlags.jump)) === 0

/**
 * The fixes that have a place, each time once: what a track is made from.
 * @param fixes  in the order of time
 * Source: own. O(n).
 */
export function placedFixes(fixes: readonly Fix[]): readonly Fix[] {
  const placed: Fix[] = []
  for (const fix of fixes) if (isPlaced(fix) && fix.at !== placed.at(-1)?.at) placed.push(fix)
  return placed
}

const place = (fix: Fix): Placed => ({ at: epochMs(fix.at), lon: fix.lonDeg, lat: fix.latDeg, fix })

/**
 * Simplifies one day of a track.
 * @param fixes   of the day, as `placedFixes` gives them, at least one
 * @param sha256  of them
 * Source: stays as in Li et al. (2008), "Mining user similarity based on location history", 4.1; the rest `simplifyTrack`.
 *   O(n log n) typical.
 */
export function simplifyDay(day: number, fixes: readonly Fix[], sha256: string, rules: TrackRules): TrackDay {
  const track = fixes.map(place)
  const marks = marksOf(track, rules.gapS * 1_000)
  const cuts = [...marks.keys(), ...afterGaps(marks), ...every(track.length)].toSorted((a, b) => a - b)
  const kept = new Set<number>(cuts.map((index) => track[index]?.at ?? -1))
  for (const [index, to] of cuts.entries()) {
    const from = cuts[index - 1] ?? to
    if (to - from < 2) continue
    for (const { at } of simplifyTrack(track.slice(from, to + 1), rules.toleranceM)) kept.add(at)
  }
  const lengthM = Math.round(trackLengthM(track) * 10) / 10
  const marked = track.flatMap(({ at, fix }, index) => (kept.has(at) ? [{ ...fix, marks: marks.get(index) ?? 0 }] : []))
  return { day, fixes: track.length, lengthM, sha256, kept: marked }
}

// A track made to be expensive then costs a thousand steps a fix at worst, and an ordinary one a fix in a thousand more.
const spanFixes = 1_000

/** The first, the last, and one in a thousand. */
const every = (count: number): number[] => [
  ...Array.from({ length: Math.ceil(count / spanFixes) }, (_, index) => index * spanFixes),
  count - 1,
]

const afterGaps = (marks: ReadonlyMap<number, number>): number[] =>
  [...marks].flatMap(([index, mark]) => ((mark & trackMarks.gapAfter) === 0 ? [] : [index + 1]))

/** What fixes stand for, by their index; those that stand for nothing are not in it. */
function marksOf(track: readonly Placed[], gapMs: number): ReadonlyMap<number, number> {
  const marks = new Map<number, number>()
  const mark = (index: number, what: number) => marks.set(index, (marks.get(index) ?? 0) | what)
  for (const [index, { at }] of track.entries())
    if (at - (track[index - 1]?.at ?? at) > gapMs) mark(index - 1, trackMarks.gapAfter)
  for (const [first, last] of staysOf(track)) {
    mark(first, trackMarks.stopBegins)
    mark(last, trackMarks.stopEnds)
  }
  return marks
}

/** First and last fix of each time in one place; one that touches an end of the day may go on in the next and counts however short. */
function staysOf(track: readonly Placed[]): readonly (readonly [first: number, last: number])[] {
  const seconds = eachSecond(track)
  const end = seconds.length - 1
  const fixAt = (index: number): Placed | undefined => track[seconds[index] ?? 0]
  const lastNear = (from: number): number => {
    const anchor = fixAt(from)
    let to = from
    for (let next = fixAt(to + 1); anchor && next && to < end; next = fixAt(++to + 1))
      if (shortDistanceM(anchor, next) > stopRadiusM) break
    return to
  }
  const stays: (readonly [number, number])[] = []
  for (let from = 0; from <= end; from++) {
    const to = lastNear(from)
    const isLong = (fixAt(to)?.at ?? 0) - (fixAt(from)?.at ?? 0) >= stopMs
    if (!isLong && to < end) continue
    stays.push([from, to])
    from = to
  }
  const early = lastNear(0)
  const all: typeof stays = (stays[0]?.[0] ?? Infinity) > early ? [[0, early], ...stays] : stays
  return all.map(([from, to]) => [seconds[from] ?? 0, seconds[to] ?? 0])
}

/** Fixes at least a second apart, and the last: what sends a thousand a second stands no better for it. */
function eachSecond(track: readonly Placed[]): readonly number[] {
  const chosen: number[] = []
  let due = -Infinity
  for (const [index, { at }] of track.entries()) {
    if (at < due && index < track.length - 1) continue
    chosen.push(index)
    due = at + 1_000
  }
  return chosen
}

/** The kept fixes of a track, in the order of time. O(kept). */
export const keptFixes = (days: readonly TrackDay[]): readonly KeptFix[] => days.flatMap(({ kept }) => kept)

/** A kept fix as it came. O(1). */
export function plainFix(kept: KeptFix): Fix {
  const { marks: _marks, ...fix } = kept
  return fix
}

/**
 * How long a track was.
 * @param days  in the order of time
 * @returns metres, fix to fix over all that it was made from; `kept`: along what is kept
 * Source: own. O(kept).
 */
export function trackLengths(days: readonly TrackDay[]): { readonly lengthM: number; readonly keptLengthM: number } {
  let lengthM = 0
  for (const [index, { lengthM: own, kept }] of days.entries()) {
    const [before, first] = [days[index - 1]?.kept.at(-1), kept[0]]
    lengthM += own + (before && first ? shortDistanceM(place(before), place(first)) : 0)
  }
  const keptLengthM = trackLengthM(keptFixes(days).map(place))
  return { lengthM: round(lengthM), keptLengthM: round(keptLengthM) }
}

const round = (metres: number): number => Math.round(metres * 10) / 10

/**
 * The times of a track without a fix, those before the first and after the last among them.
 * @param days      in the order of time
 * @param from, to  the time of the track
 * Source: own. O(kept).
 */
export function gapsOf(days: readonly TrackDay[], { from, to }: Span, gapS: number): readonly Span[] {
  const gapMs = gapS * 1_000
  const kept = keptFixes(days)
  const [first, last] = [kept[0], kept.at(-1)]
  // Nothing was seen: the whole time is one.
  if (!first || !last) return coverage([], epochMs(from), epochMs(to), gapMs).gaps
  const within = kept.flatMap((fix, index) => {
    const next = kept[index + 1]
    const isGap = next && ((fix.marks & trackMarks.gapAfter) !== 0 || isOtherDay(fix, next)) && next.at - fix.at > gapMs
    return isGap ? [{ from: fix.at, to: next.at }] : []
  })
  const before = first.at - from > gapMs ? [{ from, to: first.at }] : []
  const after = to - last.at > gapMs ? [{ from: last.at, to }] : []
  return [...before, ...within, ...after]
}

const dayMs = 86_400_000
/** The last fix of a day and the first of the next are both kept: nothing was between them. */
const isOtherDay = (one: Fix, next: Fix): boolean => Math.floor(one.at / dayMs) !== Math.floor(next.at / dayMs)

/**
 * Where a track stopped.
 * @param days  in the order of time
 * @returns a stop over midnight is one
 * Source: own. O(kept).
 */
export function stopsOf(days: readonly TrackDay[]): readonly Stop[] {
  const stops: Stop[] = []
  let began: KeptFix | null = null
  let before: KeptFix | null = null
  for (const fix of keptFixes(days)) {
    const last = stops.at(-1)
    if ((fix.marks & trackMarks.stopBegins) !== 0) {
      const goesOn = last && before && last.to === before.at && isOtherDay(before, fix) && isNear(last, fix)
      began = goesOn ? { ...fix, at: last.from, lonDeg: last.lonDeg, latDeg: last.latDeg } : fix
      if (goesOn) stops.pop()
    }
    if (began && (fix.marks & trackMarks.stopEnds) !== 0) {
      stops.push({ from: began.at, to: fix.at, lonDeg: began.lonDeg, latDeg: began.latDeg })
      began = null
    }
    before = fix
  }
  return stops.filter(({ from, to }) => to - from >= stopMs)
}

const isNear = (stop: Stop, { lonDeg, latDeg }: Fix): boolean =>
  shortDistanceM({ lon: stop.lonDeg, lat: stop.latDeg }, { lon: lonDeg, lat: latDeg }) <= stopRadiusM

/** What a day was, and what is there of it now. */
export type DayAgain = {
  readonly before: TrackDay | undefined
  /** Made of what is there now; undefined where nothing is. */
  readonly now: TrackDay | undefined
  /** Times of the fixes that are there now of the time that was kept before. */
  readonly there: ReadonlySet<number>
}

/**
 * Which of the two is kept of a day: what was made before stays where any of the fixes it was made from is gone.
 * Invariant: what a kept track tells of a day whose fixes are gone, it tells for ever.
 * Pure. O(kept).
 */
export function dayThatStays({ before, now, there }: DayAgain): TrackDay | undefined {
  if (!before) return now
  const isWhole = there.size >= before.fixes && before.kept.every(({ at }) => there.has(at))
  return isWhole ? now : before
}
