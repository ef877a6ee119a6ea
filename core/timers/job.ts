import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { at, jsonb, type Db, type Json, type Tx } from '@tingzhou/db'

/** A job whose time has come. */
export type DueJob = { readonly id: string; readonly payload: unknown; readonly dueAt: EpochMs; readonly now: EpochMs }

/** Every so many seconds, or each day at a wall-clock time of the zone, `HH:MM`. */
export type Recurrence = { readonly everySeconds: number } | { readonly dailyAt: string }

/**
 * What is done when a job of this kind is due. `run` works in the transaction that takes the row, so a crash repeats
 * nothing that was committed. Work that is not rows (removing a file) is returned and done after the commit.
 */
export type JobHandler = {
  /** `package.verb`, for ever the same. */
  readonly kind: string
  /** Given: the runner keeps one row of this kind and puts it forward itself. */
  readonly recurs?: Recurrence
  readonly run: (tx: Tx, job: DueJob) => Promise<void | (() => Promise<void>)>
}

/** A job to be kept for later. */
export type NewJob = {
  /** Chosen by the caller, so that scheduling again moves the job instead of doubling it. */
  readonly id: string
  readonly kind: string
  readonly dueAt: EpochMs
  readonly payload?: Json
}

/**
 * Keeps a job for later; the same id again moves it.
 * Source: own. One statement.
 */
export async function schedule(tx: Tx | Db, zoneId: string, job: NewJob): Promise<void> {
  const when = { due_at: at(job.dueAt), try_at: at(job.dueAt), payload: jsonb(job.payload ?? {}) }
  await tx
    .insertInto('scheduled_job')
    .values({ zone_id: zoneId, id: job.id, kind: job.kind, ...when })
    .onConflict((conflict) =>
      conflict.columns(['zone_id', 'id']).doUpdateSet({ kind: job.kind, ...when, attempts: 0, last_error: null }),
    )
    .execute()
}

/**
 * Forgets a job.
 * @returns whether it was still there
 * Source: own. One statement.
 */
export async function cancel(tx: Tx | Db, zoneId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('scheduled_job')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/**
 * The first time after `now` that a recurrence meets, counted from `last` so that it does not drift.
 * @param last  when it was due before
 * Source: own. O(1).
 */
export function nextTime(recurs: Recurrence, last: EpochMs, now: EpochMs): EpochMs {
  if ('dailyAt' in recurs) {
    const today = instantOf(localDateOf(now), recurs.dailyAt)
    return today > now ? today : instantOf(addDays(localDateOf(now), 1), recurs.dailyAt)
  }
  const everyMs = recurs.everySeconds * 1_000
  const passed = Math.max(0, Math.floor((now - last) / everyMs))
  return epochMs(last + (passed + 1) * everyMs)
}

/** A job as an operator sees it. */
export type JobRow = {
  readonly id: string
  readonly kind: string
  readonly dueAt: EpochMs
  readonly tryAt: EpochMs
  readonly attempts: number
  readonly lastError: string | null
}

/**
 * Jobs that failed at their last try, worst first.
 * @param limit  1..200
 * Source: own. O(jobs).
 */
export function listFailingJobs(db: Db, zoneId: string, limit = 50): Promise<readonly JobRow[]> {
  return db
    .selectFrom('scheduled_job')
    .select(['id', 'kind', 'due_at as dueAt', 'try_at as tryAt', 'attempts', 'last_error as lastError'])
    .where('zone_id', '=', zoneId)
    .where('attempts', '>', 0)
    .orderBy('attempts', 'desc')
    .orderBy('id')
    .limit(Math.min(limit, 200))
    .execute()
}
