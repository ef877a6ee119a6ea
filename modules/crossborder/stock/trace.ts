import { sql, type RawBuilder } from 'kysely'
import { mayReach, reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import type { TraceSubject } from '../words.ts'
import { piecesOn } from './on-hand.ts'

const rowsMax = 200

/** Which lots a subject is about. */
const lotsOf: Readonly<Record<TraceSubject, (zoneId: string, id: string) => RawBuilder<boolean>>> = {
  lot: (_zoneId, id) => sql<boolean>`l.id = ${id}`,
  plot: (_zoneId, id) => sql<boolean>`l.plot_id = ${id}`,
  nursery: (_zoneId, id) => sql<boolean>`l.nursery_id = ${id}`,
  shipment: (zoneId, id) =>
    sql<boolean>`l.id in (select x.lot_id from export_shipment_lot x where x.zone_id = ${zoneId} and x.shipment_id = ${id})`,
  stock: (zoneId, id) =>
    sql<boolean>`l.id in (select x.lot_id from overseas_stock x where x.zone_id = ${zoneId} and x.id = ${id})`,
}

const kindOf = {
  lot: 'export_lot',
  shipment: 'export_shipment',
  stock: 'overseas_stock',
  nursery: 'export_nursery',
} as const

/**
 * From a stock back to shipment, lot, plot and nursery, and from a plot on to where its goods are: the same chain, whichever end
 * is asked. What is beyond the reader's reach is left out.
 * @returns null when the subject itself is beyond reach
 * Five statements, each of at most 200 rows.
 */
export async function trace(reader: Reader, { subject, id }: { readonly subject: TraceSubject; readonly id: string }) {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  if (subject !== 'plot' && !(await mayReach(db, actor, zoneId, kindOf[subject], id))) return null
  const lots = await db
    .selectFrom('export_lot as l')
    .leftJoin('export_plot as p', (join) => join.onRef('p.zone_id', '=', 'l.zone_id').onRef('p.id', '=', 'l.plot_id'))
    .leftJoin('export_nursery as n', (join) =>
      join.onRef('n.zone_id', '=', 'l.zone_id').onRef('n.id', '=', 'l.nursery_id'),
    )
    .select([
      'l.id',
      'l.number',
      'l.goods',
      'l.species',
      'l.pieces',
      'l.taken',
      'l.certificate',
      'l.plot_id',
      'l.nursery_id',
    ])
    .select(['p.code as plot', 'n.name as nursery', 'n.registration'])
    .where('l.zone_id', '=', zoneId)
    .where(lotsOf[subject](zoneId, id))
    .where(reaches(actor, 'export_lot', { zoneId, objectId: sql.ref('l.id') }))
    .orderBy('l.created_at', 'desc')
    .orderBy('l.id')
    .limit(rowsMax)
    .execute()
  const lotIds = lots.map((lot) => lot.id)
  if (lotIds.length === 0) return subject === 'plot' ? null : { lots: [], shipments: [], stocks: [], outs: [] }
  const shipments = await shipmentsOf(reader, lotIds, subject === 'shipment' ? id : null)
  const stocks = await stocksOf(reader, lotIds, subject, id)
  const outs = await outsOf(
    reader,
    stocks.map((stock) => stock.id),
  )
  // Of a stock's lot only the shipment that it came by.
  const came = new Set(stocks.map(({ shipmentId }) => shipmentId))
  return {
    lots: lots.map(({ plot_id, nursery_id, plot, nursery, registration, ...lot }) => ({
      ...lot,
      plot: plot_id === null ? null : { id: plot_id, name: plot ?? '' },
      nursery: nursery_id === null ? null : { id: nursery_id, name: nursery ?? '', registration: registration ?? '' },
    })),
    shipments: subject === 'stock' ? shipments.filter((one) => came.has(one.id)) : shipments,
    stocks,
    outs,
  }
}

async function shipmentsOf({ deps: { db, zoneId }, actor }: Reader, lotIds: readonly string[], only: string | null) {
  let query = db
    .selectFrom('export_shipment_lot as x')
    .innerJoin('export_shipment as h', (join) =>
      join.onRef('h.zone_id', '=', 'x.zone_id').onRef('h.id', '=', 'x.shipment_id'),
    )
    .innerJoin('export_contract as c', (join) =>
      join.onRef('c.zone_id', '=', 'h.zone_id').onRef('c.id', '=', 'h.contract_id'),
    )
    .leftJoin('export_document as d', (join) =>
      join
        .onRef('d.zone_id', '=', 'h.zone_id')
        .onRef('d.shipment_id', '=', 'h.id')
        .on('d.kind', '=', 'phytosanitary_certificate')
        .on('d.state', '<>', 'replaced'),
    )
    .select([
      'h.id',
      'h.number',
      'h.state',
      'x.lot_id',
      'x.pieces',
      'h.contract_id',
      'c.number as contract',
      'h.crossed_at',
    ])
    .select('d.number as certificate')
    .where('x.zone_id', '=', zoneId)
    .where('x.lot_id', 'in', [...lotIds])
    .where(reaches(actor, 'export_shipment', { zoneId, objectId: sql.ref('h.id') }))
    .orderBy('h.created_at', 'desc')
    .orderBy('h.id')
    .limit(rowsMax)
  if (only !== null) query = query.where('h.id', '=', only)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    state: row.state,
    lotId: row.lot_id,
    pieces: row.pieces,
    contract: { id: row.contract_id, name: row.contract },
    certificate: row.certificate,
    crossedAt: row.crossed_at,
  }))
}

