import {
  fastLegs,
  medianSeparationM,
  nearestOnSegment,
  positionAt,
  shortDistanceM,
  simplifyTrack,
  trackLengthM,
  type Fix,
} from '@tingzhou/geo'
import { epochMs } from '@tingzhou/kernel'
import { isLight } from '../light.ts'
import type { Shape } from '../risk/words.ts'
import type { Judges } from './audit-rules.ts'

/** A time of the trip. */
type Span = { readonly from: number; readonly to: number }

/** An end of the trip, and when the waybill says that the truck was there. */
export type TripEnd = {
  readonly end: 'load' | 'unload'
  readonly name: string
  readonly lonDeg: number
  readonly latDeg: number
  readonly fenceM: number
}

/** Where the truck was. Metres, WGS-84 degrees, milliseconds since the epoch. */
export type TrackFacts = {
  /** Null: no terminal was on the way. */
  readonly track: {
    /** The simplified track, in the order of time; from before the loading place to after the unloading place. */
    readonly fixes: readonly Fix[]
    /** Times without a fix that are longer than what is taken for silence. */
    readonly gaps: readonly Span[]
    /** Why it could not be kept. */
    readonly trouble: string | null
  } | null
  /** Positions of the steps that the driver made on the phone, in the order of time. */
  readonly phone: readonly Fix[]
  /** From the departure to the arrival; null while one of them is not known. */
  readonly way: Span | null
  /** Both ends; of a leg that another truck began, only the unloading place. */
  readonly places: readonly TripEnd[]
  /** When the waybill says that the truck stood at each end. */
  readonly stays: readonly (Span & { readonly end: 'load' | 'unload' })[]
  /** From the place where it was loaded to the one that was agreed; not a leg, nor unloaded elsewhere. */
  readonly whole: boolean
  /** Null: nobody planned it, or it is not the whole trip. On a tour: along its stops. */
  readonly plannedM: number | null
  /** Other loads share the truck: who may have refused one, so that the way is another than was planned. */
  readonly onTour: boolean
  readonly vehicleGrossKg: number
}

/** Points of a line that is drawn. */
const placesMax = 500
const minuteMs = 60_000

const placeOf = ({ lon, lat }: { readonly lon: number; readonly lat: number }): readonly [number, number] => [
  Math.round(lon * 1e6) / 1e6,
  Math.round(lat * 1e6) / 1e6,
]
const tenth = (value: number): number => Math.round(value * 10) / 10

/** A line may be drawn this far from where the track was, before points are left out in turn. */
const drawnToleranceMaxM = 320

/** Every so manieth fix, and the last. */
function strided(fixes: readonly Fix[], max: number): readonly Fix[] {
  const stride = Math.ceil(fixes.length / max)
  return stride <= 1 ? fixes : fixes.filter((_, i) => i % stride === 0 || i === fixes.length - 1)
}

/** A line of at most 500 points that says where the track was. Pure. O(n log n) typical. */
function drawn(fixes: readonly Fix[]): readonly Fix[] {
  let line = strided(fixes, 10 * placesMax)
  for (let toleranceM = 10; line.length > placesMax && toleranceM <= drawnToleranceMaxM; toleranceM *= 2)
    line = simplifyTrack(line, toleranceM)
  return strided(line, placesMax - 1)
}

/** What every finding is drawn upon. Pure. O(n log n) typical. */
export function shapesOf({ track, phone, places }: TrackFacts): readonly Shape[] {
  const line = (kind: 'track' | 'phone', fixes: readonly Fix[]): readonly Shape[] => {
    const [first, last] = [fixes[0], fixes.at(-1)]
    return first && last ? [{ kind, places: drawn(fixes).map(placeOf), fromAt: first.at, toAt: last.at }] : []
  }
  return [
    ...places.map(({ lonDeg, latDeg, fenceM }): Shape => ({
      kind: 'fence',
      places: [placeOf({ lon: lonDeg, lat: latDeg })],
      radiusM: fenceM,
    })),
    ...line('track', track?.fixes ?? []),
    ...line('phone', phone),
  ]
}

