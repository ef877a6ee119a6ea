import { oncePerServer } from '@tingzhou/casework'
import type { ServerModule } from '@tingzhou/http'
import { webhooksContract } from './contract.ts'
import { webhooksRouter } from './handlers.ts'
import { queueHandler } from './queue.ts'
import { createWebhookSender, type WebhookSender } from './sender.ts'
import { sweepJob } from './sweep.ts'
import { collectTellers, type Teller } from './teller.ts'

export type WebhookOptions = {
  /** Hosts that may be inside and without TLS; none when the operator names none. */
  readonly privateHosts: readonly string[]
}

/**
 * What webhooks give the server: endpoints of parties, what these are told, and the sending of it.
 * @param modules  those that tell something
 */
export function createWebhooks(
  modules: readonly Pick<ServerModule, 'webhooks'>[],
  options: WebhookOptions,
): ServerModule {
  const privateHosts = new Set(options.privateHosts.map((host) => host.toLowerCase()))
  const tellers = oncePerServer((deps): readonly Teller[] => collectTellers(modules, deps))
  const senders = oncePerServer((deps): WebhookSender => createWebhookSender({ ...deps, privateHosts }))
  return {
    name: 'webhooks',
    contract: webhooksContract,
    router: webhooksRouter({ privateHosts, typesOf: (deps) => tellers(deps).map(({ type }) => type) }),
    start: async (deps) => senders(deps).close,
    eventHandlers: (deps) => [queueHandler(deps, tellers(deps))],
    timers: (deps) => [senders(deps).source],
    jobs: (deps) => [sweepJob(deps.zoneId)],
  }
}
