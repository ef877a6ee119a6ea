import { assert, epochMs, err, ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'
import { dayKind, type Calendar, type CalendarNotLoaded } from './calendar.ts'
import { addDays, instantOf, localDateOf } from './local-time.ts'
import { spansOn } from './office-hours.ts'

/** How long something may take. */
export type Duration =
  | { readonly kind: 'calendar'; readonly seconds: number }
  | { readonly kind: 'working_hours'; readonly hours: number }
  | { readonly kind: 'working_days'; readonly days: number }

type Span = { readonly from: EpochMs; readonly to: EpochMs }

/**
 * The n-th workday after a day; before it when n is negative; the day itself for 0.
 * @param n  whole workdays
 * @returns the day, or `calendar_not_loaded` with the first day that is not known
 * Source: own. O(days passed).
 */
export function addWorkingDays(calendar: Calendar, date: LocalDate, n: number): Result<LocalDate, CalendarNotLoaded> {
  assert(Number.isSafeInteger(n), `workdays are counted whole, got ${n}`)
  const start = dayKind(calendar, date)
  if (!start.ok) return start
  const step = Math.sign(n)
  let at = date
  for (let left = Math.abs(n); left > 0;) {
    at = addDays(at, step)
    const kind = dayKind(calendar, at)
    if (!kind.ok) return kind
    if (kind.value === 'work') left--
  }
  return ok(at)
}

/**
 * The instant at which so many seconds of office hours have passed; the earliest such instant, so a due time is never
 * the opening of the next day when it can be the end of this one.
 * @param start    an instant, in office hours or not
 * @param seconds  office time, >= 0
 * @returns the instant, or `calendar_not_loaded`
 * Source: own. O(days passed).
 */
export function addWorkingTime(
  calendar: Calendar,
  start: EpochMs,
  seconds: number,
): Result<EpochMs, CalendarNotLoaded> {
  assert(Number.isFinite(seconds) && seconds >= 0, `office time is not negative, got ${seconds}`)
  let leftMs = Math.round(seconds * 1_000)
  for (let date = localDateOf(start); ; date = addDays(date, 1)) {
    const spans = officeSpans(calendar, date)
    if (!spans.ok) return spans
    if (leftMs === 0) return ok(start)
    for (const { from, to } of spans.value) {
      const openFrom = Math.max(from, start)
      const openMs = Math.max(0, to - openFrom)
      if (leftMs <= openMs) return ok(epochMs(openFrom + leftMs))
      leftMs -= openMs
    }
  }
}

/**
 * The due time of something that starts at an instant.
 * Also a due time by the plain clock must fall on a known day: reminders and escalation are counted from it in office hours.
 * @param duration  `calendar` runs day and night; `working_hours` in office hours only; `working_days` n: the end of office hours
 *                  of the n-th workday after the day of the start
 * @returns the due instant, or `calendar_not_loaded`
 * Source: own. O(days passed).
 */
export function addDuration(
  calendar: Calendar,
  start: EpochMs,
  duration: Duration,
): Result<EpochMs, CalendarNotLoaded> {
  switch (duration.kind) {
    case 'calendar':
      return knownInstant(calendar, epochMs(start + Math.round(duration.seconds * 1_000)))
    case 'working_hours':
      return addWorkingTime(calendar, start, duration.hours * 3_600)
    case 'working_days': {
      const date = addWorkingDays(calendar, localDateOf(start), duration.days)
      return date.ok ? ok(closingTime(calendar, date.value)) : date
    }
  }
}

/**
 * Office time between two instants.
 * @returns seconds, with thousandths when the instants have them; negative when `b` is before `a`; or `calendar_not_loaded`
 * Source: own. O(days between).
 */
export function workingSecondsBetween(calendar: Calendar, a: EpochMs, b: EpochMs): Result<number, CalendarNotLoaded> {
  if (b < a) {
    const turned = workingSecondsBetween(calendar, b, a)
    return turned.ok ? ok(-turned.value) : turned
  }
  let sumMs = 0
  for (let date = localDateOf(a), last = localDateOf(b); date <= last; date = addDays(date, 1)) {
    const spans = officeSpans(calendar, date)
    if (!spans.ok) return spans
    for (const { from, to } of spans.value) sumMs += Math.max(0, Math.min(to, b) - Math.max(from, a))
  }
  return ok(sumMs / 1_000)
}

/**
 * Whether the office is open at an instant.
 * Source: own. O(1).
 */
export function isOpenAt(calendar: Calendar, ms: EpochMs): Result<boolean, CalendarNotLoaded> {
  const spans = officeSpans(calendar, localDateOf(ms))
  return spans.ok ? ok(spans.value.some(({ from, to }) => from <= ms && ms < to)) : spans
}

function officeSpans(calendar: Calendar, date: LocalDate): Result<readonly Span[], CalendarNotLoaded> {
  const kind = dayKind(calendar, date)
  if (!kind.ok) return kind
  if (kind.value === 'off') return ok([])
  return ok(
    spansOn(calendar.hours, date).map(({ from, to }) => ({ from: instantOf(date, from), to: instantOf(date, to) })),
  )
}

function closingTime(calendar: Calendar, date: LocalDate): EpochMs {
  const last = spansOn(calendar.hours, date).at(-1)
  assert(last, 'office hours have a span')
  return instantOf(date, last.to)
}

function knownInstant(calendar: Calendar, ms: EpochMs): Result<EpochMs, CalendarNotLoaded> {
  const date = localDateOf(ms)
  return calendar.days.has(date) ? ok(ms) : err({ kind: 'calendar_not_loaded', date })
}
