import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import { keysetPage, type Page, type SortColumn } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { DuplicateReason, Hint } from './duplicate.ts'
import type { DuplicateHint, DuplicatePair } from './enterprise-contract.ts'
import './rights.ts'
import './tables.ts'

type Filter = { readonly enterpriseId?: string | undefined; readonly state?: 'open' | 'dismissed' | undefined }

/** Pairs of which the reader reaches both sides, neither merged away. */
const within = (db: Db | Tx, zoneId: string, actor: Actor, filter: Filter) => {
  let query = db
    .selectFrom('enterprise_duplicate as d')
    .innerJoin('enterprise as a', (join) => join.onRef('a.zone_id', '=', 'd.zone_id').onRef('a.id', '=', 'd.a_id'))
    .innerJoin('enterprise as b', (join) => join.onRef('b.zone_id', '=', 'd.zone_id').onRef('b.id', '=', 'd.b_id'))
    .where('d.zone_id', '=', zoneId)
    .where('d.state', '=', filter.state ?? 'open')
    .where('a.merged_into', 'is', null)
    .where('b.merged_into', 'is', null)
    .where(reaches(actor, 'enterprise', { zoneId, objectId: sql.ref('d.a_id') }))
    .where(reaches(actor, 'enterprise', { zoneId, objectId: sql.ref('d.b_id') }))
  const { enterpriseId } = filter
  if (enterpriseId !== undefined)
    query = query.where((eb) => eb.or([eb('d.a_id', '=', enterpriseId), eb('d.b_id', '=', enterpriseId)]))
  return query
}

const select = (db: Db | Tx, zoneId: string, actor: Actor, filter: Filter) =>
  within(db, zoneId, actor, filter)
    .leftJoin('area as aa', (join) => join.onRef('aa.zone_id', '=', 'a.zone_id').onRef('aa.id', '=', 'a.area_id'))
    .leftJoin('area as ba', (join) => join.onRef('ba.zone_id', '=', 'b.zone_id').onRef('ba.id', '=', 'b.area_id'))
    .select(['d.a_id', 'd.b_id', 'd.score', 'd.reasons', 'd.state'])
    .select(['a.name as aName', 'a.uscc as aUscc', 'a.address as aAddress', 'aa.name as aArea'])
    .select(['b.name as bName', 'b.uscc as bUscc', 'b.address as bAddress', 'ba.name as bArea'])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const sort: readonly SortColumn<Row>[] = [
  { ref: sql.ref('d.score'), order: 'desc', kind: 'number', read: (row) => row.score },
  { ref: sql.ref('d.a_id'), order: 'asc', kind: 'string', read: (row) => row.a_id },
  { ref: sql.ref('d.b_id'), order: 'asc', kind: 'string', read: (row) => row.b_id },
]

/** A page of suggestions, the most alike first. */
export async function listDuplicates(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  wish: Filter & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<DuplicatePair>> {
  const page = await keysetPage(select(db, zoneId, actor, wish), sort, wish)
  return { rows: page.rows.map(pairOf), next: page.next }
}

const pairOf = (row: Row): DuplicatePair => ({
  a: { id: row.a_id, name: row.aName, uscc: row.aUscc, areaName: row.aArea, address: row.aAddress },
  b: { id: row.b_id, name: row.bName, uscc: row.bUscc, areaName: row.bArea, address: row.bAddress },
  score: row.score,
  // Written by suggestDuplicates only.
  reasons: row.reasons as DuplicateReason[],
  state: row.state,
})

/** How many suggestions the list has. */
export async function countDuplicates(db: Db | Tx, zoneId: string, actor: Actor, filter: Filter): Promise<number> {
  const counted = await within(db, zoneId, actor, filter)
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  return counted.n
}

/** What is known of hints, as far as the reader reaches them. */
export async function describeHints(
  db: Db | Tx,
  zoneId: string,
  actor: Actor,
  hints: readonly Hint[],
): Promise<readonly DuplicateHint[]> {
  if (hints.length === 0) return []
  const rows = await db
    .selectFrom('enterprise as e')
    .leftJoin('area', (join) => join.onRef('area.zone_id', '=', 'e.zone_id').onRef('area.id', '=', 'e.area_id'))
    .select(['e.id', 'e.name', 'e.uscc', 'e.address', 'area.name as areaName'])
    .where('e.zone_id', '=', zoneId)
    .where(
      'e.id',
      'in',
      hints.map(({ id }) => id),
    )
    .where(reaches(actor, 'enterprise', { zoneId, objectId: sql.ref('e.id') }))
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return hints.flatMap(({ id, score, reasons }) => {
    const row = byId.get(id)
    return row ? [{ ...row, score, reasons: [...reasons] }] : []
  })
}