/** The part of a track within a time, cut at its ends. */
export function within(fixes: readonly Fix[], { from, to }: Span): readonly Fix[] {
  const cut = (at: number): readonly Fix[] => {
    const place = positionAt(fixes, epochMs(at))
    return place ? [{ at: epochMs(at), ...place }] : []
  }
  return [...cut(from), ...fixes.filter(({ at }) => at > from && at < to), ...cut(to)]
}

/** Gaps that lie in a time, cut at its ends. */
const gapsWithin = (gaps: readonly Span[], { from, to }: Span): readonly Span[] =>
  gaps.flatMap((gap) => {
    const cut = { from: Math.max(gap.from, from), to: Math.min(gap.to, to) }
    return cut.to > cut.from ? [cut] : []
  })

const gapsDrawnMax = 50

/** A gap as a line from where it was last seen to where it was seen again. */
function gapShapes(fixes: readonly Fix[], gaps: readonly Span[]): readonly Shape[] {
  return gaps.slice(0, gapsDrawnMax).map(({ from, to }): Shape => {
    const ends = [positionAt(fixes, epochMs(from)), positionAt(fixes, epochMs(to))].filter((place) => place !== null)
    return { kind: 'gap', places: ends.map(placeOf), fromAt: from, toAt: to }
  })
}

/**
 * The nearest that a track came to a place within a time. Of a gap nothing is known, but where it began and ended within the fence:
 * a line across it that passes the place is no fix there.
 */
function nearest(
  { fixes, gaps }: NonNullable<TrackFacts['track']>,
  place: TripEnd,
  time: Span,
): (Fix & { distanceM: number }) | null {
  const spot = { lon: place.lonDeg, lat: place.latDeg }
  const isAway = (at: number): boolean => {
    const there = positionAt(fixes, epochMs(at))
    return there === null || shortDistanceM(there, spot) > place.fenceM
  }
  const blind = gaps.filter((gap) => gap.from < time.to && gap.to > time.from && (isAway(gap.from) || isAway(gap.to)))
  const isBlind = (from: number, to: number): boolean => blind.some((gap) => gap.from < to && gap.to > from)
  const seen = within(fixes, time).filter(({ at }) => !isBlind(at, at))
  let best: (Fix & { distanceM: number }) | null = null
  for (const [index, fix] of seen.entries()) {
    const last = seen[index - 1]
    const before = last && !isBlind(last.at, fix.at) ? last : fix
    const { distanceM, share } = nearestOnSegment(spot, before, fix)
    if (best && best.distanceM <= distanceM) continue
    const at = epochMs(Math.round(before.at + (fix.at - before.at) * share))
    const lon = before.lon + (fix.lon - before.lon) * share
    best = { at, lon, lat: before.lat + (fix.lat - before.lat) * share, distanceM }
  }
  return best
}

/** The same of single positions, between which nothing is known. */
function nearestFix(fixes: readonly Fix[], place: TripEnd, { from, to }: Span): (Fix & { distanceM: number }) | null {
  const spot = { lon: place.lonDeg, lat: place.latDeg }
  const seen = fixes
    .filter(({ at }) => at >= from && at <= to)
    .map((fix) => ({ ...fix, distanceM: shortDistanceM(fix, spot) }))
  return seen.toSorted((a, b) => a.distanceM - b.distanceM)[0] ?? null
}

