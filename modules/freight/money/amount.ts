import { assert } from '@tingzhou/kernel'

/**
 * Money as a bank reads it: yuan with two decimals, exact.
 * @param fen  a safe integer, not negative
 * O(1).
 */
export function yuanText(fen: number): string {
  assert(Number.isSafeInteger(fen) && fen >= 0, `a bank is told a whole number of fen, not ${fen}`)
  const digits = String(fen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/**
 * Reads what a bank wrote; null where it is no amount in whole fen.
 * @param text  such as `1004.00`, `1004` or `1004.5`
 * O(length).
 */
export function readYuan(text: string): number | null {
  const parts = /^(\d{1,15})(?:\.(\d{1,5}))?$/.exec(text)
  if (!parts) return null
  const [, yuan = '', decimals = ''] = parts
  if (/[1-9]/.test(decimals.slice(2))) return null
  const fen = Number(yuan + decimals.slice(0, 2).padEnd(2, '0'))
  return Number.isSafeInteger(fen) ? fen : null
}
