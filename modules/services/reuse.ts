import type { LocalDate } from '@tingzhou/kernel'
import { isYoungerThan } from './period.ts'
import type { Reuse } from './words.ts'

export type NotReusable = 'never' | 'too_old' | 'from_the_future'

/** Why what was known on a day may not be used again today; null when it may. Source: casework.md §10. O(1). */
export function whyNotReusable(reuse: Reuse, asOf: LocalDate, today: LocalDate): NotReusable | null {
  if (reuse === 'never') return 'never'
  if (asOf > today) return 'from_the_future'
  if (reuse === 'always') return null
  return isYoungerThan(asOf, reuse.youngerThan, today) ? null : 'too_old'
}
