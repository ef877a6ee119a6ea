import type { ServerModule } from '@tingzhou/http'
import { expirySource } from './expire.ts'

/** What the ledger gives the server. */
export const ledgerModule: ServerModule = {
  name: 'ledger',
  timers: (deps) => [expirySource(deps)],
}
