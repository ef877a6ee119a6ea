import { assert, err, fen, ok, type Fen, type Result } from '@tingzhou/kernel'
import { fault, type Fault } from './fault.ts'

/** Parts of one order at most: 99 trucks of 99 segments, as the regulator's serial number of four digits counts them. */
export const partsMax = 9_801

/**
 * Splits a total by weights, so that the parts sum to it exactly: every part gets the whole fen of its exact share, and what
 * is left goes, a fen each, to the largest remainders; of equal remainders the earlier part goes first.
 * @param totalFen  fen, a safe integer; a negative total is split as its magnitude
 * @param weights   1 to 9,801 non-negative safe integers, not all zero: kilograms, trucks, kilogram-kilometres
 * @returns fen in the order of the weights, each less than one fen from its exact share; or the fault of `totalFen` or `weights[i]`
 * Source: largest remainder (Hamilton). O(n log n).
 */
export function apportion(totalFen: number, weights: readonly number[]): Result<readonly Fen[], Fault> {
  if (!Number.isSafeInteger(totalFen)) return err(fault('totalFen', totalFen, 'integer'))
  if (weights.length === 0) return err(fault('weights', null, 'missing'))
  if (weights.length > partsMax) return err(fault('weights', weights.length, 'too_many', String(partsMax)))
  const wrong = weights.findIndex((weight) => !Number.isSafeInteger(weight) || weight < 0)
  if (wrong >= 0) return err(fault(`weights[${wrong}]`, weights[wrong], 'range', `0..${Number.MAX_SAFE_INTEGER}`))
  if (weights.every((weight) => weight === 0)) return err(fault('weights', 0, 'weights_zero'))
  return ok(largestRemainder(BigInt(totalFen), weights.map(BigInt)).map((part) => fen(Number(part))))
}

/** `apportion` without limits: weights are non-negative and not all zero. */
export function largestRemainder(total: bigint, weights: readonly bigint[]): readonly bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n)
  assert(whole > 0n, 'a total is split by weights that are not all zero')
  const magnitude = total < 0n ? -total : total
  const shares = weights.map((weight, index) => ({
    index,
    fen: (magnitude * weight) / whole,
    remainder: (magnitude * weight) % whole,
  }))
  const left = Number(magnitude - shares.reduce((sum, share) => sum + share.fen, 0n))
  const lucky = new Set(
    shares
      .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
      .slice(0, left)
      .map(({ index }) => index),
  )
  return shares.map((share) => (total < 0n ? -1n : 1n) * (share.fen + (lucky.has(share.index) ? 1n : 0n)))
}
