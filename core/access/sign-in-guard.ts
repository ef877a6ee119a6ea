import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, type Db } from '@tingzhou/db'
import { instant } from './instant.ts'

/** How many failures a subject (a user name, an address) may have before it waits. */
export type GuardLimit = { readonly failuresMax: number; readonly windowMs: number; readonly lockMs: number }

const quarterMs = 15 * 60_000
/** 5 wrong passwords in 15 minutes lock the user name for 15 minutes. Issue 2. */
export const nameLimit: GuardLimit = { failuresMax: 5, windowMs: quarterMs, lockMs: quarterMs }
/** An address may serve a whole office, so it has more. Own. */
export const addressLimit: GuardLimit = { failuresMax: 100, windowMs: quarterMs, lockMs: quarterMs }

/**
 * Counts an attempt before its password is looked at, so that many at once do not all get a look; one statement.
 * @param subject  `name:…` or `address:…`
 * @returns locked: refuse unseen; last: one more failure and the subject is locked
 */
export async function countAttempt(
  db: Db,
  zoneId: string,
  subject: string,
  limit: GuardLimit,
  now: EpochMs,
): Promise<{ readonly locked: boolean; readonly last: boolean }> {
  const edge = at((now - limit.windowMs) as EpochMs)
  const fresh = sql`guard.window_since < ${edge} or guard.locked_until <= ${at(now)}`
  const answer = await sql<{ failures: number; locked_until: EpochMs | null }>`
    insert into sign_in_guard as guard (zone_id, subject, failures, window_since)
    values (${zoneId}, ${subject}, 1, ${at(now)})
    on conflict (zone_id, subject) do update set
      failures = case when ${fresh} then 1 else guard.failures + 1 end,
      window_since = case when ${fresh} then ${at(now)} else guard.window_since end,
      locked_until = case when ${fresh} then null else guard.locked_until end
    returning failures, locked_until`.execute(db)
  const row = answer.rows[0]
  const failures = row?.failures ?? 1
  const locked = row?.locked_until != null || failures > limit.failuresMax
  return { locked, last: failures >= limit.failuresMax }
}

/** Locks the subject from now on. */
export async function lockSubject(
  db: Db,
  zoneId: string,
  subject: string,
  limit: GuardLimit,
  now: EpochMs,
): Promise<void> {
  await db
    .updateTable('sign_in_guard')
    .set({ locked_until: at((now + limit.lockMs) as EpochMs) })
    .where('zone_id', '=', zoneId)
    .where('subject', '=', subject)
    .where('locked_until', 'is', null)
    .execute()
}

/** Forgets the subject's failures: a right password, or an administrator's word. */
export async function clearSubject(db: Db, zoneId: string, subject: string): Promise<void> {
  await db.deleteFrom('sign_in_guard').where('zone_id', '=', zoneId).where('subject', '=', subject).execute()
}

/** Until when the subjects are locked; those that are not are missing. */
export async function lockedUntil(
  db: Db,
  zoneId: string,
  subjects: readonly string[],
  now: EpochMs,
): Promise<ReadonlyMap<string, EpochMs>> {
  if (subjects.length === 0) return new Map()
  const rows = await db
    .selectFrom('sign_in_guard')
    .select(['subject', 'locked_until'])
    .where('zone_id', '=', zoneId)
    .where('subject', 'in', subjects)
    .where('locked_until', '>', instant(now))
    .execute()
  return new Map(rows.flatMap((row) => (row.locked_until === null ? [] : [[row.subject, row.locked_until] as const])))
}

/** Drops what no longer counts. */
export async function cleanGuard(db: Db, zoneId: string, now: EpochMs): Promise<void> {
  const edge = instant((now - 2 * quarterMs) as EpochMs)
  await db.deleteFrom('sign_in_guard').where('zone_id', '=', zoneId).where('window_since', '<', edge).execute()
}
