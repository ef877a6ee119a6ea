import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { newId } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import { processRuntime } from '@tingzhou/process'
import type { ServicesDeps } from './dossier.ts'

const made = new WeakMap<object, ServicesDeps>()

/** The ports of the integrated services, made once a server. */
export function servicesDeps(deps: Deps): ServicesDeps {
  const known = made.get(deps)
  if (known) return known
  const ports: ServicesDeps = {
    db: deps.db,
    zoneId: deps.zoneId,
    clock: deps.clock,
    newId,
    calendar: deps.calendar,
    definitions: processRuntime(deps).definitions,
    random: (bytes) => randomBytes(bytes),
    secret: (name) => process.env[name] || null,
  }
  made.set(deps, ports)
  return ports
}
