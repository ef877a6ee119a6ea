import { addDuration } from '@tingzhou/calendar'
import type { CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'

const dayMs = 86_400_000

/** When so many working days are over; by the plain clock where the calendar does not reach. One row read at most. */
export async function dueAfter(tx: Tx, { calendar, clock }: CaseDeps, days: number): Promise<EpochMs> {
  const now = clock()
  const due = addDuration(await calendar.current(tx), now, { kind: 'working_days', days })
  return due.ok ? due.value : epochMs(now + days * dayMs)
}
