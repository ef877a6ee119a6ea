import { localDateOf } from '@tingzhou/calendar'
import { err, ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'

/** One thing that one item still needs from the applicant. */
export type Ask = { readonly item: string; readonly subject: string; readonly reason: string }
/** What a department asked at a time. */
export type SupplementRequest = { readonly askedAt: EpochMs; readonly asks: readonly Ask[] }

/** One list a day for the applicant 补正清单; the clocks of the items on it stand still, others run on. */
export type Supplement = {
  readonly day: LocalDate
  readonly asks: readonly Ask[]
  readonly pausedItems: readonly string[]
}

/**
 * Merges what several departments asked into one list for each day, in the order of the days. Asking the same again changes nothing.
 * Source: casework.md §10, rule 4. O(n log n) for each request of a day.
 */
export function supplementsOf(requests: readonly SupplementRequest[]): readonly Supplement[] {
  const byDay = new Map<LocalDate, Supplement>()
  for (const { askedAt, asks } of requests) {
    const day = localDateOf(askedAt)
    byDay.set(day, addAsks(byDay.get(day) ?? supplement(day, []), asks))
  }
  return [...byDay.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1))
}

/** Adds asks to the list of their day. */
export const addAsks = ({ day, asks }: Supplement, more: readonly Ask[]): Supplement =>
  supplement(day, [...asks, ...more])

function supplement(day: LocalDate, asks: readonly Ask[]): Supplement {
  const byKey = new Map(asks.map((ask) => [JSON.stringify([ask.item, ask.subject, ask.reason]), ask]))
  const ordered = [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, ask]) => ask)
  return { day, asks: ordered, pausedItems: [...new Set(ordered.map(({ item }) => item))] }
}

/**
 * What is still open after the applicant supplied subjects; an item whose asks are all answered runs again.
 * @param supplied  subjects
 */
export const answered = ({ day, asks }: Supplement, supplied: ReadonlySet<string>): Supplement =>
  supplement(
    day,
    asks.filter(({ subject }) => !supplied.has(subject)),
  )

export type SecondCorrection = { readonly kind: 'second_correction_needs_reason'; readonly earlier: number }

/**
 * Whether an application may be sent back for correction: the first list names everything at once 一次性告知; a further one
 * needs the head's reason. Source: casework.md §10, rule 1. O(1).
 */
export function mayCorrect(earlier: number, headsReason: string | null): Result<void, SecondCorrection> {
  if (earlier === 0 || (headsReason !== null && headsReason.trim() !== '')) return ok(undefined)
  return err({ kind: 'second_correction_needs_reason', earlier })
}
