import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import { appealHandlers } from './appeal-handlers.ts'
import { noticeHandler } from './appeal-notices.ts'
import { searchHandler } from './appeal-search.ts'
import { loadClockRules } from './clock-rules.ts'
import { needsContract } from './contract.ts'
import { registerMergeHook } from './enterprise-merge.ts'
import { familyHandlers } from './family.ts'
import { addOpen311 } from './open311.ts'
import { registerRoomMerge } from './room-merge.ts'
import { routingHandlers } from './routing-handlers.ts'
import { appealHost } from './process.ts'
import { needsDeps } from './runtime.ts'

import { indicatorHandlers } from './indicator-handlers.ts'
import { knowledgeHandlers } from './knowledge-handlers.ts'
import { guideHandler } from './mandate-guides.ts'
import { mandateHandlers } from './mandate-handlers.ts'
import { meetingHandlers } from './meeting-handlers.ts'
import { plannedHandlers } from './planned-handlers.ts'
import { sampleHandlers } from './sample-handlers.ts'
import { sampleHandler } from './samples.ts'
import { staffHandlers } from './staff-handlers.ts'
import { categoryHandlers, clockHandlers } from './taxonomy-handlers.ts'
import { loadCategories } from './taxonomy.ts'
import { campaignHandlers, visitHandlers } from './visit-handlers.ts'

registerSearchKind('appeal')
registerMergeHook()
registerRoomMerge()

/** What the needs loop gives the server. */
export const needsModule: ServerModule = {
  name: 'needs',
  contract: needsContract,
  router: {
    appeals: appealHandlers,
    categories: categoryHandlers,
    routing: routingHandlers,
    clocks: clockHandlers,
    knowledge: knowledgeHandlers,
    campaigns: campaignHandlers,
    visits: visitHandlers,
    meetings: meetingHandlers,
    mandates: mandateHandlers,
    indicators: indicatorHandlers,
    planned: plannedHandlers,
    samples: sampleHandlers,
    staff: staffHandlers,
  },
  routes: addOpen311,
  start: async (deps) => {
    const ports = needsDeps(deps)
    await ports.db.transaction().execute(async (tx) => {
      await loadCategories(tx, ports.zoneId)
      await loadClockRules(tx, ports.zoneId, ports.clock())
    })
  },
  eventHandlers: (deps) => {
    const ports = needsDeps(deps)
    return [
      ...familyHandlers(ports),
      noticeHandler(ports),
      searchHandler(ports),
      guideHandler(ports),
      sampleHandler(ports, Math.random),
    ]
  },
  processHosts: (deps) => [appealHost(needsDeps(deps))],
}
