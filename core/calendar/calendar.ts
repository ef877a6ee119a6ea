import { err, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import type { OfficeHours } from './office-hours.ts'

export type DayKind = 'work' | 'off'

/** One known day; a name where the day is a holiday or makes up for one. */
export type CalendarDay = { readonly kind: DayKind; readonly name: string | null; readonly nameEn: string | null }

/** Everything that working time depends on, as it stood at one version. Immutable; the rules take it as a value. */
export type Calendar = {
  readonly version: string
  readonly days: ReadonlyMap<LocalDate, CalendarDay>
  readonly hours: readonly OfficeHours[]
}

/** The question touches a day that nobody has declared. It is never answered from the weekday. */
export type CalendarNotLoaded = { readonly kind: 'calendar_not_loaded'; readonly date: LocalDate }

/**
 * Whether people work on a day.
 * @returns `work` or `off`, or `calendar_not_loaded` for a day without a row
 * Source: own. O(1).
 */
export function dayKind(calendar: Calendar, date: LocalDate): Result<DayKind, CalendarNotLoaded> {
  const day = calendar.days.get(date)
  return day ? ok(day.kind) : err({ kind: 'calendar_not_loaded', date })
}

/**
 * The last day of the calendar, for warning before it runs out.
 * @returns null when no day is loaded
 * Source: own. O(days).
 */
export const lastDay = (calendar: Calendar): LocalDate | null =>
  [...calendar.days.keys()].reduce<LocalDate | null>((last, date) => (last === null || date > last ? date : last), null)
