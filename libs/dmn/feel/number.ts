/**
 * Numbers. FEEL asks for 34 decimal digits; these are IEEE 754 doubles, as in feelin. Sums and products are made on the decimal digits
 * where those fit 53 bits, and rounded to 15 significant digits where they do not: 0.1 + 0.2 is 0.3.
 */
import type { Value } from './value.ts'

/** Rounds away what binary fractions add; null when there is no number. O(1). */
export function decimal(n: number): number | null {
  if (!Number.isFinite(n)) return null
  return Number.isInteger(n) ? n + 0 : Number(n.toPrecision(15))
}

/** The decimals that a number is written with; more than 15 for one that is no decimal of this size. */
function decimalsOf(n: number): number {
  if (Number.isInteger(n)) return 0
  const text = String(n)
  const exponent = text.indexOf('e')
  const plain = exponent < 0 ? text : text.slice(0, exponent)
  const point = plain.indexOf('.')
  return (point < 0 ? 0 : plain.length - point - 1) - (exponent < 0 ? 0 : Number(text.slice(exponent + 1)))
}

/** a + b on decimal digits; null when there is no such number. */
export function plus(a: number, b: number): number | null {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b))
  const scale = 10 ** decimals
  const sum = Math.round(a * scale) + Math.round(b * scale)
  return decimals <= 15 && Number.isSafeInteger(sum) ? sum / scale + 0 : decimal(a + b)
}

/** a × b on decimal digits; null when there is no such number. */
export function times(a: number, b: number): number | null {
  const [left, right] = [decimalsOf(a), decimalsOf(b)]
  const product = Math.round(a * 10 ** left) * Math.round(b * 10 ** right)
  return left + right <= 15 && Number.isSafeInteger(product) ? product / 10 ** (left + right) + 0 : decimal(a * b)
}

/** A number as FEEL writes it: never with an exponent. */
export function numberText(n: number): string {
  const text = String(n)
  const [, sign, whole, decimals, exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (sign === undefined || whole === undefined) return text
  const digits = whole + (decimals ?? '')
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? sign + digits.padEnd(point, '0')
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

export type Rounding = 'up' | 'down' | 'half up' | 'half down' | 'half even' | 'floor' | 'ceiling'

/** The scales that IEEE 754 decimal128 has. Source: DMN 1.5 clause 10.3.4.5. */
export const scaleMin = -6111
export const scaleMax = 6176

/**
 * Rounds to a number of decimals, on the decimal digits of the number as it is written.
 * @param scale  decimals; negative rounds left of the point
 */
export function round(n: number, scale: number, rounding: Rounding): number | null {
  if (scale < scaleMin || scale > scaleMax) return null
  const places = Math.trunc(scale)
  const [whole = '0', decimals = ''] = numberText(Math.abs(n)).split('.')
  if (decimals.length <= places) return n
  const digits = whole + decimals
  const cut = whole.length + places
  if (cut < -400) return isUp(rounding, n) ? null : 0
  const kept = cut > 0 ? digits.slice(0, cut) : '0'
  const rest = cut >= 0 ? digits.slice(cut) : '0'.repeat(-cut) + digits
  const isOdd = Number(kept.at(-1)) % 2 === 1
  const size = BigInt(kept) + (goesUp(rest, rounding, n < 0, isOdd) ? 1n : 0n)
  const result = Number(`${n < 0 ? '-' : ''}${size}e${-places}`)
  return Number.isFinite(result) ? result + 0 : null
}

function isUp(rounding: Rounding, n: number): boolean {
  return rounding === 'up' || (rounding === 'ceiling' && n > 0) || (rounding === 'floor' && n < 0)
}

/** Whether what is cut off makes the size grow. */
function goesUp(rest: string, rounding: Rounding, isNegative: boolean, isOdd: boolean): boolean {
  if (/^0*$/.test(rest)) return false
  const isHalf = /^50*$/.test(rest)
  const isMore = rest.charAt(0) >= '5' && !isHalf
  switch (rounding) {
    case 'up':
      return true
    case 'down':
      return false
    case 'floor':
      return isNegative
    case 'ceiling':
      return !isNegative
    case 'half up':
      return isHalf || isMore
    case 'half down':
      return isMore
    case 'half even':
      return isMore || (isHalf && isOdd)
  }
}

export const isNumber = (value: Value | undefined): value is number => typeof value === 'number'
