import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, ConsumerMessages, JetStreamManager, JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Log } from '@tingzhou/http'
import { CorruptBytes } from '../bytes.ts'
import { unpackReadings } from '../readings.ts'
import type { Telemetry } from '../telemetry.ts'
import { connectionName, connectNats, leaveNats, retryMs, type NatsConfig } from './connection.ts'
import { consumerOf, ensureConsumer, ensureStream, partitions, streamOf, subjectOf } from './stream.ts'

export type ReceiveDeps = {
  readonly nats: NatsConfig
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'ingest'>
  readonly log: Pick<Log, 'error'>
}

/** Takes in what gateways have handed to JetStream. */
export type Receiver = { readonly close: () => Promise<void> }

const messagesPerTurn = 100
// NATS that comes back after it was away is asked again after so long at most.
const turnMs = 2_000
const sweepMs = 60_000
const againMs = 1_000
// Perhaps a newer gateway wrote it: it stays until somebody can read it.
const unreadableAgainMs = 60_000

type State = ReceiveDeps & {
  readonly stopping: AbortController
  readonly turns: Set<ConsumerMessages>
}

/**
 * Begins to receive. NATS may be away at first, or for a while: nothing that was acknowledged to a device is lost meanwhile.
 * A message is taken out of the stream when its readings are durable here.
 */
export function startReceiving(deps: ReceiveDeps): Receiver {
  const state: State = { ...deps, stopping: new AbortController(), turns: new Set() }
  const running = run(state)
  return {
    close: async () => {
      state.stopping.abort()
      for (const turn of state.turns) turn.stop()
      await running
    },
  }
}

async function run(state: State): Promise<void> {
  const { nats, zoneId, log, stopping } = state
  let connection: NatsConnection
  try {
    connection = await connectNats({ nats, name: connectionName(zoneId, 'server'), log, signal: stopping.signal })
  } catch (error) {
    if (!stopping.signal.aborted) log.error({ err: error }, 'NATS cannot be reached as it is configured')
    return
  }
  await Promise.all(Array.from({ length: partitions }, (_, partition) => receivePart(state, connection, partition)))
  await leaveNats(connection)
}

async function receivePart(state: State, connection: NatsConnection, partition: number): Promise<void> {
  const { zoneId, log, stopping } = state
  const { jetstream, jetstreamManager } = await import('@nats-io/jetstream')
  while (!stopping.signal.aborted)
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false })
      const consumer = await openConsumer(manager, zoneId, partition, () =>
        jetstream(connection).consumers.get(streamOf(zoneId), consumerOf(partition)),
      )
      for (let sweptMs = -Infinity; !stopping.signal.aborted;) {
        await takeTurn(state, consumer)
        if (performance.now() - sweptMs < sweepMs) continue
        await sweepTaken(manager, zoneId, partition)
        sweptMs = performance.now()
      }
    } catch (error) {
      if (stopping.signal.aborted) return
      log.error({ err: error, partition }, 'nothing can be received; it is tried again every second')
      await sleep(retryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
}

async function openConsumer(
  manager: JetStreamManager,
  zoneId: string,
  partition: number,
  get: () => Promise<Consumer>,
): Promise<Consumer> {
  await ensureStream(manager, zoneId)
  await ensureConsumer(manager, zoneId, partition)
  return get()
}

/** NATS that was killed may have forgotten that messages were taken out: nobody is given them again, and they are in the way. */
async function sweepTaken(manager: JetStreamManager, zoneId: string, partition: number): Promise<void> {
  const { ack_floor: floor } = await manager.consumers.info(streamOf(zoneId), consumerOf(partition))
  if (floor.stream_seq > 0)
    await manager.streams.purge(streamOf(zoneId), { filter: subjectOf(zoneId, partition), seq: floor.stream_seq + 1 })
}

/** Takes what is there, at most a hundred messages, and waits until they are kept: the stream holds what comes faster. */
async function takeTurn(state: State, consumer: Consumer): Promise<void> {
  const turn = await consumer.fetch({ max_messages: messagesPerTurn, expires: turnMs })
  state.turns.add(turn)
  const taken: Promise<void>[] = []
  try {
    for await (const message of turn) taken.push(keepMessage(state, message))
  } finally {
    state.turns.delete(turn)
    await Promise.all(taken)
  }
}

/**
 * Keeps the readings of a message and tells NATS what became of it. Never rejects: a message that NATS hears nothing of is given
 * again, and kept twice it is still the same readings.
 */
export async function keepMessage(
  { telemetry, log }: Pick<State, 'telemetry' | 'log'>,
  message: Pick<JsMsg, 'data' | 'seq' | 'ack' | 'nak'>,
): Promise<void> {
  const { seq } = message
  let againAfterMs: number | null = null
  try {
    await Promise.all(unpackReadings(message.data).map((readings) => telemetry.ingest(readings)))
  } catch (error) {
    log.error({ err: error, seq }, 'a message of a gateway could not be kept; it stays in the stream')
    againAfterMs = error instanceof CorruptBytes ? unreadableAgainMs : againMs
  }
  try {
    if (againAfterMs === null) message.ack()
    else message.nak(againAfterMs)
  } catch (error) {
    // The connection was closed meanwhile.
    log.error({ err: error, seq }, 'NATS could not be told what became of a message; it gives it again')
  }
}
