import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { partiesOf } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import { nowhere } from '../room.ts'
import { sideOf } from './stand.ts'

const bidsMax = 200

/**
 * The bids for a load, the lowest first, then whoever bade earlier: at most 200. The platform reads all; a shipper their order, but
 * no price; a carrier its own and, in an open bidding, the prices of the others without their names. Before the deadline of a sealed
 * bidding nobody reads any but the own. Three statements.
 */
export async function listBids(reader: Reader, loadId: string) {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const load = await db
    .selectFrom('freight_load as l')
    .select(['l.shipper_id', 'l.bid_kind', 'l.bid_until'])
    .where('l.zone_id', '=', zoneId)
    .where('l.id', '=', loadId)
    .where(reaches(actor, 'freight_load', { zoneId, objectId: sql.ref('l.id') }))
    .executeTakeFirst()
  if (!load) return nowhere(loadId)
  const side = sideOf(actor, load.shipper_id)
  const own = partiesOf(actor, 'carrier')
  const isSealed = load.bid_kind === 'sealed'
  const isHidden = isSealed && load.bid_until !== null && deps.clock() < load.bid_until
  const seesAll = side === 'carrier' ? !isSealed && own.length > 0 : !isHidden
  const all = db
    .selectFrom('freight_bid as b')
    .where('b.zone_id', '=', zoneId)
    .where('b.load_id', '=', loadId)
    .where('b.state', '<>', 'withdrawn')
  const rows = await all
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'b.zone_id').onRef('c.id', '=', 'b.carrier_id'),
    )
    .selectAll('b')
    .select('c.name as carrier')
    .where(seesAll ? sql<boolean>`true` : sql<boolean>`b.carrier_id = any(${own}::text[])`)
    .orderBy('b.carrier_milli_fen')
    .orderBy('b.placed_at')
    .orderBy('b.id')
    .limit(bidsMax)
    .execute()
  // Whoever bids in a sealed bidding learns not even how many others do.
  const counted =
    side === 'carrier' && isSealed
      ? null
      : await all.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirst()
  return {
    rows: rows.map((row) => {
      const isOwn = own.includes(row.carrier_id)
      const isNamed = side !== 'carrier' || isOwn
      const isPriced = side !== 'shipper' || isOwn
      return {
        id: isNamed ? row.id : null,
        carrier: isNamed ? { id: row.carrier_id, name: row.carrier } : null,
        carrierMilliFen: isPriced ? row.carrier_milli_fen : null,
        quantity: row.quantity,
        words: side === 'platform' || isOwn ? row.words : null,
        state: row.state,
        placedAt: row.placed_at,
        rev: row.rev,
      }
    }),
    hidden: isHidden,
    total: counted?.n ?? null,
  }
}
