import { processRuntime } from '@tingzhou/process'
import { newId } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import type { NeedsDeps } from './dossier.ts'

const made = new WeakMap<object, NeedsDeps>()

/** The ports of the needs loop, made once a server. */
export function needsDeps(deps: Deps): NeedsDeps {
  const known = made.get(deps)
  if (known) return known
  const ports: NeedsDeps = {
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
