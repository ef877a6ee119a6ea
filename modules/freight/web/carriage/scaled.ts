import { formatAmount } from '@tingzhou/ui'
import type { Measure } from '../../words.ts'

/** Decimals of a yuan in a price: its whole numbers are thousandths of a fen. */
export const priceScale = 5
/** Decimals of a per cent and of a per mille in a rate: its whole numbers are basis points. */
export const percentScale = 2
export const permilleScale = 1

/** Decimals of a quantity: tons of kilograms, cubic metres of cubic decimetres, whole trucks. */
export const quantityScale: Readonly<Record<Measure, number>> = { ton: 3, m3: 3, truck: 0 }

/**
 * The whole number of 10^-scale that somebody wrote: `32.46` at 3 is 32460. Digit by digit, no float.
 * @returns null of nothing; NaN of what is no number, has more decimals, or is above what is exact
 */
export function wholeOf(text: string, scale: number): number | null {
  const plain = text.replaceAll(/[,\s]/g, '')
  if (plain === '') return null
  const [, whole, part = ''] = /^(\d+)(?:\.(\d*))?$/.exec(plain) ?? []
  if (whole === undefined || part.length > scale) return Number.NaN
  const value = Number(whole + part.padEnd(scale, '0'))
  return Number.isSafeInteger(value) ? value : Number.NaN
}

/** What a field shows of a whole number: `32.46` of 32460 at 3, without needless zeros. */
export function textOf(value: number | null | undefined, scale: number): string {
  if (value === null || value === undefined || !Number.isSafeInteger(value)) return ''
  return trimmed(formatAmount(value, scale).replaceAll(',', ''), 0)
}

/** `1,078.005` from thousandths of a fen: yuan with two to five decimals. */
export const formatPrice = (milliFen: number): string => trimmed(formatAmount(milliFen, priceScale), 2)

/** `32.460`, or `3` trucks; the unit stands beside it. */
export const formatQuantity = (n: number, measure: Measure): string => formatAmount(n, quantityScale[measure])

/** Drops zeros at the end down to so many decimals. */
function trimmed(text: string, least: number): string {
  const [whole = '', part = ''] = text.split('.')
  const kept = part.slice(0, least) + part.slice(least).replace(/0+$/, '')
  return kept === '' ? whole : `${whole}.${kept}`
}
