import type { Json, Tx } from '@tingzhou/db'
import type { PlacedEvent } from '@tingzhou/events'
import type { Deps, ServerModule } from '@tingzhou/http'
import { assert } from '@tingzhou/kernel'
import { testType } from './words.ts'

/** What a party is told: only what its own people may see of the object. */
export type Tale = { readonly partyId: string; readonly data: Json }

/** One type of webhook, such as `freight.waybill_moved`: the events behind it, and who is told what of one. */
export type Teller = {
  readonly type: string
  /** Types of events in the outbox. */
  readonly on: readonly string[]
  /** Reads in the transaction that queues the deliveries; called only where some endpoint hears the type. */
  readonly tell: (tx: Tx, event: PlacedEvent) => Promise<readonly Tale[]>
}

declare module '@tingzhou/http' {
  interface ServerModule {
    /** What the package tells the systems of parties. */
    readonly webhooks?: (deps: Deps) => readonly Teller[]
  }
}

/**
 * The tellers of all modules.
 * @throws Error when two have one type
 * Source: own. O(tellers).
 */
export function collectTellers(modules: readonly Pick<ServerModule, 'webhooks'>[], deps: Deps): readonly Teller[] {
  const tellers = modules.flatMap((module) => module.webhooks?.(deps) ?? [])
  const types = new Set([testType, ...tellers.map(({ type }) => type)])
  assert(types.size === tellers.length + 1, 'each type of webhook has one teller')
  return tellers
}
