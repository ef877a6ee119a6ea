import type { Codec } from './codec.ts'
import { hexOf } from './error.ts'
import { forgive, take, type Reader } from './reader.ts'
import { refuse, room, type Writer } from './writer.ts'

/** The terminal's time is GMT+8. */
const zoneMs = 8 * 3_600_000
const dayMs = 86_400_000

/** Two digits of a byte, or more than 99 when one of them is above 9. */
const pairOf = (byte: number): number => ((byte & 0x0f) > 9 || byte > 0x99 ? 255 : (byte >> 4) * 10 + (byte & 0x0f))

// Two digits by byte, 255 where one is above 9.
const pairs = Uint8Array.from({ length: 256 }, (_, byte) => pairOf(byte))

/**
 * Days from 1970-01-01 to a day that exists.
 * @param year  full, proleptic Gregorian; month 1–12; day 1–31
 * Source: H. Hinnant, chrono-compatible low-level date algorithms, days_from_civil. O(1).
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** The day, month and year of a number of days since 1970-01-01. Source: as `daysFromCivil`, civil_from_days. O(1). */
export function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Days of a month of 2000–2099, where every fourth year is a leap year. */
const daysIn = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 ? 29 : (monthDays[month - 1] ?? 0)

// Days from 1970-01-01 to the first of each month of 2000–2099.
const monthStarts = Int32Array.from({ length: 1_200 }, (_, index) =>
  daysFromCivil(2_000 + Math.floor(index / 12), (index % 12) + 1, 1),
)

/**
 * The instant of six bytes YYMMDDhhmmss, as if the clock were UTC.
 * @returns milliseconds since the epoch; -1 when a digit is above 9, -2 when there is no such day or time
 * Source: JT/T 808-2019 clause 4.2 (BCD), year 2000 + YY. O(1).
 */
