import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import '../tables.ts'

/** A firm that is known to supply a product. Not from what: whether it makes it or has sold it would tell of a link. */
export type KnownSupplier = { readonly firmId: string; readonly isOutside: boolean; readonly name: string }

/** What was made or sold in so many years, the year of the question among them, tells who supplies. */
const yearsTold = 3

/**
 * The firms that are known to supply one of these products: those that made it, and those that sold it, in the last three years; by name.
 * Enterprises that closed, and firms outside that did, are left out.
 * @param year  the year of the question
 * @param limit  of all products together, at most 200
 * Source: own. One statement, by chain_position_product and chain_link_product; each firm once.
 */
export async function suppliersOf(
  db: Db | Tx,
  zoneId: string,
  wish: { readonly productCodes: readonly string[]; readonly year: number; readonly limit: number },
): Promise<readonly KnownSupplier[]> {
  const { productCodes, year, limit } = wish
  const told = sql`zone_id = ${zoneId} and product_code = any(${[...productCodes]}::text[])
    and year > ${year - yearsTold}::int`
  const { rows } = await sql<KnownSupplier>`
    with firms as (
      select firm_id, is_outside from chain_position where ${told} and role = 'produce'
      union
      select distinct seller_id, seller_outside from chain_link where ${told}
    )
    select f.firm_id as "firmId", f.is_outside as "isOutside", coalesce(p.name, o.name) as name
    from firms f
    left join party p on not f.is_outside and p.zone_id = ${zoneId} and p.id = f.firm_id and p.kind = 'enterprise' and p.state <> 'closed'
      and not exists (select from enterprise e where e.zone_id = p.zone_id and e.id = p.id and e.status = 'closed')
    left join chain_outside o on f.is_outside and o.zone_id = ${zoneId} and o.id = case when f.is_outside then f.firm_id::uuid end and o.state = 'open'
    where coalesce(p.name, o.name) is not null
    order by name, "firmId"
    limit ${Math.min(limit, 200)}`.execute(db)
  return rows
}
