import type { Totals } from './kept.ts'

/**
 * How much a wave saves against giving each load its nearest truck: empty way where both match as many, else of the cost, which counts what
 * each leaves out; null where there was nothing to match.
 * @returns metres, and the share of what nearest-first would have taken, percent
 */
export function savedAgainst(ours: Totals, nearest: Totals): { readonly metres: number; readonly pct: number } | null {
  if (ours.matched === 0 && nearest.matched === 0) return null
  const by = ours.matched === nearest.matched ? 'emptyM' : 'costM'
  const metres = nearest[by] - ours[by]
  return { metres, pct: nearest[by] > 0 ? (metres / nearest[by]) * 100 : 0 }
}
