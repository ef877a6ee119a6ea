import { legS } from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import { roadMetres } from '../wave/model.ts'
import type { WaveNumbers } from '../wave/words.ts'
import type { PlaceEnd, WaybillState } from '../words.ts'
import type { DockNumbers } from './words.ts'

/** What is known of a trip. */
export type OnTheWay = {
  readonly state: WaybillState
  readonly from: LonLat
  readonly to: LonLat
  /** The planned way; null: not known. */
  readonly distanceM: number | null
  /** Where the truck was last; null: not known. */
  readonly fix: LonLat | null
  readonly departedS: number | null
  /** When its loading slot begins, epoch seconds; null: it has none. */
  readonly loadSlotS: number | null
  /** Seconds that loading takes; null: not known. */
  readonly loadServiceS: number | null
  /** When it is planned at an end, epoch seconds, while it does not go there next; null: it goes straight there. */
  readonly notBeforeS: Readonly<Record<PlaceEnd, number | null>>
}

/** What arrivals are reckoned with: the numbers of docks, and the factor of ways, which is that of waves. */
export type WayNumbers = DockNumbers & Pick<WaveNumbers, 'bendPct'>

/** When a truck comes, epoch seconds; whether its position says so, or only that it cannot come sooner. */
export type Arrival = { readonly atS: number; readonly isKnown: boolean }

/** Driving of so many metres with the rests inside it, s. O(1). */
export const driveS = (metres: number, kmh: number): number => legS(Math.round((metres * 3.6) / kmh))

/** Driving loaded from place to place, s. O(1). */
const ladenS = ({ from, to, distanceM }: Pick<OnTheWay, 'from' | 'to' | 'distanceM'>, numbers: WayNumbers) =>
  driveS(distanceM ?? roadMetres(from, to, numbers), numbers.loadedKmh)

/**
 * When a truck comes to an end of its trip: straight from where it is, but not before it is planned there.
 * @returns null where nothing can be said: it had an accident, or has been there
 * Pure. Source: own. Planned speeds over the planned way or the great circle by a factor, with a rest after each four hours. O(1).
 */
export function arrivalAt(end: PlaceEnd, trip: OnTheWay, numbers: WayNumbers, nowS: number): Arrival | null {
  const straight = straightAt(end, trip, numbers, nowS)
  const notBeforeS = trip.notBeforeS[end]
  if (!straight || notBeforeS === null) return straight
  return { atS: Math.max(straight.atS, notBeforeS), isKnown: false }
}

function straightAt(end: PlaceEnd, trip: OnTheWay, numbers: WayNumbers, nowS: number): Arrival | null {
  const { state, fix, from, to, departedS } = trip
  const isBefore = state === 'offered' || state === 'accepted'
  if (end === 'load') {
    if (!isBefore) return null
    if (!fix) return { atS: nowS, isKnown: false }
    return { atS: nowS + driveS(roadMetres(fix, from, numbers), numbers.emptyKmh), isKnown: true }
  }
  const leg = ladenS(trip, numbers)
  const serviceS = trip.loadServiceS ?? numbers.serviceMinutes * 60
  if (isBefore || state === 'at_load') {
    const there = isBefore ? arrivalAt('load', trip, numbers, nowS) : { atS: nowS, isKnown: true }
    if (!there) return null
    return { atS: Math.max(there.atS, trip.loadSlotS ?? 0) + serviceS + leg, isKnown: there.isKnown }
  }
  if (state === 'loaded') return { atS: nowS + leg, isKnown: true }
  if (state !== 'in_transit') return null
  if (fix) return { atS: nowS + driveS(roadMetres(fix, to, numbers), numbers.loadedKmh), isKnown: true }
  return { atS: Math.max(nowS, (departedS ?? nowS) + leg), isKnown: false }
}
