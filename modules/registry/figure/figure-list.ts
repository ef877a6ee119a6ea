import { sql, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import { keysetPage, problem, type Page, type SortColumn } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type * as z from 'zod'
import { enterprisesNamed } from '../enterprise-named.ts'
import { resolveId } from '../enterprise-rows.ts'
import '../rights.ts'
import '../tables.ts'
import { inFirstUnit } from './figure.ts'
import type { Figure, FigureListInput } from './figure-contract.ts'

export type FigureWish = z.output<typeof FigureListInput>
type Filters = Omit<FigureWish, 'cursor' | 'limit' | 'sort'>

/** How firm a figure says it is, the greatest first. */
export const firmness = (qualifier: string) =>
  sql<number>`case ${sql.ref(qualifier)} when 'actual' then 3 when 'estimate' then 2 else 1 end`

/** How a figure stands among those of its indicator and period, the greatest first; the last entered decides among equals. */
const placeOf = (alias: 'f' | 'o') => {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  return sql`(${firmness(`${alias}.qualifier`)}, ${column('as_of')},
    coalesce(${column('chosen_at')}, '-infinity'::timestamptz), ${column('id')})`
}

const sameKey = sql`o.zone_id = f.zone_id and o.enterprise_id = f.enterprise_id and o.indicator = f.indicator
  and o.period = f.period and o.state = 'stands'`

/**
 * Whether a figure `f` is the one to use of its enterprise, indicator and period: an actual one before an estimate before a target, then
 * the newest by its day, then the one that a person chose. Reckoned when asked, so that nothing can have forgotten to. Index enterprise_figure_key.
 */
export const isPreferred = sql<boolean>`(f.state = 'stands' and not exists (
  select 1 from enterprise_figure o where ${sameKey} and ${placeOf('o')} > ${placeOf('f')}))`

const kinds = { year: 4, quarter: 7, month: 7 } as const

/** What the reader may see of what the filters ask for: the list, its count and its export go through here. */
function within(db: Db | Tx, zoneId: string, actor: Actor, filters: Filters, { enterpriseId, named }: Asked) {
  let query = db
    .selectFrom('enterprise_figure as f')
    .innerJoin('enterprise', (join) =>
      join.onRef('enterprise.zone_id', '=', 'f.zone_id').onRef('enterprise.id', '=', 'f.enterprise_id'),
    )
    .innerJoin('figure_indicator as i', (join) =>
      join.onRef('i.zone_id', '=', 'f.zone_id').onRef('i.code', '=', 'f.indicator'),
    )
    .where('f.zone_id', '=', zoneId)
    .where(reaches(actor, 'enterprise', { zoneId, objectId: sql.ref('f.enterprise_id') }))
  const { indicator, kind, periodFrom, periodTo, qualifier, state, preferred } = filters
  if (filters.id !== undefined) query = query.where('f.id', '=', filters.id)
  if (enterpriseId !== null) query = query.where('f.enterprise_id', '=', enterpriseId)
  if (indicator) query = query.where('f.indicator', 'in', indicator)
  if (kind) query = query.where(sql<SqlBool>`length(f.period) = ${kinds[kind]}`)
  if (kind === 'quarter' || kind === 'month')
    query = query.where(sql<SqlBool>`(f.period like '%Q%') = ${kind === 'quarter'}`)
  if (periodFrom) query = query.where('f.period', '>=', periodFrom)
  if (periodTo) query = query.where(sql<SqlBool>`substr(f.period, 1, ${periodTo.length}) <= ${periodTo}`)
  if (qualifier) query = query.where('f.qualifier', 'in', qualifier)
  if (state) query = query.where('f.state', '=', state)
  if (preferred !== undefined) query = query.where(sql<SqlBool>`${isPreferred} = ${preferred}`)
  if (named !== null) query = query.where(sql<SqlBool>`f.enterprise_id = any(${[...named]}::text[])`)
  return query
}

const select = (query: ReturnType<typeof within>) =>
  query
    .select(['f.id', 'f.enterprise_id', 'enterprise.name as enterpriseName', 'enterprise.uscc', 'f.indicator'])
    .select(['f.period', 'f.value', 'f.unit', 'f.qualifier', 'f.basis', 'f.source', 'f.own', 'f.confidence'])
    .select(['f.as_of', 'f.chosen_at', 'f.chosen_by', 'f.state', 'f.withdrawn_why', 'f.synthetic', 'f.rev'])
    .select(['f.updated_at', 'f.updated_by', 'i.units', 'i.name_zh', 'i.name_en'])
    .select(isPreferred.as('preferred'))
    .select(sql<number>`(select count(*)::int from enterprise_figure o where ${sameKey} and o.id <> f.id)`.as('others'))
type Selected = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]
/** A figure with what a workbook says beside it. */
export type FigureLine = Figure & {
  readonly uscc: string | null
  readonly indicatorName: { readonly zh: string; readonly en: string }
  readonly unitName: { readonly zh: string; readonly en: string }
}

