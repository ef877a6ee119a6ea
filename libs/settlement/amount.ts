import { assert } from '@tingzhou/kernel'

/** What an amount is computed from: a quantity, and a price in thousandths of a fen for the unit that people name. */
export type Measured =
  /** Mass in grams, price per ton. */
  | { readonly unit: 'g'; readonly quantity: number; readonly priceMilliFen: number }
  /** Mass in grams carried over a distance in metres, price per ton and kilometre. */
  | { readonly unit: 'g_m'; readonly quantity: number; readonly distanceM: number; readonly priceMilliFen: number }
  /** Volume in cubic decimetres, price per cubic metre. */
  | { readonly unit: 'dm3'; readonly quantity: number; readonly priceMilliFen: number }
  /** Time in seconds, price per hour. */
  | { readonly unit: 's'; readonly quantity: number; readonly priceMilliFen: number }
  /** Trucks, or pieces of anything, price for each. */
  | { readonly unit: 'truck' | 'each'; readonly quantity: number; readonly priceMilliFen: number }

// Units of the quantity in the unit of the price, times 1,000 thousandths of a fen.
const divisors = {
  g: 1_000_000_000n, // 10^6 g in a ton
  g_m: 1_000_000_000_000n, // 10^6 g in a ton, 10^3 m in a kilometre
  dm3: 1_000_000n, // 10^3 dm3 in a cubic metre
  s: 3_600_000n, // 3,600 s in an hour
  truck: 1_000n,
  each: 1_000n,
} as const satisfies Record<Measured['unit'], bigint>

/**
 * The amount of a line, rounded half up once.
 * @param measured  non-negative safe integers
 * @returns fen, exact whatever the size
 * Source: own. O(1).
 */
export function amountOf(measured: Measured): bigint {
  const distance = measured.unit === 'g_m' ? BigInt(measured.distanceM) : 1n
  const product = BigInt(measured.quantity) * distance * BigInt(measured.priceMilliFen)
  return divideHalfUp(product, divisors[measured.unit])
}

/**
 * Divides and rounds to the nearest integer, a half away from zero (四舍五入): 5/2 is 3 and −5/2 is −3, so that a reversed
 * amount is the amount reversed.
 * @param denominator  above zero
 * Source: HALF_UP of java.math.BigDecimal. O(size of the numbers).
 */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, 'a denominator is above zero')
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = (2n * magnitude + denominator) / (2n * denominator)
  return numerator < 0n ? -rounded : rounded
}
