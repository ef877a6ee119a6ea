import type { JetStreamManager } from '@nats-io/jetstream'

/** Into how many parts readings are divided: those of one piece of equipment are in one. */
export const partitions = 4

/** The stream of a zone. */
export const streamOf = (zoneId: string): string => `TINGZHOU_${zoneId}`

/** The subject of a part. */
export const subjectOf = (zoneId: string, partition: number): string => `tingzhou.${zoneId}.readings.${partition}`

/** The consumer of a part; all servers of the zone share it. */
export const consumerOf = (partition: number): string => `server-${partition}`

// NATS counts in nanoseconds.
const nanoseconds = (ms: number): number => ms * 1_000_000
const duplicateMs = 120_000
const acknowledgeMs = 60_000
const unacknowledgedMax = 1_000

const notFound = 10_059
const consumerNotFound = 10_014

/**
 * Makes the stream of a zone where there is none. One that is there stays as its operators made it: with replicas, with a limit.
 * What is acknowledged is taken out; what does not fit is refused to its sender.
 * @throws what NATS says
 */
export async function ensureStream(manager: JetStreamManager, zoneId: string): Promise<void> {
  const { DiscardPolicy, RetentionPolicy, StorageType } = await import('@nats-io/jetstream')
  const name = streamOf(zoneId)
  if (await exists(() => manager.streams.info(name), notFound)) return
  await manager.streams.add({
    name,
    subjects: [`tingzhou.${zoneId}.readings.*`],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    duplicate_window: nanoseconds(duplicateMs),
  })
}

/** Makes the consumer of a part where there is none. */
export async function ensureConsumer(manager: JetStreamManager, zoneId: string, partition: number): Promise<void> {
  const { AckPolicy } = await import('@nats-io/jetstream')
  const [stream, name] = [streamOf(zoneId), consumerOf(partition)]
  if (await exists(() => manager.consumers.info(stream, name), consumerNotFound)) return
  await manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: subjectOf(zoneId, partition),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanoseconds(acknowledgeMs),
    max_ack_pending: unacknowledgedMax,
  })
}

async function exists(look: () => Promise<unknown>, missing: number): Promise<boolean> {
  try {
    await look()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === missing) return false
    throw error
  }
}
