/** Dates, times, dates with time. Source: DMN 1.5 clauses 10.3.2.3.4 to .6; XML Schema part 2 for how they are written. */
import { dayNumber, dayOf, daysInMonth } from './calendar.ts'
import { fraction, monthsDuration, readDuration, readFraction, span } from './duration.ts'
import { offsetAt, offsetOfInstant, readZone, zoneText } from './zone.ts'
import {
  isDate,
  isDateTime,
  isTime,
  tagged,
  type Duration,
  type FeelDate,
  type FeelDateTime,
  type FeelMonths,
  type FeelSpan,
  type FeelTime,
  type Temporal,
  type Zone,
} from './value.ts'

const yearMax = 999_999_999
const nanosInSecond = 1_000_000_000
const nanosInDay = 86_400 * nanosInSecond
export const utc: Zone = { offsetS: 0 }

/** Makes a date; null when there is no such day. */
export function makeDate(year: number, month: number, day: number): FeelDate | null {
  if (![year, month, day].every(Number.isInteger) || Math.abs(year) > yearMax) return null
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  const pad = (part: number, length: number) => String(part).padStart(length, '0')
  const text = `${year < 0 ? '-' : ''}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(day, 2)}`
  return tagged({ feel: 'date', text, year, month, day })
}

export function readDate(text: string): FeelDate | null {
  const [, year, month, day] = /^(-?(?:[1-9]\d{4,8}|\d{4}))-(\d{2})-(\d{2})$/.exec(text) ?? []
  return year === undefined ? null : makeDate(Number(year) + 0, Number(month), Number(day))
}

/** Makes a time of day from its nanoseconds; null outside the day. */
export function makeTime(nanos: number, zone: Zone): FeelTime | null {
  if (!Number.isInteger(nanos) || nanos < 0 || nanos >= nanosInDay) return null
  const seconds = Math.floor(nanos / nanosInSecond)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return tagged({ feel: 'time', text: clock + fraction(nanos % nanosInSecond) + zoneText(zone), nanos, zone })
}

/** Makes a time of day from its parts; seconds may have decimals. */
export function timeOf(hour: number, minute: number, second: number, zone: Zone): FeelTime | null {
  if (!Number.isInteger(hour) || !Number.isInteger(minute) || hour < 0 || hour > 23) return null
  if (minute < 0 || minute > 59 || second < 0 || second >= 60) return null
  return makeTime((hour * 3600 + minute * 60) * nanosInSecond + Math.round(second * nanosInSecond), zone)
}

export function readTime(text: string): FeelTime | null {
  const [, hour, minute, second, decimals, rest] = /^(\d{2}):(\d{2}):(\d{2})(\.\d+)?(.*)$/s.exec(text) ?? []
  const zone = readZone(rest ?? '')
  if (hour === undefined || zone === undefined) return null
  const whole = timeOf(Number(hour), Number(minute), Number(second), zone)
  return whole === null ? null : makeTime(whole.nanos + readFraction(decimals), zone)
}

export function makeDateTime(date: FeelDate, time: FeelTime): FeelDateTime {
  return tagged({ feel: 'date and time', text: `${date.text}T${time.text}`, date, time })
}

export function readDateTime(text: string): FeelDateTime | null {
  const at = text.indexOf('T')
  const date = readDate(at < 0 ? text : text.slice(0, at))
  const time = at < 0 ? midnight(null) : readTime(text.slice(at + 1))
  return date === null || time === null ? null : makeDateTime(date, time)
}

/** Reads whatever stands in an at-literal: `@"2021-01-02"`, `@"P1D"`. */
export function readTemporal(text: string): Temporal | Duration | null {
  if (/^-?P/.test(text)) return readDuration(text)
  if (/^\d{2}:/.test(text)) return readTime(text)
  return text.includes('T') ? readDateTime(text) : readDate(text)
}

/** The start of the day. */
export function midnight(zone: Zone): FeelTime {
  return tagged({ feel: 'time', text: `00:00:00${zoneText(zone)}`, nanos: 0, zone })
}

/** A date as an instant is the start of its day in UTC. Source: DMN 1.5 clause 10.3.2.3.5. */
export function atMidnight(date: FeelDate): FeelDateTime {
  return makeDateTime(date, midnight(utc))
}

export const zoneOf = (value: Temporal): Zone =>
  isDate(value) ? utc : isDateTime(value) ? value.time.zone : value.zone

