import { newId } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import { processRuntime } from '@tingzhou/process'
import type { CaseDeps } from './case-kind.ts'

/**
 * Makes ports once a server.
 * @param make  of what the server gives everybody
 * @returns a function that gives the same ports for the same server. O(1).
 */
export function oncePerServer<P extends object>(make: (deps: Deps) => P): (deps: Deps) => P {
  const made = new WeakMap<Deps, P>()
  return (deps) => {
    const known = made.get(deps)
    if (known) return known
    const ports = make(deps)
    made.set(deps, ports)
    return ports
  }
}

/** What cases run with on a server. O(1). */
export const caseDeps = oncePerServer((deps): CaseDeps => {
  const { db, zoneId, clock, calendar } = deps
  return { db, zoneId, clock, newId, calendar, definitions: processRuntime(deps).definitions }
})
