import { fixFlags, type Fix } from '@tingzhou/telemetry'
import type { Position } from '@tingzhou/jt808'

/** Why a position is not kept: what it says cannot be, or cannot be read. */
export type PositionFault = 'time_missing' | 'time_ahead' | 'time_long_ago' | 'encrypted'

const aheadMaxMs = 10 * 60_000
const agoMaxMs = 400 * 86_400_000
const speedMaxKmh = 160
const jumpMaxKmh = 200
// Two fixes within a second of each other say nothing about a speed.
const jumpFromMs = 1_000
const statusFixed = 1 << 1
const statusEncrypted = 1 << 5
const earthRadiusKm = 6_371.0088

/**
 * Makes a fix of a position report, or says why not.
 * @param previous  the last known fix of the same vehicle
 * @param isLate    it was sent after a time without network
 * @param now       milliseconds since the epoch
 * Source: JT/T 808 gateway duties: sanity of positions. O(1).
 */
export function toFix(
  position: Position,
  previous: Fix | undefined,
  isLate: boolean,
  now: number,
): Fix | { readonly fault: PositionFault } {
  const { timeMs, statusBits } = position
  if (timeMs === null) return { fault: 'time_missing' }
  if (timeMs > now + aheadMaxMs) return { fault: 'time_ahead' }
  if (timeMs < now - agoMaxMs) return { fault: 'time_long_ago' }
  if ((statusBits & statusEncrypted) !== 0) return { fault: 'encrypted' }
  const { latitude: latDeg, longitude: lonDeg } = position
  const hasPlace = (statusBits & statusFixed) !== 0 && !(latDeg === 0 && lonDeg === 0)
  const fix = {
    at: timeMs,
    lonDeg: hasPlace ? lonDeg : 0,
    latDeg: hasPlace ? latDeg : 0,
    altitudeM: position.altitudeM,
    speedKmh: position.speedKmh,
    headingDeg: position.directionDeg,
    status: statusBits,
    alarm: position.alarmBits,
    odometerKm: odometerOf(position),
    flags: 0,
  }
  const isJump = hasPlace && (fix.speedKmh > speedMaxKmh || (previous !== undefined && jumps(previous, fix)))
  const flags = (isLate ? fixFlags.late : 0) | (hasPlace ? 0 : fixFlags.noFix) | (isJump ? fixFlags.jump : 0)
  return { ...fix, flags }
}

function odometerOf({ items }: Position): number | null {
  const item = items.find(({ kind }) => kind === 'odometer')
  return item?.kind === 'odometer' ? item.odometerM / 1_000 : null
}

/** Whether the way from one fix to the next asks for more speed than a vehicle has. */
function jumps(from: Fix, to: Fix): boolean {
  const elapsedMs = Math.abs(to.at - from.at)
  if (elapsedMs < jumpFromMs || (from.flags & fixFlags.noFix) !== 0) return false
  return distanceKm(from, to) / (elapsedMs / 3_600_000) > jumpMaxKmh
}

/** On the sphere; exact enough to tell a jump. */
function distanceKm(a: Fix, b: Fix): number {
  const radians = Math.PI / 180
  const dLat = (b.latDeg - a.latDeg) * radians
  const dLon = (b.lonDeg - a.lonDeg) * radians * Math.cos(((a.latDeg + b.latDeg) / 2) * radians)
  return earthRadiusKm * Math.hypot(dLat, dLon)
}
