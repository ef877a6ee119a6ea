import type { EpochMs } from '@tingzhou/kernel'
import type { Db, Tx } from '@tingzhou/db'
import type { Calendar } from './calendar.ts'
import { findOfficeHours, loadDefaultOfficeHours } from './hours.ts'
import { findVersion } from './version.ts'
import { loadBuiltInYears } from './years.ts'

/** The zone's calendar, read again only when its version has changed. */
export type CalendarStore = {
  /**
   * The calendar as the given transaction sees it. Inside a transaction pass that transaction.
   * One row read when nothing has changed; none when the version was read along (`calendarStamp`).
   */
  readonly current: (db: Db | Tx, version?: string | null) => Promise<Calendar>
}

declare module '@tingzhou/http' {
  interface Deps {
    readonly calendar: CalendarStore
  }
}

/** Keeps the last calendar read; every process may hold its own. */
export function createCalendarStore(deps: { readonly zoneId: string }): CalendarStore {
  let kept: Calendar | null = null
  return {
    current: async (db, stamp) => {
      const version = stamp === undefined ? await findVersion(db, deps.zoneId) : stamp
      if (kept && kept.version === version) return kept
      kept = await loadCalendar(db, deps.zoneId)
      return kept
    },
  }
}

/**
 * Reads the whole calendar of a zone: about 8,400 days.
 * @returns an empty calendar of version `v0` when nothing was ever loaded; every question to it answers `calendar_not_loaded`
 * Source: own. Four reads; again when a change was committed between them.
 */
export async function loadCalendar(db: Db | Tx, zoneId: string): Promise<Calendar> {
  for (;;) {
    const version = await findVersion(db, zoneId)
    const days = await findDays(db, zoneId)
    const hours = await findOfficeHours(db, zoneId)
    if ((await findVersion(db, zoneId)) === version) return { version: version ?? 'v0', days, hours }
  }
}

async function findDays(db: Db | Tx, zoneId: string): Promise<Calendar['days']> {
  const rows = await db
    .selectFrom('calendar_day')
    .select(['date', 'kind', 'name', 'name_en as nameEn'])
    .where('zone_id', '=', zoneId)
    .orderBy('date')
    .limit(40_000)
    .execute()
  return new Map(rows.map(({ date, kind, name, nameEn }) => [date, { kind, name, nameEn }]))
}

/** Makes a zone's calendar ready at the start of the server: built-in years and default hours where there are none. Safe to repeat. */
export async function prepareCalendar(tx: Tx, zoneId: string, now: EpochMs): Promise<void> {
  await loadDefaultOfficeHours(tx, zoneId, { at: now, by: null })
  await loadBuiltInYears(tx, zoneId, { at: now, by: null })
}
