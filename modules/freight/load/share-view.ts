import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from '../papers-view.ts'
import type { State } from '../words.ts'
import { sideOf } from './stand.ts'

type ShareWish = {
  readonly state?: State | undefined
  readonly loadId?: string | undefined
  readonly carrierId?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_share as h')
    .innerJoin('freight_load as l', (join) => join.onRef('l.zone_id', '=', 'h.zone_id').onRef('l.id', '=', 'h.load_id'))
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'h.zone_id').onRef('c.id', '=', 'h.carrier_id'),
    )
    .where('h.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_share', { zoneId, objectId: sql.ref('h.id') }))
    .selectAll('h')
    .select(['c.name as carrier', 'l.number', 'l.goods', 'l.measure', 'l.over_bp', 'l.truck_plan', 'l.trips_a_day'])
    .select(['l.shipper_id', 'l.load_from', 'l.load_until', 'l.state as load_state'])
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = ({ actor }: Reader, row: Row) => ({
  id: row.id,
  load: { id: row.load_id, number: row.number, goods: row.goods, state: row.load_state },
  carrier: { id: row.carrier_id, name: row.carrier },
  measure: row.measure,
  quantity: row.quantity,
  taken: row.taken,
  overBp: row.over_bp,
  truckPlan: row.truck_plan,
  tripsADay: row.trips_a_day,
  carrierMilliFen: sideOf(actor, row.shipper_id) === 'shipper' ? null : row.carrier_milli_fen,
  loadFrom: row.load_from,
  loadUntil: row.load_until,
  state: row.state,
  rev: row.rev,
  createdAt: row.created_at,
})

/** A page of the shares within reach, the newest first. Two statements. */
export async function listShares(reader: Reader, wish: ShareWish) {
  let query = select(reader)
  const { state, loadId, carrierId } = wish
  if (state) query = query.where('h.state', '=', state)
  if (loadId) query = query.where('h.load_id', '=', loadId)
  if (carrierId) query = query.where('h.carrier_id', '=', carrierId)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('h.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('h.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return { rows: page.rows.map((row) => view(reader, row)), next: page.next, total: counted?.n ?? 0 }
}