function lineOf(row: Selected): FigureLine {
  const { chosen_at: chosenAt } = row
  const unit = row.units.find(({ code }) => code === row.unit)
  return {
    id: row.id,
    enterprise: { id: row.enterprise_id, name: row.enterpriseName },
    uscc: row.uscc,
    indicator: row.indicator,
    indicatorName: { zh: row.name_zh, en: row.name_en },
    period: row.period,
    value: row.value,
    unit: row.unit,
    unitName: { zh: unit?.zh ?? row.unit, en: unit?.en ?? row.unit },
    // Units in use are never taken from an indicator.
    compared: inFirstUnit(row.value, row.unit, row.units) ?? row.value,
    qualifier: row.qualifier,
    basis: row.basis,
    source: row.source,
    own: row.own,
    confidence: row.confidence,
    asOf: row.as_of,
    preferred: row.preferred,
    chosen: chosenAt === null ? null : { at: chosenAt, byName: row.chosen_by ?? '' },
    others: row.others,
    state: row.state,
    withdrawnWhy: row.withdrawn_why,
    synthetic: row.synthetic,
    rev: row.rev,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

/** A page of figures of the enterprises within the reader's reach. */
export async function listFigures(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  wish: FigureWish,
): Promise<Page<FigureLine>> {
  const asked = await askedOf(db, zoneId, wish)
  const page = await keysetPage(select(within(db, zoneId, actor, wish, asked)), sortOf(wish.sort), wish)
  return { rows: page.rows.map(lineOf), next: page.next }
}

/** How many rows the list has under its filters, counted to `most`; null when there are more. One statement beside the names. */
export async function countFigures(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  { filters, most }: { readonly filters: Filters; readonly most: number },
): Promise<number | null> {
  const some = within(db, zoneId, actor, filters, await askedOf(db, zoneId, filters))
    .select(sql<number>`1`.as('one'))
    .limit(most + 1)
  const { n } = await db
    .selectFrom(some.as('some'))
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  return n > most ? null : n
}

/** So many enterprises of a name are looked at, the best first. */
const namedMax = 1_000

/** Whose figures are asked for: one enterprise's, or those of a name or code. Null: not asked. */
type Asked = { readonly enterpriseId: string | null; readonly named: readonly string[] | null }

/** Read apart, so that the list is entered by index however many enterprises there are. An id of nothing finds nothing. */
async function askedOf(db: Db | Tx, zoneId: string, { enterpriseId: id, q }: Filters): Promise<Asked> {
  const enterpriseId = id === undefined ? null : ((await resolveId(db, zoneId, id)) ?? id)
  return { enterpriseId, named: q ? await enterprisesNamed(db, zoneId, { q, limit: namedMax }) : null }
}

function sortOf(sort: string | undefined): readonly SortColumn<Selected>[] {
  const order = sort === 'period' ? 'asc' : 'desc'
  if (sort !== undefined && sort.replace(/^-/, '') !== 'period')
    throw problem({ kind: 'invalid_sort', status: 400, area: 'registry', field: 'sort', value: sort, rule: 'period' })
  return [
    { ref: sql.ref('f.period'), order, kind: 'string', read: (row) => row.period },
    { ref: sql.ref('f.id'), order, kind: 'string', read: (row) => row.id },
  ]
}

/** A figure to reckon with. */
export type PreferredFigure = {
  readonly enterpriseId: string
  readonly indicator: string
  readonly period: string
  /** In the indicator's first unit. */
  readonly value: number
  readonly qualifier: Figure['qualifier']
  readonly asOf: string
}

/**
 * The figures to use of many enterprises, for other modules: one each for enterprise, indicator and period.
 * At most 2,000 enterprises and 50 periods. One statement; index enterprise_figure_key.
 */
export async function preferredFigures(
  db: Db | Tx,
  zoneId: string,
  wanted: {
    readonly enterpriseIds: readonly string[]
    readonly indicators: readonly string[]
    readonly periods: readonly string[]
  },
): Promise<readonly PreferredFigure[]> {
  const { enterpriseIds, indicators, periods } = wanted
  if (enterpriseIds.length === 0 || indicators.length === 0 || periods.length === 0) return []
  const rows = await db
    .selectFrom('enterprise_figure as f')
    .innerJoin('figure_indicator as i', (join) =>
      join.onRef('i.zone_id', '=', 'f.zone_id').onRef('i.code', '=', 'f.indicator'),
    )
    .select(['f.enterprise_id', 'f.indicator', 'f.period', 'f.value', 'f.unit', 'f.qualifier', 'f.as_of', 'i.units'])
    .where('f.zone_id', '=', zoneId)
    .where(sql<SqlBool>`f.enterprise_id = any(${enterpriseIds}::text[])`)
    .where(sql<SqlBool>`f.indicator = any(${indicators}::text[])`)
    .where(sql<SqlBool>`f.period = any(${periods}::text[])`)
    .where(sql<SqlBool>`${isPreferred}`)
    .execute()
  return rows.map(({ enterprise_id: enterpriseId, as_of: asOf, value, unit, units, ...row }) => ({
    ...row,
    enterpriseId,
    value: inFirstUnit(value, unit, units) ?? value,
    asOf,
  }))
}
