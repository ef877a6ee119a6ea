import { sql } from 'kysely'
import { grantReach, revokeReach } from '@tingzhou/access'
import type { Json, Tx } from '@tingzhou/db'
import { onEnterpriseMerged, type MergeScene } from '@tingzhou/registry'
import './tables.ts'

/**
 * Registrations and meetings follow their enterprise when two entries of the register become one, and go back when that is undone. A day to
 * which both were registered keeps both: they sit at different tables.
 */
export const keepEventsMerged = (): void =>
  onEnterpriseMerged({
    name: 'market.events',
    move: (tx, scene) => rename(tx, scene, scene.fromId, scene.intoId, null),
    restore: async (tx, scene, moved: Json) => {
      const ids = Array.isArray(moved) ? moved.map(String) : []
      if (ids.length > 0) await rename(tx, scene, scene.intoId, scene.fromId, ids)
    },
  })

/** Writes another id for a firm, in days to which the other is not registered; its seats go with it. @returns these days */
async function rename(
  tx: Tx,
  { zoneId }: MergeScene,
  from: string,
  into: string,
  only: readonly string[] | null,
): Promise<string[]> {
  const among = only === null ? sql`true` : sql`f.event_id = any(${[...only]}::uuid[])`
  const { rows } = await sql<{ id: string }>`update market_event_firm f set firm_id = ${into}, rev = rev + 1
    where f.zone_id = ${zoneId} and f.firm_id = ${from} and ${among} and not exists (
      select from market_event_firm x where x.zone_id = f.zone_id and x.event_id = f.event_id and x.firm_id = ${into})
    returning f.event_id as id`.execute(tx)
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const renamed = (column: string) => sql`case ${sql.ref(column)} when ${from} then ${into} else ${sql.ref(column)} end`
  await sql`update market_event_meeting set buyer_id = ${renamed('buyer_id')}, seller_id = ${renamed('seller_id')},
      absent_firm = ${renamed('absent_firm')}, left_out_firm = ${renamed('left_out_firm')},
      wished_by = array_replace(wished_by, ${from}, ${into}), rev = rev + 1
    where zone_id = ${zoneId} and event_id = any(${ids}::uuid[]) and (buyer_id = ${from} or seller_id = ${from})`.execute(
    tx,
  )
  await sql`update market_event_firm set wishes = array_replace(wishes, ${from}, ${into})
    where zone_id = ${zoneId} and event_id = any(${ids}::uuid[]) and ${from} = any(wishes)`.execute(tx)
  const reach = (partyId: string) =>
    ids.map((objectId) => ({ objectKind: 'market_event', objectId, partyId, relation: 'enterprise' as const }))
  await grantReach(tx, zoneId, reach(into))
  await revokeReach(tx, zoneId, reach(from))
  return ids
}
