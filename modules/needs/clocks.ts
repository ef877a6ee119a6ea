import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import {
  addDuration,
  addWorkingTime,
  workingSecondsBetween,
  type Calendar,
  type CalendarNotLoaded,
  type Duration,
} from '@tingzhou/calendar'
import type { UrgencyClass } from './words.ts'

/** What is limited in time (casework.md §4). `return`: how long the owner may say "not ours". */
export type Stage = 'dispatch' | 'sign' | 'contact' | 'result' | 'return'

/** One version of the limits. A class without a `return` limit has no right to return. */
export type ClockRules = {
  readonly version: number
  readonly durations: Readonly<Record<UrgencyClass, Readonly<Partial<Record<Stage, Duration>>>>>
}

/** A due time that cannot be told: no rule, or a calendar without that day. */
export type ClockError =
  | CalendarNotLoaded
  | { readonly kind: 'no_clock_rule'; readonly class: UrgencyClass; readonly stage: Stage }

/**
 * When a stage that begins at `start` is due.
 * @returns the instant, or why it cannot be told; never a guess
 * Source: casework.md §4. O(days crossed).
 */
export function dueOf(
  rules: ClockRules,
  calendar: Calendar,
  urgency: UrgencyClass,
  stage: Stage,
  start: EpochMs,
): Result<EpochMs, ClockError> {
  const duration = rules.durations[urgency][stage]
  return duration ? addDuration(calendar, start, duration) : err({ kind: 'no_clock_rule', class: urgency, stage })
}

/** Whether the stage of this class counts office hours only. O(1). */
export const countsOfficeHours = (rules: ClockRules, urgency: UrgencyClass, stage: Stage): boolean =>
  rules.durations[urgency][stage]?.kind !== 'calendar'

/** When each rung of the ladder of reminders is reached; null: this rung is not climbed. */
export type Ladder = {
  readonly remind50At: EpochMs | null
  readonly remind80At: EpochMs | null
  readonly late24At: EpochMs | null
  readonly late72At: EpochMs | null
}

const hourMs = 3_600_000

/**
 * The rungs between `start` and `due`, and after it. P0 has 50 % and 100 % only; at 100 % it goes at once to level 2.
 * @param officeHours  whether the stage counts office hours only
 * Source: casework.md §4, ladder. O(days crossed).
 */
export function ladderOf(
  calendar: Calendar,
  urgency: UrgencyClass,
  officeHours: boolean,
  start: EpochMs,
  due: EpochMs,
): Result<Ladder, CalendarNotLoaded> {
  const half = partOf(calendar, officeHours, start, due, 0.5)
  if (!half.ok) return half
  if (urgency === 'P0') return ok({ remind50At: half.value, remind80At: null, late24At: null, late72At: null })
  const most = partOf(calendar, officeHours, start, due, 0.8)
  if (!most.ok) return most
  return ok({
    remind50At: half.value,
    remind80At: most.value,
    late24At: epochMs(due + 24 * hourMs),
    late72At: epochMs(due + 72 * hourMs),
  })
}

/** No rung: the clock stands still or has ended. */
export const noLadder: Ladder = { remind50At: null, remind80At: null, late24At: null, late72At: null }

function partOf(
  calendar: Calendar,
  officeHours: boolean,
  start: EpochMs,
  due: EpochMs,
  share: number,
): Result<EpochMs, CalendarNotLoaded> {
  if (!officeHours) return ok(epochMs(Math.round(start + (due - start) * share)))
  const seconds = workingSecondsBetween(calendar, start, due)
  return seconds.ok ? addWorkingTime(calendar, start, Math.max(0, seconds.value * share)) : seconds
}

/**
 * The due time after a pause: what was left when the clock stopped is left when it starts again.
 * @param pausedAt, resumedAt  the pause; a clock that stopped after its due time stays overdue by as much
 * Source: casework.md §4 (due = start + duration over the running segments). O(days crossed).
 */
export function dueAfterPause(
  calendar: Calendar,
  officeHours: boolean,
  due: EpochMs,
  pausedAt: EpochMs,
  resumedAt: EpochMs,
): Result<EpochMs, CalendarNotLoaded> {
  if (!officeHours || due <= pausedAt) return ok(epochMs(due + (resumedAt - pausedAt)))
  const left = workingSecondsBetween(calendar, pausedAt, due)
  return left.ok ? addWorkingTime(calendar, resumedAt, left.value) : left
}

/**
 * The due time after several pauses, in their order.
 * Source: casework.md §4. O(pauses × days crossed).
 */
export function dueAfterPauses(
  calendar: Calendar,
  officeHours: boolean,
  due: EpochMs,
  pauses: readonly { readonly from: EpochMs; readonly to: EpochMs }[],
): Result<EpochMs, CalendarNotLoaded> {
  return pauses.reduce<Result<EpochMs, CalendarNotLoaded>>(
    (moved, { from, to }) => (moved.ok ? dueAfterPause(calendar, officeHours, moved.value, from, to) : moved),
    ok(due),
  )
}

// 15 d: the most that all pauses of an appeal may take together, casework.md §4.
const pausesMaxMs = 15 * 24 * hourMs
const waitWorkingDays = 5

/**
 * Until when the clock may wait for the applicant: five working days, and all pauses together at most fifteen days.
 * @param pausedBeforeMs  the sum of earlier pauses
 * Source: casework.md §3, §4.
 */
export function waitUntil(
  calendar: Calendar,
  now: EpochMs,
  pausedBeforeMs: number,
): Result<EpochMs, CalendarNotLoaded> {
  const days = addDuration(calendar, now, { kind: 'working_days', days: waitWorkingDays })
  if (!days.ok) return days
  return ok(epochMs(Math.min(days.value, now + Math.max(0, pausesMaxMs - pausedBeforeMs))))
}

/** Half of the first allowance, for an appeal that was not solved. O(days crossed). */
export function halvedDue(
  calendar: Calendar,
  officeHours: boolean,
  firstStart: EpochMs,
  firstDue: EpochMs,
  now: EpochMs,
): Result<EpochMs, CalendarNotLoaded> {
  if (!officeHours) return addDuration(calendar, now, { kind: 'calendar', seconds: (firstDue - firstStart) / 2_000 })
  const seconds = workingSecondsBetween(calendar, firstStart, firstDue)
  return seconds.ok ? addWorkingTime(calendar, now, Math.max(0, seconds.value / 2)) : seconds
}
