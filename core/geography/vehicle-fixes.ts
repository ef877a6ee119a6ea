import type { Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { fixFlags, fixKind, fixesOf, readMinutes, type Fix, type Telemetry } from '@tingzhou/telemetry'
import type { VehicleFix } from './crossing.ts'

export type VehicleFixDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'store'>
}

const dayMs = 86_400_000

/** A fix that says where a vehicle was; null when it does not. */
export function toVehicleFix(fix: Fix): VehicleFix | null {
  if ((fix.flags & (fixFlags.noFix | fixFlags.jump)) !== 0) return null
  return { at: epochMs(fix.at), lon: fix.lonDeg, lat: fix.latDeg, speedKmh: fix.speedKmh }
}

/**
 * The kept fixes of a vehicle that have a place, in the order of time, each time once.
 * @param from, to  milliseconds since the epoch; `to` itself is not in it
 * Source: own. One statement a day.
 */
export async function readVehicleFixes(
  { db, zoneId, telemetry }: VehicleFixDeps,
  point: number,
  from: EpochMs,
  to: EpochMs,
): Promise<readonly VehicleFix[]> {
  const fixes: VehicleFix[] = []
  for (let start: number = from; start < to; start += dayMs) {
    const end = Math.min(to, start + dayMs)
    const minutes = await readMinutes(db, zoneId, fixKind, point, start, end, telemetry.store.openMinutes())
    for (const { minute, rows } of minutes)
      for (const fix of fixesOf(rows, minute)) {
        const seen = fix.at >= start && fix.at < end ? toVehicleFix(fix) : null
        if (seen && seen.at !== fixes.at(-1)?.at) fixes.push(seen)
      }
  }
  return fixes
}
