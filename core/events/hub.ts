import type { EventHub, LiveEvent } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { PlacedEvent } from './outbox.ts'

/** The hub of one process: told every placed event, tells the screens that are connected here. */
export type LocalHub = EventHub & { readonly publish: (event: PlacedEvent) => void }

// A screen that comes back within this many events is told what it missed.
const memoryMax = 1_000

/**
 * Makes the hub that server-sent events are fed from.
 * Source: own. O(listeners) an event.
 */
export function createEventHub(): LocalHub {
  const listeners = new Set<(event: PlacedEvent) => void>()
  const memory: PlacedEvent[] = []
  return {
    publish: (event) => {
      memory.push(event)
      if (memory.length > memoryMax) memory.shift()
      for (const listener of listeners) listener(event)
    },
    subscribe: (actor, send, after) => {
      const listener = (event: PlacedEvent) => {
        if (concerns(actor, event)) send(toLive(event))
      }
      if (after !== undefined) for (const event of memory) if (event.position > Number(after)) listener(event)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** A zone-wide role hears of everything; others of what is told to them or to a party they act for. */
function concerns(actor: Actor, event: PlacedEvent): boolean {
  if (event.to.includes(actor.accountId)) return true
  return actor.memberships.some(({ partyId }) => partyId === null || event.to.includes(partyId))
}

const toLive = ({ position, type, objectKind, objectId }: PlacedEvent): LiveEvent => ({
  type,
  objectKind,
  objectId,
  id: String(position),
})
