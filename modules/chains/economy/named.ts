import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import { enterprisesNamed } from '@tingzhou/registry'
import type { ChainProduct } from '../catalogue/store.ts'
import { holds } from '../grams.ts'
import '../tables.ts'

export type Products = ReadonlyMap<string, ChainProduct>

/** A product as lists show it; a code that is gone shows itself. */
export function productOf(products: Products, code: string) {
  const known = products.get(code)
  return { code, zh: known?.zh ?? code, en: known?.en ?? code, unit: known?.unit ?? '' }
}

/** Products whose code or names hold a word. */
export const productsNamed = (products: Products, q: string): readonly string[] => {
  const word = q.toLowerCase()
  return [...products.values()]
    .filter(({ code, zh, en }) => [code, zh, en].some((name) => name.toLowerCase().includes(word)))
    .map(({ code }) => code)
}

/** Firms of each side that a word of their name leads to. */
export const namedMax = 200

/** Ids of firms by their name, 200 of each side at most. Read apart: as lists they lead into the indexes of millions of rows. */
export async function firmsNamed(db: Db, zoneId: string, q: string): Promise<readonly string[]> {
  const outside = await db
    .selectFrom('chain_outside as o')
    .select(sql<string>`o.id::text`.as('id'))
    .where('o.zone_id', '=', zoneId)
    .where(holds(q, 'o', ['name']))
    .limit(namedMax)
    .execute()
  return [...(await enterprisesNamed(db, zoneId, { q, limit: namedMax })), ...outside.map(({ id }) => id)]
}

/** One of these, for a comparison. */
export const anyOf = (values: readonly string[]) => sql<string>`any(${values}::text[])`
