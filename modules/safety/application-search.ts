import type { EventHandler } from '@tingzhou/events'
import { indexObjects } from '@tingzhou/search'
import type { CaseDeps } from '@tingzhou/casework'

/** Keeps the search box up to date with teams: found by number, name and enterprise, within the reader's reach. */
export const searchHandler = (deps: CaseDeps): EventHandler => ({
  name: 'safety.index_applications',
  types: ['safety.application_opened'],
  handle: async (tx, event) => {
    const row = await tx
      .selectFrom('review_application as a')
      .leftJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'a.zone_id').onRef('e.id', '=', 'a.enterprise_id'))
      .select(['a.id', 'a.no', 'a.team', 'a.updated_at', 'e.name as enterprise'])
      .where('a.zone_id', '=', deps.zoneId)
      .where('a.id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    await indexObjects(tx, deps.zoneId, [
      {
        objectKind: 'review_application',
        objectId: row.id,
        title: row.team,
        subtitle: row.enterprise ?? '',
        words: row.enterprise === null ? [] : [row.enterprise],
        number: row.no,
        updatedAt: row.updated_at,
      },
    ])
  },
})
