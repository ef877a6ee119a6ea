import { simplifyTrack, type Fix } from '@tingzhou/geo'
import type { EpochMs } from '@tingzhou/kernel'
import { readVehicleFixes, type VehicleFixDeps } from './vehicle-fixes.ts'

/**
 * Where a vehicle was, with as few fixes as tell it: what is kept of a trip when its minutes are gone.
 * @param from, to    the trip, `to` after `from`
 * @param toleranceM  how far a place at the time of a fix left out may be from it, metres
 * @returns in the order of time; halts and speeds stay
 * Source: `simplifyTrack`. One statement a day.
 */
export async function readSimpleTrack(
  deps: VehicleFixDeps,
  point: number,
  from: EpochMs,
  to: EpochMs,
  toleranceM: number,
): Promise<readonly Fix[]> {
  const fixes = await readVehicleFixes(deps, point, from, to)
  return simplifyTrack(
    fixes.map(({ at, lon, lat }) => ({ at, lon, lat })),
    toleranceM,
  )
}
