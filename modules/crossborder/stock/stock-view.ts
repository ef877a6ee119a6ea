import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, containing } from '@tingzhou/db'
import type { Reader } from '../room.ts'
import { pageOf, type Wish } from '../supply/supply-view.ts'
import '../reach.ts'
import '../tables.ts'
import { piecesOn } from './on-hand.ts'

type Paged = Pick<Wish, 'q' | 'cursor' | 'limit'>

function stocks({ deps: { db, zoneId, clock }, actor }: Reader, onDay: string) {
  const now = at(clock())
  return db
    .selectFrom('overseas_stock as s')
    .innerJoin('overseas_warehouse as w', (join) =>
      join.onRef('w.zone_id', '=', 's.zone_id').onRef('w.id', '=', 's.warehouse_id'),
    )
    .innerJoin('export_lot as l', (join) => join.onRef('l.zone_id', '=', 's.zone_id').onRef('l.id', '=', 's.lot_id'))
    .innerJoin('export_shipment as h', (join) =>
      join.onRef('h.zone_id', '=', 's.zone_id').onRef('h.id', '=', 's.shipment_id'),
    )
    .innerJoin('party as o', (join) => join.onRef('o.zone_id', '=', 's.zone_id').onRef('o.id', '=', 's.owner_id'))
    .where('s.zone_id', '=', zoneId)
    .where('s.received_on', '<=', onDay)
    .where(reaches(actor, 'overseas_stock', { zoneId, objectId: sql.ref('s.id') }))
    .selectAll('s')
    .select([
      'w.name as warehouse',
      'l.number as lot',
      'h.number as shipment',
      'o.name as owner',
      piecesOn('s', onDay).as('pieces'),
      sql<number>`(${onDay}::date - s.received_on)`.as('age_days'),
      sql<number>`coalesce((select sum(r.pieces) from overseas_reservation r where r.zone_id = s.zone_id and r.stock_id = s.id
        and r.state = 'open' and r.until > ${now}), 0)::bigint`.as('reserved'),
    ])
}
type StockRow = Awaited<ReturnType<ReturnType<typeof stocks>['execute']>>[number]

const stockView = (row: StockRow) => ({
  id: row.id,
  warehouse: { id: row.warehouse_id, name: row.warehouse },
  area: row.area,
  lot: { id: row.lot_id, name: row.lot },
  shipment: { id: row.shipment_id, name: row.shipment },
  owner: { id: row.owner_id, name: row.owner },
  goods: row.goods,
  sku: row.sku,
  bonded: row.bonded,
  receivedOn: row.received_on,
  ageDays: row.age_days,
  pieces: row.pieces,
  reserved: row.reserved,
  synthetic: row.synthetic,
})

type StockWish = Paged & {
  readonly warehouseId?: string | undefined
  readonly lotId?: string | undefined
  readonly shipmentId?: string | undefined
  readonly onDay?: string | undefined
  readonly empty: 'hide' | 'show'
}

/** A page of stock as it was at the end of a day, what came first before. Two statements. */
export async function listStock(reader: Reader, wish: StockWish) {
  const { warehouseId, lotId, shipmentId, empty, q } = wish
  const onDay = wish.onDay ?? localDateOf(reader.deps.clock())
  let query = stocks(reader, onDay)
  if (warehouseId) query = query.where('s.warehouse_id', '=', warehouseId)
  if (lotId) query = query.where('s.lot_id', '=', lotId)
  if (shipmentId) query = query.where('s.shipment_id', '=', shipmentId)
  if (empty === 'hide') query = query.where(sql<boolean>`${piecesOn('s', onDay)} > 0`)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('s.goods', 'ilike', containing(q)),
        eb('s.sku', 'ilike', containing(q)),
        eb('l.number', 'ilike', containing(q)),
        eb('h.number', 'ilike', containing(q)),
      ]),
    )
  const page = await pageOf(
    reader,
    query,
    [
      { ref: sql`s.received_on::text`, order: 'asc', kind: 'string', read: (row) => row.received_on },
      { ref: sql.ref('s.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(stockView) }
}

/** One stock now, with what was set aside of it, or null. Two statements. */
export async function findStock(reader: Reader, id: string) {
  const { db, zoneId, clock } = reader.deps
  const now = clock()
  const row = await stocks(reader, localDateOf(now)).where('s.id', '=', id).executeTakeFirst()
  if (!row) return null
  const rows = await db
    .selectFrom('overseas_reservation')
    .select(['id', 'pieces', 'for_whom', 'document', 'until', 'state', 'created_at', 'created_by'])
    .where('zone_id', '=', zoneId)
    .where('stock_id', '=', id)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(100)
    .execute()
  const reservations = rows.map((one) => ({
    id: one.id,
    pieces: one.pieces,
    forWhom: one.for_whom,
    document: one.document,
    until: one.until,
    state: one.state === 'open' && one.until <= now ? ('over' as const) : one.state,
    createdAt: one.created_at,
    createdBy: one.created_by,
  }))
  return { ...stockView(row), reservations }
}

/** Upper bounds of how long stock has lain, days. Own. */
const bounds = [30, 60, 90, 180] as const

/** How long the stock of a day has lain since its receipt, in buckets. One statement. */
export async function ageing(
  { deps: { db, zoneId, clock }, actor }: Reader,
  wish: { readonly warehouseId?: string | undefined; readonly onDay?: string | undefined },
) {
  const onDay = wish.onDay ?? localDateOf(clock())
  const pieces = piecesOn('s', onDay)
  const age = sql`(${onDay}::date - s.received_on)`
  let query = db
    .selectFrom('overseas_stock as s')
    .select([
      sql<number>`width_bucket(${age}::integer, ${bounds.map((bound) => bound + 1)}::integer[])`.as('bucket'),
      sql<number>`sum(${pieces})::bigint`.as('pieces'),
      sql<number>`count(*)::integer`.as('stocks'),
    ])
    .where('s.zone_id', '=', zoneId)
    .where('s.received_on', '<=', onDay)
    .where(reaches(actor, 'overseas_stock', { zoneId, objectId: sql.ref('s.id') }))
    .where(sql<boolean>`${pieces} > 0`)
    .groupBy('bucket')
  if (wish.warehouseId) query = query.where('s.warehouse_id', '=', wish.warehouseId)
  const rows = await query.execute()
  const buckets = [...bounds, null].map((toDays, index) => {
    const row = rows.find(({ bucket }) => bucket === index)
    const below = bounds[index - 1]
    return {
      fromDays: below === undefined ? 0 : below + 1,
      toDays,
      pieces: row?.pieces ?? 0,
      stocks: row?.stocks ?? 0,
    }
  })
  return { onDay, pieces: buckets.reduce((sum, one) => sum + one.pieces, 0), buckets }
}
