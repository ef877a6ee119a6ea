import type { EpochMs, Result } from '@tingzhou/kernel'
import type { ToleranceRefusal } from './tolerance.ts'

/** What silence leads to: since when the application counts as accepted, and whether its promise is in force. */
export type Silence = {
  readonly from: EpochMs
  readonly promise:
    | { readonly state: 'none' | 'in_force' }
    | { readonly state: 'void'; readonly reasons: readonly string[] }
}

/**
 * 逾期视为受理: nobody answered in time. The application is accepted whatever it lacks, from the day on which it was received, or on
 * which the applicant mended it. A signed promise is in force when it could have been accepted in words; otherwise what is missing
 * is asked by the items as a supplement.
 * @param received   when the application came
 * @param mended     when the last correction list was answered; null: there was none
 * @param tolerance  null: nothing is promised; else whether the promise holds, or why not
 * Source: casework.md §10, rules 1 and 5; Licensing Law, article 32. O(reasons).
 */
export function acceptBySilence(
  received: EpochMs,
  mended: EpochMs | null,
  tolerance: Result<readonly string[], readonly Pick<ToleranceRefusal, 'kind'>[]> | null,
): Silence {
  const from = mended !== null && mended > received ? mended : received
  if (tolerance === null) return { from, promise: { state: 'none' } }
  if (tolerance.ok) return { from, promise: { state: 'in_force' } }
  return { from, promise: { state: 'void', reasons: [...new Set(tolerance.error.map(({ kind }) => kind))] } }
}

/**
 * When the clock of an item begins. What waited for another item begins when that one is granted; what a place decides begins with the
 * receipt there; the rest of an application that silence accepted begins on the day of its receipt.
 * @param received  the receipt that counts for an item that waited for no other: of the place, or of the silent application; null: now
 */
export const itemStart = (waited: boolean, received: EpochMs | null, now: EpochMs): EpochMs =>
  waited || received === null || received > now ? now : received
