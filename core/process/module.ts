import { newId } from '@tingzhou/db'
import type { Deps, ServerModule } from '@tingzhou/http'
import { roles } from '@tingzhou/parties'
import type { TimerSource } from '@tingzhou/timers'
import { acrossHandler } from './across.ts'
import { processContract } from './contract.ts'
import { createDefinitionStore, deploy, readDrawing } from './definitions.ts'
import { processRouter } from './handlers.ts'
import type { Runtime } from './play.ts'
import type { AnyHost } from './host.ts'
import { fireDue, nextTimerAt } from './timers.ts'

declare module '@tingzhou/http' {
  interface ServerModule {
    /** The cases that the package plays on drawings. */
    readonly processHosts?: (deps: Deps) => readonly AnyHost[]
  }
}

const runtimes = new WeakMap<object, Runtime>()

/** What every process of a server runs with, made once a server. */
export function processRuntime(deps: Deps): Runtime {
  const known = runtimes.get(deps)
  if (known) return known
  const { zoneId, clock } = deps
  const runtime: Runtime = { deps: { zoneId, clock, newId }, definitions: createDefinitionStore(zoneId) }
  runtimes.set(deps, runtime)
  return runtime
}

/**
 * Timers, calls and messages of all cases, their casework and their administration.
 * @param modules  those that play cases
 */
export function createProcesses(modules: readonly ServerModule[]): ServerModule {
  const hostsOf = (deps: Deps) => modules.flatMap((module) => module.processHosts?.(deps) ?? [])
  return {
    name: 'processes',
    contract: processContract,
    router: processRouter((deps) => ({ db: deps.db, runtime: processRuntime(deps), hosts: hostsOf(deps) })),
    start: (deps) => deployDrawings(deps, hostsOf(deps)),
    eventHandlers: (deps) => [acrossHandler(processRuntime(deps), hostsOf(deps))],
    timers: (deps) => [drawnTimers(deps, hostsOf(deps))],
  }
}

/**
 * Deploys the drawings that ship with the product, unless they stand already.
 * @throws Error naming every complaint about a drawing
 */
export async function deployDrawings(
  deps: Pick<Deps, 'db' | 'zoneId' | 'clock'>,
  hosts: readonly AnyHost[],
): Promise<void> {
  const processes = hosts.map(({ key }) => key)
  for (const host of hosts) {
    const known = { handlers: Object.keys(host.handlers), roles: [...roles], processes }
    const xml = await readDrawing(host.file)
    const result = await deps.db.transaction().execute((tx) => deploy(tx, deps, xml, 'system', known))
    if (!result.ok)
      throw new Error(
        `${host.file} is refused: ${result.error.complaints.map(({ elementId, line, message }) => `${elementId} (line ${line}): ${message}`).join('; ')}`,
      )
  }
}

/** The timers drawn in the processes. */
function drawnTimers(deps: Deps, hosts: readonly AnyHost[]): TimerSource {
  const runtime = processRuntime(deps)
  return {
    name: 'processes',
    fireDue: (now, onError) => fireDue(deps.db, runtime, hosts, now, onError),
    nextDue: () => nextTimerAt(deps.db, deps.zoneId),
  }
}
