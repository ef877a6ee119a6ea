import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import type { CaseDeps } from '@tingzhou/casework'

/** Keeps the search box up to date: an order is found by its code, within the reader's reach, and by nothing else. */
export const searchHandler = (deps: CaseDeps): EventHandler => ({
  name: 'referral.index_orders',
  types: ['referral.order_moved'],
  handle: async (tx, event) => {
    const row = await tx
      .selectFrom('referral')
      .select(['id', 'code', 'updated_at'])
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    await indexObjects(tx, deps.zoneId, [
      {
        objectKind: 'referral',
        objectId: row.id,
        title: row.code,
        subtitle: '',
        words: [],
        updatedAt: row.updated_at,
        number: row.code,
      },
    ])
  },
})
