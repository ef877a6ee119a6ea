import { epochMs, type EpochMs } from '@tingzhou/kernel'

// Beijing time, UTC+8 all the year: the standard knows no other and no summer time.
const offsetMs = 8 * 3_600_000
const dayMs = 86_400_000

/**
 * Reads a time of a data area.
 * @param text  `YYYYMMDDhhmmss`, Beijing time
 * @returns the instant, or null when the text is not 14 digits or names no existing second
 * Source: HJ 212-2017 table 4. O(1).
 */
export function parseTime(text: string): EpochMs | null {
  if (text.length !== 14) return null
  const year = digits(text, 0, 4)
  const month = digits(text, 4, 2)
  const day = digits(text, 6, 2)
  const hour = digits(text, 8, 2)
  const minute = digits(text, 10, 2)
  const second = digits(text, 12, 2)
  // `digits` answers NaN for anything but digits, and NaN fails every comparison.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return null
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null
  return epochMs(daysBefore(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 - offsetMs)
}

/**
 * Reads a request number, which is the time at which the exchange began.
 * @param text  `YYYYMMDDhhmmsszzz`, Beijing time
 * @returns the instant, or null when the text is not 17 digits or names no existing millisecond
 * Source: HJ 212-2017 6.3.2. O(1).
 */
export function parseQn(text: string): EpochMs | null {
  if (text.length !== 17) return null
  const second = parseTime(text.slice(0, 14))
  const ms = digits(text, 14, 3)
  return second === null || Number.isNaN(ms) ? null : epochMs(second + ms)
}

/**
 * Writes a time for a data area; milliseconds are cut off.
 * @param at  an instant of the years 1 to 9999, Beijing time
 * @returns `YYYYMMDDhhmmss`, Beijing time
 * @throws RangeError when the year has not four digits
 * Source: HJ 212-2017 table 4. O(1).
 */
export function formatTime(at: EpochMs): string {
  const local = at + offsetMs
  const days = Math.floor(local / dayMs)
  const seconds = Math.floor((local - days * dayMs) / 1_000)
  const { year, month, day } = dateOf(days)
  if (year < 1 || year > 9_999) throw new RangeError(`a time has a year of four digits, got ${year}`)
  const [hour, minute] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return pad(year, 4) + [month, day, hour, minute, seconds % 60].map((part) => pad(part, 2)).join('')
}

/**
 * Writes a request number.
 * @param at  the instant; two exchanges of one device must not share it
 * @returns `YYYYMMDDhhmmsszzz`, Beijing time
 * @throws RangeError when the year has not four digits
 * Source: HJ 212-2017 6.3.2. O(1).
 */
export const formatQn = (at: EpochMs): string => formatTime(at) + pad(((at % 1_000) + 1_000) % 1_000, 3)

function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const pad = (value: number, length: number): string => String(value).padStart(length, '0')

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

// Days from 1970-01-01, Gregorian. Source: H. Hinnant, chrono-compatible low-level date algorithms (2013), days_from_civil.
function daysBefore(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

// The inverse, civil_from_days of the same page.
function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 }
}
