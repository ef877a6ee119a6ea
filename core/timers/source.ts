import { sql } from 'kysely'
import { epochMs, type Clock, type EpochMs } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import { nextTime, type JobHandler } from './job.ts'

export type Fired = { readonly fired: number; readonly failed: number }
export type OnTimerError = (error: unknown, id: string) => void

/** A table of due rows. Each row fires in a transaction of its own; a row that fails is put off by the source itself. */
export type TimerSource = {
  readonly name: string
  /** Fires what is due at `now`, at most a batch of 50, oldest first. */
  readonly fireDue: (now: EpochMs, onError: OnTimerError) => Promise<Fired>
  /** When the next row is due; null when there is none. */
  readonly nextDue: () => Promise<EpochMs | null>
}

export type TimerDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

const batch = 50
const backoffSecondsMax = 3_600

/**
 * The source of `scheduled_job`: jobs of the kinds that have a handler here.
 * @param handlers  one a kind
 * @throws Error when two handlers have one kind
 * Source: own. Four statements a job beside the handler's.
 */
export function jobSource(deps: TimerDeps, handlers: readonly JobHandler[]): TimerSource {
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]))
  if (byKind.size !== handlers.length) throw new Error('two job handlers have one kind')
  const kinds = [...byKind.keys()]
  const due = () =>
    deps.db
      .selectFrom('scheduled_job')
      .where('zone_id', '=', deps.zoneId)
      .where(sql<boolean>`kind = any(${kinds}::text[])`)
  return {
    name: 'jobs',
    nextDue: async () => {
      const row = await due().select('try_at').orderBy('try_at').limit(1).executeTakeFirst()
      return row?.try_at ?? null
    },
    fireDue: async (now, onError) => {
      const rows = await due()
        .select(['id', 'kind'])
        .where(sql<boolean>`try_at <= ${at(now)}::timestamptz`)
        .orderBy('try_at')
        .limit(batch)
        .execute()
      const result = { fired: 0, failed: 0 }
      for (const { id, kind } of rows) {
        const handler = byKind.get(kind)
        if (!handler) continue
        try {
          if (await fire(deps, handler, id, now)) result.fired++
        } catch (error) {
          onError(error, id)
          await putOff(deps, id, now, error)
          result.failed++
        }
      }
      return result
    },
  }
}

/** Whether it fired here; not when another process has it, or it was moved or done meanwhile. */
async function fire(deps: TimerDeps, handler: JobHandler, id: string, now: EpochMs): Promise<boolean> {
  const after = await deps.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('scheduled_job')
      .select(['due_at', 'payload'])
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', id)
      .where(sql<boolean>`try_at <= ${at(now)}::timestamptz`)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!row) return null
    await settleRow(tx, deps.zoneId, handler, id, row.due_at, now)
    const rest = await handler.run(tx, { id, payload: row.payload, dueAt: row.due_at, now })
    return rest ?? (async () => {})
  })
  await after?.()
  return after !== null
}

/** Done before the handler runs, so that a handler may schedule its own id anew. */
async function settleRow(tx: Tx, zoneId: string, handler: JobHandler, id: string, dueAt: EpochMs, now: EpochMs) {
  if (!handler.recurs) {
    await tx.deleteFrom('scheduled_job').where('zone_id', '=', zoneId).where('id', '=', id).execute()
    return
  }
  const next = at(nextTime(handler.recurs, dueAt, now))
  await tx
    .updateTable('scheduled_job')
    .set({ due_at: next, try_at: next, attempts: 0, last_error: null })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
}

async function putOff(deps: TimerDeps, id: string, now: EpochMs, error: unknown): Promise<void> {
  const row = await deps.db
    .selectFrom('scheduled_job')
    .select('attempts')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  // Work after the commit failed: the row of a job that does not recur is gone, and the error is in the log.
  if (!row) return
  const waitMs = Math.min(2 ** row.attempts, backoffSecondsMax) * 1_000
  await deps.db
    .updateTable('scheduled_job')
    .set({
      attempts: row.attempts + 1,
      try_at: at(epochMs(now + waitMs)),
      last_error: (error instanceof Error ? error.message : String(error)).slice(0, 1_000),
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
}

/**
 * Sees to it that each recurring kind has its row; a row that exists stays.
 * Source: own. One statement a kind.
 */
export async function keepRecurring(deps: TimerDeps, handlers: readonly JobHandler[]): Promise<void> {
  const now = deps.clock()
  for (const { kind, recurs } of handlers) {
    if (!recurs) continue
    const next = at(nextTime(recurs, now, now))
    await deps.db
      .insertInto('scheduled_job')
      .values({ zone_id: deps.zoneId, id: kind, kind, due_at: next, try_at: next, payload: '{}' })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}
