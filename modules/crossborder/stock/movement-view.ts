import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import type { Reader } from '../room.ts'
import { pageOf, type Wish } from '../supply/supply-view.ts'
import '../reach.ts'
import '../tables.ts'
import type { MovementKind } from '../words.ts'

type Paged = Pick<Wish, 'q' | 'cursor' | 'limit'>

type MovementWish = Paged & {
  readonly warehouseId?: string | undefined
  readonly stockId?: string | undefined
  readonly shipmentId?: string | undefined
  readonly kind?: MovementKind | undefined
}

/** A page of movements of the stock within reach, the latest first. Two statements. */
export async function listMovements(reader: Reader, wish: MovementWish) {
  const { deps, actor } = reader
  const { zoneId } = deps
  const { warehouseId, stockId, shipmentId, kind, q } = wish
  let query = deps.db
    .selectFrom('overseas_movement as m')
    .innerJoin('overseas_stock as s', (join) =>
      join.onRef('s.zone_id', '=', 'm.zone_id').onRef('s.id', '=', 'm.stock_id'),
    )
    .innerJoin('overseas_warehouse as w', (join) =>
      join.onRef('w.zone_id', '=', 's.zone_id').onRef('w.id', '=', 's.warehouse_id'),
    )
    .innerJoin('export_lot as l', (join) => join.onRef('l.zone_id', '=', 's.zone_id').onRef('l.id', '=', 's.lot_id'))
    .leftJoin('overseas_stock as t', (join) =>
      join.onRef('t.zone_id', '=', 'm.zone_id').onRef('t.id', '=', 'm.to_stock_id'),
    )
    .leftJoin('overseas_warehouse as v', (join) =>
      join.onRef('v.zone_id', '=', 't.zone_id').onRef('v.id', '=', 't.warehouse_id'),
    )
    .where('m.zone_id', '=', zoneId)
    .where(reaches(actor, 'overseas_stock', { zoneId, objectId: sql.ref('m.stock_id') }))
    .selectAll('m')
    .select([
      's.area',
      'w.name as warehouse',
      's.lot_id',
      'l.number as lot',
      't.area as to_area',
      'v.name as to_warehouse',
    ])
  if (warehouseId)
    query = query.where((eb) => eb.or([eb('s.warehouse_id', '=', warehouseId), eb('t.warehouse_id', '=', warehouseId)]))
  if (stockId) query = query.where((eb) => eb.or([eb('m.stock_id', '=', stockId), eb('m.to_stock_id', '=', stockId)]))
  if (shipmentId) query = query.where('s.shipment_id', '=', shipmentId)
  if (kind) query = query.where('m.kind', '=', kind)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('m.number', 'ilike', containing(q)),
        eb('m.document', 'ilike', containing(q)),
        eb('m.counterparty', 'ilike', containing(q)),
        eb('l.number', 'ilike', containing(q)),
      ]),
    )
  const page = await pageOf(
    reader,
    query,
    [
      { ref: sql.ref('m.at'), order: 'desc', kind: 'instant', read: (row) => row.at },
      { ref: sql.ref('m.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return {
    ...page,
    rows: page.rows.map((row) => ({
      id: row.id,
      number: row.number,
      kind: row.kind,
      stock: { id: row.stock_id, name: `${row.warehouse} ${row.area}` },
      toStock:
        row.to_stock_id === null
          ? null
          : { id: row.to_stock_id, name: `${row.to_warehouse ?? ''} ${row.to_area ?? ''}` },
      lot: { id: row.lot_id, name: row.lot },
      delta: row.delta,
      document: row.document,
      counterparty: row.counterparty,
      reason: row.reason,
      onDay: row.on_day,
      at: row.at,
      by: row.by_name,
      currency: row.currency,
      priceMinor: row.price_minor,
      rateMilli: row.rate_milli,
    })),
  }
}
