import type { Json, Tx } from '@tingzhou/db'
import { onEnterpriseMerged } from '@tingzhou/registry'

/** Appeals follow their enterprise when two entries of the register become one, and go back when that is undone. */
export const registerMergeHook = (): void =>
  onEnterpriseMerged({
    name: 'needs',
    move: async (tx, { zoneId, fromId, intoId }) => {
      const rows = await tx
        .updateTable('appeal')
        .set({ enterprise_id: intoId })
        .where('zone_id', '=', zoneId)
        .where('enterprise_id', '=', fromId)
        .returning('id')
        .execute()
      const ids = rows.map((row) => row.id)
      await pointReach(tx, zoneId, ids, fromId, intoId)
      return ids
    },
    restore: async (tx, { zoneId, fromId, intoId }, moved: Json) => {
      const ids = Array.isArray(moved) ? moved.filter((id): id is string => typeof id === 'string') : []
      if (ids.length === 0) return
      await tx
        .updateTable('appeal')
        .set({ enterprise_id: fromId })
        .where('zone_id', '=', zoneId)
        .where('id', 'in', ids)
        .where('enterprise_id', '=', intoId)
        .execute()
      await pointReach(tx, zoneId, ids, intoId, fromId)
    },
  })

async function pointReach(tx: Tx, zoneId: string, ids: readonly string[], from: string, to: string): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('reach')
    .set({ party_id: to })
    .where('zone_id', '=', zoneId)
    .where('object_kind', '=', 'appeal')
    .where('object_id', 'in', [...ids])
    .where('party_id', '=', from)
    .where('relation', '=', 'enterprise')
    .execute()
}