async function stocksOf(
  { deps: { db, zoneId, clock }, actor }: Reader,
  lotIds: readonly string[],
  subject: TraceSubject,
  id: string,
) {
  let query = db
    .selectFrom('overseas_stock as s')
    .innerJoin('overseas_warehouse as w', (join) =>
      join.onRef('w.zone_id', '=', 's.zone_id').onRef('w.id', '=', 's.warehouse_id'),
    )
    .select(['s.id', 's.lot_id', 's.shipment_id', 's.warehouse_id', 'w.name as warehouse', 's.area', 's.received_on'])
    .select(piecesOn('s', localDateOf(clock())).as('pieces'))
    .where('s.zone_id', '=', zoneId)
    .where('s.lot_id', 'in', [...lotIds])
    .where(reaches(actor, 'overseas_stock', { zoneId, objectId: sql.ref('s.id') }))
    .orderBy('s.received_on')
    .orderBy('s.id')
    .limit(rowsMax)
  if (subject === 'shipment') query = query.where('s.shipment_id', '=', id)
  // A stock and whatever was transferred out of the same receipt.
  if (subject === 'stock')
    query = query.where(
      sql<boolean>`s.shipment_id = (select x.shipment_id from overseas_stock x where x.zone_id = ${zoneId} and x.id = ${id})`,
    )
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    lotId: row.lot_id,
    shipmentId: row.shipment_id,
    warehouse: { id: row.warehouse_id, name: row.warehouse },
    area: row.area,
    pieces: row.pieces,
    receivedOn: row.received_on,
  }))
}

async function outsOf({ deps: { db, zoneId } }: Reader, stockIds: readonly string[]) {
  if (stockIds.length === 0) return []
  const rows = await db
    .selectFrom('overseas_movement')
    .select(['id', 'stock_id as stockId', 'number', 'kind', 'delta', 'counterparty', 'document', 'on_day as onDay'])
    .where('zone_id', '=', zoneId)
    .where('stock_id', 'in', [...stockIds])
    .where('kind', 'in', ['out', 'damage'])
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(rowsMax)
    .execute()
  return rows.map(({ delta, ...row }) => ({ ...row, pieces: -delta }))
}
