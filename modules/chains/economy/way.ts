import { inverse } from '@tingzhou/geo'
import { bendFactor } from '@tingzhou/geography'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Fault } from '../problems.ts'
import type { FirmNode } from './firm.ts'
import { kmMax } from './limits.ts'

/** Stands in a link's source when its distance is an estimate. */
const estimateMark = `great_circle × ${bendFactor}`

/** The source of a link without the mark of an estimate, and whether it had one. Pure. */
export function readSource(source: string): { readonly source: string; readonly isEstimate: boolean } {
  const isEstimate = source.endsWith(estimateMark)
  return { source: isEstimate ? source.slice(0, -estimateMark.length).replace(/; $/, '') : source, isEstimate }
}

/**
 * How far it is between two firms: as told, or the great circle with a detour, and then the source says so.
 * @returns kilometres with one decimal; refused when it is not told and a firm has no point
 */
export function wayOf(
  told: { readonly distanceKm: number | null; readonly source: string },
  seller: Pick<FirmNode, 'point'>,
  buyer: Pick<FirmNode, 'point'>,
): Result<{ readonly distance_km: number; readonly source: string }, Fault> {
  const { source } = readSource(told.source)
  if (told.distanceKm !== null) return ok({ distance_km: told.distanceKm, source })
  if (!seller.point || !buyer.point) return err({ field: 'distanceKm', value: '', rule: 'needed_without_points' })
  const straightM = inverse(seller.point, buyer.point).distanceM
  const distanceKm = Math.min(Math.round((straightM * bendFactor) / 100) / 10, kmMax)
  return ok({ distance_km: distanceKm, source: [source, estimateMark].filter(Boolean).join('; ') })
}
