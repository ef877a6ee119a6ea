import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import type { SortColumn } from '@tingzhou/http'
import { partiesOf } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import { firmNames, type FirmRef } from '../firm.ts'
import { baseOf } from '../posting/amounts.ts'
import type { Reader } from '../room.ts'
import '../reach.ts'
import '../tables.ts'
import type { DealState } from '../words.ts'
import { loadOfDeal } from './load-stand.ts'
import { sidesOf, type Sides } from './side.ts'

type Wish = {
  readonly state?: DealState | undefined
  readonly postingId?: string | undefined
  readonly firmId?: string | undefined
  readonly waits?: boolean | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const within = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('market_deal as d')
    .innerJoin('market_posting as n', (join) =>
      join.onRef('n.zone_id', '=', 'd.zone_id').onRef('n.id', '=', 'd.need_id'),
    )
    .innerJoin('market_posting as o', (join) =>
      join.onRef('o.zone_id', '=', 'd.zone_id').onRef('o.id', '=', 'd.offer_id'),
    )
    .where('d.zone_id', '=', zoneId)
    .where(reaches(actor, 'market_deal', { zoneId, objectId: sql.ref('d.id') }))

const select = (reader: Reader) =>
  within(reader)
    .selectAll('d')
    .select([
      'n.number as need_number',
      'n.text as need_text',
      'n.spec as need_spec',
      'n.unit as need_unit',
      'n.state as need_state',
      'n.firm_outside as buyer_outside',
      'n.needed_by',
      'n.place as need_place',
      'n.lon as need_lon',
      'n.lat as need_lat',
      'n.quantity as need_quantity',
      'n.reserved as need_reserved',
      'o.number as offer_number',
      'o.text as offer_text',
      'o.spec as offer_spec',
      'o.unit as offer_unit',
      'o.state as offer_state',
      'o.firm_outside as seller_outside',
      'o.place as offer_place',
      'o.lon as offer_lon',
      'o.lat as offer_lat',
      'o.lead_days',
      'o.quantity as offer_quantity',
      'o.reserved as offer_reserved',
      'o.min_quantity',
    ])
export type DealRow = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const latest: readonly SortColumn<{ readonly created_at: number; readonly id: string }>[] = [
  { ref: sql.ref('d.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
  { ref: sql.ref('d.id'), order: 'asc', kind: 'string', read: (row) => row.id },
]

/** A page of the deals within reach, the latest first. Three statements. */
export async function listDeals(reader: Reader, wish: Wish) {
  const { deps, actor } = reader
  let query = select(reader)
  const { state, postingId, firmId, q, waits } = wish
  if (state) query = query.where('d.state', '=', state)
  if (postingId) query = query.where((eb) => eb.or([eb('d.need_id', '=', postingId), eb('d.offer_id', '=', postingId)]))
  if (firmId) query = query.where((eb) => eb.or([eb('d.buyer_id', '=', firmId), eb('d.seller_id', '=', firmId)]))
  if (waits) {
    const own = [...partiesOf(actor, 'enterprise')]
    query = query
      .where('d.state', '=', 'proposed')
      .where(
        sql<boolean>`(d.buyer_id = any(${own}::text[]) and d.buyer_said is null or d.seller_id = any(${own}::text[]) and d.seller_said is null)`,
      )
  }
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('d.number', 'ilike', containing(q)),
        eb('n.text', 'ilike', containing(q)),
        eb('o.text', 'ilike', containing(q)),
      ]),
    )
  const page = await countedPage(deps.db, query, latest, wish)
  const names = await firmNames(deps.db, deps.zoneId, page.rows.flatMap(firmsOf))
  return { ...page, rows: page.rows.map((row) => viewOf(reader, row, names)) }
}

/** The firms of a deal as it was read. Pure. */
export const sidesOfRow = (row: DealRow): Sides => ({
  buyer: { id: row.buyer_id, isOutside: row.buyer_outside },
  seller: { id: row.seller_id, isOutside: row.seller_outside },
})

const firmsOf = (row: DealRow) => Object.values(sidesOfRow(row))

/** A deal's row as it is read, or null. One statement. */
export const readDeal = (reader: Reader, id: string) => select(reader).where('d.id', '=', id).executeTakeFirst()

/** One deal, or null. Four statements at most. */
export async function findDeal(reader: Reader, id: string) {
  const row = await readDeal(reader, id)
  if (!row) return null
  const names = await firmNames(reader.deps.db, reader.deps.zoneId, firmsOf(row))
  return {
    ...viewOf(reader, row, names),
    isCarried: (await loadOfDeal(reader.deps.db, reader.deps.zoneId, row)) !== null,
    explanation: row.explanation,
    why: row.why,
    minQuantity: row.min_quantity,
  }
}

function viewOf({ actor }: Reader, row: DealRow, names: ReadonlyMap<string, string>) {
  const sides = sidesOfRow(row)
  const named = (firm: FirmRef) => ({ ...firm, name: names.get(firm.id) ?? firm.id })
  const unit = row.need_unit || row.offer_unit
  return {
    id: row.id,
    number: row.number,
    buyer: named(sides.buyer),
    seller: named(sides.seller),
    need: {
      id: row.need_id,
      number: row.need_number,
      text: row.need_text,
      state: row.need_state,
      place: row.need_place,
      quantity: row.need_quantity,
      reserved: row.need_reserved,
    },
    offer: {
      id: row.offer_id,
      number: row.offer_number,
      text: row.offer_text,
      state: row.offer_state,
      place: row.offer_place,
      quantity: row.offer_quantity,
      reserved: row.offer_reserved,
    },
    productCode: row.product_code,
    quantity: row.quantity,
    dimension: row.dimension,
    unit,
    unitBase: baseOf(unit),
    priceMilliFen: row.price_milli_fen,
    pricePer: row.price_per,
    source: row.source,
    sourceId: row.source_id,
    score: row.score,
    buyerSaid: row.buyer_said,
    buyerSaidAt: row.buyer_said_at,
    sellerSaid: row.seller_said,
    sellerSaidAt: row.seller_said_at,
    state: row.state,
    standsUntil: row.stands_until,
    neededBy: row.needed_by,
    leadDays: row.lead_days,
    loadId: row.load_id,
    mine: [...sidesOf(actor, sides)],
    synthetic: row.synthetic,
    rev: row.rev,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
