import { hasBegun, type CaseDeps } from '@tingzhou/casework'
import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import './tables.ts'

/** Puts a new target into the search: found by its product and chain, within the reader's reach. */
export const searchHandler = ({ zoneId }: CaseDeps): EventHandler => ({
  name: 'chains.index_targets',
  types: ['chains.target_moved'],
  handle: async (tx, event) => {
    // What the search shows of a target never changes later.
    if (!hasBegun(event)) return
    const row = await tx
      .selectFrom('chain_target as t')
      .innerJoin('chain as c', (join) => join.onRef('c.zone_id', '=', 't.zone_id').onRef('c.code', '=', 't.chain_code'))
      .innerJoin('chain_product as p', (join) =>
        join.onRef('p.zone_id', '=', 't.zone_id').onRef('p.code', '=', 't.product_code'),
      )
      .select(['t.id', 't.updated_at', 'c.zh as chainZh', 'c.en as chainEn', 'p.zh', 'p.en', 'p.code'])
      .where('t.zone_id', '=', zoneId)
      .where('t.id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    const { id: objectId, zh, en, code, chainZh, chainEn, updated_at: updatedAt } = row
    await indexObjects(tx, zoneId, [
      { objectKind: 'chain_target', objectId, title: zh, subtitle: chainZh, words: [en, chainEn, code], updatedAt },
    ])
  },
})
