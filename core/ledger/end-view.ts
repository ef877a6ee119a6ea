import { sql } from 'kysely'
import type { Reader } from './account-view.ts'
import { reachesAccount } from './reach.ts'
import './tables.ts'

/** An account at the end of a transfer, as somebody sees it: beyond reach its code is all. */
export type End = {
  readonly id: string | null
  readonly code: string
  readonly name: { readonly zh: string; readonly en: string } | null
  readonly party: string | null
}

/**
 * Accounts at the ends of transfers, by their ids; at most two a transfer of the page.
 * Source: own. One statement.
 */
export async function endsOf(
  { db, zoneId, actor }: Reader,
  ids: readonly string[],
): Promise<{ readonly end: (id: string) => End; readonly isMine: (id: string) => boolean }> {
  const rows = await db
    .selectFrom('ledger_account as a')
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'a.zone_id').onRef('p.id', '=', 'a.party_id'))
    .select(['a.id', 'a.code', 'a.name', 'p.name as party', reachesAccount(actor, sql.ref('a.party_id')).as('reached')])
    .where('a.zone_id', '=', zoneId)
    .where(sql<boolean>`a.id = any(${[...new Set(ids)]}::uuid[])`)
    .execute()
  const known = new Map(rows.map((row) => [row.id, row]))
  const of = (id: string) => {
    const row = known.get(id)
    // A foreign key holds the accounts of every transfer.
    if (!row) throw new Error(`account ${id} of a transfer is there`)
    return row
  }
  return {
    isMine: (id) => of(id).reached,
    end: (id) => {
      const { code, name, party, reached } = of(id)
      return reached ? { id, code, name, party } : { id: null, code, name: null, party: null }
    },
  }
}
