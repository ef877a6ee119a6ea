import { sql } from 'kysely'
import { at, type Json, type Tx } from '@tingzhou/db'
import { onEnterpriseMerged } from '@tingzhou/registry'
import '../tables.ts'

/**
 * Postings follow their enterprise when two entries of the register become one, and go back when that is undone. What the two reach, the
 * register moves and puts back itself. Registered last, so that its undo comes first: it locks what the undo of the other parts writes in the
 * order in which awards, agreements and answers lock it, requests and days before deals, deals before postings.
 */
export const keepPostingsMerged = (): void =>
  onEnterpriseMerged({
    name: 'market.postings',
    move: async (tx, { zoneId, fromId, intoId, now }) => {
      const rows = await tx
        .updateTable('market_posting')
        .set((eb) => ({ firm_id: intoId, rev: eb('rev', '+', 1), updated_at: at(now) }))
        .where('zone_id', '=', zoneId)
        .where('firm_id', '=', fromId)
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },
    restore: async (tx, { zoneId, fromId, intoId, now }, moved: Json) => {
      await lockBefore(tx, zoneId, intoId)
      const ids = Array.isArray(moved) ? moved.map(String) : []
      if (ids.length === 0) return
      await tx
        .updateTable('market_posting')
        .set((eb) => ({ firm_id: fromId, rev: eb('rev', '+', 1), updated_at: at(now) }))
        .where('zone_id', '=', zoneId)
        .where('id', 'in', ids)
        .where('firm_id', '=', intoId)
        .execute()
    },
  })

/** Locks requests, days and deals of a firm. Three statements. */
async function lockBefore(tx: Tx, zoneId: string, firmId: string): Promise<void> {
  await sql`select from market_rfq r where r.zone_id = ${zoneId} and (r.asker_id = ${firmId} or exists (
    select from market_rfq_ask k where k.zone_id = r.zone_id and k.rfq_id = r.id and k.firm_id = ${firmId}))
    order by r.id for update`.execute(tx)
  await sql`select from market_event e where e.zone_id = ${zoneId} and exists (
    select from market_event_firm f where f.zone_id = e.zone_id and f.event_id = e.id and f.firm_id = ${firmId})
    order by e.id for update`.execute(tx)
  await sql`select from market_deal d where d.zone_id = ${zoneId} and ${firmId} in (d.buyer_id, d.seller_id)
    order by d.id for update`.execute(tx)
}
