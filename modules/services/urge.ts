import { addWorkingDays, localDateOf, type Calendar, type CalendarNotLoaded } from '@tingzhou/calendar'
import { ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'

/** For whom somebody urges 催办: the applicant, the department that leads the one-thing, supervision. */
export type UrgeSide = 'applicant' | 'lead' | 'supervisor'

/**
 * The day from which one side may urge again: so many working days after it last did.
 * @param last       when this side last urged; null: never
 * @param everyDays  working days between two urges
 * @returns null: at once, or the day; an unknown day of the calendar is an error
 * Source: casework.md §9; the interval is data. O(days passed).
 */
export function urgeAgainOn(
  calendar: Calendar,
  last: EpochMs | null,
  everyDays: number,
): Result<LocalDate | null, CalendarNotLoaded> {
  return last === null ? ok(null) : addWorkingDays(calendar, localDateOf(last), everyDays)
}

/** Whether a side may urge on a day. Pure. */
export const mayUrge = (againOn: LocalDate | null, today: LocalDate): boolean => againOn === null || againOn <= today
