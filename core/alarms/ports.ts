import type { Deps } from '@tingzhou/http'
import { assert } from '@tingzhou/kernel'
import { runsByItself } from './ear.ts'
import { openAlarmEngine, type AlarmEngine } from './engine.ts'

const engines = new WeakMap<object, AlarmEngine>()

/** Opens the engine of a server, once. @returns what stops it */
export async function startAlarms(deps: Deps): Promise<() => Promise<void>> {
  const { db, zoneId, telemetry, log, events } = deps
  const ports = { db, zoneId, telemetry, log, onWritten: () => events.wake() }
  const engine = await openAlarmEngine(ports, runsByItself(telemetry))
  engines.set(deps, engine)
  return engine.stop
}

/** The engine of a server that has started. */
export function alarmsOf(deps: Deps): AlarmEngine {
  const engine = engines.get(deps)
  assert(engine, 'the alarm engine is open when somebody asks')
  return engine
}
