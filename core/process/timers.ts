import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, flushBatch, type Db, type Tx } from '@tingzhou/db'
import { hostOf, type AnyHost } from './host.ts'
import { feed, type Runtime } from './play.ts'
import './tables.ts'

export type FireReport = { readonly fired: number; readonly failed: number }

const batch = 50
const retryBaseMs = 60_000
const retryMaxMs = 6 * 3_600_000

type DueTimer = { id: string; instanceId: string; key: string; businessId: string; nodeId: string; attempts: number }

/**
 * Fires every timer of the drawings that is due, at most 50 a call, each in a transaction of its own. The timer's row is
 * the command's identity: a firing that commits takes the row away, so a crash repeats nothing and two workers fire it once.
 * A firing that fails is tried again later, with the reason on its row.
 * @param onError  told of each failure
 */
export async function fireDue(
  db: Db,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  now: EpochMs,
  onError: (error: unknown, timerId: string) => void,
): Promise<FireReport> {
  const due = await db
    .selectFrom('process_timer as t')
    .innerJoin('process_instance as i', (join) =>
      join.onRef('i.zone_id', '=', 't.zone_id').onRef('i.id', '=', 't.instance_id'),
    )
    .select([
      't.id',
      't.instance_id as instanceId',
      'i.key',
      'i.business_id as businessId',
      't.node_id as nodeId',
      't.attempts',
    ])
    .where('t.zone_id', '=', runtime.deps.zoneId)
    .where(sql<boolean>`coalesce(t.retry_at, t.due_at) <= ${at(now)}::timestamptz`)
    .where('i.status', '=', 'active')
    .where(sql<boolean>`split_part(i.key, '.', 1) = any(${hosts.map(({ key }) => key)}::text[])`)
    .orderBy(sql`coalesce(t.retry_at, t.due_at)`)
    .limit(batch)
    .execute()
  let fired = 0
  let failed = 0
  for (const timer of due) {
    try {
      if (await db.transaction().execute((tx) => fireTimer(tx, runtime, hosts, timer))) fired++
    } catch (error) {
      failed++
      onError(error, timer.id)
      await postpone(db, runtime, timer, now, error)
    }
  }
  return { fired, failed }
}

/**
 * Fires one timer under the lock of its case, if it is still armed and due.
 * @returns false when somebody else fired or moved it meanwhile, or suspended its case
 */
export async function fireTimer(
  tx: Tx,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  timer: Pick<DueTimer, 'id' | 'instanceId' | 'key' | 'businessId' | 'nodeId'>,
): Promise<boolean> {
  const host = hostOf(hosts, timer.key)
  const subject: unknown = await host.lock(tx, timer.businessId, { by: 'timer', nodeId: timer.nodeId })
  if (!subject) return false
  const now = runtime.deps.clock()
  const played = await feed(tx, runtime, host, subject, timer.instanceId, (state) => {
    const armed = state.status === 'active' ? state.timers.find((candidate) => candidate.id === timer.id) : undefined
    const due = armed?.state === 'armed' && armed.dueAt !== null && armed.dueAt <= now
    return due ? { kind: 'timer', timerId: timer.id } : null
  })
  if (!played.ok) throw new Error(`timer ${timer.nodeId} of ${timer.key}: ${JSON.stringify(played.error)}`)
  await flushBatch(tx, host.batch(subject))
  return played.value !== null
}

async function postpone(db: Db, runtime: Runtime, timer: DueTimer, now: EpochMs, error: unknown): Promise<void> {
  const waitMs = Math.min(retryMaxMs, retryBaseMs * 2 ** timer.attempts)
  await db
    .updateTable('process_timer')
    .set({
      attempts: timer.attempts + 1,
      retry_at: new Date(now + waitMs),
      last_error: (error instanceof Error ? error.message : String(error)).slice(0, 1_000),
    })
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('instance_id', '=', timer.instanceId)
    .where('id', '=', timer.id)
    .execute()
}

/** When the next timer of the drawings is due whose case plays; null when none is armed. By the index process_timer_due. */
export async function nextTimerAt(db: Db, zoneId: string): Promise<EpochMs | null> {
  const row = await db
    .selectFrom('process_timer as t')
    .innerJoin('process_instance as i', (join) =>
      join.onRef('i.zone_id', '=', 't.zone_id').onRef('i.id', '=', 't.instance_id'),
    )
    .select(sql<EpochMs>`coalesce(t.retry_at, t.due_at)`.as('next'))
    .where('t.zone_id', '=', zoneId)
    .where('i.status', '=', 'active')
    .orderBy(sql`coalesce(t.retry_at, t.due_at)`)
    .limit(1)
    .executeTakeFirst()
  return row?.next ?? null
}
