import type { Clock } from '@tingzhou/kernel'
import type { Database } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import { openCatalog, type Catalog } from './catalog.ts'
import { expireCommands } from './device-command.ts'
import { openLastValues, type LastValues } from './last-values.ts'
import { dropOldDays } from './partition.ts'
import type { Readings } from './readings.ts'
import { rollUp } from './rollup.ts'
import { openTelemetryStore, type TelemetryStore } from './store.ts'

export type TelemetryDeps = {
  readonly database: Database
  readonly zoneId: string
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  /** The name under which this process keeps its journal. */
  readonly stream: string
}

/** Everything that is measured in the zone, as one process holds it. */
export type Telemetry = {
  /** What devices live by: the real time, also in a demo whose clock is moved. */
  readonly clock: Clock
  readonly catalog: Catalog
  readonly last: LastValues
  readonly store: TelemetryStore
  /** Takes readings in: hearers at once, the journal, the rows of their minutes. @returns when they are durable */
  readonly ingest: (readings: Readings) => Promise<void>
  /** Hears readings as they come in, before anything is written. @returns what stops it */
  readonly listen: (hear: (readings: Readings) => void) => () => void
  /** Does now what it does by itself now and then: minutes, last values, hours, old commands, old days. */
  readonly tick: () => Promise<void>
  readonly close: () => Promise<void>
}

const tickMs = 1_000
const everyTicks = { lastValues: 5, hours: 60, commands: 1, days: 3_600 }

/**
 * Opens the telemetry of a zone.
 * @param background  whether minutes, hours and retention run by themselves
 * @throws Error when the database cannot be read
 * Source: plant telemetry §2.
 */
export async function openTelemetry(deps: TelemetryDeps, background = true): Promise<Telemetry> {
  const { database, zoneId, clock, log } = deps
  const { db } = database
  const catalog = await openCatalog(db, zoneId)
  const last = await openLastValues(db, zoneId)
  const store = await openTelemetryStore({ ...deps, resolutionOf: catalog.resolutionOf, onReplay: last.note })
  const hearers = new Set<(readings: Readings) => void>()
  let ticks = 0

  const tick = async (): Promise<void> => {
    const due = (every: number) => ticks % every === 0
    await store.flush()
    if (due(everyTicks.commands)) await expireCommands(db, zoneId, clock())
    if (due(everyTicks.lastValues)) await last.save()
    if (due(everyTicks.hours)) await rollUp({ db, zoneId, clock })
    if (due(everyTicks.days)) await dropOldDays(database, clock())
    ticks++
  }
  const stop = background ? repeat(tick, (error) => log.error({ err: error }, 'telemetry could not be written')) : null
  return {
    clock,
    catalog,
    last,
    store,
    tick,
    ingest: (readings) => {
      last.note(readings)
      for (const hear of hearers) hear(readings)
      return store.append(readings)
    },
    listen: (hear) => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    close: async () => {
      await stop?.()
      await store.close()
      await last.save()
    },
  }
}

/** Does something again and again, a second after it was done. */
function repeat(work: () => Promise<void>, onError: (error: unknown) => void): () => Promise<void> {
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const turn = async (): Promise<void> => {
    await work().catch(onError)
    if (!stopped) timer = setTimeout(() => (running = turn()), tickMs)
  }
  timer = setTimeout(() => (running = turn()), tickMs)
  return async () => {
    stopped = true
    if (timer) clearTimeout(timer)
    await running
  }
}
