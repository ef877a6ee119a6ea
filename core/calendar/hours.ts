import { ok, type Result } from '@tingzhou/kernel'
import { jsonb, type Db, type Tx } from '@tingzhou/db'
import { checkOfficeHours, defaultOfficeHours, type OfficeHours, type OfficeHoursError } from './office-hours.ts'
import { addVersion, lockCalendar, type ChangeStamp } from './version.ts'

/** The seasons of the zone in order; none before the first start. A handful of rows. */
export async function findOfficeHours(db: Db | Tx, zoneId: string): Promise<readonly OfficeHours[]> {
  return db
    .selectFrom('office_hours')
    .select(['from_month_day as fromMonthDay', 'to_month_day as toMonthDay', 'spans'])
    .where('zone_id', '=', zoneId)
    .orderBy('from_month_day')
    .limit(366)
    .execute()
}

/**
 * Replaces the office hours of the zone; due times that stand keep the version they were computed by.
 * @returns the new version of the calendar, or the first fault
 * Source: own. One delete, one insert.
 */
export async function saveOfficeHours(
  tx: Tx,
  zoneId: string,
  seasons: readonly OfficeHours[],
  source: string,
  stamp: ChangeStamp,
): Promise<Result<{ readonly version: string }, OfficeHoursError>> {
  const checked = checkOfficeHours(seasons)
  if (!checked.ok) return checked
  await lockCalendar(tx, zoneId)
  await tx.deleteFrom('office_hours').where('zone_id', '=', zoneId).execute()
  await tx
    .insertInto('office_hours')
    .values(
      seasons.map(({ fromMonthDay, toMonthDay, spans }) => ({
        zone_id: zoneId,
        from_month_day: fromMonthDay,
        to_month_day: toMonthDay,
        spans: jsonb(spans),
      })),
    )
    .execute()
  const subject = seasons.map(({ fromMonthDay, toMonthDay }) => `${fromMonthDay}–${toMonthDay}`).join(', ')
  return ok({ version: await addVersion(tx, zoneId, { change: 'office_hours', subject, source }, seasons, stamp) })
}

/** Gives a new zone the default hours; hours that stand are left alone. Safe to repeat. */
export async function loadDefaultOfficeHours(tx: Tx, zoneId: string, stamp: ChangeStamp): Promise<void> {
  await lockCalendar(tx, zoneId)
  if ((await findOfficeHours(tx, zoneId)).length > 0) return
  await saveOfficeHours(tx, zoneId, defaultOfficeHours, 'default', stamp)
}
