import type { Clock } from '@tingzhou/kernel'
import type { Database } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import { openCatalog, type Catalog } from './catalog.ts'
import { expireCommands } from './device-command.ts'
import { openLastValues, type LastValues } from './last-values.ts'
import { dropOldDays } from './partition.ts'
import type { Readings } from './readings.ts'
import { rollUp } from './rollup.ts'
import { repeat } from '@tingzhou/timers'
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
  /** Takes readings in: last values at once, the journal, the rows of their minutes. @returns when they are durable */
  readonly ingest: (readings: Readings) => Promise<void>
  readonly close: () => Promise<void>
}

const secondMs = 1_000

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
  const onError = (error: unknown) => log.error({ err: error }, 'telemetry could not do its rounds')
  // Each by itself: what fails or takes long holds nothing else up.
  const rounds: readonly (readonly [everyMs: number, work: () => Promise<unknown>])[] = [
    [secondMs, () => store.flush()],
    [5 * secondMs, () => last.save()],
    [5 * secondMs, () => catalog.refresh()],
    [5 * secondMs, () => expireCommands(db, zoneId, clock())],
    [60 * secondMs, () => rollUp({ db, zoneId, clock })],
    [3_600 * secondMs, () => dropOldDays(database, clock())],
  ]
  const stops = background ? rounds.map(([everyMs, work]) => repeat(everyMs, work, onError)) : []
  return {
    clock,
    catalog,
    last,
    store,
    ingest: (readings) => {
      last.note(readings)
      return store.append(readings)
    },
    close: async () => {
      for (const stop of stops) await stop()
      try {
        await store.close()
      } finally {
        await last.save()
      }
    },
  }
}
