import { implement } from '@orpc/server'
import type { Tx } from '@tingzhou/db'
import {
  commandRunner,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type Deps,
  type ModuleRouter,
  type RequestContext,
} from '@tingzhou/http'
import type { Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { PrivateHosts } from './address.ts'
import { sendAgain } from './again.ts'
import { webhooksContract } from './contract.ts'
import {
  changeEndpoint,
  createEndpoint,
  digestOf,
  removeEndpoint,
  rotateSecret,
  setEndpointState,
  testEndpoint,
  type EndpointDeps,
} from './endpoint.ts'
import { area, problems, type WebhookError } from './problems.ts'
import { secretSealer } from './sender.ts'
import { newSecret } from './signature.ts'
import { getDelivery, getEndpoint, listDeliveries, listEndpoints, type Reader } from './view.ts'

export type HandlerOptions = {
  readonly privateHosts: PrivateHosts
  /** Types that can be heard on this server. */
  readonly typesOf: (deps: Deps) => readonly string[]
}

const os = implement(webhooksContract).$context<RequestContext>()
const runner = commandRunner(area)

const actorOf = (context: RequestContext): Actor => requireRole(requireActor(context), 'enterprise', 'admin')

function readerOf(context: RequestContext): Reader {
  const { db, zoneId, clock } = context.deps
  return { db, zoneId, now: clock(), actor: actorOf(context) }
}

type Body<I, T> = (tx: Tx, deps: EndpointDeps, actor: Actor, input: I) => Promise<Result<T, WebhookError>>

/** The routes of endpoints and deliveries. */
export function webhooksRouter({ privateHosts, typesOf }: HandlerOptions): ModuleRouter {
  const run = async <I extends { readonly commandId: string }, T>(
    context: RequestContext,
    name: string,
    input: I,
    body: Body<I, T>,
  ): Promise<T> => {
    const actor = actorOf(context)
    const { deps } = context
    const { zoneId, clock } = deps
    const sealer = await secretSealer(deps)
    const own = { zoneId, clock, sealer, privateHosts, types: typesOf(deps) }
    return unwrap(await runner(context, actor, name, input, (tx) => body(tx, own, actor, input)), problems)
  }
  type Made = { readonly id: string; readonly digest: string }
  /** A command that makes a secret. Its stored answer holds none, so that a repeat, which made none, has none to show. */
  const runSecret = async <I extends { readonly commandId: string }>(
    context: RequestContext,
    name: string,
    input: I,
    body: (...all: [...Parameters<Body<I, Made>>, secret: string]) => ReturnType<Body<I, Made>>,
  ) => {
    const secret = newSecret()
    const made = await run(context, name, input, (...all) => body(...all, secret))
    if (made.digest === digestOf(secret)) return { ...(await getEndpoint(readerOf(context), made.id)), secret }
    throw problem({ kind: 'secret_shown_once', status: 409, area, field: 'commandId', meta: { id: made.id } })
  }
  return os.router({
    types: os.types.handler(({ context }) => {
      actorOf(context)
      return { types: [...typesOf(context.deps)] }
    }),
    list: os.list.handler(({ context, input }) => listEndpoints(readerOf(context), input)),
    get: os.get.handler(({ context, input }) => getEndpoint(readerOf(context), input.id)),
    create: os.create.handler(({ context, input }) => runSecret(context, 'create', input, createEndpoint)),
    rotate: os.rotate.handler(({ context, input }) => runSecret(context, 'rotate', input, rotateSecret)),
    change: os.change.handler(async ({ context, input }) => {
      await run(context, 'change', input, changeEndpoint)
      return getEndpoint(readerOf(context), input.id)
    }),
    setState: os.setState.handler(async ({ context, input }) => {
      await run(context, 'set_state', input, setEndpointState)
      return getEndpoint(readerOf(context), input.id)
    }),
    test: os.test.handler(({ context, input }) => run(context, 'test', input, testEndpoint)),
    remove: os.remove.handler(({ context, input }) => run(context, 'remove', input, removeEndpoint)),
    deliveries: os.deliveries.handler(({ context, input }) => listDeliveries(readerOf(context), input)),
    delivery: os.delivery.handler(({ context, input }) => getDelivery(readerOf(context), input.id)),
    again: os.again.handler(({ context, input }) => run(context, 'again', input, sendAgain)),
  })
}
