import { createHash } from 'node:crypto'
import type { EpochMs } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import { sql, type RawBuilder } from 'kysely'
import type { CalendarChange } from './tables.ts'

/** When a change was made and by whom; null for the product itself. */
export type ChangeStamp = { readonly at: EpochMs; readonly by: string | null }

/** What changed: the year or the hours, and on whose word. */
export type CalendarChangeNote = {
  readonly change: CalendarChange
  readonly subject: string
  readonly source: string
}

/** One entry of the calendar's log of changes. */
export type CalendarVersion = CalendarChangeNote & {
  readonly version: string
  readonly loadedBy: string | null
  readonly loadedAt: EpochMs
}

/** Lets one change of the zone's calendar happen at a time; held until the transaction ends. */
export async function lockCalendar(tx: Tx, zoneId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`calendar ${zoneId}`}))`.execute(tx)
}

/**
 * Notes a change under the calendar's lock. The version is a number and a digest of all content up to it, so that a version
 * names one content for ever: a number that was rolled back comes again with another digest, and a cache cannot mix them up.
 * @param content  the days or hours that were written
 * @returns the version that stands from now on, such as `v7-9f86d081`
 */
export async function addVersion(
  tx: Tx,
  zoneId: string,
  note: CalendarChangeNote,
  content: unknown,
  stamp: ChangeStamp,
): Promise<string> {
  const last = await findLast(tx, zoneId)
  const seq = (last?.seq ?? 0) + 1
  const digest = createHash('sha256')
    .update(JSON.stringify([last?.version ?? null, note, content]))
    .digest('hex')
  const version = `v${seq}-${digest.slice(0, 8)}`
  await tx
    .insertInto('calendar_version')
    .values({ zone_id: zoneId, seq, version, ...note, loaded_by: stamp.by, loaded_at: at(stamp.at) })
    .execute()
  return version
}

/** The version that stands, or null for a zone whose calendar was never loaded. One row by the primary key. */
export const findVersion = async (db: Db | Tx, zoneId: string): Promise<string | null> =>
  (await findLast(db, zoneId))?.version ?? null

/** The version that stands, as an expression inside a larger query; null for a zone whose calendar was never loaded. */
export const calendarStamp = (zoneId: string): RawBuilder<string | null> =>
  sql<string | null>`(select version from calendar_version where zone_id = ${zoneId} order by seq desc limit 1)`

/** The newest changes of the calendar, newest first. */
export async function listVersions(db: Db | Tx, zoneId: string, limit: number): Promise<readonly CalendarVersion[]> {
  return db
    .selectFrom('calendar_version')
    .select(['version', 'change', 'subject', 'source', 'loaded_by as loadedBy', 'loaded_at as loadedAt'])
    .where('zone_id', '=', zoneId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
}

const findLast = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('calendar_version')
    .select(['seq', 'version'])
    .where('zone_id', '=', zoneId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
