import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import type { Reader } from '../room.ts'
import { pageOf, type Wish } from '../supply/supply-view.ts'
import '../reach.ts'
import '../tables.ts'
import type { CountState } from '../words.ts'

type Paged = Pick<Wish, 'q' | 'cursor' | 'limit'>

const counts = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('overseas_count as c')
    .innerJoin('overseas_warehouse as w', (join) =>
      join.onRef('w.zone_id', '=', 'c.zone_id').onRef('w.id', '=', 'c.warehouse_id'),
    )
    .where('c.zone_id', '=', zoneId)
    .where(reaches(actor, 'overseas_count', { zoneId, objectId: sql.ref('c.id') }))
    .selectAll('c')
    .select([
      'w.name as warehouse',
      sql<number>`(select count(*) from overseas_count_line l where l.zone_id = c.zone_id and l.count_id = c.id)::integer`.as(
        'lines',
      ),
      sql<number>`(select count(*) from overseas_count_line l where l.zone_id = c.zone_id and l.count_id = c.id
        and l.counted <> l.book)::integer`.as('differences'),
    ])
type CountRow = Awaited<ReturnType<ReturnType<typeof counts>['execute']>>[number]

const countView = (row: CountRow) => ({
  id: row.id,
  number: row.number,
  warehouse: { id: row.warehouse_id, name: row.warehouse },
  area: row.area,
  state: row.state,
  lines: row.lines,
  differences: row.differences,
  createdAt: row.created_at,
  createdBy: row.created_by,
  countedBy: row.counted_by_name,
  countedAt: row.counted_at,
  closedBy: row.closed_by_name,
  closedAt: row.closed_at,
  words: row.words,
  rev: row.rev,
})

type CountWish = Paged & { readonly state?: CountState | undefined; readonly warehouseId?: string | undefined }

/** A page of the count sheets, the latest first. */
export async function listCounts(reader: Reader, wish: CountWish) {
  let query = counts(reader)
  const { state, warehouseId, q } = wish
  if (state) query = query.where('c.state', '=', state)
  if (warehouseId) query = query.where('c.warehouse_id', '=', warehouseId)
  if (q) query = query.where('c.number', 'ilike', containing(q))
  const page = await pageOf(
    reader,
    query,
    [
      { ref: sql.ref('c.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('c.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(countView) }
}

/** One count sheet with its lines, or null. Two statements. */
export async function findCount(reader: Reader, id: string) {
  const { db, zoneId } = reader.deps
  const row = await counts(reader).where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  const rows = await db
    .selectFrom('overseas_count_line as n')
    .innerJoin('overseas_stock as s', (join) =>
      join.onRef('s.zone_id', '=', 'n.zone_id').onRef('s.id', '=', 'n.stock_id'),
    )
    .innerJoin('export_lot as l', (join) => join.onRef('l.zone_id', '=', 's.zone_id').onRef('l.id', '=', 's.lot_id'))
    .select(['n.stock_id as stockId', 's.area', 's.goods', 'l.number as lot', 'n.book', 'n.counted', 'n.words'])
    .where('n.zone_id', '=', zoneId)
    .where('n.count_id', '=', id)
    .orderBy('s.area')
    .orderBy('l.number')
    .orderBy('n.stock_id')
    .limit(500)
    .execute()
  return { ...countView(row), rows }
}
