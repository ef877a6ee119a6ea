import { repeat } from '@tingzhou/timers'
import { createQueue } from './append-queue.ts'
import { openCatalog, type Catalog } from './catalog.ts'
import { openJournal, type Journal } from './journal.ts'
import { openLastValues } from './last-values.ts'
import { connectionName, type NatsConfig } from './nats/connection.ts'
import { openStreamJournal } from './nats/journal.ts'
import type { Telemetry, TelemetryDeps } from './telemetry.ts'

/** What a gateway needs of the telemetry of its zone: to know points, and to hand readings over. */
export type TelemetryEdge = Pick<Telemetry, 'clock' | 'catalog' | 'last' | 'ingest' | 'close'>

export type ForwardDeps = TelemetryDeps & {
  /** Keeps readings until a server has them; null: the journal of the database does. */
  readonly nats: NatsConfig | null
}

const refreshMs = 5_000
const forwarded = 'forward:'

/** Under this name the entries of a gateway wait in the journal. */
export const forwardStream = (stream: string): string => `${forwarded}${stream}`

/**
 * Opens the telemetry of a gateway in a process of its own. Its readings are durable when its journal has them, and a server takes
 * them from there as if they had come to itself: alarms, places and the values of now hear of them.
 * @throws Error when the database cannot be read, or NATS cannot be reached as configured
 */
export async function openForwarding(deps: ForwardDeps): Promise<TelemetryEdge> {
  const { database, zoneId, clock, log } = deps
  const catalog = await openCatalog(database.db, zoneId)
  // The server saves them; here they tell jumps from ways.
  const last = await openLastValues(database.db, zoneId, clock)
  const journal = await openOwnJournal(deps, catalog)
  const queue = createQueue(journal, () => {})
  const stop = repeat(refreshMs, catalog.refresh, (error) => log.error({ err: error }, 'points could not be read'))
  return {
    clock,
    catalog,
    last,
    ingest: (readings) => {
      last.note(readings)
      return queue.append(readings)
    },
    close: async () => {
      await stop()
      await queue.close()
      await journal.close()
    },
  }
}

type OwnJournal = Pick<Journal, 'write'> & { readonly close: () => Promise<void> }

async function openOwnJournal(deps: ForwardDeps, catalog: Catalog): Promise<OwnJournal> {
  const { database, zoneId, clock, log, stream, nats } = deps
  if (nats) {
    const { signal } = new AbortController()
    return openStreamJournal({ nats, name: connectionName(zoneId, stream), log, signal, zoneId, stream, catalog })
  }
  const rows = await openJournal({ db: database.db, zoneId, clock, stream: forwardStream(stream) }, () => {})
  return { write: rows.write, close: async () => {} }
}
