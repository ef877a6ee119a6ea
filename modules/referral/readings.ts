import { sql } from 'kysely'
import { nameOf, partyRef, type Reader } from './view.ts'
import type { readingKinds } from './words.ts'

const pageSize = 100

/** Who read the clinical part of an order, newest first. The caller has checked the reach. */
export async function listReadings({ deps }: Reader, orderId: string, after: number) {
  const rows = await deps.db
    .selectFrom('referral_read as l')
    .select(['l.id', 'l.at', 'l.account_name', 'l.institution_id', 'l.why', 'l.words'])
    .select(nameOf(sql.ref('l.institution_id'), sql.ref('l.zone_id')).as('institution_name'))
    .where('l.zone_id', '=', deps.zoneId)
    .where('l.order_id', '=', orderId)
    .orderBy('l.at', 'desc')
    .orderBy('l.id', 'desc')
    .offset(after)
    .limit(pageSize + 1)
    .execute()
  return {
    rows: rows.slice(0, pageSize).map((row) => ({
      id: row.id,
      at: row.at,
      who: row.account_name,
      institution: partyRef(row.institution_id, row.institution_name),
      // Written by the contract's own list.
      why: row.why as (typeof readingKinds)[number],
      words: row.words,
    })),
    next: rows.length > pageSize ? after + pageSize : null,
  }
}
