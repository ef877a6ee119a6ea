import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { limits } from '../limits.ts'
import type { Wish } from '../list.ts'
import { plateKey } from '../numbers.ts'
import type { Reader } from '../papers-view.ts'
import { keepsForShipper } from '../place/place.ts'
import '../tables.ts'
import type { BridgeRow, WeighingRow, YardTruck } from './bridge-contract.ts'
import { weighsAt } from './reach.ts'
import './tables.ts'
import type { WeighingState } from './words.ts'

const readable = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_bridge as b')
    .innerJoin('freight_place as p', (join) =>
      join.onRef('p.zone_id', '=', 'b.zone_id').onRef('p.id', '=', 'b.place_id'),
    )
    .leftJoin('party as o', (join) => join.onRef('o.zone_id', '=', 'p.zone_id').onRef('o.id', '=', 'p.shipper_id'))
    .where('b.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_bridge', { zoneId, objectId: sql.ref('b.id') }))
    .selectAll('b')
    .select(['p.name as place', 'p.shipper_id as owner_id', 'o.name as owner'])
type Row = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]

const view = ({ actor }: Reader, row: Row): BridgeRow => ({
  id: row.id,
  name: row.name,
  divisionKg: row.division_kg,
  maxKg: row.max_kg,
  remark: row.remark,
  place: { id: row.place_id, name: row.place },
  owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner ?? row.owner_id },
  state: row.state,
  heardAt: row.heard_at,
  keeps: keepsForShipper(actor, row.owner_id),
  weighs: weighsAt(actor, row.owner_id),
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the weighbridges within reach, by name. Two statements. */
export async function listBridges(reader: Reader, wish: Wish) {
  const { q, state } = wish
  let query = readable(reader)
  if (state) query = query.where('b.state', '=', state)
  if (q)
    query = query.where((eb) => eb.or([eb('b.name', 'ilike', containing(q)), eb('p.name', 'ilike', containing(q))]))
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('b.name'), order: 'asc', kind: 'string', read: (row) => row.name },
      { ref: sql.ref('b.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return { rows: page.rows.map((row) => view(reader, row)), next: page.next, total: counted?.n ?? 0 }
}

/** One weighbridge, or null. One statement. */
export async function findBridge(reader: Reader, id: string): Promise<BridgeRow | null> {
  const row = await readable(reader).where('b.id', '=', id).executeTakeFirst()
  return row ? view(reader, row) : null
}

const hereMax = 200
const expectedMax = 50

type Yard = { readonly here: YardTruck[]; readonly expected: YardTruck[] }

/**
 * Trucks that wait at a weighbridge's place, and those on the way to it; without money and telephone numbers. Two statements, by
 * freight_waybill_from_open, freight_waybill_to_open.
 */
export async function yardOf(reader: Reader, { place }: BridgeRow): Promise<Yard> {
  return {
    here: await trucks(reader, place.id, { load: ['at_load'], unload: ['at_unload'], limit: hereMax }),
    expected: await trucks(reader, place.id, {
      load: ['accepted'],
      unload: ['loaded', 'in_transit'],
      limit: expectedMax,
    }),
  }
}

type Span = { readonly load: readonly string[]; readonly unload: readonly string[]; readonly limit: number }

async function trucks({ deps }: Reader, placeId: string, { load, unload, limit }: Span): Promise<YardTruck[]> {
  const { rows } = await sql<YardTruck>`
    select w.id as "waybillId", w.number, w.serial, w.state, w.end, w.agreement -> 'vehicle' ->> 'name' as plate,
      w.driver_name as driver, w.goods, case w.measure when 'ton' then w.plan end as "planKg",
      case w.end when 'unload' then w.load_net_kg end as "loadNetKg", v.rated_load_kg as "ratedLoadKg",
      ${limits.grossMaxKg}::integer as "legalGrossKg", (extract(epoch from w.since) * 1000)::float8 as since, w.rev
    from (
      select one.*, 'load' as "end", coalesce(one.arrived_load_at, one.accepted_at, one.created_at) as since
      from freight_waybill one
      where one.zone_id = ${deps.zoneId} and one.from_id = ${placeId} and one.state = any(${[...load]}::text[])
        and one.state in ('accepted', 'at_load')
      union all
      select one.*, 'unload', coalesce(one.arrived_unload_at, one.departed_at, one.loaded_at, one.created_at)
      from freight_waybill one
      where one.zone_id = ${deps.zoneId} and one.to_id = ${placeId} and one.state = any(${[...unload]}::text[])
        and one.state in ('loaded', 'in_transit', 'at_unload')) w
    join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
    order by w.since, w.id limit ${limit}`.execute(deps.db)
  return rows.map((row) => ({ ...row, since: Math.round(row.since) }))
}

export type WeighingWish = {
  readonly id: string
  readonly state?: readonly WeighingState[] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of what a weighbridge said, the latest first, found by number or plate; the caller has asked for its reach. One statement. */
export async function listWeighings(reader: Reader, wish: WeighingWish) {
  const { db, zoneId } = reader.deps
  let query = db
    .selectFrom('freight_weighing as r')
    .leftJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'r.zone_id').onRef('w.id', '=', 'r.waybill_id'),
    )
    .leftJoin('freight_slip as s', (join) => join.onRef('s.zone_id', '=', 'r.zone_id').onRef('s.id', '=', 'r.slip_id'))
    .selectAll('r')
    .select(['w.number as waybill_number', 's.voided_at'])
    .select(sql<string | null>`w.agreement -> 'vehicle' ->> 'name'`.as('waybill_plate'))
    .where('r.zone_id', '=', zoneId)
    .where('r.bridge_id', '=', wish.id)
  const { state, from, to, q } = wish
  if (state && state.length > 0) query = query.where('r.state', 'in', [...state])
  if (q)
    query = query.where((eb) =>
      eb.or([eb('r.number', 'ilike', containing(q)), eb('r.plate_key', 'like', containing(plateKey(q)))]),
    )
  if (from) query = query.where(sql<boolean>`r.received_at >= ${from}::date::timestamp at time zone 'Asia/Shanghai'`)
  if (to) query = query.where(sql<boolean>`r.received_at < (${to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('r.received_at'), order: 'desc', kind: 'instant', read: (row) => row.received_at },
      { ref: sql.ref('r.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return {
    rows: page.rows.map((row): WeighingRow => ({
      id: row.id,
      number: row.number,
      plate: row.plate,
      grossKg: row.gross_kg,
      tareKg: row.tare_kg,
      weighedAt: row.weighed_at,
      receivedAt: row.received_at,
      operator: row.operator,
      photoId: row.photo_id,
      state: row.state,
      waybill:
        row.waybill_id === null
          ? null
          : { id: row.waybill_id, number: row.waybill_number ?? '', plate: row.waybill_plate ?? '' },
      end: row.place_end,
      voided: row.voided_at !== null,
      refusal: row.refusal,
      why: row.why,
      decidedBy: row.decided_by,
      rev: row.rev,
    })),
    next: page.next,
    total: null,
  }
}
