import { haversineM } from '@tingzhou/geo'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Spot } from './case.ts'
import type { WaybillError } from './errors.ts'

export type PhonePosition = { readonly lonDeg: number; readonly latDeg: number; readonly accuracyM: number }
export type Arrival = {
  readonly position: PhonePosition | null
  readonly photoIds: readonly string[]
  readonly reason: string
}

/**
 * Whether somebody has arrived: a position inside the fence that is known at least that well, or else a photo and a reason.
 * @returns the distance from the place in metres, null without a position, and whether the fence proves it
 * Pure. O(1).
 */
export function judgeArrival(
  { position, photoIds, reason }: Arrival,
  spot: Spot,
): Result<{ readonly distanceM: number | null; readonly inside: boolean }, WaybillError> {
  const { fenceM } = spot
  const distanceM =
    position === null
      ? null
      : Math.round(haversineM({ lon: position.lonDeg, lat: position.latDeg }, { lon: spot.lonDeg, lat: spot.latDeg }))
  const inside = position !== null && distanceM !== null && distanceM <= fenceM && position.accuracyM <= fenceM
  if (inside || (photoIds.length > 0 && reason !== '')) return ok({ distanceM, inside })
  return err({
    kind: 'outside_fence',
    field: 'position',
    value: distanceM,
    rule: `within ${fenceM} m of the place, or a photo and a reason`,
    fenceM,
  })
}
