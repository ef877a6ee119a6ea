import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { findNamed } from '@tingzhou/search'
import './tables.ts'

/**
 * Ids of enterprises by their whole credit code or by words of their names, the best first, whoever asks: the caller says who sees what of them.
 * Two statements, by enterprise_uscc and by the index of the search: a name with `ilike` walks every entry, and a code in the same condition too.
 * @param limit  1,000 at most
 */
export async function enterprisesNamed(
  db: Db | Tx,
  zoneId: string,
  { q, limit }: { readonly q: string; readonly limit: number },
): Promise<readonly string[]> {
  const coded = /^[\dA-Za-z-]{9,20}$/.test(q)
    ? await db
        .selectFrom('enterprise')
        .select('id')
        .where('zone_id', '=', zoneId)
        .where('uscc', '=', q.toUpperCase())
        // As the index has it.
        .where(sql<boolean>`uscc_status in ('ok', 'legacy') and merged_into is null`)
        .execute()
    : []
  if (coded.length > 0) return coded.map(({ id }) => id)
  return findNamed(db, zoneId, { q, kind: 'enterprise', limit })
}
