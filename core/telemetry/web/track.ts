import { alarmsIn, flag, hasPlace } from './fix-words.tsx'

/** A fix as the API tells it. */
export type TrackFix = {
  readonly at: number
  readonly lonDeg: number
  readonly latDeg: number
  readonly speedKmh: number
  readonly headingDeg: number
  readonly alarm: number
  readonly flags: number
}

export type Place = readonly [lonDeg: number, latDeg: number]

/** A piece of a line of one colour. */
export type Piece = { readonly speedClass: number; readonly late: boolean; readonly line: readonly Place[] }
export type Stop = { readonly from: number; readonly to: number; readonly place: Place }
export type TrackAlarm = { readonly at: number; readonly place: Place; readonly kinds: readonly string[] }

/** Where the classes of speed begin, km/h. */
export const speedSteps = [0, 20, 60, 80] as const

// A terminal on the road reports every 30 s; five minutes without a word are a gap, not a straight line.
const gapMs = 300_000
const stopMs = 300_000
const stopKmh = 3

const placeOf = ({ lonDeg, latDeg }: TrackFix): Place => [lonDeg, latDeg]
const classOf = (kmh: number): number => speedSteps.findLastIndex((step) => kmh >= step)

/** The line of a track by speed; late fixes apart; gaps stay gaps. Pure. O(n). */
export function piecesOf(fixes: readonly TrackFix[]): readonly Piece[] {
  const pieces: { speedClass: number; late: boolean; line: Place[] }[] = []
  const placed = fixes.filter(hasPlace)
  let before: TrackFix | null = null
  for (const fix of placed) {
    if (before && fix.at - before.at <= gapMs) {
      const speedClass = classOf(fix.speedKmh)
      const late = (fix.flags & flag.late) !== 0
      const open = pieces.at(-1)
      const goesOn = open?.speedClass === speedClass && open.late === late && isEnd(open.line, before)
      if (open && goesOn) open.line.push(placeOf(fix))
      else pieces.push({ speedClass, late, line: [placeOf(before), placeOf(fix)] })
    }
    before = fix
  }
  return pieces
}

const isEnd = (line: readonly Place[], { lonDeg, latDeg }: TrackFix): boolean => {
  const end = line.at(-1)
  return end?.[0] === lonDeg && end[1] === latDeg
}

/** Where it stood for five minutes or longer. Pure. O(n). */
export function stopsOf(fixes: readonly TrackFix[]): readonly Stop[] {
  const stops: Stop[] = []
  let first: TrackFix | null = null
  let last: TrackFix | null = null
  const end = () => {
    if (first && last && last.at - first.at >= stopMs)
      stops.push({ from: first.at, to: last.at, place: placeOf(first) })
    first = null
  }
  for (const fix of fixes.filter(hasPlace)) {
    if (fix.speedKmh > stopKmh) end()
    else {
      first ??= fix
      last = fix
    }
  }
  end()
  return stops
}

/** Where an alarm began. Pure. O(n). */
export function alarmsOf(fixes: readonly TrackFix[]): readonly TrackAlarm[] {
  const alarms: TrackAlarm[] = []
  let before = 0
  for (const fix of fixes) {
    const begun = (fix.alarm & ~before) >>> 0
    before = fix.alarm
    if (begun === 0 || !hasPlace(fix)) continue
    alarms.push({ at: fix.at, place: placeOf(fix), kinds: alarmsIn(begun) })
  }
  return alarms
}

/** Where it was at an instant, on the straight line between the fixes around it; in a gap at the last one, null before the first. Pure. O(n). */
export function placeAt(fixes: readonly TrackFix[], at: number): (TrackFix & { readonly place: Place }) | null {
  const placed = fixes.filter(hasPlace)
  const index = placed.findLastIndex((fix) => fix.at <= at)
  const before = placed[index]
  if (!before) return null
  const after = placed[index + 1]
  if (!after || before.at === at) return { ...before, place: placeOf(before) }
  if (after.at - before.at > gapMs) return { ...before, place: placeOf(before) }
  const share = (at - before.at) / (after.at - before.at)
  const lonDeg = before.lonDeg + share * (after.lonDeg - before.lonDeg)
  const latDeg = before.latDeg + share * (after.latDeg - before.latDeg)
  return { ...before, at, lonDeg, latDeg, place: [lonDeg, latDeg] }
}
