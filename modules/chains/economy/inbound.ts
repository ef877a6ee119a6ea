import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import type { Mode } from '../words.ts'
import '../tables.ts'

/** What a firm bought of a product from one seller in a year: its own record, for its own people. */
export type InboundLink = {
  readonly sellerId: string
  readonly isOutside: boolean
  readonly name: string
  /** Units of the product. */
  readonly volume: number
  /** Fen a unit. */
  readonly priceFen: number
  readonly distanceKm: number
  /** Fen a tonne and kilometre. */
  readonly rateFen: number
  readonly mode: Mode
}

/** The purchases of a year. */
export type Inbound = { readonly year: number; readonly links: readonly InboundLink[] }

/**
 * What a firm bought of a product, from the largest seller on: of a year, or of the latest one up to it that has any. Volumes and prices are
 * the two firms' own: whoever calls shows them to the buyer's people and to nobody else.
 * @param year  the last year that counts
 * @returns null when nothing is recorded; at most 200 links
 * Source: own. One statement, by chain_link_once.
 */
export async function inboundLinks(
  db: Db | Tx,
  zoneId: string,
  firmId: string,
  productCode: string,
  year: number,
): Promise<Inbound | null> {
  const { rows } = await sql<InboundLink & { readonly year: number }>`
    select l.year, l.seller_id as "sellerId", l.seller_outside as "isOutside", coalesce(p.name, o.name, l.seller_id) as name,
      l.volume, l.price_fen as "priceFen", l.distance_km as "distanceKm", l.rate_fen as "rateFen", l.mode
    from chain_link l
    left join party p on not l.seller_outside and p.zone_id = l.zone_id and p.id = l.seller_id
    left join chain_outside o on l.seller_outside and o.zone_id = l.zone_id and o.id::text = l.seller_id
    where l.zone_id = ${zoneId} and l.buyer_id = ${firmId} and l.product_code = ${productCode} and l.year = (
      select max(m.year) from chain_link m
      where m.zone_id = ${zoneId} and m.buyer_id = ${firmId} and m.product_code = ${productCode} and m.year <= ${year}::integer)
    order by l.volume desc, l.seller_id limit 200`.execute(db)
  const [first] = rows
  return first ? { year: first.year, links: rows.map(({ year: _year, ...link }) => link) } : null
}
