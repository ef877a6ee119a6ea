/**
 * A decimal number as the wire writes it, in whole units of its last decimal.
 * @param text      `2730.620`
 * @param decimals  digits behind the point, all of them written
 * @returns 2730620n, or null when the text is no such number; never a float
 * Source: own. O(length).
 */
export function readDecimal(text: unknown, decimals: number): bigint | null {
  if (typeof text !== 'string') return null
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text)
  if (!match || (match[2] ?? '').length !== decimals) return null
  return BigInt(`${match[1]}${match[2] ?? ''}`)
}

/** The number again as text. O(length). */
export function printDecimal(value: bigint, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/**
 * Tonnes with two decimals.
 * @param kg  a safe integer, not negative
 * @returns `49.00`; half of 10 kg is rounded up
 * Source: access guide, GrossMass n..9,2. O(1).
 */
export const tonnes = (kg: number): string => printDecimal((BigInt(kg) + 5n) / 10n, 2)
