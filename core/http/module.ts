import type { AnyContractRouter } from '@orpc/contract'
import type { Router } from '@orpc/server'
import type { FastifyInstance } from 'fastify'
import type { RequestContext } from './context.ts'
import type { Deps } from './deps.ts'
import type { ApiStory } from './story.ts'

/** The part of a module that answers over HTTP: its contract, implemented. */
// oRPC's own types ask for any where a router of any contract is meant.
// oxlint-disable-next-line typescript/no-explicit-any
export type ModuleRouter = Router<any, RequestContext>

/**
 * What a module or a core package gives the server. `apps/server/modules.ts` lists them once. Packages that own other
 * ports (events, timers) add their fields by declaration merging.
 */
export interface ServerModule {
  readonly name: string
  readonly contract?: AnyContractRouter
  readonly router?: ModuleRouter
  /** Examples that show how a system calls the module. */
  readonly stories?: readonly ApiStory[]
  /** Addresses outside the contract, such as uploads: called in a plugin of its own, with absolute paths. */
  readonly routes?: (app: FastifyInstance, deps: Deps) => void | Promise<void>
  /** Called once before listening; gives back what stops it. */
  readonly start?: (deps: Deps) => Promise<(() => Promise<void> | void) | void>
}
