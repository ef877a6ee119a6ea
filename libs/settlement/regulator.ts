import { assert } from '@tingzhou/kernel'

/**
 * Money as the regulator reads it: `TotalMonetaryAmount`, `MonetaryAmount`, n..18,3.
 * @param fen  a safe integer
 * @returns yuan with three decimals, exact: `2730.620`
 * Source: access guide of the network freight monitoring system. O(1).
 */
export const regulatorMoney = (fen: number): string => `${decimal(fen, 2)}0`

/**
 * Mass as the regulator reads it: `GoodsItemGrossWeight`, n..14,3.
 * @param kg  a safe integer
 * @returns kilograms with three decimals, exact: `32310.000`
 * Source: as `regulatorMoney`. O(1).
 */
export const regulatorMass = (kg: number): string => `${decimal(kg, 0)}.000`

/**
 * Volume as the regulator reads it: `Cube`, n..9,4.
 * @param dm3  a safe integer
 * @returns cubic metres with four decimals, exact: `12.3450`
 * Source: as `regulatorMoney`. O(1).
 */
export const regulatorVolume = (dm3: number): string => `${decimal(dm3, 3)}0`

/** The integer with its last digits behind the point. */
function decimal(value: number, decimals: number): string {
  assert(Number.isSafeInteger(value), `a number for the regulator is a safe integer, got ${value}`)
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return (value < 0 ? '-' : '') + digits.slice(0, point) + (decimals > 0 ? `.${digits.slice(point)}` : '')
}
