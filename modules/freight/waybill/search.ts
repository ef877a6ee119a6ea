import { hasBegun, type CaseDeps } from '@tingzhou/casework'
import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import { shownNumber } from './shown-number.ts'

/** Puts a new waybill into the search: found by its number and plate, within the reader's reach. */
export const searchHandler = ({ zoneId }: CaseDeps): EventHandler => ({
  name: 'freight.index_waybills',
  types: ['freight.waybill_moved'],
  handle: async (tx, event) => {
    // What the search shows of a waybill never changes later.
    if (!hasBegun(event)) return
    const row = await tx
      .selectFrom('freight_waybill')
      .select(['id', 'number', 'serial', 'goods', 'plate_key', 'updated_at'])
      .where('zone_id', '=', zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    await indexObjects(tx, zoneId, [
      {
        objectKind: 'freight_waybill',
        objectId: row.id,
        title: shownNumber(row),
        subtitle: `${row.plate_key} ${row.goods}`,
        words: [row.plate_key],
        updatedAt: row.updated_at,
        number: row.number,
      },
    ])
  },
})
