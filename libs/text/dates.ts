import { err, localDate, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import dates from './data/dates.json' with { type: 'json' }
import { anyOf } from './normalise.ts'
import { readNumber } from './numerals.ts'
import type { TextRefusal } from './units.ts'

/** The last day that a text allows, and where it says so. */
export type Due = { readonly day: LocalDate; readonly at: number; readonly end: number }

const edge = String.raw`(?![a-z0-9])`
const number = String.raw`(\d{1,4}|[\p{Script=Han}]{1,3})`
const within = [
  new RegExp(`${number} ?${anyOf(Object.keys(dates.units))} ?${anyOf(dates.within)}`, 'u'),
  new RegExp(`(?<![a-z])${anyOf(dates.withinBefore)} (\\d{1,4}) ?${anyOf(Object.keys(dates.units))}`),
]
const unitIn = new RegExp(anyOf(Object.keys(dates.units)))
const iso = /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/
const chineseDay = new RegExp(
  `(?:(\\d{4}) ?${dates.year})? ?(\\d{1,2}) ?${dates.month} ?(\\d{1,2}) ?${anyOf(dates.day)}`,
)
const monthName = String.raw`(${anyOf(dates.months.flat())})\.?`
const dayFirst = new RegExp(`(?<![\\d.])(\\d{1,2})(?:st|nd|rd|th)? ${monthName}${edge}`)
const monthFirst = new RegExp(`(?<![a-z])${monthName} (\\d{1,2})(?:st|nd|rd|th)?${edge}`)
const monthOf = (name = ''): number => dates.months.findIndex((names) => names.includes(name)) + 1
const dayAlone = new RegExp(String.raw`(?<![\d.-])(?:[12]?\d|3[01]) ?${anyOf(dates.day)}(?=${anyOf(dates.dayBefore)})`)
const days = [iso, chineseDay, dayFirst, monthFirst, dayAlone].map((pattern) => new RegExp(pattern, 'g'))

/** The text with its days blanked out, of the same length: 12月5号 is no size and no grade. */
export const withoutDays = (text: string): string =>
  days.reduce((left, pattern) => left.replace(pattern, (day) => ';'.repeat(day.length)), text)

/**
 * Until when: 月底前, 10天内, 3月15日前, 2026-12-05, within 2 weeks, by 5 Dec. A day without a year is the next one from `today`.
 * @param text   normalised
 * @param today  the day it was written, `2026-11-29`
 * @returns null when the text says nothing; refusal `a_day_that_exists` for 2月30日
 * Source: own; days after Hinnant, days_from_civil. O(length).
 */
export function readDue(text: string, today: LocalDate): Result<Due | null, TextRefusal> {
  const now = dayNumber(today)
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))]
  const found = (match: RegExpExecArray, day: number): Result<Due, TextRefusal> =>
    ok({ day: localDay(day), at: match.index, end: match.index + match[0].length })

  const full = iso.exec(text)
  if (full) return onDay(full, Number(full[1]), Number(full[2]), Number(full[3]))
  const chinese = chineseDay.exec(text)
  if (chinese) return nextDay(chinese, today, chinese[1], Number(chinese[2]), Number(chinese[3]))
  const [first, second] = [dayFirst.exec(text), monthFirst.exec(text)]
  if (first) return nextDay(first, today, undefined, monthOf(first[2]), Number(first[1]))
  if (second) return nextDay(second, today, undefined, monthOf(second[1]), Number(second[2]))
  for (const pattern of within) {
    const match = pattern.exec(text)
    const count = match && countOf(match[1] ?? '')
    if (match && count !== null) return found(match, now + count * unitDays(match[0]))
  }
  for (const [words, day] of [
    [dates.nextMonthEnd, () => dayOf(year, month + 2, 0)],
    [dates.monthEnd, () => dayOf(year, month + 1, 0)],
    [dates.yearEnd, () => dayOf(year, 12, 31)],
    // Monday is day 0 of a week: 1970-01-01 was a Thursday.
    [dates.nextWeekEnd, () => now + 13 - ((now + 3) % 7)],
    [dates.weekEnd, () => now + 6 - ((now + 3) % 7)],
  ] as const) {
    const match = new RegExp(anyOf(words)).exec(text)
    if (match) return found(match, day())
  }
  const offset = new RegExp(`(?<![a-z])${anyOf(Object.keys(dates.offsets))}`).exec(text)
  return offset
    ? found(offset, now + (Object.entries(dates.offsets).find(([word]) => word === offset[0])?.[1] ?? 0))
    : ok(null)
}

function countOf(letters: string): number | null {
  for (let at = 0; at < letters.length; at++) {
    const read = readNumber(letters, at)
    if (read && read.end === letters.length) return Math.min(read.value, 3_660)
  }
  return null
}

function unitDays(text: string): number {
  const name = unitIn.exec(text)?.[0]
  return Object.entries(dates.units).find(([unit]) => unit === name)?.[1] ?? 1
}

function nextDay(match: RegExpExecArray, today: LocalDate, year: string | undefined, month: number, day: number) {
  if (year !== undefined) return onDay(match, Number(year), month, day)
  const thisYear = onDay(match, Number(today.slice(0, 4)), month, day)
  return thisYear.ok && thisYear.value.day < today ? onDay(match, Number(today.slice(0, 4)) + 1, month, day) : thisYear
}

function onDay(match: RegExpExecArray, year: number, month: number, day: number): Result<Due, TextRefusal> {
  const number = dayOf(year, month, day)
  const written = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  return localDay(number) === written
    ? ok({ day: localDay(number), at: match.index, end: match.index + match[0].length })
    : err({ field: 'due', value: match[0].trim(), rule: 'a_day_that_exists' })
}

const dayNumber = (day: LocalDate): number =>
  dayOf(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)))

// Days since 1970-01-01 of the proleptic Gregorian calendar; months and days may run over.
function dayOf(year: number, month: number, day: number): number {
  const monthIndex = year * 12 + month - 1
  const [y, m] = [Math.floor(monthIndex / 12), (((monthIndex % 12) + 12) % 12) + 1]
  const shifted = m <= 2 ? y - 1 : y
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function localDay(number: number): LocalDate {
  const shifted = number + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const m = Math.floor((5 * dayOfYear + 2) / 153)
  const [day, month] = [dayOfYear - Math.floor((153 * m + 2) / 5) + 1, m < 10 ? m + 3 : m - 9]
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (part: number): string => String(part).padStart(2, '0')
  return localDate(`${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`)
}
