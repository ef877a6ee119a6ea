import { sql } from 'kysely'
import { at, type Json, type Tx } from '@tingzhou/db'
import { onEnterpriseMerged, type MergeScene } from '@tingzhou/registry'
import '../tables.ts'

/**
 * Deals stand between the firms of their two postings, so they go with these when two entries of the register become one, and back with them:
 * also a deal that was made in between. Registered before the postings, whose undo comes first.
 */
export const keepDealsMerged = (): void =>
  onEnterpriseMerged({
    name: 'market.deals',
    move: async (tx, scene) => {
      const { zoneId, fromId, intoId, now } = scene
      const ids: string[] = []
      for (const side of ['buyer_id', 'seller_id'] as const) {
        const { rows } = await sql<{
          id: string
        }>`update market_deal set ${sql.ref(side)} = ${intoId}, rev = rev + 1, updated_at = ${at(now)}
          where zone_id = ${zoneId} and ${sql.ref(side)} = ${fromId} returning id::text`.execute(tx)
        ids.push(...rows.map(({ id }) => id))
      }
      return ids
    },
    // Its postings say which deals go back; of those that were moved the register puts back who reads what. Older merges kept no ids.
    restore: (tx, scene, moved: Json) => followPostings(tx, scene, Array.isArray(moved) ? moved.map(String) : null),
  })

/**
 * Deals of `intoId` whose postings are `fromId`'s by now are its own too.
 * @param kept  deals whose other posting `intoId` goes on reading, as its caller puts that right; null for all
 */
export async function followPostings(tx: Tx, scene: MergeScene, kept: readonly string[] | null): Promise<void> {
  const others = [
    ...(await goBack(tx, scene, 'buyer_id', 'need_id')),
    ...(await goBack(tx, scene, 'seller_id', 'offer_id')),
  ]
  const before = new Set(kept)
  if (kept !== null)
    await forgetOthers(
      tx,
      scene,
      others.filter(({ id }) => !before.has(id)),
    )
}

/** What the deals that went were about on the other side, `intoId` no longer reads, unless it is its own or it has another deal on it. */
async function forgetOthers(tx: Tx, { zoneId, intoId }: MergeScene, deals: readonly Gone[]): Promise<void> {
  if (deals.length === 0) return
  await sql`delete from reach r using market_posting p
    where r.zone_id = ${zoneId} and r.object_kind = 'market_posting' and r.party_id = ${intoId} and r.relation = 'enterprise'
      and r.object_id = any(${deals.map(({ otherPosting }) => otherPosting)}::text[])
      and p.zone_id = r.zone_id and p.id = r.object_id::uuid and p.firm_id <> ${intoId}
      and not exists (select from market_deal d where d.zone_id = p.zone_id and p.id in (d.need_id, d.offer_id)
        and ${intoId} in (d.buyer_id, d.seller_id))`.execute(tx)
}

/** A deal that went, and the posting of its other side. */
type Gone = { readonly id: string; readonly otherPosting: string }

/** Deals of one side whose posting is the firm's again; the reach of what was made in between goes with them. */
async function goBack(
  tx: Tx,
  { zoneId, fromId, intoId, now }: MergeScene,
  side: 'buyer_id' | 'seller_id',
  posting: 'need_id' | 'offer_id',
): Promise<readonly Gone[]> {
  const { rows } = await sql<Gone>`
    update market_deal d set ${sql.ref(side)} = ${fromId}, rev = d.rev + 1, updated_at = ${at(now)}
    from market_posting p
    where d.zone_id = ${zoneId} and d.${sql.ref(side)} = ${intoId}
      and p.zone_id = d.zone_id and p.id = d.${sql.ref(posting)} and p.firm_id = ${fromId}
    returning d.id, d.${sql.ref(posting === 'need_id' ? 'offer_id' : 'need_id')} as "otherPosting"`.execute(tx)
  if (rows.length === 0) return []
  const deals = rows.map(({ id }) => id)
  await sql`insert into reach (zone_id, object_kind, object_id, party_id, relation)
    select ${zoneId}, 'market_deal', id, ${fromId}, 'enterprise' from unnest(${deals}::text[]) id
    union select ${zoneId}, 'market_posting', id, ${fromId}, 'enterprise'
      from unnest(${rows.map(({ otherPosting }) => otherPosting)}::text[]) id
    on conflict do nothing`.execute(tx)
  await sql`delete from reach r using market_deal d
    where r.zone_id = ${zoneId} and r.object_kind = 'market_deal' and r.party_id = ${intoId} and r.object_id = any(${deals}::text[])
      and d.zone_id = r.zone_id and d.id = r.object_id::uuid and ${intoId} not in (d.buyer_id, d.seller_id)`.execute(tx)
  return rows
}
