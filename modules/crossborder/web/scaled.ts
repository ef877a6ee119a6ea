import { formatAmount } from '@tingzhou/ui'
import type { Currency } from '../words.ts'

/** Decimals of every currency of a contract. */
export const moneyScale = 2
/** Decimals of a rate: its whole numbers are thousandths of a yuan. */
export const rateScale = 3

/** `USD 2.35`. */
export const priceText = (currency: Currency, minor: number): string => `${currency} ${formatAmount(minor, moneyScale)}`
