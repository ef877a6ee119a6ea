import { assert } from '@tingzhou/kernel'

/** What several reviewers of one level come to. */

/**
 * The median of scores; of an even number the mean of the middle two, halves upwards.
 * @param centi  hundredths, at least one
 * @returns hundredths. Pure. O(n log n).
 */
export function medianCenti(centi: readonly number[]): number {
  assert(centi.length > 0, 'a median needs a score')
  const sorted = centi.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return Math.floor((lower + upper + 1) / 2)
}

/**
 * Whether the prefecture needs one reviewer more: fewer than two scores, or exactly two that lie more than the gap apart.
 * With three the median counts, however far apart they are. Pure. O(1).
 */
export function needsMore(centi: readonly number[], gapCenti: number): boolean {
  const [first, second, third] = centi
  if (first === undefined || second === undefined) return true
  return third === undefined && Math.abs(first - second) > gapCenti
}

/** How much each level counts, per cent; together 100. */
export type Weights = { readonly selfPct: number; readonly countyPct: number; readonly prefecturePct: number }

/**
 * The composite score of the three levels, rounded once, halves upwards: 0.2 × 96 + 0.3 × 88 + 0.5 × 84 = 87.60.
 * @returns hundredths. Pure. O(1).
 */
export const compositeCenti = (
  weights: Weights,
  levels: { readonly self: number; readonly county: number; readonly prefecture: number },
): number =>
  Math.floor(
    (weights.selfPct * levels.self +
      weights.countyPct * levels.county +
      weights.prefecturePct * levels.prefecture +
      50) /
      100,
  )
