import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import { referralContract } from './contract.ts'
import { agreementHandlers, institutionHandlers, ruleHandlers } from './institution-handlers.ts'
import { measureHandlers } from './measure-handlers.ts'
import { noticeHandler } from './notices.ts'
import { orderHandlers } from './order-handlers.ts'
import { referralHost } from './process.ts'
import './reach.ts'
import { returnHandler } from './returns.ts'
import { loadRules } from './rules.ts'
import { caseDeps } from '@tingzhou/casework'
import { searchHandler } from './search.ts'

registerSearchKind('referral')

/** What referral gives the server. */
export const referralModule: ServerModule = {
  name: 'referral',
  contract: referralContract,
  router: {
    orders: orderHandlers,
    institutions: institutionHandlers,
    agreements: agreementHandlers,
    rules: ruleHandlers,
    measures: measureHandlers,
  },
  start: async (deps) => {
    const { db, zoneId, clock } = caseDeps(deps)
    await db.transaction().execute((tx) => loadRules(tx, zoneId, clock()))
  },
  eventHandlers: (deps) => {
    const ports = caseDeps(deps)
    return [returnHandler(ports), noticeHandler(ports), searchHandler(ports)]
  },
  processHosts: (deps) => [referralHost(caseDeps(deps))],
}
