import type { Deps } from '@tingzhou/http'
import { assert, type EpochMs } from '@tingzhou/kernel'
import { runsByItself } from './ear.ts'
import { openAlarmEngine, type AlarmEngine } from './engine.ts'
import type { PeopleDeps } from './people.ts'

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

/** What acts of people run with. @param timerNow  by the clock of timers */
export function peopleDeps(deps: Deps, timerNow: EpochMs): PeopleDeps {
  const engine = alarmsOf(deps)
  return { zoneId: deps.zoneId, now: engine.clock(), timerNow, isSuppressed: engine.isSuppressed }
}