/** Rules that look at where the truck was. */
export const trackJudges: Judges<'R4' | 'R5' | 'R6' | 'R7' | 'R8', TrackFacts> = {
  // The track covers the way without long gaps.
  R4: ({ track, phone, way, vehicleGrossKg }, limits) => {
    if (!track)
      return { holds: false, withoutTerminal: true, evidence: { terminal: false, phonePositions: phone.length } }
    if (!way || way.to <= way.from) return { holds: null, evidence: { terminal: true, wayMin: 0 } }
    const gaps = gapsWithin(track.gaps, way)
    const wayMs = way.to - way.from
    const gapMs = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
    const gapMaxMin = Math.round(Math.max(0, ...gaps.map(({ from, to }) => to - from)) / minuteMs)
    const coverPct = tenth((100 * (wayMs - gapMs)) / wayMs)
    const { coverMinPct = 0, gapWarnMin = 0, gapBlockMin = 0 } = limits
    return {
      holds: coverPct >= coverMinPct && gapMaxMin <= gapBlockMin,
      warns: gapMaxMin > gapWarnMin,
      withoutTerminal: isLight(vehicleGrossKg),
      evidence: {
        departedAt: way.from,
        arrivedAt: way.to,
        coverPct,
        gaps: gaps.length,
        gapMaxMin,
        ...(track.trouble === null ? {} : { trouble: track.trouble }),
      },
      shapes: gapShapes(track.fixes, gaps),
    }
  },
  // It was at both ends when the waybill says so.
  R5: ({ track, phone, places, stays }, limits) => {
    const aroundMs = (limits.aroundMin ?? 0) * minuteMs
    const seen = stays.flatMap(({ end, from, to }) => {
      const place = places.find((one) => one.end === end)
      if (!place) return []
      const time = { from: from - aroundMs, to: to + aroundMs }
      const near = track ? nearest(track, place, time) : nearestFix(phone, place, time)
      return [{ place, near, statedFromAt: from, statedToAt: to }]
    })
    const ends = seen.map(({ place, near, statedFromAt, statedToAt }) => ({
      end: place.end,
      place: place.name,
      statedFromAt,
      statedToAt,
      distanceM: near && Math.round(near.distanceM),
      seenAt: near && near.at,
      fenceM: place.fenceM,
    }))
    return {
      holds: seen.length > 0 && seen.every(({ near, place }) => near !== null && near.distanceM <= place.fenceM),
      withoutTerminal: track === null,
      evidence: { terminal: track !== null, ends },
      shapes: seen.flatMap(({ near }): readonly Shape[] =>
        near ? [{ kind: 'fix', places: [placeOf(near)], fromAt: near.at, toAt: near.at }] : [],
      ),
    }
  },
  // As long as was planned.
  R6: ({ track, way, plannedM, onTour }, limits) => {
    const lengthM = track && way ? trackLengthM(within(track.fixes, way)) : 0
    if (plannedM === null || plannedM <= 0 || lengthM === 0)
      return { holds: null, evidence: { lengthM: Math.round(lengthM), plannedM } }
    const ratioPct = tenth((100 * lengthM) / plannedM)
    const { ratioMinPct = 0, ratioMaxPct = 0 } = limits
    return {
      holds: ratioPct >= ratioMinPct && ratioPct <= ratioMaxPct,
      warnsOnly: onTour,
      evidence: { lengthM: Math.round(lengthM), plannedM, ratioPct, ...(onTour ? { onTour } : {}) },
    }
  },
  // As fast as trucks are, without leaps.
  R7: ({ track, way }, limits) => {
    const seen = track && way && way.to > way.from ? within(track.fixes, way) : []
    const [first, last] = [seen[0], seen.at(-1)]
    if (!first || !last || last.at <= first.at) return { holds: null, evidence: { fixes: seen.length } }
    const meanKmh = tenth(trackLengthM(seen) / ((last.at - first.at) / 3_600))
    const { meanMaxKmh = 0, leapMinKmh = 0, leapMinM = 0 } = limits
    const leaps = fastLegs(seen, leapMinKmh, leapMinM)
    return {
      holds: meanKmh <= meanMaxKmh && leaps.length === 0,
      evidence: {
        meanKmh,
        lengthM: Math.round(trackLengthM(seen)),
        leaps: leaps.slice(0, 20).map(({ from, to, distanceM, speedKmh }) => ({
          fromAt: from.at,
          toAt: to.at,
          distanceM: Math.round(distanceM),
          speedKmh: Math.round(speedKmh),
        })),
      },
      shapes: leaps.slice(0, gapsDrawnMax).map(({ from, to }) => ({
        kind: 'leap',
        places: [placeOf(from), placeOf(to)],
        fromAt: from.at,
        toAt: to.at,
      })),
    }
  },
  // The phone was where the truck was.
  R8: ({ track, phone }, limits) => {
    const apartM = track ? medianSeparationM(phone, track.fixes) : null
    if (apartM === null) return { holds: null, evidence: { phonePositions: phone.length, terminal: track !== null } }
    return {
      holds: apartM < (limits.apartMaxM ?? 0),
      evidence: { apartM: Math.round(apartM), phonePositions: phone.length },
    }
  },
}
