import type { Tx } from '@tingzhou/db'
import type { Fault } from '../problems.ts'
import '../tables.ts'
import { productsMax } from './store.ts'

/** Levels of the tree of products. */
export const levelsMax = 4

/** Why a product cannot stand under a parent: nobody's, closed, below the product itself, or the tree grows too deep. One statement. */
export async function treeFault(tx: Tx, zoneId: string, code: string, parent: string): Promise<Fault | null> {
  // Few products have a parent; without the parent's own row nothing is known of it.
  const rows = await tx
    .selectFrom('chain_product')
    .select(['code', 'parent', 'state'])
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('parent', 'is not', null), eb('code', '=', parent)]))
    .limit(productsMax)
    .execute()
  const own = rows.find((row) => row.code === parent)
  if (!own) return { field: 'parent', value: parent, rule: 'within_reach' }
  if (own.state === 'closed') return { field: 'parent', value: parent, rule: 'still_open' }
  return shapeFault(new Map(rows.map((row) => [row.code, row.parent])), code, parent)
}

/**
 * Whether the tree stays one when a product moves under a parent. Pure. O(products).
 * @param parents  parent of each product that has one
 */
function shapeFault(parents: ReadonlyMap<string, string | null>, code: string, parent: string): Fault | null {
  const above = ancestors(parents, parent)
  if (above.includes(code)) return { field: 'parent', value: parent, rule: 'below_itself' }
  // Every ancestor of a product stands before the product itself, so the number of those between is its depth below `code`.
  const below = [...parents.keys()].map((one) => ancestors(parents, one).indexOf(code))
  const levels = above.length + 1 + Math.max(0, ...below)
  return levels > levelsMax ? { field: 'parent', value: parent, rule: `levels ${levelsMax}` } : null
}

/** A product and those above it, from the product up. */
function ancestors(parents: ReadonlyMap<string, string | null>, code: string): readonly string[] {
  const path = [code]
  // No deeper than the tree may be, were it broken.
  for (let at = parents.get(code); at && path.length <= levelsMax; at = parents.get(at)) path.push(at)
  return path
}
