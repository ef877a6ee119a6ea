import { appealContract } from './appeal-contract.ts'
import { categoriesContract } from './categories-contract.ts'
import { clockContract } from './clock-contract.ts'
import { indicatorContract } from './indicators-contract.ts'
import { knowledgeContract } from './knowledge-contract.ts'
import { mandateContract } from './mandates-contract.ts'
import { meetingContract } from './meetings-contract.ts'
import { plannedContract } from './planned-contract.ts'
import { routingContract } from './routing-contract.ts'
import { sampleContract } from './samples-contract.ts'
import { staffContract } from './staff-contract.ts'
import { campaignContract, visitContract } from './visits-contract.ts'

/** The public face of the needs loop over HTTP. */
export const needsContract = {
  appeals: appealContract,
  categories: categoriesContract,
  routing: routingContract,
  clocks: clockContract,
  knowledge: knowledgeContract,
  campaigns: campaignContract,
  visits: visitContract,
  meetings: meetingContract,
  mandates: mandateContract,
  indicators: indicatorContract,
  planned: plannedContract,
  samples: sampleContract,
  staff: staffContract,
}
