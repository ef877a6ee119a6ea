import { addWorkingTime, workingSecondsBetween } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import { calendarOf, change, type Dossier } from './dossier.ts'

type Subject = Dossier<'item_case'>

/** The item's clock stands still: for what the applicant has to give, for a special step with days of its own, or suspended. */
export function pauseClock(subject: Subject): Vars {
  change(subject, { paused_at: subject.row.paused_at ?? subject.now })
  return stoppedClock
}

/** What the drawing is told while the clock stands still: its timer is not armed. */
export const stoppedClock: Vars = { promisedDueAt: null }

/** The clock runs again with the office time that was left. */
export async function resumeClock(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, now } = subject
  if (row.paused_at === null) return { promisedDueAt: row.due_at }
  const due = row.due_at === null ? null : await shifted(tx, subject, row.due_at, row.paused_at, now)
  change(subject, { paused_at: null, due_at: due })
  return { promisedDueAt: due }
}

async function shifted(tx: Tx, subject: Subject, due: EpochMs, paused: EpochMs, now: EpochMs): Promise<EpochMs> {
  const calendar = await calendarOf(tx, subject)
  const left = workingSecondsBetween(calendar, paused, due)
  // Overdue when it stopped: it stays overdue.
  if (!left.ok || left.value <= 0) return due
  const moved = addWorkingTime(calendar, now, left.value)
  // Beyond the calendar it keeps its old due time, which is never later than the true one.
  return moved.ok ? moved.value : due
}
