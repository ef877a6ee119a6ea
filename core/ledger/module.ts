import type { ServerModule } from '@tingzhou/http'
import { ledgerContract } from './contract.ts'
import { expirySource } from './expire.ts'
import { ledgerRouter } from './handlers.ts'
import { addVerification } from './verification.ts'

/** What the ledger gives the server. */
export const ledgerModule: ServerModule = {
  name: 'ledger',
  contract: ledgerContract,
  router: ledgerRouter,
  routes: addVerification,
  timers: (deps) => [expirySource(deps)],
}
