import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient } from '@nats-io/jetstream'
import type { Catalog } from '../catalog.ts'
import type { Journal } from '../journal.ts'
import type { ReadingKind } from '../kind.ts'
import { copyReading, newReadings, packReadings, strideOf, type Readings } from '../readings.ts'
import { connectNats, leaveNats, retryMs, type NatsDeps } from './connection.ts'
import { ensureStream, partitions, subjectOf } from './stream.ts'

export type StreamJournalDeps = NatsDeps & {
  readonly zoneId: string
  readonly stream: string
  readonly catalog: Pick<Catalog, 'find'>
}

/**
 * Opens a journal whose entries JetStream keeps until a server has them; waits for NATS as long as it takes.
 * @throws Error when NATS cannot be reached as configured
 */
export async function openStreamJournal(
  deps: StreamJournalDeps,
): Promise<Pick<Journal, 'write'> & { readonly close: () => Promise<void> }> {
  const { zoneId, log } = deps
  const connection = await connectNats(deps)
  const { jetstream, jetstreamManager } = await import('@nats-io/jetstream')
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const ensure = () => ensureStream(manager, zoneId)
  await untilDone(ensure, (error) =>
    log.error({ err: error }, 'JetStream does not answer; it is asked again every second'),
  )
  return {
    ...createStreamJournal({ ...deps, client: jetstream(connection), ensure }),
    close: () => leaveNats(connection),
  }
}

async function untilDone(work: () => Promise<void>, onError: (error: unknown) => void): Promise<void> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      onError(error)
      await sleep(retryMs)
    }
  }
}

type StreamDeps = StreamJournalDeps & {
  readonly client: JetStreamClient
  /** Makes the stream again that somebody took away. */
  readonly ensure: () => Promise<void>
}

// What a message may have at most is a megabyte, unless operators changed it: 8 000 readings of eleven numbers, eight bytes each at most.
const readingsPerMessage = 8_000
const publishing = { timeout: 2_000, retries: 3 }

/** Entries as messages of JetStream: an entry is durable when all of its messages are acknowledged. */
function createStreamJournal({ zoneId, stream, client, catalog, ensure }: StreamDeps): Pick<Journal, 'write'> {
  // A message that is sent again has the id that it had: this process, this entry, this part.
  const process = randomUUID()
  let seq = 0
  const partOf = (point: number): number => {
    const tail = catalog.find(point)?.nodeId.slice(-8)
    return (tail === undefined ? point : Number.parseInt(tail, 16)) % partitions
  }
  return {
    write: async (batches) => {
      seq++
      const sent = messagesOf(batches, partOf).map(({ partition, readings }, index) =>
        client.publish(subjectOf(zoneId, partition), packReadings(readings), {
          ...publishing,
          msgID: `${stream} ${process} ${seq} ${index}`,
        }),
      )
      const outcomes = await Promise.allSettled(sent)
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (!failed) return seq
      // Its fate is not known: the devices send again, and what is kept twice is one reading.
      await ensure().catch(() => {})
      throw failed.reason
    },
  }
}

type PartMessage = { readonly partition: number; readonly readings: readonly Readings[] }

/** Divides readings by the equipment that they belong to, so that the rows of one piece have one writer. */
function messagesOf(batches: readonly Readings[], partOf: (point: number) => number): PartMessage[] {
  const messages: PartMessage[] = []
  const open = new Map<string, Readings>()
  for (const batch of batches) {
    const stride = strideOf(batch.kind)
    for (let index = 0; index < batch.count; index++) {
      const partition = partOf(batch.data[index * stride] as number)
      copyReading(batch, index, roomIn(messages, open, partition, batch.kind))
    }
  }
  return messages
}

function roomIn(messages: PartMessage[], open: Map<string, Readings>, partition: number, kind: ReadingKind): Readings {
  const key = `${partition} ${kind.name}`
  const known = open.get(key)
  if (known && known.count < readingsPerMessage) return known
  const fresh = newReadings(kind)
  open.set(key, fresh)
  messages.push({ partition, readings: [fresh] })
  return fresh
}
