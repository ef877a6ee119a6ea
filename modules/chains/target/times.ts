import { addDays, instantOf } from '@tingzhou/calendar'
import { localDate, type EpochMs } from '@tingzhou/kernel'
import type { TargetRow } from './case.ts'

/** Days before its deadline on which the owner is reminded. */
const remindDays = 7
/** When people are told of what is due or over. */
const morning = '09:00'

/** The end of a day. Pure. O(1). */
export const endOf = (day: string): EpochMs => instantOf(addDays(localDate(day), 1), '00:00')

type Days = Pick<TargetRow, 'deadline' | 'step_day'>

/**
 * When a target's timers ring, as variables of its process; a moment that has passed already rings no more.
 * Pure. O(1).
 */
export function clocksOf({ deadline, step_day: stepDay }: Days, now: EpochMs) {
  const ahead = (at: EpochMs): EpochMs | null => (at > now ? at : null)
  return {
    dueAt: endOf(deadline),
    remindAt: ahead(instantOf(addDays(localDate(deadline), -remindDays), morning)),
    lateAt: instantOf(addDays(localDate(deadline), 1), morning),
    stepAt: stepDay === null ? null : ahead(instantOf(localDate(stepDay), morning)),
  }
}

/** When to look again at a target that is parked. Pure. O(1). */
export const lookAtOf = (day: string): EpochMs => instantOf(localDate(day), morning)