export function bcdInstant(bytes: Uint8Array, at: number): number {
  const year = pairs[bytes[at] ?? 255] ?? 255
  const month = pairs[bytes[at + 1] ?? 255] ?? 255
  const day = pairs[bytes[at + 2] ?? 255] ?? 255
  const hour = pairs[bytes[at + 3] ?? 255] ?? 255
  const minute = pairs[bytes[at + 4] ?? 255] ?? 255
  const second = pairs[bytes[at + 5] ?? 255] ?? 255
  if (year > 99 || month > 99 || day > 99 || hour > 99 || minute > 99 || second > 99) return -1
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return -2
  if (day > 28 && day > daysIn(year, month)) return -2
  const days = (monthStarts[year * 12 + month - 1] ?? 0) + day - 1
  return (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000
}

/** GMT+8 as UTC; see `bcdInstant` for the negative answers. */
export const bcdInstantOfZone = (bytes: Uint8Array, at: number): number => {
  const local = bcdInstant(bytes, at)
  return local < 0 ? local : local - zoneMs
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false
  return true
}

/** Names the first bad digit, or the whole when the digits are digits. */
function badTime(reader: Reader, from: number, length: number): null {
  for (let at = from; at < from + length; at++) {
    if (pairs[reader.bytes[at] ?? 0] !== 255) continue
    forgive(reader, 'bcd_digit', at, hexOf(reader.bytes, at, at + 1), 'a decimal digit is at most 9')
    return null
  }
  const hex = hexOf(reader.bytes, from, from + length)
  forgive(reader, 'calendar', from, hex, 'no such day or time of day')
  return null
}

function writePairs(writer: Writer, values: readonly number[]): void {
  let at = room(writer, values.length)
  for (const value of values) writer.bytes[at++] = (Math.floor(value / 10) << 4) | (value % 10)
}

function writeInstant(writer: Writer, timeMs: number, offsetMs: number): void {
  const local = timeMs + offsetMs
  const first = daysFromCivil(2_000, 1, 1) * dayMs
  const last = daysFromCivil(2_100, 1, 1) * dayMs
  if (!Number.isInteger(local / 1_000) || local < first || local >= last)
    refuse(writer, 'range', timeMs, 'must be whole seconds, in milliseconds, within the years 2000 to 2099')
  const days = Math.floor(local / dayMs)
  const { year, month, day } = civilFromDays(days)
  const secondOfDay = (local - days * dayMs) / 1_000
  writePairs(writer, [year - 2_000, month, day, ...clockOf(secondOfDay)])
}

const clockOf = (secondOfDay: number): readonly number[] => [
  Math.floor(secondOfDay / 3_600),
  Math.floor(secondOfDay / 60) % 60,
  secondOfDay % 60,
]

const instantAt = (offsetMs: number): Codec<number | null> => ({
  isLeaf: true,
  read(reader) {
    const at = take(reader, 6)
    const local = bcdInstant(reader.bytes, at)
    return local < 0 ? badTime(reader, at, 6) : local - offsetMs
  },
  write(writer, value) {
    if (value === null) return refuse(writer, 'missing', 'null', 'this time must be known')
    writeInstant(writer, value, offsetMs)
  },
})

/** BCD[6] in GMT+8: milliseconds UTC, whole seconds; null only where lenient reading met something that is no time. */
export const instant = instantAt(zoneMs)

/** BCD[6] in UTC: the answer 0x8004 alone. */
export const instantUtc = instantAt(0)

/** BCD[6] in GMT+8; six zeros mean that the range is open on this side: null. */
export const openInstant: Codec<number | null> = {
  isLeaf: true,
  read(reader, scope) {
    const { at, end, bytes } = reader
    if (end - at < 6 || !isZero(bytes, at, at + 6)) return instant.read(reader, scope)
    take(reader, 6)
    return null
  },
  write(writer, value, scope) {
    if (value === null) writePairs(writer, [0, 0, 0, 0, 0, 0])
    else instant.write(writer, value, scope)
  },
}

/** An instant, or a time of every day. */
export type AreaTime = { readonly timeMs: number } | { readonly dailySecond: number }

/** BCD[6] in GMT+8; a day of zeros means every day: seconds since midnight, GMT+8. */
export const areaTime: Codec<AreaTime | null> = {
  isLeaf: true,
  read(reader) {
    const at = take(reader, 6)
    const { bytes } = reader
    if (!isZero(bytes, at, at + 3)) {
      const timeMs = bcdInstantOfZone(bytes, at)
      return timeMs < 0 ? badTime(reader, at, 6) : { timeMs }
    }
    const dailySecond = secondOfDay(bytes, at + 3)
    return dailySecond < 0 ? badTime(reader, at, 6) : { dailySecond }
  },
  write(writer, value) {
    if (value === null) return refuse(writer, 'missing', 'null', 'this time must be known')
    if ('timeMs' in value) return writeInstant(writer, value.timeMs, zoneMs)
    if (!isSecondOfDay(value.dailySecond))
      refuse(writer, 'range', value.dailySecond, 'must be a whole second of a day, 0 to 86399')
    writePairs(writer, [0, 0, 0, ...clockOf(value.dailySecond)])
  },
}

const isSecondOfDay = (second: number): boolean => Number.isInteger(second) && second >= 0 && second < 86_400

/** Three bytes hhmmss; -1 when they are no time of a day. */
function secondOfDay(bytes: Uint8Array, at: number): number {
  const hour = pairs[bytes[at] ?? 255] ?? 255
  const minute = pairs[bytes[at + 1] ?? 255] ?? 255
  const second = pairs[bytes[at + 2] ?? 255] ?? 255
  return hour > 23 || minute > 59 || second > 59 ? -1 : hour * 3_600 + minute * 60 + second
}

/** BCD[5] hhmmss and milliseconds in four digits: milliseconds since midnight, GMT+8. */
export const timeOfDayMs: Codec<number | null> = {
  isLeaf: true,
  read(reader) {
    const at = take(reader, 5)
    const { bytes } = reader
    const second = secondOfDay(bytes, at)
    const hundreds = pairs[bytes[at + 3] ?? 255] ?? 255
    const rest = pairs[bytes[at + 4] ?? 255] ?? 255
    if (second < 0 || hundreds > 9 || rest > 99) return badTime(reader, at, 5)
    return second * 1_000 + hundreds * 100 + rest
  },
  write(writer, value) {
    if (value === null || !isSecondOfDay(Math.floor(value / 1_000)) || !Number.isInteger(value))
      return refuse(writer, 'range', value, 'must be a whole millisecond of a day')
    const ms = value % 1_000
    writePairs(writer, [...clockOf(Math.floor(value / 1_000)), Math.floor(ms / 100), ms % 100])
  },
}

/** BCD[4] YYYYMMDD: a calendar day `YYYY-MM-DD`; null when all are zero. */
export const calendarDay: Codec<string | null> = {
  isLeaf: true,
  read(reader) {
    const at = take(reader, 4)
    const { bytes } = reader
    if (isZero(bytes, at, at + 4)) return null
    const digits = hexOf(bytes, at, at + 4)
    const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
    return isDay(day) ? day : badTime(reader, at, 4)
  },
  write(writer, value) {
    if (value !== null && !isDay(value)) refuse(writer, 'calendar', value, 'must be a day that exists, YYYY-MM-DD')
    const digits = value === null ? '00000000' : value.replaceAll('-', '')
    writePairs(
      writer,
      [0, 2, 4, 6].map((from) => Number(digits.slice(from, from + 2))),
    )
  },
}

function isDay(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number)
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return false
  const back = civilFromDays(daysFromCivil(year, month, day))
  return back.month === month && back.day === day
}

/** BCD[n] as digits, leading zeros kept. */
export const digits = (length: number): Codec<string> => ({
  isLeaf: true,
  read(reader) {
    const at = take(reader, length)
    for (let bad = at; bad < at + length; bad++)
      if (pairs[reader.bytes[bad] ?? 0] === 255) {
        const hex = hexOf(reader.bytes, bad, bad + 1)
        forgive(reader, 'bcd_digit', bad, hex, 'a decimal digit is at most 9')
      }
    return hexOf(reader.bytes, at, at + length)
  },
  write(writer, value) {
    if (value.length !== length * 2 || !/^\d*$/.test(value))
      refuse(writer, 'range', value, `must be ${length * 2} digits`)
    const at = room(writer, length)
    for (let byte = 0; byte < length; byte++)
      writer.bytes[at + byte] = Number.parseInt(value.slice(byte * 2, byte * 2 + 2), 16)
  },
})