/** Seconds and nanoseconds since 1970-01-01T00:00:00, as the clock shows them. */
function local(value: FeelDateTime): { readonly seconds: number; readonly nanos: number } {
  const days = dayNumber(value.date.year, value.date.month, value.date.day)
  return {
    seconds: days * 86_400 + Math.floor(value.time.nanos / nanosInSecond),
    nanos: value.time.nanos % nanosInSecond,
  }
}

/** The distance from UTC of a time or a date and time, in seconds; null for local time. */
export function offsetOf(value: FeelTime | FeelDateTime): number | null {
  return isTime(value)
    ? offsetAt(value.zone, value.nanos / nanosInSecond)
    : offsetAt(value.time.zone, local(value).seconds)
}

/** A place on the line of time. Local values are placed as if they were UTC, so compare only like with like. */
export function instantOf(value: Temporal): { readonly seconds: number; readonly nanos: number } {
  if (isTime(value)) {
    const seconds = Math.floor(value.nanos / nanosInSecond)
    return { seconds: seconds - (offsetOf(value) ?? 0), nanos: value.nanos % nanosInSecond }
  }
  const at = local(isDate(value) ? atMidnight(value) : value)
  return isDate(value) ? at : { seconds: at.seconds - (offsetOf(value) ?? 0), nanos: at.nanos }
}

function fromLocal(seconds: number, nanos: number, zone: Zone): FeelDateTime | null {
  const day = dayOf(Math.floor(seconds / 86_400))
  const date = makeDate(day.year, day.month, day.day)
  const time = makeTime((seconds - Math.floor(seconds / 86_400) * 86_400) * nanosInSecond + nanos, zone)
  return date === null || time === null ? null : makeDateTime(date, time)
}

/** Moves a date and time by seconds on the line of time; its zone stays. */
function shiftDateTime(value: FeelDateTime, by: FeelSpan): FeelDateTime | null {
  const start = instantOf(value)
  let seconds = start.seconds + by.seconds
  let nanos = start.nanos + by.nanos
  if (nanos < 0) [seconds, nanos] = [seconds - 1, nanos + nanosInSecond]
  if (nanos >= nanosInSecond) [seconds, nanos] = [seconds + 1, nanos - nanosInSecond]
  const zone = value.time.zone
  const offset = zone === null ? 0 : 'name' in zone ? offsetOfInstant(zone.name, seconds) : zone.offsetS
  return fromLocal(seconds + offset, nanos, zone)
}

/** Moves a date by months; a day that the month does not have becomes its last. */
function shiftMonths(date: FeelDate, months: number): FeelDate | null {
  const at = date.year * 12 + date.month - 1 + months
  const [year, month] = [Math.floor(at / 12), (((at % 12) + 12) % 12) + 1]
  return makeDate(year, month, Math.min(date.day, daysInMonth(year, month)))
}

/**
 * Adds a duration, which may be negative, to a date, time or date and time.
 * Source: DMN 1.5 clause 10.3.2.3, addition. A date plus hours is the day in which the sum falls.
 */
export function addDuration(value: Temporal, by: FeelMonths | FeelSpan): Temporal | null {
  if (by.feel === 'years and months duration') {
    if (isTime(value)) return null
    const date = shiftMonths(isDate(value) ? value : value.date, by.months)
    return date === null || isDate(value) ? date : makeDateTime(date, value.time)
  }
  if (isDateTime(value)) return shiftDateTime(value, by)
  if (isDate(value)) return shiftDateTime(atMidnight(value), by)?.date ?? null
  const nanos = value.nanos + (by.seconds % 86_400) * nanosInSecond + by.nanos
  return makeTime(((nanos % nanosInDay) + nanosInDay) % nanosInDay, value.zone)
}

/** The time from `b` to `a`; null between local and zoned values, or a time and a date. Source: DMN 1.5 clause 10.3.2.3, subtraction. */
export function difference(a: Temporal, b: Temporal): FeelSpan | null {
  if (isTime(a) !== isTime(b) || (zoneOf(a) === null) !== (zoneOf(b) === null)) return null
  const [left, right] = [instantOf(a), instantOf(b)]
  return span(left.seconds - right.seconds, left.nanos - right.nanos)
}

/** The whole months between two days. Source: DMN 1.5 clause 10.3.4.1, years and months duration(from, to). */
export function monthsBetween(from: FeelDate, to: FeelDate): FeelMonths {
  const months = (to.year - from.year) * 12 + to.month - from.month
  if (months > 0 && to.day < from.day) return monthsDuration(months - 1)
  if (months < 0 && to.day > from.day) return monthsDuration(months + 1)
  return monthsDuration(months)
}
