/** ISO 8601 instants, durations and cycles as epoch milliseconds, without the machine's clock or calendar. */
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Json, TimerKind } from './model.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** Months are counted on the calendar, the rest in milliseconds. */
export type Duration = { readonly months: number; readonly ms: number }
export type Cycle = { readonly times: number | null; readonly start: EpochMs | null; readonly every: string }

/** What resolves times: working-time durations of the shell, and local time's offset from UTC in minutes. */
export type TimePorts = {
  readonly durations?: (text: string, from: EpochMs) => EpochMs | undefined
  readonly offsetMin?: number
}

/** Local time when a text names no offset: Beijing, UTC+8. */
export const defaultOffsetMin = 480

/**
 * Reads an ISO 8601 calendar date or date and time.
 * @param text       `2026-11-22`, `2026-11-22T10:00`, `2026-11-22T10:00:00.5+08:00`, …
 * @param offsetMin  used when the text names no offset
 * @returns null when it is not one, or the day does not exist
 */
export function parseInstant(text: string, offsetMin: number = defaultOffsetMin): EpochMs | null {
  const form =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]+\])?$/
  const match = form.exec(text)
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  if (year === undefined || month === undefined || day === undefined) return null
  if (hour === undefined || minute === undefined || second === undefined) return null
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) return null
  const offset = match[8] === undefined ? offsetMin : parseOffset(match[8])
  const fraction = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000)
  return epochMs(
    daysFromCivil(year, month, day) * dayMs + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction,
  )
}

function parseOffset(text: string): number {
  if (text === 'Z') return 0
  const digits = text.slice(1).replace(':', '').padEnd(4, '0')
  return (text.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)))
}

/**
 * Reads an ISO 8601 duration.
 * @returns null when it is not one: `P`, `PT`, `1h`; negative durations are refused too
 */
export function parseDuration(text: string): Duration | null {
  const form =
    /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
  const match = form.exec(text)
  if (!match) return null
  const part = (index: number): number => Number(match[index] ?? 0)
  const ms = (part(3) * 7 + part(4)) * dayMs + (part(5) * 60 + part(6)) * minuteMs + Math.round(part(7) * 1000)
  const duration = { months: part(1) * 12 + part(2), ms }
  return duration.months <= 12_000 && ms <= 1000 * 366 * dayMs ? duration : null
}

/**
 * Reads an ISO 8601 repetition.
 * @param text  `R3/PT1H` three times, `R/PT1H` for ever, `R3/2026-11-22T10:00:00Z/PT1H` the first time at the start
 * @returns null when it is not one; the duration itself is not read here, the shell may know its words
 */
export function parseCycle(text: string, offsetMin: number = defaultOffsetMin): Cycle | null {
  const match = /^R(\d{0,6})\/(?:(\d{4}[^/]+)\/)?([^/]+)$/.exec(text)
  if (!match || match[3] === undefined) return null
  const times = match[1] === '' ? null : Number(match[1])
  const start = match[2] === undefined ? null : parseInstant(match[2], offsetMin)
  if (times === 0 || (match[2] !== undefined && start === null)) return null
  return { times, start, every: match[3] }
}

/** Adds a duration; the day is clamped to the month's last: 31 January + P1M is 28 February. O(1). */
export function addDuration(from: EpochMs, duration: Duration, offsetMin: number = defaultOffsetMin): EpochMs {
  if (duration.months === 0) return epochMs(from + duration.ms)
  const local = from + offsetMin * minuteMs
  const day = Math.floor(local / dayMs)
  const civil = civilFromDays(day)
  const months = civil.year * 12 + civil.month - 1 + duration.months
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1]
  const moved = daysFromCivil(year, month, Math.min(civil.day, daysInMonth(year, month)))
  return epochMs(from + (moved - day) * dayMs + duration.ms)
}

/** When a timer falls due, and how often it repeats after that (null = for ever or not at all). */
export type Schedule = { readonly dueAt: EpochMs; readonly repeats: number | null }

/**
 * Resolves a timer's value.
 * @param value  epoch ms, an instant, a duration or a cycle
 * @param from   the instant durations count from
 * @returns null when the value is none of these
 */
export function schedule(value: Json, from: EpochMs, ports: TimePorts): Schedule | null {
  if (typeof value === 'number') return Number.isFinite(value) ? once(Math.round(value)) : null
  if (typeof value !== 'string') return null
  const cycle = parseCycle(value, ports.offsetMin)
  if (!cycle) return once(parseInstant(value, ports.offsetMin) ?? after(value, from, ports))
  const first = cycle.start ?? after(cycle.every, from, ports)
  const second = after(cycle.every, from, ports)
  // A cycle of length zero would fire for ever within one instant.
  return first === null || second === null || second <= from
    ? null
    : { dueAt: first, repeats: cycle.times === null ? null : cycle.times - 1 }
}

/** The firing after `dueAt` of a timer armed for `value`; null when there is none. */
export function nextFiring(value: Json, dueAt: EpochMs, repeats: number | null, ports: TimePorts): Schedule | null {
  const cycle = typeof value === 'string' ? parseCycle(value, ports.offsetMin) : null
  if (!cycle || repeats === 0) return null
  const next = after(cycle.every, dueAt, ports)
  return next === null ? null : { dueAt: next, repeats: repeats === null ? null : repeats - 1 }
}

function once(dueAt: number | null): Schedule | null {
  return dueAt !== null && Number.isSafeInteger(dueAt) ? { dueAt: epochMs(dueAt), repeats: null } : null
}

function after(text: string, from: EpochMs, ports: TimePorts): EpochMs | null {
  const known = ports.durations?.(text, from)
  if (known !== undefined) return known
  const duration = parseDuration(text)
  return duration === null ? null : addDuration(from, duration, ports.offsetMin)
}

/** Whether a literal fits the timer's kind; knownDuration recognises the shell's own words. */
export function isTimerLiteral(kind: TimerKind, text: string, knownDuration: (text: string) => boolean): boolean {
  const isDuration = (words: string): boolean => knownDuration(words) || parseDuration(words) !== null
  switch (kind) {
    case 'date':
      return parseInstant(text) !== null
    case 'duration':
      return isDuration(text)
    case 'cycle':
      return isDuration(parseCycle(text)?.every ?? '')
  }
}

/** Writes an instant as local date and time with its offset: `2026-11-22T18:00:00.000+08:00`. O(1). */
export function instantText(at: EpochMs, offsetMin: number): string {
  const local = at + offsetMin * minuteMs
  const day = Math.floor(local / dayMs)
  const ms = local - day * dayMs
  const { year, month, day: dayOfMonth } = civilFromDays(day)
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  const time = `${two(ms / 3_600_000)}:${two((ms / minuteMs) % 60)}:${two((ms / 1000) % 60)}`
  const offset = `${offsetMin < 0 ? '-' : '+'}${two(Math.abs(offsetMin) / 60)}:${two(Math.abs(offsetMin) % 60)}`
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`
  return `${date}T${time}.${String(ms % 1000).padStart(3, '0')}${offset}`
}

/** Days since 1970-01-01. Source: H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The inverse. Source: the same, civil_from_days. */
function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 }
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
