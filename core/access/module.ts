import { implement } from '@orpc/server'
import type { RequestContext, ServerModule } from '@tingzhou/http'
import { accountRouters } from './account-handlers.ts'
import { accessContract } from './contract.ts'
import { keyRouters } from './key-handlers.ts'
import { linkRouters } from './link-handlers.ts'
import { prepareLocalMachine } from './local-machine.ts'
import { addOidc } from './oidc.ts'
import { sessionRouter } from './session-handlers.ts'
import { cleanGuard } from './sign-in-guard.ts'

const { accounts, settings, parties, invite } = accountRouters

const router = implement(accessContract)
  .$context<RequestContext>()
  .router({
    ...sessionRouter,
    ...linkRouters,
    accounts,
    ...keyRouters,
    settings,
    parties,
    links: { ...linkRouters.links, invite },
  })

const hourMs = 3_600_000

/** What access gives the server: signing in, accounts, keys, and the account of the server's own machine. */
export const accessModule: ServerModule = {
  name: 'access',
  contract: accessContract,
  router,
  routes: addOidc,
  start: async ({ db, zoneId, clock, log }) => {
    await prepareLocalMachine(db, zoneId, clock())
    const timer = setInterval(() => {
      cleanGuard(db, zoneId, clock()).catch((error: unknown) => log.error({ err: error }, 'cleaning sign-in counts'))
    }, hourMs)
    return () => clearInterval(timer)
  },
}
