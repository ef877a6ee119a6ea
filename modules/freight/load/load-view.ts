import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage, problem } from '@tingzhou/http'
import { partiesOf } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import { historyOf, nowhere } from '../room.ts'
import type { LoadMode, LoadState } from '../words.ts'
import { pricesFor, sideOf } from './stand.ts'

type LoadWish = {
  readonly state?: LoadState | undefined
  readonly mode?: LoadMode | undefined
  readonly shipperId?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

type Filters = Pick<LoadWish, 'state' | 'mode' | 'shipperId' | 'q'>

/** The loads within reach, under filters. */
function within({ deps: { db, zoneId }, actor }: Reader, { state, mode, shipperId, q }: Filters) {
  let query = db
    .selectFrom('freight_load as l')
    .where('l.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_load', { zoneId, objectId: sql.ref('l.id') }))
  if (state) query = query.where('l.state', '=', state)
  if (mode) query = query.where('l.mode', '=', mode)
  if (shipperId) query = query.where('l.shipper_id', '=', shipperId)
  if (q)
    query = query.where((eb) => eb.or([eb('l.number', 'ilike', containing(q)), eb('l.goods', 'ilike', containing(q))]))
  return query
}

/** The same with their places, and the price of the share that the reader's carrier has of them. */
const select = (reader: Reader, filters: Filters) =>
  within(reader, filters)
    .innerJoin('party as s', (join) => join.onRef('s.zone_id', '=', 'l.zone_id').onRef('s.id', '=', 'l.shipper_id'))
    .innerJoin('freight_place as a', (join) =>
      join.onRef('a.zone_id', '=', 'l.zone_id').onRef('a.id', '=', 'l.from_id'),
    )
    .innerJoin('freight_place as b', (join) => join.onRef('b.zone_id', '=', 'l.zone_id').onRef('b.id', '=', 'l.to_id'))
    .selectAll('l')
    .select(['s.name as shipper'])
    .select(['a.name as a_name', 'a.address as a_address', 'a.division_code as a_division'])
    .select(['a.lon_deg as a_lon', 'a.lat_deg as a_lat'])
    .select(['b.name as b_name', 'b.address as b_address', 'b.division_code as b_division'])
    .select(['b.lon_deg as b_lon', 'b.lat_deg as b_lat'])
    .select(
      sql<number | null>`(select h.carrier_milli_fen from freight_share h
        where h.zone_id = l.zone_id and h.load_id = l.id and h.carrier_id = any(${partiesOf(reader.actor, 'carrier')}::text[])
        order by h.created_at desc limit 1)`.as('share_price'),
    )
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function view({ actor }: Reader, row: Row) {
  const side = sideOf(actor, row.shipper_id)
  const isOutside = side === 'carrier'
  const { share_price } = row
  return {
    id: row.id,
    number: row.number,
    shipper: { id: row.shipper_id, name: row.shipper },
    contractId: isOutside ? null : row.contract_id,
    goods: row.goods,
    cargoClass: row.cargo_class,
    from: placeOf(row.from_id, row.a_name, row.a_address, row.a_division, row.a_lon, row.a_lat),
    to: placeOf(row.to_id, row.b_name, row.b_address, row.b_division, row.b_lon, row.b_lat),
    consigneeId: isOutside ? null : row.consignee_id,
    consignee: row.consignee,
    consigneePhone: isOutside ? null : row.consignee_phone,
    measure: row.measure,
    quantity: row.quantity,
    taken: row.taken,
    overBp: row.over_bp,
    truckPlan: row.truck_plan,
    mode: row.mode,
    bidKind: row.bid_kind,
    bidUntil: row.bid_until,
    tripsADay: row.trips_a_day,
    ...pricesFor(side, isOutside && share_price !== null ? { ...row, carrier_milli_fen: share_price } : row),
    terms: { id: row.terms_id, version: row.terms_version },
    distanceM: row.distance_m,
    distanceBasis: row.distance_basis,
    loadFrom: row.load_from,
    loadUntil: row.load_until,
    offerMinutes: row.offer_minutes,
    remark: row.remark,
    state: row.state,
    publishedAt: row.published_at,
    synthetic: row.synthetic,
    rev: row.rev,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const placeOf = (id: string, name: string, address: string, divisionCode: string, lonDeg: number, latDeg: number) => ({
  id,
  name,
  address,
  divisionCode,
  lonDeg,
  latDeg,
})

/** A page of the loads within reach, the newest first. Two statements, by freight_load_list. */
export async function listLoads(reader: Reader, wish: LoadWish) {
  const page = await keysetPage(
    select(reader, wish),
    [
      { ref: sql.ref('l.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('l.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await within(reader, wish)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return { rows: page.rows.map((row) => view(reader, row)), next: page.next, total: counted?.n ?? 0 }
}

/** One load, or null. One statement. */
export async function findLoad(reader: Reader, id: string) {
  const row = await select(reader, {}).where('l.id', '=', id).executeTakeFirst()
  return row ? view(reader, row) : null
}

/** What was done to a load, for the platform and its shipper; a shipper reads no price of carriers. Three statements. */
export async function loadHistory(reader: Reader, id: string) {
  const { rows } = await historyOf(reader, 'freight_load', id)
  const load = await findLoad(reader, id)
  if (!load) return nowhere(id)
  const side = sideOf(reader.actor, load.shipper.id)
  if (side === 'carrier') throw problem({ kind: 'not_allowed', status: 403, area: 'freight' })
  return { rows: side === 'platform' ? rows : rows.map((row) => ({ ...row, data: withoutCarrierPrice(row.data) })) }
}

/** As `changesBetween` writes it. */
function withoutCarrierPrice(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('changes' in data) || !Array.isArray(data.changes)) return data
  const changes: readonly { readonly field?: string }[] = data.changes
  return { ...data, changes: changes.filter(({ field }) => field !== 'carrier_milli_fen') }
}
