import { grantReach } from '@tingzhou/access'
import type { EventHandler } from '@tingzhou/events'
import type { ZoneDeps } from './deed.ts'
import { guidesOf } from './mandates.ts'

/** Shows a new appeal to the guides who may act for its enterprise. */
export const guideHandler = (deps: ZoneDeps): EventHandler => ({
  name: 'needs.show_guides',
  types: ['needs.appeal_registered'],
  handle: async (tx, event) => {
    const appeal = await tx
      .selectFrom('appeal')
      .select('enterprise_id')
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!appeal?.enterprise_id) return
    const guides = await guidesOf(tx, deps.zoneId, appeal.enterprise_id, deps.clock())
    await grantReach(
      tx,
      deps.zoneId,
      guides.map((partyId) => ({ objectKind: 'appeal', objectId: event.objectId, partyId, relation: 'watcher' })),
    )
  },
})
