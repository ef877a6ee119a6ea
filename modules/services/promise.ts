import { addWorkingDays, type Calendar, type CalendarNotLoaded } from '@tingzhou/calendar'
import { err, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import type { DishonestyRecord } from './tolerance.ts'

type Open = {
  readonly application: string
  readonly materials: readonly string[]
  readonly due: LocalDate
  readonly extended: boolean
}

/** A promise to supply what is missing 容缺承诺. */
export type TolerancePromise =
  | ({ readonly state: 'open' } & Open)
  | ({ readonly state: 'supplied'; readonly suppliedOn: LocalDate } & Open)
  | { readonly state: 'kept'; readonly application: string; readonly keptOn: LocalDate }
  | { readonly state: 'broken'; readonly application: string; readonly brokenOn: LocalDate }

export type PromiseError =
  | { readonly kind: 'promise_over'; readonly state: TolerancePromise['state'] }
  | { readonly kind: 'promise_past_date'; readonly due: LocalDate; readonly today: LocalDate }
  | { readonly kind: 'promise_not_due'; readonly due: LocalDate; readonly today: LocalDate }
  | { readonly kind: 'not_promised'; readonly material: string }
  | { readonly kind: 'nothing_supplied' }
  | { readonly kind: 'already_extended' }
  | { readonly kind: 'extension_too_short'; readonly days: number }
  | CalendarNotLoaded

/** Days of a promise: due, and the mornings on which the applicant is reminded. */
export type PromiseDays = { readonly due: LocalDate; readonly reminders: readonly LocalDate[] }

/**
 * When a promise made today is due, and the reminders at half of the time (rounded down, at least a day) and one working day before the end.
 * A reminder that would fall on the day of the promise or of its end is not sent.
 * @param days  working days
 * Source: casework.md §10, rule 5. O(days).
 */
export function promiseDays(calendar: Calendar, from: LocalDate, days: number): Result<PromiseDays, CalendarNotLoaded> {
  const due = addWorkingDays(calendar, from, days)
  if (!due.ok) return due
  const half = addWorkingDays(calendar, from, Math.max(1, Math.floor(days / 2)))
  if (!half.ok) return half
  const dayBefore = addWorkingDays(calendar, from, days - 1)
  if (!dayBefore.ok) return dayBefore
  const between = [half.value, dayBefore.value].filter((day) => from < day && day < due.value)
  return ok({ due: due.value, reminders: [...new Set(between)] })
}

/**
 * The applicant supplies some or all of what was promised. Pure: the caller saves the promise.
 * @returns still open while something is missing; `promise_past_date` after the due day
 */
export function supply(
  promise: TolerancePromise,
  materials: readonly string[],
  today: LocalDate,
): Result<TolerancePromise, PromiseError> {
  if (promise.state !== 'open') return err({ kind: 'promise_over', state: promise.state })
  if (today > promise.due) return err({ kind: 'promise_past_date', due: promise.due, today })
  if (materials.length === 0) return err({ kind: 'nothing_supplied' })
  const foreign = materials.find((code) => !promise.materials.includes(code))
  if (foreign !== undefined) return err({ kind: 'not_promised', material: foreign })
  const missing = promise.materials.filter((code) => !materials.includes(code))
  if (missing.length > 0) return ok({ ...promise, materials: missing })
  return ok({ ...promise, state: 'supplied', suppliedOn: today })
}

/** Somebody looked at what was supplied: kept when all of it is good, open again for what is not. */
export function verify(
  promise: TolerancePromise,
  bad: readonly string[],
  today: LocalDate,
): Result<TolerancePromise, PromiseError> {
  if (promise.state !== 'supplied') return err({ kind: 'promise_over', state: promise.state })
  const foreign = bad.find((code) => !promise.materials.includes(code))
  if (foreign !== undefined) return err({ kind: 'not_promised', material: foreign })
  const { application, due, extended } = promise
  if (bad.length === 0) return ok({ state: 'kept', application, keptOn: today })
  return ok({ state: 'open', application, due, extended, materials: bad })
}

/** Force majeure 不可抗力 moves the due day once, by working days from the old one. */
export function extend(
  promise: TolerancePromise,
  calendar: Calendar,
  days: number,
  today: LocalDate,
): Result<TolerancePromise, PromiseError> {
  if (promise.state !== 'open') return err({ kind: 'promise_over', state: promise.state })
  if (promise.extended) return err({ kind: 'already_extended' })
  if (today > promise.due) return err({ kind: 'promise_past_date', due: promise.due, today })
  if (!Number.isSafeInteger(days) || days < 1) return err({ kind: 'extension_too_short', days })
  const due = addWorkingDays(calendar, promise.due, days)
  return due.ok ? ok({ ...promise, due: due.value, extended: true }) : due
}

/** What follows from a broken promise. */
export type Expiry = {
  readonly promise: TolerancePromise
  /** Undecided items end. */
  readonly ended: readonly string[]
  /** Decided items go to a person who may revoke; a hearing 听证 is offered. */
  readonly toRevoke: readonly string[]
  readonly record: DishonestyRecord
}

/**
 * The due day has passed and something is still missing. What was supplied in time and is being looked at is not expired.
 * @param items  of the application, decided or not
 * Source: casework.md §10, rule 5. O(items).
 */
export function expire(
  promise: TolerancePromise,
  items: readonly { readonly code: string; readonly isDecided: boolean }[],
  today: LocalDate,
): Result<Expiry, PromiseError> {
  if (promise.state !== 'open') return err({ kind: 'promise_over', state: promise.state })
  if (today <= promise.due) return err({ kind: 'promise_not_due', due: promise.due, today })
  const { application } = promise
  return ok({
    promise: { state: 'broken', application, brokenOn: today },
    ended: items.filter(({ isDecided }) => !isDecided).map(({ code }) => code),
    toRevoke: items.filter(({ isDecided }) => isDecided).map(({ code }) => code),
    record: { application, brokenOn: today, repairedOn: null },
  })
}
