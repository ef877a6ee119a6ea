import { assert, err, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import { daysOfYear, minuteOf } from './local-time.ts'

/** A stretch of one day in which the office is open, `HH:MM` Beijing time, the end not included. */
export type OfficeSpan = { readonly from: string; readonly to: string }

/** The hours of one season, from `MM-DD` to `MM-DD`, both included; a season may run across the new year. */
export type OfficeHours = {
  readonly fromMonthDay: string
  readonly toMonthDay: string
  readonly spans: readonly OfficeSpan[]
}

export type OfficeHoursError =
  | { readonly kind: 'season_missing'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'season_overlap'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'span_order'; readonly field: string; readonly value: string; readonly rule: string }

/** What a new zone starts with: summer and winter hours of an office in the time of Beijing two hours east of it. Edited by the administrator. */
export const defaultOfficeHours: readonly OfficeHours[] = [
  {
    fromMonthDay: '05-01',
    toMonthDay: '09-30',
    spans: [
      { from: '10:00', to: '14:00' },
      { from: '16:00', to: '20:00' },
    ],
  },
  {
    fromMonthDay: '10-01',
    toMonthDay: '04-30',
    spans: [
      { from: '10:00', to: '14:00' },
      { from: '15:30', to: '19:30' },
    ],
  },
]

/**
 * Checks that the seasons cover every day of a leap year exactly once and that the spans of each follow one another.
 * @returns the seasons, or the first fault with field, value and rule
 * Source: own. O(366 · seasons).
 */
export function checkOfficeHours(seasons: readonly OfficeHours[]): Result<readonly OfficeHours[], OfficeHoursError> {
  const badSpan = seasons.map(findBadSpan).find((fault) => fault !== null)
  if (badSpan) return err(badSpan)
  for (const monthDay of monthDays) {
    const covering = seasons.filter((season) => covers(season, monthDay))
    if (covering.length === 0)
      return err({ kind: 'season_missing', field: 'seasons', value: monthDay, rule: 'every day has office hours' })
    if (covering.length > 1)
      return err({ kind: 'season_overlap', field: 'seasons', value: monthDay, rule: 'every day is in one season only' })
  }
  return ok(seasons)
}

/**
 * The spans in which the office is open on a workday of that date.
 * @throws Error when no season covers the date, which `checkOfficeHours` excludes
 * Source: own. O(seasons).
 */
export function spansOn(seasons: readonly OfficeHours[], date: LocalDate): readonly OfficeSpan[] {
  const monthDay = date.slice(5)
  const season = seasons.find((season) => covers(season, monthDay))
  assert(season, `office hours cover ${monthDay}`)
  return season.spans
}

const monthDays = daysOfYear(2024).map((date) => date.slice(5))

function covers({ fromMonthDay, toMonthDay }: OfficeHours, monthDay: string): boolean {
  if (fromMonthDay <= toMonthDay) return fromMonthDay <= monthDay && monthDay <= toMonthDay
  return monthDay >= fromMonthDay || monthDay <= toMonthDay
}

function findBadSpan(season: OfficeHours, i: number): OfficeHoursError | null {
  const times = season.spans.flatMap(({ from, to }) => [from, to])
  const rising = times.every((time, at) => at === 0 || minuteOf(times[at - 1] ?? time) < minuteOf(time))
  if (rising && times.length > 0) return null
  const value = season.spans.map(({ from, to }) => `${from}–${to}`).join(', ')
  return { kind: 'span_order', field: `seasons.${i}.spans`, value, rule: 'spans rise and do not touch; at least one' }
}
