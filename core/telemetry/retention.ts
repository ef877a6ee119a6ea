import { sql } from 'kysely'
import { at, expectRevision, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { noteDeed, settingOf, type Keeper } from './trail.ts'

/** How many days what is kept. Hours and days are kept for ever. */
export type Retention = {
  /** After so many days the readings of minutes are packed by the hour. */
  readonly packAfterDays: number
  /** The readings themselves. */
  readonly rawDays: number
  /** What minutes come to. */
  readonly minuteDays: number
  readonly trackDays: number
}

/** Thirteen months of readings, three years of minutes. Source: plant telemetry §2; tracks: own, a year and a month. */
export const defaultRetention: Retention = { packAfterDays: 7, rawDays: 396, minuteDays: 1_095, trackDays: 400 }

const columns = [
  'pack_after_days as packAfterDays',
  'raw_days as rawDays',
  'minute_days as minuteDays',
  'track_days as trackDays',
  'rev',
] as const

/** The settings of a zone, revision 0 when nobody set any. One statement. */
export async function findRetention(db: Db, zoneId: string): Promise<Retention & { readonly rev: number }> {
  const row = await db
    .selectFrom('telemetry_retention')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  return row ?? { ...defaultRetention, rev: 0 }
}

export type RetentionError =
  | StaleRevision
  | { readonly kind: 'retention_order'; readonly field: keyof Retention; readonly value: number; readonly rule: string }

/**
 * Sets how long what is kept, and writes down who did.
 * @param rev  what the writer saw
 * @returns the new revision; refused where readings would go before they are packed, or minutes before readings
 * Source: own. Three statements.
 */
export async function saveRetention(
  tx: Tx,
  zoneId: string,
  wish: Retention,
  rev: number,
  who: Keeper,
  now: EpochMs,
): Promise<Result<{ readonly rev: number }, RetentionError>> {
  const { packAfterDays, rawDays, minuteDays, trackDays } = wish
  if (rawDays <= packAfterDays)
    return err({ kind: 'retention_order', field: 'rawDays', value: rawDays, rule: `>= ${packAfterDays + 1}` })
  if (minuteDays < rawDays)
    return err({ kind: 'retention_order', field: 'minuteDays', value: minuteDays, rule: `>= ${rawDays}` })
  const before = await lockRetention(tx, zoneId, now)
  const expected = expectRevision(before.rev, rev)
  if (!expected.ok) return expected
  await tx
    .updateTable('telemetry_retention')
    .set({
      pack_after_days: packAfterDays,
      raw_days: rawDays,
      minute_days: minuteDays,
      track_days: trackDays,
      changed_at: at(now),
      rev: rev + 1,
    })
    .where('zone_id', '=', zoneId)
    .execute()
  const { rev: _, ...old } = before
  await noteDeed(tx, zoneId, settingOf(zoneId, 'retention'), who, now, {
    verb: 'save',
    data: { before: old, after: wish },
  })
  return ok({ rev: rev + 1 })
}

/** A zone without settings gets a row with those that hold, so that two writers meet at it. */
async function lockRetention(tx: Tx, zoneId: string, now: EpochMs): Promise<Retention & { readonly rev: number }> {
  const { packAfterDays, rawDays, minuteDays, trackDays } = defaultRetention
  await tx
    .insertInto('telemetry_retention')
    .values({
      zone_id: zoneId,
      pack_after_days: packAfterDays,
      raw_days: rawDays,
      minute_days: minuteDays,
      track_days: trackDays,
      rev: 0,
      changed_at: at(now),
    })
    .onConflict((conflict) => conflict.column('zone_id').doNothing())
    .execute()
  return tx
    .selectFrom('telemetry_retention')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

/** Days by table. */
export type DaysKept = { readonly sample_minute: number; readonly sample_chunk: number; readonly track_minute: number }

const daysOf = ({ minuteDays, rawDays, trackDays }: Omit<Retention, 'packAfterDays'>): DaysKept => ({
  sample_minute: minuteDays,
  sample_chunk: rawDays,
  track_minute: trackDays,
})

/** The longest that any zone of the database keeps: days of tables are shared by its zones. One statement. */
export const longestRetention = async (db: Db): Promise<DaysKept> =>
  (await longestOf(db, null)) ?? daysOf(defaultRetention)

/** What `longestRetention` would come to if a zone had these settings. One statement. */
export async function daysKeptWith(db: Db, zoneId: string, wish: Retention): Promise<DaysKept> {
  const own = daysOf(wish)
  const others = await longestOf(db, zoneId)
  if (!others) return own
  return {
    sample_minute: Math.max(own.sample_minute, others.sample_minute),
    sample_chunk: Math.max(own.sample_chunk, others.sample_chunk),
    track_minute: Math.max(own.track_minute, others.track_minute),
  }
}

/** Null where there is no other zone. @param without  a zone that does not count */
async function longestOf(db: Db, without: string | null): Promise<DaysKept | null> {
  const { rawDays, minuteDays, trackDays } = defaultRetention
  const { rows } = await sql<{ readonly [table in keyof DaysKept]: number | null }>`
    select max(coalesce(r.minute_days, ${minuteDays}::integer)) as sample_minute,
      max(coalesce(r.raw_days, ${rawDays}::integer)) as sample_chunk,
      max(coalesce(r.track_days, ${trackDays}::integer)) as track_minute
    from (select zone_id from telemetry_stream union select zone_id from telemetry_retention) z
    left join telemetry_retention r using (zone_id)
    where ${without}::text is null or z.zone_id <> ${without}`.execute(db)
  const [longest] = rows
  if (!longest || longest.sample_minute === null || longest.sample_chunk === null || longest.track_minute === null)
    return null
  return daysOf({ minuteDays: longest.sample_minute, rawDays: longest.sample_chunk, trackDays: longest.track_minute })
}
