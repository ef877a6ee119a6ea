import { err, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import { jsonb, type Db, type Tx } from '@tingzhou/db'
import { sql } from 'kysely'
import { builtInSource, builtInYear, builtInYears, type YearDay } from './built-in.ts'
import { daysOfYear } from './local-time.ts'
import { addVersion, lockCalendar, type ChangeStamp } from './version.ts'

/** A year as it stands in the calendar. */
export type YearSummary = {
  readonly year: number
  readonly workDays: number
  readonly offDays: number
  readonly sources: readonly string[]
}

/** A year that someone declares. */
export type YearLoad = {
  readonly year: number
  readonly days: readonly YearDay[]
  readonly source: string
  /** Whether a year that stands already may be replaced. */
  readonly replace: boolean
}

export type YearError =
  | { readonly kind: 'year_exists'; readonly year: number }
  | { readonly kind: 'day_missing'; readonly field: string; readonly value: LocalDate; readonly rule: string }
  | { readonly kind: 'day_repeated'; readonly field: string; readonly value: LocalDate; readonly rule: string }
  | { readonly kind: 'day_outside_year'; readonly field: string; readonly value: LocalDate; readonly rule: string }

/**
 * Checks that the days are those of the year, each exactly once; names are free.
 * @returns the days in order, or the first fault with field, value and rule
 * Source: own. O(days).
 */
export function checkYear(year: number, days: readonly YearDay[]): Result<readonly YearDay[], YearError> {
  const byDate = new Map<LocalDate, YearDay>()
  for (const [i, day] of days.entries()) {
    const fault = { field: `days.${i}.date`, value: day.date }
    if (!day.date.startsWith(`${year}-`)) return err({ kind: 'day_outside_year', ...fault, rule: `in ${year}` })
    if (byDate.has(day.date)) return err({ kind: 'day_repeated', ...fault, rule: 'each day once' })
    byDate.set(day.date, day)
  }
  const missing = daysOfYear(year).find((date) => !byDate.has(date))
  if (missing) return err({ kind: 'day_missing', field: 'days', value: missing, rule: `every day of ${year}` })
  return ok([...byDate.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1)))
}

/**
 * Loads the years that come with the product and that the zone has no day of; what an administrator loaded stays. Safe to repeat.
 * @returns the years loaded now
 * Source: chinese-days. One insert.
 */
export async function loadBuiltInYears(tx: Tx, zoneId: string, stamp: ChangeStamp): Promise<readonly number[]> {
  await lockCalendar(tx, zoneId)
  const present = new Set((await listYears(tx, zoneId)).map(({ year }) => year))
  const absent = builtInYears.filter((year) => !present.has(year))
  if (absent.length === 0) return []
  const days = absent.flatMap(builtInYear)
  await insertDays(tx, zoneId, days, builtInSource)
  const subject = absent.length === 1 ? `${absent[0]}` : `${absent[0]}–${absent.at(-1)}`
  await addVersion(tx, zoneId, { change: 'built_in', subject, source: builtInSource }, days, stamp)
  return absent
}

/**
 * Loads a year that an administrator declares, or replaces it when asked to.
 * @returns the new version of the calendar, or why not
 * Source: own. One delete, one insert.
 */
export async function loadYear(
  tx: Tx,
  zoneId: string,
  load: YearLoad,
  stamp: ChangeStamp,
): Promise<Result<{ readonly version: string }, YearError>> {
  const days = checkYear(load.year, load.days)
  if (!days.ok) return days
  await lockCalendar(tx, zoneId)
  const exists = (await findYear(tx, zoneId, load.year)).length > 0
  if (exists && !load.replace) return err({ kind: 'year_exists', year: load.year })
  await tx.deleteFrom('calendar_day').where('zone_id', '=', zoneId).where(inYear(load.year)).execute()
  await insertDays(tx, zoneId, days.value, load.source)
  const change = exists ? 'year_replaced' : 'year_loaded'
  const note = { change, subject: `${load.year}`, source: load.source } as const
  return ok({ version: await addVersion(tx, zoneId, note, days.value, stamp) })
}

/** The years of the calendar, with their workdays. Few rows: one a year. */
export async function listYears(db: Db | Tx, zoneId: string): Promise<readonly YearSummary[]> {
  const year = sql<number>`extract(year from date)::int`
  return db
    .selectFrom('calendar_day')
    .select([
      year.as('year'),
      sql<number>`(count(*) filter (where kind = 'work'))::int`.as('workDays'),
      sql<number>`(count(*) filter (where kind = 'off'))::int`.as('offDays'),
      sql<readonly string[]>`array_agg(distinct source)`.as('sources'),
    ])
    .where('zone_id', '=', zoneId)
    .groupBy(year)
    .orderBy(year)
    .execute()
}

/** The days of one year in order; none when it is not loaded. At most 366 rows. */
export async function findYear(db: Db | Tx, zoneId: string, year: number): Promise<readonly YearDay[]> {
  return db
    .selectFrom('calendar_day')
    .select(['date', 'kind', 'name', 'name_en as nameEn'])
    .where('zone_id', '=', zoneId)
    .where(inYear(year))
    .orderBy('date')
    .execute()
}

// A range, not extract(): the primary key answers it.
const inYear = (year: number) => sql<boolean>`date between ${`${year}-01-01`}::date and ${`${year}-12-31`}::date`

async function insertDays(tx: Tx, zoneId: string, days: readonly YearDay[], source: string): Promise<void> {
  await sql`
    insert into calendar_day (zone_id, date, kind, name, name_en, source)
    select ${zoneId}, day.date, day.kind, day.name, day."nameEn", ${source}
    from jsonb_to_recordset(${jsonb(days)}::jsonb) as day (date date, kind text, name text, "nameEn" text)
  `.execute(tx)
}
