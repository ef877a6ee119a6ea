import { formatAmount } from './format.ts'

/**
 * The whole number of 10^-scale that somebody wrote: `32.46` at 3 is 32460. Digit by digit, no float.
 * @returns null of nothing; NaN of what is no number, has more decimals, or is above what is exact
 */
export function wholeOf(text: string, scale: number): number | null {
  const plain = text.replaceAll(/[,\s]/g, '')
  if (plain === '') return null
  const [, whole, part = ''] = /^(-?\d+)(?:\.(\d*))?$/.exec(plain) ?? []
  if (whole === undefined || part.length > scale) return Number.NaN
  const value = Number(whole + part.padEnd(scale, '0'))
  return Number.isSafeInteger(value) ? value : Number.NaN
}

/** What a field shows of a whole number: `32.46` of 32460 at 3, without needless zeros. */
export function scaledText(value: number | null | undefined, scale: number): string {
  if (value === null || value === undefined || !Number.isSafeInteger(value)) return ''
  return withoutZeros(formatAmount(value, scale).replaceAll(',', ''), 0)
}

/** Drops zeros at the end down to so many decimals. */
export function withoutZeros(text: string, least: number): string {
  const [whole = '', part = ''] = text.split('.')
  const kept = part.slice(0, least) + part.slice(least).replace(/0+$/, '')
  return kept === '' ? whole : `${whole}.${kept}`
}
