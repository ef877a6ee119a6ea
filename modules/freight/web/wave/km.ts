import { formatNumber } from '@tingzhou/ui'

/** Metres as kilometres with one decimal, as dispatchers speak of ways. */
export const km = (metres: number): string => formatNumber(metres / 1_000, 1)
