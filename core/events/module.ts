import type { Deps } from '@tingzhou/http'
import type { EventHandler } from './handler.ts'
import type { Relay } from './relay.ts'

declare module '@tingzhou/http' {
  interface Deps {
    /** Wake it after a commit; screens listen to its hub. */
    readonly events: Pick<Relay, 'hub' | 'wake'>
  }
  interface ServerModule {
    /** What the package does when something happened elsewhere. */
    readonly eventHandlers?: (deps: Deps) => readonly EventHandler[]
  }
}

/**
 * The handlers of all modules, for `createRelay`.
 * Source: own. O(handlers).
 */
export const collectEventHandlers = (
  modules: readonly { readonly eventHandlers?: (deps: Deps) => readonly EventHandler[] }[],
  deps: Deps,
): readonly EventHandler[] => modules.flatMap((module) => module.eventHandlers?.(deps) ?? [])
