import { formatAmount, withoutZeros } from '@tingzhou/ui'
import type { Measure } from '../../words.ts'

/** Decimals of a yuan in a price: its whole numbers are thousandths of a fen. */
export const priceScale = 5
/** Decimals of a per cent and of a per mille in a rate: its whole numbers are basis points. */
export const percentScale = 2
export const permilleScale = 1

/** Decimals of a quantity: tons of kilograms, cubic metres of cubic decimetres, whole trucks. */
export const quantityScale: Readonly<Record<Measure, number>> = { ton: 3, m3: 3, truck: 0 }

/** `1,078.005` from thousandths of a fen: yuan with two to five decimals. */
export const formatPrice = (milliFen: number): string => withoutZeros(formatAmount(milliFen, priceScale), 2)

/** `32.460`, or `3` trucks; the unit stands beside it. */
export const formatQuantity = (n: number, measure: Measure): string => formatAmount(n, quantityScale[measure])
