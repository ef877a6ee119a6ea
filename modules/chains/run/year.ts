import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { ChainsError } from '../problems.ts'
import { leastOfYearBefore } from './words.ts'

type YearDeps = { readonly zoneId: string; readonly clock: () => EpochMs }
const thisYear = ({ clock }: YearDeps): number => Number(localDateOf(clock()).slice(0, 4))

/** Whether anything is known of a year. By chain_position_year and chain_link_year. */
const hasRows = (zoneId: string, year: unknown) =>
  sql<boolean>`(exists (select 1 from chain_position where zone_id = ${zoneId} and year = ${year})
    or exists (select 1 from chain_link where zone_id = ${zoneId} and year = ${year}))`

/** Why a year cannot be reckoned: it is still to come, nothing is known of it, or too little yet. Two statements. */
export async function yearFault(tx: Tx, deps: YearDeps, year: number): Promise<ChainsError | null> {
  const refused = (rule: string) => ({ kind: 'field_refused', field: 'year', value: String(year), rule }) as const
  if (year > thisYear(deps)) return refused(`not_after ${thisYear(deps)}`)
  const { rows } = await sql<{ is: boolean }>`select ${hasRows(deps.zoneId, year)} as is`.execute(tx)
  if (!rows[0]?.is) return refused('year_of_rows')
  const last = await yearOfData(tx, deps)
  return last !== null && year > last ? refused('year_begun') : null
}

/**
 * The latest year that counts and is not still to come, or null: one with `leastOfYearBefore` of the links of the latest year before it of
 * which anything is known. Of many thin years in a row the third is taken. One statement, by the years' indexes; O(links of three years).
 */
export async function yearOfData(db: Db | Tx, deps: YearDeps): Promise<number | null> {
  const { zoneId } = deps
  const latest = (before: unknown) => sql`greatest(
    (select max(year) from chain_position where zone_id = ${zoneId} and year < ${before}),
    (select max(year) from chain_link where zone_id = ${zoneId} and year < ${before}))`
  const { rows } = await sql<{ year: number; links: number }>`
    with recursive years (year, nth) as (
      select ${latest(thisYear(deps) + 1)}, 1
      union all
      select ${latest(sql`y.year`)}, y.nth + 1 from years as y where y.year is not null and y.nth < 3)
    select y.year, (select count(*)::int from chain_link as l where l.zone_id = ${zoneId} and l.year = y.year) as links
    from years as y where y.year is not null order by y.year desc`.execute(db)
  const found = rows.find(({ links }, at) => links >= leastOfYearBefore * (rows[at + 1]?.links ?? 0))
  return found?.year ?? null
}
