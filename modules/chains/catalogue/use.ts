import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'

type Use = {
  /** Whether anything counts in its unit. */
  readonly counted: boolean
  /** What needs it to be open: a product below it, a recipe of or with it, or a chain; null: nothing. */
  readonly needed: string | null
}

/** Where a product is used. One statement. */
export async function useOf(tx: Tx, zoneId: string, code: string): Promise<Use> {
  const { rows } = await sql<Use>`select
      exists (select from chain_recipe where zone_id = ${zoneId} and output_code = ${code})
        or exists (select from chain_recipe_input where zone_id = ${zoneId} and product_code = ${code})
        or exists (select from chain_segment_product where zone_id = ${zoneId} and product_code = ${code})
        or exists (select from chain_position where zone_id = ${zoneId} and product_code = ${code})
        or exists (select from chain_link where zone_id = ${zoneId} and product_code = ${code})
        or exists (select from chain_demand where zone_id = ${zoneId} and product_code = ${code}) as counted,
      coalesce(
        (select min(code) from chain_product where zone_id = ${zoneId} and parent = ${code} and state = 'open'),
        (select min(output_code) from chain_recipe where zone_id = ${zoneId} and output_code = ${code} and state = 'open'),
        (select min(r.output_code) from chain_recipe_input i
          join chain_recipe r on r.zone_id = i.zone_id and r.id = i.recipe_id and r.state = 'open'
          where i.zone_id = ${zoneId} and i.product_code = ${code}),
        (select min(c.code) from chain_segment_product p
          join chain c on c.zone_id = p.zone_id and c.code = p.chain_code and c.state = 'open'
          where p.zone_id = ${zoneId} and p.product_code = ${code})) as needed`.execute(tx)
  return rows[0] ?? { counted: false, needed: null }
}
