import chineseDays from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import type { LocalDate } from '@tingzhou/kernel'
import type { CalendarDay } from './calendar.ts'
import { daysOfYear, weekdayOf } from './local-time.ts'

/** One day of a year being loaded. */
export type YearDay = CalendarDay & { readonly date: LocalDate }

/** Where the built-in days come from: the State Council's yearly notices (国务院办公厅关于节假日安排的通知) as collected by this package. */
export const builtInSource = 'chinese-days 1.5.7'

// English name, Chinese name, days of the statutory holiday: "Spring Festival,春节,4".
const holidays = new Map(Object.entries<string>(chineseDays.holidays))
const makeUpDays = new Map(Object.entries<string>(chineseDays.workdays))

/** The years that the package declares: a year counts only when its holidays are published. */
export const builtInYears: readonly number[] = [
  ...new Set([...holidays.keys()].map((date) => Number(date.slice(0, 4)))),
].toSorted((a, b) => a - b)

/**
 * Every day of a published year. Inside such a year, and only there, a day that the notice does not name follows the week.
 * @param year  one of `builtInYears`
 * @throws RangeError for any other year
 * Source: chinese-days 1.5.7, `holidays` and `workdays`. O(days).
 */
export function builtInYear(year: number): readonly YearDay[] {
  if (!builtInYears.includes(year)) throw new RangeError(`no holidays are published for ${year}`)
  return daysOfYear(year).map((date) => ({ date, ...builtInDay(date) }))
}

function builtInDay(date: LocalDate): CalendarDay {
  const makesUpFor = makeUpDays.get(date)
  if (makesUpFor) return { kind: 'work', ...makeUpName(makesUpFor) }
  const holiday = holidays.get(date)
  if (holiday) return { kind: 'off', ...nameOf(holiday) }
  return { kind: weekdayOf(date) <= 5 ? 'work' : 'off', name: null, nameEn: null }
}

function nameOf(entry: string): { readonly name: string | null; readonly nameEn: string | null } {
  const [nameEn = null, name = null] = entry.split(',')
  return { name, nameEn }
}

function makeUpName(entry: string): { readonly name: string | null; readonly nameEn: string | null } {
  const { name, nameEn } = nameOf(entry)
  return { name: name && `${name}调休上班`, nameEn: nameEn && `${nameEn} (make-up workday)` }
}
