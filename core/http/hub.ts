import type { Actor } from '@tingzhou/parties'

/** What a screen is told: something of this kind changed; it asks again for what it shows. */
export type LiveEvent = {
  readonly type: string
  readonly objectKind: string
  readonly objectId: string
  /** Position, for clients that come back after a break. */
  readonly id?: string
}

/** Where committed events come from; filled by the package that owns the outbox. */
export type EventHub = {
  /**
   * Sends the actor every event that concerns them, until the returned function is called.
   * @param after  `Last-Event-ID` of a client that comes back; a hub without memory ignores it
   */
  readonly subscribe: (actor: Actor, send: (event: LiveEvent) => void, after?: string) => () => void
}
