import { applicationContract } from './application-contract.ts'
import { campaignContract } from './campaign-contract.ts'
import { honourContract } from './honour-contract.ts'

/** The public face of the safety review over HTTP. */
export const safetyContract = {
  reviewCampaigns: campaignContract,
  reviewApplications: applicationContract,
  honours: honourContract,
}
