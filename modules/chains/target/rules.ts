import { addDays, localDateOf } from '@tingzhou/calendar'
import type { EpochMs } from '@tingzhou/kernel'
import type { ChainsError } from '../problems.ts'
import type { TargetRow } from './case.ts'

/** The latest deadline of a target, days from now. */
const deadlineDaysMax = 3_660

const refused = (field: string, value: string, rule: string): ChainsError => ({
  kind: 'field_refused',
  field,
  value,
  rule,
})

/** Whether its deadline is over; of what is parked or closed nobody asks. Pure. O(1). */
export const isLate = ({ closed_at, state, due_at }: Pick<TargetRow, 'closed_at' | 'state' | 'due_at'>, now: EpochMs) =>
  closed_at === null && state !== 'parked' && due_at <= now

/** What was done was done by today. Pure. O(1). */
export function doneFault(day: string, now: EpochMs): ChainsError | null {
  const today = localDateOf(now)
  return day > today ? refused('day', day, `not_after ${today}`) : null
}

/** A day ahead: today or later, and not beyond ten years. Pure. O(1). */
export function aheadFault(field: string, day: string, now: EpochMs): ChainsError | null {
  const today = localDateOf(now)
  if (day < today) return refused(field, day, `not_before ${today}`)
  const last = addDays(today, deadlineDaysMax)
  return day > last ? refused(field, day, `not_after ${last}`) : null
}

/** A next step has a day, and a day a step. Pure. O(1). */
export function stepFault(
  { step, stepDay }: { readonly step: string; readonly stepDay: string | null },
  now: EpochMs,
): ChainsError | null {
  if ((step === '') !== (stepDay === null))
    return step === '' ? refused('step', '', 'step_named') : refused('stepDay', '', 'step_dated')
  return stepDay === null ? null : aheadFault('stepDay', stepDay, now)
}
