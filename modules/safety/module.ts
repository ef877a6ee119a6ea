import { registerObjectKind } from '@tingzhou/access'
import type { ServerModule } from '@tingzhou/http'
import type { Role } from '@tingzhou/parties'
import { registerSearchKind } from '@tingzhou/search'
import { reviewHost } from './application-process.ts'
import { searchHandler } from './application-search.ts'
import { campaignHost } from './campaign-process.ts'
import { safetyContract } from './contract.ts'
import { applicationHandlers, campaignHandlers, honourHandlers } from './handlers.ts'
import { caseDeps } from '@tingzhou/casework'
import { noticeHandler } from './notices.ts'

const office: readonly Role[] = ['supervisor', 'admin', 'leader', 'auditor', 'machine']
const anyone: readonly Role[] = ['enterprise', 'area_lead', 'dept_head', 'dept_officer']

// Campaigns and honours are there to be read by everybody; an application by its enterprise, its county, its reviewers and the office.
registerObjectKind('review_campaign', { zoneWide: office, anyParty: anyone })
registerObjectKind('honour', { zoneWide: office, anyParty: anyone })
registerObjectKind('review_application', { zoneWide: office })
registerSearchKind('review_application')

/** What the safety review gives the server. */
export const safetyModule: ServerModule = {
  name: 'safety',
  contract: safetyContract,
  router: {
    reviewCampaigns: campaignHandlers,
    reviewApplications: applicationHandlers,
    honours: honourHandlers,
  },
  eventHandlers: (deps) => [noticeHandler(caseDeps(deps)), searchHandler(caseDeps(deps))],
  processHosts: (deps) => [reviewHost(caseDeps(deps)), campaignHost(caseDeps(deps))],
}
