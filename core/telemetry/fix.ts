import { assert } from '@tingzhou/kernel'
import { fixKind, minuteMs } from './kind.ts'
import { openRow, strideOf, type Readings } from './readings.ts'
import type { Rows } from './rows.ts'
import { widthOf } from './kind.ts'

/** Marks of a fix that its receiver set. */
export const fixFlags = {
  /** Sent after the link had been lost. */
  late: 1,
  /** Without a satellite fix: time and alarms count, the place does not. */
  noFix: 2,
  /** Faster or farther than a vehicle can be: kept, left out of every distance. */
  jump: 4,
} as const

/** Where something that moves was. */
export type Fix = {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** WGS-84 degrees, exact to 1e-6. */
  readonly lonDeg: number
  readonly latDeg: number
  readonly altitudeM: number
  /** Exact to 0.1. */
  readonly speedKmh: number
  /** Clockwise from north, whole degrees. */
  readonly headingDeg: number
  /** Status and alarm words as the terminal sent them, 32 bits each. */
  readonly status: number
  readonly alarm: number
  /** Exact to 0.1; null when the terminal does not tell. */
  readonly odometerKm: number | null
  /** Sum of `fixFlags`. */
  readonly flags: number
}

const micro = 1_000_000

/**
 * Adds a fix to readings.
 * @param point  the number of the position point
 * Source: own. Amortised O(1).
 */
export function addFix(readings: Readings, point: number, fix: Fix): void {
  assert(readings.kind === fixKind, 'fixes go into readings of fixes')
  const place = openRow(readings)
  const { data } = readings
  data[place] = point
  data[place + 1] = fix.at
  data[place + 2] = Math.round(fix.lonDeg * micro)
  data[place + 3] = Math.round(fix.latDeg * micro)
  data[place + 4] = Math.round(fix.altitudeM)
  data[place + 5] = Math.round(fix.speedKmh * 10)
  data[place + 6] = Math.round(fix.headingDeg)
  data[place + 7] = fix.status
  data[place + 8] = fix.alarm
  data[place + 9] = fix.odometerKm === null ? -1 : Math.round(fix.odometerKm * 10)
  data[place + 10] = fix.flags
}

/**
 * The fixes of a minute.
 * @param minute  minutes since the epoch
 * Source: own. O(count).
 */
export function fixesOf(rows: Rows, minute: number): Fix[] {
  const width = widthOf(fixKind)
  return Array.from({ length: rows.count }, (_, index) => fixAt(rows.data, index * width, minute * minuteMs))
}

/** The fix in a row of readings. @param index  which row. O(1). */
export const fixIn = (readings: Readings, index: number): Fix => fixAt(readings.data, index * strideOf(fixKind) + 1, 0)

/** @param place  where the row's time stands; @param epoch  what its time counts from */
function fixAt(data: Float64Array, place: number, epoch: number): Fix {
  const number = (column: number) => data[place + column] as number
  const odometerHm = number(8)
  return {
    at: epoch + number(0),
    lonDeg: number(1) / micro,
    latDeg: number(2) / micro,
    altitudeM: number(3),
    speedKmh: number(4) / 10,
    headingDeg: number(5),
    status: number(6),
    alarm: number(7),
    odometerKm: odometerHm < 0 ? null : odometerHm / 10,
    flags: number(9),
  }
}

/** What the fixes of a minute come to; the box is null when none of them has a place. */
export type TrackSummary = {
  readonly count: number
  readonly speedMaxKmh: number
  readonly box: { readonly west: number; readonly south: number; readonly east: number; readonly north: number } | null
}

/**
 * Sums up the fixes of a minute.
 * Source: own. O(count).
 */
export function summariseFixes({ data, count }: Rows): TrackSummary {
  const width = widthOf(fixKind)
  let speedHm = 0
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let index = 0, place = 0; index < count; index++, place += width) {
    if (((data[place + 9] as number) & (fixFlags.noFix | fixFlags.jump)) !== 0) continue
    const lon = data[place + 1] as number
    const lat = data[place + 2] as number
    speedHm = Math.max(speedHm, data[place + 4] as number)
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  const box =
    west === Infinity ? null : { west: west / micro, south: south / micro, east: east / micro, north: north / micro }
  return { count, speedMaxKmh: speedHm / 10, box }
}
