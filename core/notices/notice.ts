import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, jsonb, newId, type Db, type Json, type Tx } from '@tingzhou/db'

/** Something an account should know of, or must act on. */
export type NewNotice = {
  readonly accountId: string
  /** What is muted by: `needs.dispatched`. */
  readonly kind: string
  /** Never muted. */
  readonly alarm?: boolean
  /** Whether the reader must do something. */
  readonly needsMe: boolean
  /** `area:key` of a text given to `registerNoticeTexts`. */
  readonly titleKey: string
  readonly params?: { readonly [name: string]: Json }
  readonly objectKind?: string
  readonly objectId?: string
  /** Path of the screen, such as `/appeals/…`. */
  readonly link?: string
  readonly at: EpochMs
}

export type NoticeRow = {
  readonly id: string
  readonly kind: string
  readonly needsMe: boolean
  readonly titleKey: string
  readonly params: Record<string, unknown>
  readonly objectKind: string | null
  readonly objectId: string | null
  readonly link: string | null
  readonly at: EpochMs
  readonly readAt: EpochMs | null
}

/** The event that tells screens and the mail of new notices; its data: `{ ids }`. */
export const noticeAdded = 'notices.notice_added'

/**
 * Adds notices, but not of kinds that the reader muted, and tells the readers' screens; one statement.
 * @returns notices added
 * Source: own. O(notices).
 */
export async function addNotices(tx: Tx, zoneId: string, notices: readonly NewNotice[]): Promise<number> {
  if (notices.length === 0) return 0
  const rows = notices.map((notice) => ({
    id: newId(),
    account_id: notice.accountId,
    kind: notice.kind,
    alarm: notice.alarm ?? false,
    needs_me: notice.needsMe,
    title_key: notice.titleKey,
    params: notice.params ?? {},
    object_kind: notice.objectKind ?? null,
    object_id: notice.objectId ?? null,
    link: notice.link ?? null,
    at_ms: notice.at,
  }))
  const answer = await sql<{ n: number }>`
    with added as (
      insert into notice (zone_id, id, account_id, kind, alarm, needs_me, title_key, params, object_kind, object_id, link, at)
      select ${zoneId}, n.id, n.account_id, n.kind, n.alarm, n.needs_me, n.title_key, n.params, n.object_kind, n.object_id, n.link, to_timestamp(n.at_ms / 1000)
      from jsonb_to_recordset(${jsonb(rows)}::jsonb) as n(id uuid, account_id text, kind text, alarm boolean, needs_me boolean,
        title_key text, params jsonb, object_kind text, object_id text, link text, at_ms float8)
      where n.alarm or not exists (
        select from notice_mute m where m.zone_id = ${zoneId} and m.account_id = n.account_id and m.kind = n.kind)
      returning id, account_id, at
    ), told as (
      insert into outbox (zone_id, type, object_kind, object_id, data, to_parties, at)
      select ${zoneId}, ${noticeAdded}, 'notice', min(id::text), jsonb_build_object('ids', jsonb_agg(id)), array_agg(distinct account_id), max(at)
      from added having count(*) > 0
    )
    select count(*) as n from added`.execute(tx)
  return answer.rows[0]?.n ?? 0
}

export type Unread = { readonly needsMe: number; readonly information: number }

/**
 * How many notices an account has not read.
 * Source: own. O(unread), by the partial index.
 */
export async function countUnread(db: Db, zoneId: string, accountId: string): Promise<Unread> {
  const answer = await sql<Unread>`
    select count(*) filter (where needs_me) as "needsMe", count(*) filter (where not needs_me) as information
    from notice where zone_id = ${zoneId} and account_id = ${accountId} and read_at is null`.execute(db)
  return answer.rows[0] ?? { needsMe: 0, information: 0 }
}

/**
 * Marks an account's notices as read.
 * @param which  ids, or all that stand now
 * @returns notices that were unread
 * Source: own. One statement.
 */
export async function readNotices(
  tx: Tx,
  zoneId: string,
  accountId: string,
  which: readonly string[] | 'all',
  now: EpochMs,
): Promise<number> {
  let query = tx
    .updateTable('notice')
    .set({ read_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
  if (which !== 'all') query = query.where('id', 'in', [...which])
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Kinds that an account muted, by name. */
export async function listMutes(db: Db | Tx, zoneId: string, accountId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('notice_mute')
    .select('kind')
    .where('zone_id', '=', zoneId)
    .where('account_id', '=', accountId)
    .orderBy('kind')
    .limit(200)
    .execute()
  return rows.map((row) => row.kind)
}

/** Replaces what an account muted. Alarms of a muted kind come all the same. */
export async function setMutes(tx: Tx, zoneId: string, accountId: string, kinds: readonly string[]): Promise<void> {
  await tx.deleteFrom('notice_mute').where('zone_id', '=', zoneId).where('account_id', '=', accountId).execute()
  if (kinds.length === 0) return
  await tx
    .insertInto('notice_mute')
    .values([...new Set(kinds)].map((kind) => ({ zone_id: zoneId, account_id: accountId, kind })))
    .execute()
}

// Half a year: older ones are history, which the object keeps.
const keepDays = 183

/**
 * Removes notices older than half a year.
 * @returns rows removed, at most 5,000 a call
 * Source: own. O(rows removed), by the index on time.
 */
export async function removeOldNotices(tx: Tx | Db, zoneId: string, now: EpochMs): Promise<number> {
  const answer = await sql`delete from notice where (zone_id, id) in (
    select zone_id, id from notice where zone_id = ${zoneId} and at < ${at(now)}::timestamptz - ${keepDays} * interval '1 day' limit 5000)`.execute(
    tx,
  )
  return Number(answer.numAffectedRows ?? 0)
}
