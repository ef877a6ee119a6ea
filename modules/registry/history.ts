import type { Db, Tx } from '@tingzhou/db'
import type { HistoryEntry } from './enterprise-contract.ts'
import { changesIn } from './record.ts'
// The history's table.
import type {} from '@tingzhou/audit'

/** An enterprise's history, newest first, with the hash of each entry. */
export async function readTrail(
  db: Db | Tx,
  zoneId: string,
  enterpriseId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ rows: HistoryEntry[]; next: string | null; total: number | null }> {
  let query = db
    .selectFrom('history')
    .select(['seq', 'at', 'verb', 'actor_name', 'reason', 'data', 'hash'])
    .where('zone_id', '=', zoneId)
    .where('object_id', '=', enterpriseId)
  const before = Number(page.cursor)
  if (page.cursor !== undefined && Number.isSafeInteger(before)) query = query.where('seq', '<', before)
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  return {
    rows: shown.map((row) => ({
      id: `${enterpriseId}-${row.seq}`,
      seq: row.seq,
      at: row.at,
      verb: row.verb,
      actorName: row.actor_name,
      reason: row.reason,
      changes: [...changesIn(row.data)],
      hash: row.hash,
    })),
    next: rows.length > page.limit ? String(shown.at(-1)?.seq ?? '') : null,
    // The first entry has number 1, without a gap.
    total: page.cursor === undefined ? (rows[0]?.seq ?? 0) : null,
  }
}
