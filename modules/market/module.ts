import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import { marketContract } from './contract.ts'
import { eventHandlers } from './event/event-handlers.ts'
import { morningJob } from './event/follow.ts'
import { keepEventsMerged } from './event/merged.ts'
import { appealHandlers } from './appeal/appeal-handlers.ts'
import { dealHandlers } from './deal/deal-handlers.ts'
import { deliveryHandler, lapseJob } from './deal/follow.ts'
import { keepDealsMerged } from './deal/merged.ts'
import { expiryJob } from './posting/expiry.ts'
import { warmMarket } from './posting/market-index.ts'
import { keepPostingsMerged } from './posting/merged.ts'
import { offerPostingsToSplits } from './posting/split.ts'
import { matchHandlers, postingHandlers, readingHandlers } from './posting/posting-handlers.ts'
import { proposalHandlers } from './proposal/proposal-handlers.ts'
import { keepRfqsMerged } from './rfq/merged.ts'
import { closingJob } from './rfq/rfq.ts'
import { rfqHandlers } from './rfq/rfq-handlers.ts'
import './reach.ts'
import './tables.ts'
import './texts.ts'

registerSearchKind('market_posting')
registerSearchKind('market_deal')
registerSearchKind('market_rfq')
// In the order in which commands lock: requests and days, deals, postings. Undone last first: deals go back with their postings.
keepRfqsMerged()
keepEventsMerged()
keepDealsMerged()
keepPostingsMerged()
offerPostingsToSplits()

/** What market gives the server. */
export const marketModule: ServerModule = {
  name: 'market',
  contract: marketContract,
  start: async (deps) => warmMarket(deps),
  eventHandlers: (deps) => [deliveryHandler(deps)],
  jobs: (deps) => [morningJob(deps), expiryJob(deps), lapseJob(deps), closingJob(deps)],
  router: {
    events: eventHandlers,
    readings: readingHandlers,
    postings: postingHandlers,
    matches: matchHandlers,
    appeals: appealHandlers,
    deals: dealHandlers,
    proposals: proposalHandlers,
    rfqs: rfqHandlers,
  },
}
