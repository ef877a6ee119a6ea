import { sql, type RawBuilder, type Selectable, type SqlBool } from 'kysely'
import { chainCatalogue, type ZoneCatalogue } from '@tingzhou/chains'
import type { Db, Tables, Tx } from '@tingzhou/db'
import '../tables.ts'

export type Posting = Selectable<Tables['market_posting']>

/** The products of a theme with all below them; null: everything. Pure. O(products * depth). */
export function themeCodes({ products }: ZoneCatalogue, theme: readonly string[]): readonly string[] | null {
  if (theme.length === 0) return null
  const isOf = (code: string | null, depth = 0): boolean =>
    code !== null && depth < 20 && (theme.includes(code) || isOf(products.get(code)?.parent ?? null, depth + 1))
  return [...products.keys()].filter((code) => isOf(code))
}

/** Whether a posting stands in the hall and is of the theme. */
export const isOfTheme = (alias: string, codes: readonly string[] | null, today: string): RawBuilder<SqlBool> => {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const wanted =
    codes === null ? sql<SqlBool>`true` : sql<SqlBool>`${column('product_code')} = any(${[...codes]}::text[])`
  return sql<SqlBool>`(${column('state')} in ('open', 'matched') and ${column('visibility')} = 'zone'
    and ${column('valid_to')} >= ${today}::date and ${wanted})`
}

/** Postings of one firm that take part at most. */
const postingsOfFirm = 40

/** Open postings of firms, of a theme. Two statements at most. */
export async function postingsOf(
  tx: Tx | Db,
  zoneId: string,
  firmIds: readonly string[],
  theme: readonly string[],
  today: string,
): Promise<readonly Posting[]> {
  if (firmIds.length === 0) return []
  const codes = themeCodes(await chainCatalogue(tx, zoneId), theme)
  return tx
    .selectFrom('market_posting as p')
    .selectAll('p')
    .where('p.zone_id', '=', zoneId)
    .where('p.firm_id', 'in', [...firmIds])
    .where(isOfTheme('p', codes, today))
    .orderBy('p.firm_id')
    .orderBy('p.created_at', 'desc')
    .orderBy('p.id')
    .limit(firmIds.length * postingsOfFirm)
    .execute()
}
