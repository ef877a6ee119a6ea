import { addDays } from '@tingzhou/calendar'
import { assert, localDate, type LocalDate } from '@tingzhou/kernel'

/**
 * The day so many years, months and days later; a day that the month does not have becomes its last.
 * @param period  `P1Y`, `P6M`, `P90D` or a mixture
 * Source: ISO 8601-1, 5.5.2; the order years, months, days as in XML Schema part 2, appendix E. O(1).
 */
export function addPeriod(date: LocalDate, period: string): LocalDate {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/.exec(period)
  assert(match, `a period is written P1Y2M3D, got ${period}`)
  const [years, months, days] = match.slice(1).map((part) => Number(part ?? 0))
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const monthsFromZero = (year + (years ?? 0)) * 12 + (month - 1) + (months ?? 0)
  return addDays(inMonth(Math.floor(monthsFromZero / 12), (monthsFromZero % 12) + 1, day), days ?? 0)
}

function inMonth(year: number, month: number, day: number): LocalDate {
  const prefix = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-`
  const first = localDate(`${prefix}01`)
  const next =
    month === 12
      ? `${String(year + 1).padStart(4, '0')}-01-01`
      : `${prefix.slice(0, 5)}${String(month + 1).padStart(2, '0')}-01`
  const last = addDays(localDate(next), -1)
  const lastDay = Number(last.slice(8))
  return addDays(first, Math.min(day, lastDay) - 1)
}

/** Whether something of a day is younger than a period today; on the day the period ends it is not. O(1). */
export const isYoungerThan = (asOf: LocalDate, period: string, today: LocalDate): boolean =>
  addPeriod(asOf, period) > today
