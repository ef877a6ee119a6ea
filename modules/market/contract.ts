import { appealContract } from './appeal/appeal-contract.ts'
import { dealContract } from './deal/deal-contract.ts'
import { eventContract } from './event/event-contract.ts'
import { matchContract, postingContract, readingContract } from './posting/posting-contract.ts'
import { proposalContract } from './proposal/proposal-contract.ts'
import { rfqContract } from './rfq/rfq-contract.ts'

/** The public face of the market over HTTP. */
export const marketContract = {
  events: eventContract,
  readings: readingContract,
  postings: postingContract,
  matches: matchContract,
  appeals: appealContract,
  deals: dealContract,
  proposals: proposalContract,
  rfqs: rfqContract,
}
