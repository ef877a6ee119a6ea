import { newId } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import { processRuntime, type Runtime } from '@tingzhou/process'
import type { SafetyDeps } from './unit.ts'

const made = new WeakMap<object, SafetyDeps>()

/** The ports of the module, made once a server. */
export function safetyDeps(deps: Deps): SafetyDeps {
  const known = made.get(deps)
  if (known) return known
  const ports: SafetyDeps = {
    db: deps.db,
    zoneId: deps.zoneId,
    clock: deps.clock,
    newId,
    calendar: deps.calendar,
    definitions: processRuntime(deps).definitions,
  }
  made.set(deps, ports)
  return ports
}

/** What processes run with. */
export const runtimeOf = ({ zoneId, clock, newId: id, definitions }: SafetyDeps): Runtime => ({
  deps: { zoneId, clock, newId: id },
  definitions,
})
