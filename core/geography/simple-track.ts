import { simplifyTrack, type Fix } from '@tingzhou/geo'
import type { Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { fixKind, fixesOf, readMinutes, type Telemetry } from '@tingzhou/telemetry'
import { toVehicleFix } from './again.ts'

export type SimpleTrackDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'store'>
}

const dayMs = 86_400_000

/**
 * Where a vehicle was, with as few fixes as tell it: what is kept of a trip when its minutes are gone.
 * @param from, to    the trip, `to` after `from`
 * @param toleranceM  how far a place at the time of a fix left out may be from it, metres
 * @returns in the order of time; halts and speeds stay
 * Source: `simplifyTrack`. One statement a day.
 */
export async function readSimpleTrack(
  { db, zoneId, telemetry }: SimpleTrackDeps,
  point: number,
  from: EpochMs,
  to: EpochMs,
  toleranceM: number,
): Promise<readonly Fix[]> {
  const fixes: Fix[] = []
  for (let start: number = from; start < to; start += dayMs) {
    const end = Math.min(to, start + dayMs)
    const minutes = await readMinutes(db, zoneId, fixKind, point, start, end, telemetry.store.openMinutes())
    for (const { minute, rows } of minutes)
      for (const fix of fixesOf(rows, minute)) {
        const place = fix.at >= start && fix.at < end ? toVehicleFix(fix) : null
        if (place && place.at > (fixes.at(-1)?.at ?? epochMs(0)))
          fixes.push({ at: place.at, lon: place.lon, lat: place.lat })
      }
  }
  return simplifyTrack(fixes, toleranceM)
}
