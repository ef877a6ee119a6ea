import { at, type Json } from '@tingzhou/db'
import { onEnterpriseMerged } from '../merge-hooks.ts'
import { oneOf } from '../one-of.ts'
import '../tables.ts'

/** Figures go over with their enterprise and stand beside those of the other; the undo takes exactly them back. */
export function registerFigureMerge(): void {
  onEnterpriseMerged({
    name: 'registry.figures',
    move: async (tx, { zoneId, fromId, intoId, now }) => {
      const moved = await tx
        .updateTable('enterprise_figure')
        .set((eb) => ({ enterprise_id: intoId, rev: eb('rev', '+', 1), updated_at: at(now) }))
        .where('zone_id', '=', zoneId)
        .where('enterprise_id', '=', fromId)
        .returning('id')
        .execute()
      return moved.map(({ id }) => id)
    },
    restore: async (tx, { zoneId, fromId, intoId, now }, moved: Json) => {
      const ids = Array.isArray(moved) ? moved.map(String) : []
      await tx
        .updateTable('enterprise_figure')
        .set((eb) => ({ enterprise_id: fromId, rev: eb('rev', '+', 1), updated_at: at(now) }))
        .where('zone_id', '=', zoneId)
        .where('id', '=', oneOf(ids))
        .where('enterprise_id', '=', intoId)
        .execute()
    },
  })
}
