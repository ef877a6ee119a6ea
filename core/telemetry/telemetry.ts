import type { Clock } from '@tingzhou/kernel'
import type { Database } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import { openCatalog, type Catalog } from './catalog.ts'
import { expireCommands } from './device-command.ts'
import { createFormulaBook } from './formula-book.ts'
import { createFormulas, type Formulas } from './formulas.ts'
import { dropOldFrames } from './kept-frame.ts'
import { openLastValues, type LastValues } from './last-values.ts'
import { packOld } from './packing.ts'
import { dropOldDays } from './partition.ts'
import type { Point } from './point.ts'
import type { Readings } from './readings.ts'
import { rollUp } from './rollup.ts'
import { repeat } from '@tingzhou/timers'
import { thinOld } from './thinning.ts'
import { openTelemetryStore, type TelemetryStore } from './store.ts'

export type TelemetryDeps = {
  readonly database: Database
  readonly zoneId: string
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  /** The name under which this process keeps its journal. */
  readonly stream: string
}

/** Listens to what comes in. What it makes of readings it can make again: the journal keeps them until it has settled. */
export type Hearer = {
  /** Hears readings before they are durable; a device that is not answered sends them again. */
  readonly note: (readings: Readings) => void
  /** Makes durable what came of everything heard so far. */
  readonly settle: () => Promise<void>
}

/** Each settles, also where another one cannot. @throws AggregateError that says how many could not */
async function settleAll(hearers: ReadonlySet<Hearer>): Promise<void> {
  const errors: unknown[] = []
  for (const hearer of hearers)
    try {
      await hearer.settle()
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} of ${hearers.size} listeners cannot settle; the journal grows`)
}

/** Everything that is measured in the zone, as one process holds it. */
export type Telemetry = {
  /** What devices live by: the real time, also in a demo whose clock is moved. */
  readonly clock: Clock
  readonly catalog: Catalog
  readonly last: LastValues
  readonly store: TelemetryStore
  /** Points that are computed from others, in the process that takes readings in. */
  readonly formulas: Pick<Formulas, 'catchUp' | 'leftOut'>
  /** Takes readings in: last values at once, the journal, the rows of their minutes. @returns when they are durable */
  readonly ingest: (readings: Readings) => Promise<void>
  /** Lets somebody listen, from now on. @returns what ends it */
  readonly hear: (hearer: Hearer) => () => void
  /** Lets somebody hear of points that are new or have changed, from now on, within five seconds. @returns what ends it */
  readonly hearPoints: (note: (point: Point) => void) => () => void
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
  const points: { find: (point: number) => Point | undefined } = { find: () => undefined }
  const book = createFormulaBook((point) => points.find(point))
  const pointHearers = new Set<(point: Point) => void>()
  const catalog = await openCatalog(db, zoneId, (point) => {
    book.take(point)
    for (const note of pointHearers) note(point)
  })
  points.find = catalog.find
  const last = await openLastValues(db, zoneId, clock)
  const hearers = new Set<Hearer>()
  const store = await openTelemetryStore({
    ...deps,
    resolutionOf: catalog.resolutionOf,
    onReplay: last.note,
    beforeTrim: async (forgets) => {
      await settleAll(hearers)
      await formulas.settle()
      // Nobody hears what the journal has forgotten: it would be lost as somebody's last value.
      if (forgets) await last.save()
    },
  })
  const take = (readings: Readings): Promise<void> => {
    last.note(readings)
    for (const hearer of hearers)
      try {
        hearer.note(readings)
      } catch (error) {
        // A listener that fails keeps no device from its answer.
        log.error({ err: error }, 'readings could not be listened to')
      }
    return store.append(readings)
  }
  const ingest = (readings: Readings): Promise<void> => {
    const takeComputed = formulas.note(readings)
    const kept = take(readings)
    takeComputed?.()
    return kept
  }
  const formulas = createFormulas({ db, zoneId, clock, book, last, take, ingest, open: store.openMinutes })
  formulas.replay()
  const onError = (error: unknown) => log.error({ err: error }, 'telemetry could not do its rounds')
  // Each by itself: what fails or takes long holds nothing else up.
  const rounds: readonly (readonly [everyMs: number, work: () => Promise<unknown>])[] = [
    [secondMs, () => store.flush()],
    [secondMs, () => formulas.catchUp()],
    [5 * secondMs, () => last.save()],
    [5 * secondMs, () => catalog.refresh()],
    [5 * secondMs, () => expireCommands(db, zoneId, clock())],
    [60 * secondMs, () => rollUp({ db, zoneId, clock })],
    [60 * secondMs, () => packOld({ database, zoneId, clock })],
    [3_600 * secondMs, () => dropOldDays(database, clock())],
    [3_600 * secondMs, () => thinOld({ database, zoneId, clock })],
    [3_600 * secondMs, () => dropOldFrames(db, zoneId, clock())],
  ]
  const stops = background ? rounds.map(([everyMs, work]) => repeat(everyMs, work, onError)) : []
  return {
    clock,
    catalog,
    last,
    store,
    formulas,
    ingest,
    hear: (hearer) => {
      hearers.add(hearer)
      return () => void hearers.delete(hearer)
    },
    hearPoints: (note) => {
      pointHearers.add(note)
      return () => void pointHearers.delete(note)
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
