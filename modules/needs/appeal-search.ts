import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import type { NeedsDeps } from './dossier.ts'

/** Keeps the search box up to date with appeals: found by number, title and enterprise, within the reader's reach. */
export const searchHandler = (deps: NeedsDeps): EventHandler => ({
  name: 'needs.index_appeals',
  types: ['needs.appeal_registered', 'needs.appeal_closed'],
  handle: async (tx, event) => {
    const row = await tx
      .selectFrom('appeal as a')
      .leftJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'a.zone_id').onRef('e.id', '=', 'a.enterprise_id'))
      .select(['a.id', 'a.no', 'a.closing_no', 'a.title', 'a.updated_at', 'e.name as enterprise'])
      .where('a.zone_id', '=', deps.zoneId)
      .where('a.id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    await indexObjects(tx, deps.zoneId, [
      {
        objectKind: 'appeal',
        objectId: row.id,
        title: row.title,
        subtitle: row.enterprise ?? '',
        words: [row.enterprise, row.closing_no].filter((word): word is string => word !== null),
        updatedAt: row.updated_at,
        ...(row.no ? { number: row.no } : {}),
      },
    ])
  },
})
