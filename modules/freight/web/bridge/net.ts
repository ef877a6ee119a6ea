import type { Truck } from './api.ts'

/** What is wrong with weights that are being typed: a key of the texts and the limit that it names. */
export type NetFault = { readonly key: 'swapped' | 'zero' | 'bridge' | 'legal' | 'rated'; readonly limit: number }

/**
 * Whether weights can be true of a truck, as the server will judge them.
 * @param maxKg  of the weighbridge
 * Pure. O(1).
 */
export function netFault(
  grossKg: number,
  tareKg: number,
  { ratedLoadKg, legalGrossKg }: Pick<Truck, 'ratedLoadKg' | 'legalGrossKg'>,
  maxKg: number,
): NetFault | null {
  if (grossKg < tareKg) return { key: 'swapped', limit: grossKg }
  if (grossKg === tareKg) return { key: 'zero', limit: 0 }
  if (grossKg > maxKg) return { key: 'bridge', limit: maxKg }
  if (grossKg > legalGrossKg) return { key: 'legal', limit: legalGrossKg }
  return grossKg - tareKg > ratedLoadKg ? { key: 'rated', limit: ratedLoadKg } : null
}
