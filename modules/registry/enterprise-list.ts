import { sql, type Expression, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { keysetPage, problem, type Page, type SortColumn } from '@tingzhou/http'
import { containing, escapeLike, type Db, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type * as z from 'zod'
import type { EnterpriseListInput, EnterpriseRow } from './enterprise-contract.ts'
import { countRows, stateSeen } from './kept-count.ts'
import './rights.ts'
import './tables.ts'

export type ListWish = z.output<typeof EnterpriseListInput>
type Filters = Omit<ListWish, 'cursor' | 'limit' | 'sort'>

const from = (db: Db | Tx, zoneId: string) => db.selectFrom('enterprise').where('enterprise.zone_id', '=', zoneId)

/** What the reader may see of what the filters ask for: the list, its count and its export go through here. */
const within = (db: Db | Tx, zoneId: string, actor: Actor, filters: Filters) => {
  let query = from(db, zoneId)
    .where('enterprise.merged_into', 'is', null)
    .where(reaches(actor, 'enterprise', { zoneId, objectId: sql.ref('enterprise.id') }))
  const { areaId, industry, size, aboveScaleYear, tag, status, chain, usccStatus, q } = filters
  if (areaId) query = query.where('enterprise.area_id', 'in', areaId)
  if (industry) query = query.where('enterprise.industry', 'like', `${escapeLike(industry.toUpperCase())}%`)
  if (size) query = query.where('enterprise.size', 'in', size)
  if (aboveScaleYear !== undefined)
    query = query.where(sql<SqlBool>`${aboveScaleYear}::int = any(enterprise.above_scale_years)`)
  if (tag) query = query.where(sql<SqlBool>`enterprise.tags && ${tag}::text[]`)
  if (status) query = query.where('enterprise.status', 'in', status)
  if (chain) query = query.where(sql<SqlBool>`enterprise.chains && ${chain}::text[]`)
  if (usccStatus) query = query.where('enterprise.uscc_status', 'in', usccStatus)
  if (q) query = query.where(contains(q))
  return query
}

/** Words of the name, a former name, the address or the code; every word must be there. */
const contains = (q: string): Expression<SqlBool> => {
  const words = q.split(/\s+/).filter(Boolean).slice(0, 10)
  const each = words.map((word) => {
    const like = containing(word)
    return sql<SqlBool>`(enterprise.name ilike ${like} or enterprise.uscc ilike ${like} or enterprise.address ilike ${like}
      or array_to_string(enterprise.aliases, ' ') ilike ${like})`
  })
  return sql<SqlBool>`(${sql.join(each, sql` and `)})`
}

const select = (db: Db | Tx, zoneId: string, actor: Actor, filters: Filters) =>
  within(db, zoneId, actor, filters)
    .leftJoin('area', (join) =>
      join.onRef('area.zone_id', '=', 'enterprise.zone_id').onRef('area.id', '=', 'enterprise.area_id'),
    )
    .leftJoin('industry', 'industry.code', 'enterprise.industry')
    .select([
      'enterprise.id',
      'enterprise.uscc',
      'enterprise.uscc_status as usccStatus',
      'enterprise.name',
      'enterprise.area_id as areaId',
      'area.name as areaName',
      'enterprise.address',
      'enterprise.lon',
      'enterprise.lat',
      'enterprise.industry',
      'industry.name as industryName',
      'enterprise.size',
      'enterprise.above_scale_years as aboveScaleYears',
      'enterprise.tags',
      'enterprise.chains',
      'enterprise.status',
      'enterprise.synthetic',
      'enterprise.rev',
      'enterprise.updated_at as updatedAt',
    ])
    .select([sql<string>`coalesce(enterprise.founded::text, '')`.as('founded'), stateSeen.as('seen')])
type Selected = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const rowOf = ({ lon, lat, founded: _founded, seen: _seen, ...row }: Selected): EnterpriseRow => ({
  ...row,
  point: lon === null || lat === null ? null : { lon, lat },
})

/** A page of enterprises within the reader's reach. */
export async function listEnterprises(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  wish: ListWish,
): Promise<Page<EnterpriseRow>> {
  const page = await readPage(db, zoneId, actor, wish)
  return { rows: page.rows.map(rowOf), next: page.next }
}

const readPage = (db: Db | Tx, zoneId: string, actor: Actor, wish: ListWish) =>
  keysetPage(select(db, zoneId, actor, wish), sortOf(wish.sort), wish)

/** The same page, and how many rows the list has under its filters. */
export async function listCounted(
  db: Db,
  zoneId: string,
  actor: Actor,
  wish: ListWish,
): Promise<Page<EnterpriseRow> & { readonly total: number }> {
  const { rows, next } = await readPage(db, zoneId, actor, wish)
  const isWhole = wish.cursor === undefined && next === null
  const counted = () => countRows(db, within(db, zoneId, actor, wish), rows[0]?.seen ?? '')
  return { rows: rows.map(rowOf), next, total: isWhole ? rows.length : await counted() }
}

/** How many rows the list has under its filters. */
export async function countEnterprises(db: Db | Tx, zoneId: string, actor: Actor, filters: Filters): Promise<number> {
  const counted = await within(db, zoneId, actor, filters)
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  return counted.n
}

function sortOf(sort: string | undefined): readonly SortColumn<Selected>[] {
  const order = sort?.startsWith('-') ? 'desc' : 'asc'
  const id: SortColumn<Selected> = { ref: sql.ref('enterprise.id'), order, kind: 'string', read: (row) => row.id }
  switch (sort?.replace(/^-/, '') ?? 'name') {
    case 'name':
      return [{ ref: sql`enterprise.name collate "C"`, order, kind: 'string', read: (row) => row.name }, id]
    case 'updatedAt':
      return [{ ref: sql.ref('enterprise.updated_at'), order, kind: 'instant', read: (row) => row.updatedAt }, id]
    case 'founded':
      return [
        { ref: sql`coalesce(enterprise.founded::text, '')`, order, kind: 'string', read: (row) => row.founded },
        id,
      ]
    default:
      throw problem({
        kind: 'invalid_sort',
        status: 400,
        area: 'registry',
        field: 'sort',
        value: sort,
        rule: 'name, updatedAt, founded',
      })
  }
}
