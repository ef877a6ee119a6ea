import { divideHalfUp } from './amount.ts'

/** The rules of 抹零, by what becomes of an amount. */
export const roundings = ['none', 'fen_truncated', 'yuan_rounded', 'yuan_truncated', 'ten_yuan_truncated'] as const
export type Rounding = (typeof roundings)[number]

/**
 * Rounds an amount by a rule of 抹零.
 * @param amount  fen; truncation is towards zero, rounding half up is away from it
 * @returns fen
 * Source: rules 1–4 of the field; `fen_truncated` keeps whole fen, which is what lines are rounded to already. O(1).
 */
export function roundAmount(amount: bigint, rounding: Rounding): bigint {
  switch (rounding) {
    case 'none':
    case 'fen_truncated':
      return amount
    case 'yuan_rounded':
      return divideHalfUp(amount, 100n) * 100n
    case 'yuan_truncated':
      return amount - (amount % 100n)
    case 'ten_yuan_truncated':
      return amount - (amount % 1_000n)
  }
}
