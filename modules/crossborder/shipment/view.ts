import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { offerMoves } from '@tingzhou/casework'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { listFiles } from '@tingzhou/files'
import { findWaybillStand } from '@tingzhou/freight'
import type { Reader } from '../room.ts'
import { latest, pageOf, type Wish as ListWish } from '../supply/supply-view.ts'
import '../reach.ts'
import '../tables.ts'
import type { ShipmentState } from '../words.ts'
import type { Shipment } from './case.ts'
import { readFacts } from './facts.ts'
import { findingsOf } from './finding.ts'
import { shipmentMovable } from './moves.ts'
import { legsOf, lotsOf, papersOf, proofsOf } from './parts-view.ts'
import { standOf } from './stand.ts'

const shipments = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('export_shipment as s')
    .innerJoin('party as e', (join) => join.onRef('e.zone_id', '=', 's.zone_id').onRef('e.id', '=', 's.exporter_id'))
    .innerJoin('export_contract as c', (join) =>
      join.onRef('c.zone_id', '=', 's.zone_id').onRef('c.id', '=', 's.contract_id'),
    )
    .innerJoin('overseas_warehouse as w', (join) =>
      join.onRef('w.zone_id', '=', 's.zone_id').onRef('w.id', '=', 's.warehouse_id'),
    )
    .where('s.zone_id', '=', zoneId)
    .where(reaches(actor, 'export_shipment', { zoneId, objectId: sql.ref('s.id') }))
    .selectAll('s')
    .select(['e.name as exporter', 'c.number as contract', 'w.name as warehouse', 'c.currency', 'c.price_minor'])
type Row = Awaited<ReturnType<ReturnType<typeof shipments>['execute']>>[number]

const rowView = (row: Row) => ({
  id: row.id,
  number: row.number,
  state: row.state,
  goodsClass: row.goods_class,
  goods: row.goods,
  sku: row.sku,
  pieces: row.pieces,
  loadedPieces: row.loaded_pieces,
  exporter: { id: row.exporter_id, name: row.exporter },
  contract: { id: row.contract_id, name: row.contract },
  warehouse: { id: row.warehouse_id, name: row.warehouse },
  dueAt: row.due_at,
  nextStep: row.next_step,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at,
  synthetic: row.synthetic,
  rev: row.rev,
})

type Wish = Omit<ListWish, 'state'> & {
  readonly state?: readonly ShipmentState[] | undefined
  readonly contractId?: string | undefined
  readonly exporterId?: string | undefined
}

/** A page of the shipments within reach, the latest first; counted to 1,000. Two statements. */
export async function listShipments(reader: Reader, wish: Wish) {
  let query = shipments(reader)
  const { state, contractId, exporterId, q } = wish
  if (state && state.length > 0) query = query.where('s.state', 'in', [...state])
  if (contractId) query = query.where('s.contract_id', '=', contractId)
  if (exporterId) query = query.where('s.exporter_id', '=', exporterId)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('s.number', 'ilike', containing(q)),
        eb('s.goods', 'ilike', containing(q)),
        eb('s.declaration', 'ilike', containing(q)),
      ]),
    )
  const page = await pageOf(reader, query, latest('s'), wish)
  return { ...page, rows: page.rows.map(rowView) }
}

/** Whether the shipment is within the reader's reach. One statement. */
export async function isReadable(reader: Reader, id: string): Promise<boolean> {
  const row = await shipments(reader).clearSelect().select('s.id').where('s.id', '=', id).executeTakeFirst()
  return row !== undefined
}

const inland: ReadonlySet<ShipmentState> = new Set(['booked', 'documents', 'declared', 'inspected', 'released', 'held'])

const stepTimes = [
  ['documents', 'completed_at'],
  ['declared', 'declared_at'],
  ['inspected', 'inspected_at'],
  ['released', 'released_at'],
  ['crossed', 'crossed_at'],
  ['arrived', 'arrived_at'],
  ['received', 'received_at'],
  ['delivered', 'delivered_at'],
] as const satisfies readonly (readonly [ShipmentState, keyof Shipment])[]

/** One shipment with everything that its page shows, or null. Twelve statements, by keys. */
export async function findShipment(reader: Reader, id: string) {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const row = await shipments(reader).where('s.id', '=', id).executeTakeFirst()
  if (!row) return null
  const today = localDateOf(deps.clock())
  const facts = await readFacts(db, zoneId, id)
  const files = new Map(((await listFiles(db, zoneId, [id])).get(id) ?? []).map((file) => [file.id, file.name]))
  const judged = inland.has(row.state) && row.crossed_at === null
  const waybill = row.waybill_id === null ? null : await findWaybillStand(db, zoneId, row.waybill_id, actor)
  const times = stepTimes.flatMap(([step, column]) => {
    const at = row[column]
    return at === null ? [] : [{ step, at }]
  })
  return {
    ...rowView(row),
    documentsBy: row.documents_until,
    crossBy: row.cross_until,
    declaration: row.declaration,
    releaseReference: row.release_reference,
    holdReason: row.hold_reason,
    holdWords: row.hold_words,
    heldFrom: row.held_from,
    endReason: row.end_reason,
    currency: row.currency,
    priceMinor: row.price_minor,
    times: [{ step: 'booked' as const, at: row.created_at }, ...times],
    findings: judged ? [...findingsOf(facts, 'cross', today)] : [],
    ...(await papersOf(reader, row, facts, today, files)),
    lots: await lotsOf(reader, id),
    ...(await proofsOf(reader, id, files)),
    legs: await legsOf(reader, id),
    waybill:
      row.waybill_id === null
        ? null
        : { id: row.waybill_id, number: waybill?.number ?? null, state: waybill?.state ?? null },
    moves: offerMoves(shipmentMovable, standOf(actor, row), row),
  }
}
