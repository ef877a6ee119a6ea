import { hasBegun, type CaseDeps } from '@tingzhou/casework'
import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import '../tables.ts'

/** Puts a new shipment into the search: found by its number and goods, within the reader's reach. */
export const searchHandler = ({ zoneId }: CaseDeps): EventHandler => ({
  name: 'crossborder.index_shipments',
  types: ['crossborder.shipment_moved'],
  handle: async (tx, event) => {
    // What the search shows of a shipment never changes later.
    if (!hasBegun(event)) return
    const row = await tx
      .selectFrom('export_shipment')
      .select(['id', 'number', 'goods', 'sku', 'updated_at'])
      .where('zone_id', '=', zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    const { id: objectId, number, goods, sku, updated_at: updatedAt } = row
    await indexObjects(tx, zoneId, [
      { objectKind: 'export_shipment', objectId, title: number, subtitle: goods, words: [sku], updatedAt, number },
    ])
  },
})
