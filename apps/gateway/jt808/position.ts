import { haversineM } from '@tingzhou/geo'
import { fixFlags, type Fix } from '@tingzhou/telemetry'
import type { Position } from '@tingzhou/jt808'
import { timeFault, type TimeFault } from '../reading-time.ts'

/** Why a position is not kept: what it says cannot be, or cannot be read. */
export type PositionFault = 'time_missing' | `time_${TimeFault}` | 'encrypted' | 'out_of_range'

const speedMaxKmh = 160
const jumpMaxKmh = 200
// Two fixes within a second of each other say nothing about a speed.
const jumpFromMs = 1_000
/**
 * A report that arrives later than this was kept back, whatever message it comes in: terminals without network send plain 0x0200
 * with old times. Source: own; ten times the usual 30 s between reports (parameter 0x0029).
 */
export const lateFromMs = 5 * 60_000
const statusFixed = 1 << 1
const statusEncrypted = 1 << 5

/**
 * Makes a fix of a position report, or says why not.
 * @param previous  the last known fix of the same vehicle
 * @param isReplay  the terminal says that it was without network
 * @param now       milliseconds since the epoch
 * Source: JT/T 808 gateway duties: sanity of positions. O(1).
 */
export function toFix(
  position: Position,
  previous: Fix | undefined,
  isReplay: boolean,
  now: number,
): Fix | { readonly fault: PositionFault } {
  const { timeMs, statusBits } = position
  if (timeMs === null) return { fault: 'time_missing' }
  const fault = timeFault(timeMs, now)
  if (fault) return { fault: `time_${fault}` }
  if ((statusBits & statusEncrypted) !== 0) return { fault: 'encrypted' }
  const { latitude: latDeg, longitude: lonDeg } = position
  // Lenient reading lets pass what no place on earth is.
  if (Math.abs(latDeg) > 90 || Math.abs(lonDeg) > 180 || position.directionDeg > 359) return { fault: 'out_of_range' }
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
  const isLate = isReplay || now - timeMs > lateFromMs
  const flags = (isLate ? fixFlags.late : 0) | (hasPlace ? 0 : fixFlags.noFix) | (isJump ? fixFlags.jump : 0)
  return { ...fix, flags }
}

function odometerOf({ items }: Position): number | null {
  const item = items.find(({ kind }) => kind === 'odometer')
  return item?.kind === 'odometer' ? item.odometerM / 1_000 : null
}

const placeOf = ({ lonDeg, latDeg }: Fix) => ({ lon: lonDeg, lat: latDeg })

/** Whether the way from one fix to the next asks for more speed than a vehicle has. */
function jumps(from: Fix, to: Fix): boolean {
  const elapsedMs = Math.abs(to.at - from.at)
  if (elapsedMs < jumpFromMs || (from.flags & fixFlags.noFix) !== 0) return false
  return haversineM(placeOf(from), placeOf(to)) / 1_000 / (elapsedMs / 3_600_000) > jumpMaxKmh
}
