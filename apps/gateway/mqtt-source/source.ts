import { readFile } from 'node:fs/promises'
import type { IPublishPacket } from 'mqtt-packet'
import type { IClientOptions, MqttClient } from 'mqtt'
import type { Device, Devices } from '@tingzhou/telemetry'
import { noteHeard, type Edge } from '../edge.ts'
import { writePacket } from '../mqtt/packet.ts'
import { openPointNames, type PointNames } from '../point-names.ts'
import { isDue, noteStranger } from '../stranger.ts'
import { takeReadings } from '../take-readings.ts'
import { matches, type Source, type SourceTopic } from './config.ts'
import { batchOf, speakerOf } from './message.ts'

/** Takes what brokers of sites pass on. */
export type Sources = { readonly close: () => Promise<void> }

type State = {
  readonly edge: Edge
  readonly devices: Devices
  readonly source: Source
  readonly names: Map<string, { readonly nodeId: string; readonly names: PointNames }>
}

const reconnectMs = 2_000
const connectMs = 10_000
/** Where its devices are heard. */
const addressOf = ({ name }: Source): string => `broker ${name}`

/**
 * Begins to listen to brokers. A broker that is away is called again for ever; it keeps what comes meanwhile in the session
 * of the platform's client identifier.
 * @throws Error when a file that a source names cannot be read
 */
export async function openSources(edge: Edge, devices: Devices, sources: readonly Source[]): Promise<Sources> {
  const clients: MqttClient[] = []
  for (const source of sources) clients.push(await listen({ edge, devices, source, names: new Map() }))
  return { close: async () => void (await Promise.all(clients.map((client) => client.endAsync(true)))) }
}

async function listen(state: State): Promise<MqttClient> {
  const { edge, source } = state
  const { connect } = await import('mqtt')
  const client = connect(source.url, await optionsOf(source))
  const topics = Object.fromEntries(source.topics.map(({ filter }) => [filter, { qos: 1 as const }]))
  client.on('connect', () => {
    edge.counters.add('mqtt_source.connected')
    client.subscribe(topics, (error, granted) => {
      const refused = granted?.filter(({ qos }) => Number(qos) === 0x80) ?? []
      if (!error && refused.length === 0) return
      edge.counters.add('mqtt_source.subscriptions_refused')
      const filters = refused.map(({ topic }) => topic)
      edge.log.error({ err: error, source: source.name, filters }, 'a broker refuses a subscription')
    })
  })
  client.on('error', (error) => {
    edge.counters.add('mqtt_source.errors')
    edge.log.error({ err: error, source: source.name }, 'a broker cannot be used')
  })
  // The client acknowledges a message when it is called back, and hands over the next one then.
  client.handleMessage = (packet, done) => void answer(state, client, packet, done)
  return client
}

async function answer(state: State, client: MqttClient, packet: IPublishPacket, done: () => void): Promise<void> {
  if (await take(state, packet)) return done()
  state.edge.counters.add('mqtt_source.not_kept')
  // Without an answer the broker sends it again over the next connection.
  client.stream.destroy()
}

async function optionsOf({ clientId, username, passwordFile, authorityFile }: Source): Promise<IClientOptions> {
  return {
    protocolVersion: 4,
    clientId,
    clean: false,
    keepalive: 30,
    reconnectPeriod: reconnectMs,
    connectTimeout: connectMs,
    // What was subscribed is subscribed anew by us, also when the broker has forgotten the session.
    resubscribe: false,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: (await readFile(passwordFile, 'utf8')).trim() }),
    ...(authorityFile === undefined ? {} : { ca: await readFile(authorityFile, 'utf8') }),
  }
}

/** @returns whether the broker may forget the message */
async function take(state: State, packet: IPublishPacket): Promise<boolean> {
  const { edge, devices, source } = state
  const topic = source.topics.find(({ filter }) => matches(filter, packet.topic))
  if (!topic) {
    edge.counters.add('mqtt_source.topic_unknown')
    return true
  }
  const identity = speakerOf(topic, packet.topic)
  if (identity === null) {
    edge.counters.add('mqtt_source.device_not_allowed')
    if (isDue(edge, `mqtt_source ${source.name}`))
      edge.log.info(
        { source: source.name, topic: packet.topic },
        'a broker speaks for a device that it is not set up for',
      )
    return true
  }
  const device = devices.find(identity)
  if (!device) {
    noteStranger(edge, { protocol: 'mqtt', identity, name: identity, address: addressOf(source) })
    return true
  }
  try {
    return await takeFrom(state, topic, device, packet)
  } catch (error) {
    edge.log.error({ err: error, source: source.name, device: identity }, 'a message of a broker could not be kept')
    return false
  }
}

async function takeFrom(state: State, topic: SourceTopic, device: Device, packet: IPublishPacket): Promise<boolean> {
  const { edge, source } = state
  const { clock, frames, counters } = edge
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
  const message = { topic: packet.topic, payload, isRetained: packet.retain }
  noteHeard(edge, device.id, addressOf(source))
  const read = batchOf(topic, message, clock())
  let fault = 'fault' in read ? read.fault : null
  let isKept = true
  if ('fault' in read) counters.add('mqtt_source.messages_refused')
  else {
    const sender = { edge, protocol: 'mqtt_source', names: await namesOf(state, device) }
    isKept = await new Promise<boolean>((resolve) =>
      takeReadings(sender, read.batch, resolve, (text) => (fault = text)),
    )
  }
  frames.add('mqtt', device.identity, { at: clock(), direction: 'up', bytes: writePacket(packet), fault })
  return isKept
}

async function namesOf({ edge, names }: State, { identity, nodeId }: Device): Promise<PointNames> {
  const known = names.get(identity)
  if (known?.nodeId === nodeId) return known.names
  const opened = await openPointNames(edge, nodeId)
  names.set(identity, { nodeId, names: opened })
  return opened
}
