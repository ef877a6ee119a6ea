import { formatAmount } from '@tingzhou/ui'
import type { Currency } from '../words.ts'

/** Decimals of every currency of a contract. */
export const moneyScale = 2
/** Decimals of a rate: its whole numbers are thousandths of a yuan. */
export const rateScale = 3

/** What may be typed at a scale. */
export const scaledPattern = (scale: number): RegExp => new RegExp(`^\\d{1,12}(\\.\\d{0,${scale}})?$`)

/** The whole number of 10^-scale that somebody wrote: `2.35` at 2 is 235. Digit by digit, no float. O(length). */
export function wholeOf(text: string, scale: number): number {
  const [whole = '0', part = ''] = text.trim().split('.')
  return Number(whole + part.slice(0, scale).padEnd(scale, '0'))
}

/** `2.35` of 235 at 2. */
export const textOf = (value: number, scale: number): string => formatAmount(value, scale).replaceAll(',', '')

/** `USD 2.35`. */
export const priceText = (currency: Currency, minor: number): string => `${currency} ${formatAmount(minor, moneyScale)}`
