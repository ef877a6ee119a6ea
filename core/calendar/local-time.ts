import { assert, epochMs, localDate, type EpochMs, type LocalDate } from '@tingzhou/kernel'

/**
 * Asia/Shanghai is UTC+8 without exception since 1992 (the last summer time ended on 1991-09-15, tz database), and the calendar's
 * data begin in 2004: a constant is exact here and cannot drift with the machine's time zone files. It would not be for older days.
 */
const offsetMs = 8 * 3_600_000
const dayMs = 86_400_000

/**
 * The calendar day on which an instant falls in Beijing time.
 * @param ms  an instant of 1992 or later
 * Source: own. O(1).
 */
export const localDateOf = (ms: EpochMs): LocalDate => dateOfDay(Math.floor((ms + offsetMs) / dayMs))

/**
 * The instant of a wall-clock time in Beijing.
 * @param time  `HH:MM`, 00:00 to 24:00
 * @throws Error when the time is not written so
 * Source: own. O(1).
 */
export const instantOf = (date: LocalDate, time: string): EpochMs =>
  epochMs(dayOf(date) * dayMs + minuteOf(time) * 60_000 - offsetMs)

/**
 * The day so many days later, workdays or not.
 * @param days  whole days, negative for earlier
 * Source: own. O(1).
 */
export const addDays = (date: LocalDate, days: number): LocalDate => dateOfDay(dayOf(date) + days)

/**
 * Minutes since midnight.
 * @param time  `HH:MM`, 00:00 to 24:00
 * @throws Error when it is not written so
 */
export function minuteOf(time: string): number {
  const [hour, minute] =
    /^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/.exec(time)?.slice(1).filter(Boolean).map(Number) ?? []
  assert(hour !== undefined && minute !== undefined, `a time of day is written HH:MM, got ${time}`)
  return hour * 60 + minute
}

/** 1 = Monday … 7 = Sunday. Never an answer to whether people work. O(1). */
export const weekdayOf = (date: LocalDate): number => ((((dayOf(date) + 3) % 7) + 7) % 7) + 1

/**
 * All days of a year, in order.
 * @param year  1992 to 9999
 */
export function daysOfYear(year: number): readonly LocalDate[] {
  const first = dayOf(localDate(`${year}-01-01`))
  const last = dayOf(localDate(`${year}-12-31`))
  return Array.from({ length: last - first + 1 }, (_, i) => dateOfDay(first + i))
}

// Days since 1970-01-01 and back. Source: Howard Hinnant, "chrono-compatible low-level date algorithms" (2013):
// years begin in March, so that the leap day is the last of its year; 400 years are 146 097 days.
function dayOf(date: LocalDate): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function dateOfDay(days: number): LocalDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return localDate(`${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`)
}

const padded = (value: number, length: number): string => String(value).padStart(length, '0')
