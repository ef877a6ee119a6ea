import { assert } from '@tingzhou/kernel'
import type { Award } from './ranking.ts'

/** Places of one award that share alike, best first: six model teams with weight 3, the next fourteen with weight 2. */
export type PrizeTier = { readonly award: Award; readonly places: number; readonly weight: number }

export type PrizePlan = {
  readonly poolFen: number
  /** What of a prize goes to the team's leader, per cent. */
  readonly leaderPct: number
  readonly tiers: readonly PrizeTier[]
}

export type Prize = { readonly id: string; readonly fen: number; readonly leaderFen: number; readonly teamFen: number }

/**
 * Splits an amount by weights so that the parts are the whole: each gets its floor, what is left goes fen by fen to the
 * largest remainders, of equal ones to the first.
 * @param totalFen  >= 0
 * @param weights   whole, >= 0; their sum > 0
 * @returns parts in the order of the weights
 * Source: largest remainder method (Hamilton). O(n log n).
 */
export function splitFen(totalFen: number, weights: readonly number[]): readonly number[] {
  assert(Number.isSafeInteger(totalFen) && totalFen >= 0, `the pool is whole fen, got ${totalFen}`)
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  assert(sum > 0n, 'somebody has a weight')
  const shares = weights.map((weight, index) => {
    const whole = BigInt(totalFen) * BigInt(weight)
    return { index, fen: Number(whole / sum), rest: whole % sum }
  })
  const left = totalFen - shares.reduce((all, { fen }) => all + fen, 0)
  const first = new Set(
    shares
      .toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
      .slice(0, left)
      .map(({ index }) => index),
  )
  return shares.map(({ index, fen }) => fen + (first.has(index) ? 1 : 0))
}

/**
 * The prizes of a ranked list: the whole pool goes to the teams that hold a place with a weight, to the fen; nothing when there
 * is none. Team and leader share each prize.
 * @param winners  awarded teams, best first
 * @returns one prize a winner, in order. Pure. O(n log n).
 */
export function prizesOf(
  winners: readonly { readonly id: string; readonly award: Award }[],
  plan: PrizePlan,
): readonly Prize[] {
  const weights = weightsOf(winners, plan.tiers)
  const parts = weights.some((weight) => weight > 0) ? splitFen(plan.poolFen, weights) : weights.map(() => 0)
  return winners.map(({ id }, index) => {
    const fen = parts[index] ?? 0
    // The leader's part is rounded down; the team has the rest, so the two are the prize.
    const leaderFen = Number((BigInt(fen) * BigInt(plan.leaderPct)) / 100n)
    return { id, fen, leaderFen, teamFen: fen - leaderFen }
  })
}

function weightsOf(winners: readonly { readonly award: Award }[], tiers: readonly PrizeTier[]): readonly number[] {
  const left = tiers.map(({ places }) => places)
  return winners.map(({ award }) => {
    const at = tiers.findIndex((tier, index) => tier.award === award && (left[index] ?? 0) > 0)
    const tier = tiers[at]
    if (!tier) return 0
    left[at] = (left[at] ?? 0) - 1
    return tier.weight
  })
}
