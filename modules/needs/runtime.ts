import {
  createDefinitionStore,
  deploy,
  readDrawing,
  fireDue,
  nextTimerAt,
  type AnyHost,
  type Runtime,
} from '@tingzhou/process'
import { newId } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import { roles } from '@tingzhou/parties'
import type { TimerSource } from '@tingzhou/timers'
import type { NeedsDeps } from './dossier.ts'
import { appealHost } from './process.ts'

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
    definitions: createDefinitionStore(deps.zoneId),
  }
  made.set(deps, ports)
  return ports
}

/**
 * Deploys the drawing that ships with the product, unless it stands already.
 * @throws Error naming every complaint about the drawing
 */
export async function deployAppeal(ports: NeedsDeps): Promise<void> {
  const host = appealHost(ports)
  const xml = await readDrawing(host.file)
  const result = await ports.db
    .transaction()
    .execute((tx) => deploy(tx, ports, xml, 'system', { handlers: Object.keys(host.handlers), roles: [...roles] }))
  if (!result.ok)
    throw new Error(
      `${host.file} is refused: ${result.error.complaints.map(({ elementId, line, message }) => `${elementId} (line ${line}): ${message}`).join('; ')}`,
    )
}

/** The timers drawn in the appeal's process. */
export function appealTimers(deps: Deps): TimerSource {
  const ports = needsDeps(deps)
  const runtime: Runtime = { deps: ports, definitions: ports.definitions }
  const hosts: readonly AnyHost[] = [appealHost(ports)]
  return {
    name: 'processes',
    fireDue: (now, onError) => fireDue(ports.db, runtime, hosts, now, onError),
    nextDue: () => nextTimerAt(ports.db, ports.zoneId),
  }
}
