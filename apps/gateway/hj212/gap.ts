const dayMs = 86_400_000
const gapMaxMs = 7 * dayMs
// A gap is one when three periods lack: what is late by one is on its way.
const periodsMissing = 3

/** What lacks between two records of a period. */
export type Gap = { readonly from: number; readonly to: number }

/**
 * What to ask a device for after a record.
 * @param before    time of the record before; null: none is known
 * @param at        time of this one, ms since the epoch
 * @param periodMs  how often there is one
 * @returns the first and the last record that lack, of at most seven days; null when fewer than three do
 * Source: HJ 212 server duties (补数). O(1).
 */
export function gapBefore(before: number | null, at: number, periodMs: number): Gap | null {
  if (before === null || at - before <= periodsMissing * periodMs) return null
  return { from: Math.max(before + periodMs, at - gapMaxMs), to: at - periodMs }
}
