import type { IPublishPacket, ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet'
import * as z from 'zod'
import { isSecret, NewPoint, protocolRules, templateOf, type Device, type DeviceOrder } from '@tingzhou/telemetry'
import { createFlow, type Flow } from '../flow.ts'
import type { Peer } from '../peer.ts'
import { openPointNames, type PointNames } from '../point-names.ts'
import { takeLink, type Link } from '../speaker.ts'
import { noteStranger } from '../stranger.ts'
import { takeReadings } from '../take-readings.ts'
import type { Connection } from '../tcp.ts'
import { takeAnswer } from './answer.ts'
import { createFramer, MqttFault, type Framer } from './framer.ts'
import { dropSession, keepSession, keptSession, retain, retainedOf, type Subscriptions } from './kept.ts'
import { createOwed, type Owed } from './owed.ts'
import { readPacket, writePacket, type Connect, type FromClient } from './packet.ts'
import type { Platform } from './platform.ts'
import { hears, publishes, topicOf } from './topics.ts'

/** One connection of one device. */
export type Session = Connection & Link

type Said = Pick<IPublishPacket, 'topic' | 'payload' | 'qos' | 'retain'>

/** A command on its way; `number` is its packet identifier until the device has it. */
type Sent = { readonly order: DeviceOrder; number: number | null }

/** What is known of a device once it was let in. */
type Admitted = {
  readonly identity: string
  readonly deviceId: string
  /** The code that it has shown. */
  readonly secretSha256: string | null
  readonly names: PointNames
  readonly keepAliveMs: number
  /** Its session ends with its connection. */
  readonly isClean: boolean
  subscriptions: Subscriptions
  /** Said for it when it vanishes. */
  will: Said | null
}

type State = {
  readonly platform: Platform
  readonly peer: Peer
  readonly framer: Framer
  readonly flow: Flow
  readonly owed: Owed
  stage: 'new' | 'asking' | 'open' | 'closed'
  /** Something came. */
  hasBegun: boolean
  device: Admitted | null
  /** What came while the device was being looked up. */
  readonly early: Uint8Array[]
  earlyBytes: number
  readonly sent: Map<string, Sent>
  lastNumber: number
  readonly openedMs: number
  heardMs: number
  self: Session | null
}

const limits = { perSecondMax: 200, burstMax: 2_000, inFlightMax: 64 }
// The first byte of CONNECT, which is the first byte of every connection.
const connectHeader = 0x10
// Nobody is let in by a packet that is longer.
const connectBytesMax = 16_384
const packetBytesMax = 262_144
const earlyBytesMax = 2 * packetBytesMax
const retainedBytesMax = 8_192
const subscriptionsMax = 8
const connectMaxMs = 10_000
// Whoever asks for no keep-alive is closed after half an hour of silence.
const silentMaxMs = 1_800_000
const unacknowledgedMax = 16
const sentMax = 200
const Declared = z.object({ points: z.array(NewPoint).min(1).max(200) })
const hiddenCode = Buffer.from('******')

/** Answers to CONNECT. Source: MQTT 3.1.1 table 3.1. */
const returnCodes = { level: 1, identifier: 2, unavailable: 3, code: 4, rights: 5 } as const

/**
 * Makes the session of a connection.
 * Source: MQTT 3.1.1 (OASIS, 2014) clauses 3 and 4. A packet costs O(length).
 */
export function createSession(platform: Platform, peer: Peer): Session {
  const state: State = {
    platform,
    peer,
    framer: createFramer(),
    flow: createFlow(platform.protocol, peer, platform.counters, limits),
    owed: createOwed((answer) => send(state, answer)),
    stage: 'new',
    hasBegun: false,
    device: null,
    early: [],
    earlyBytes: 0,
    sent: new Map(),
    lastNumber: 0,
    openedMs: performance.now(),
    heardMs: performance.now(),
    self: null,
  }
  const session: Session = {
    receive: (bytes) => receive(state, bytes),
    closed: () => vanish(state),
    tick: (nowMs) => tick(state, nowMs),
    close: () => close(state),
    device: () => deviceOf(state),
    order: (order) => sendOrder(state, order),
    hasOrder: (id) => state.sent.has(id),
    takesOrders: () => takesOrders(state),
    heardSince: (ms) => state.heardMs >= ms,
    address: peer.address,
    supersede: (isElsewhere) => {
      // What is said for the old connection is said before anything that the new one says, or not at all: elsewhere that is too late.
      if (isElsewhere && state.device) state.device.will = null
      vanish(state)
      peer.close()
    },
  }
  state.self = session
  return session
}

/** The device of a session as it is known now; null for one that was not let in, was retired, or got another code. O(1). */
function deviceOf({ platform, device }: State): Device | null {
  const known = device ? platform.devices.find(device.identity) : undefined
  return known && known.id === device?.deviceId && known.secretSha256 === device.secretSha256 ? known : null
}

function receive(state: State, bytes: Uint8Array): void {
  const { framer, flow } = state
  state.heardMs = performance.now()
  let current: Uint8Array = new Uint8Array()
  try {
    if (state.stage === 'new' && !state.hasBegun && bytes[0] !== connectHeader)
      throw new MqttFault('connect_first', 'a connection does not begin with CONNECT')
    state.hasBegun = true
    for (const packet of framer.push(bytes, state.stage === 'new' ? connectBytesMax : packetBytesMax)) {
      if (state.stage === 'closed') return
      current = packet
      flow.take(state.heardMs)
      if (state.stage === 'asking') keepForLater(state, packet)
      else handle(state, packet)
    }
  } catch (error) {
    if (!(error instanceof MqttFault)) throw error
    return refuse(state, current, error)
  }
  flow.holdBack(state.heardMs)
}

/** A client may send on before its CONNECT is answered. */
function keepForLater(state: State, packet: Uint8Array): void {
  state.earlyBytes += packet.length
  if (state.earlyBytes > earlyBytesMax) throw new MqttFault('too_early', 'too much came before CONNECT was answered')
  state.early.push(packet)
}

/**
 * What is no MQTT, or not allowed, closes the connection: MQTT 3.1.1 has no other way to say no, clause 4.8.
 * @param packet  the one that is refused; empty when none is whole
 */
function refuse(state: State, packet: Uint8Array, { rule, message }: MqttFault): void {
  const { platform, device } = state
  platform.counters.add(`mqtt.refused.${rule}`)
  // A second CONNECT holds the code like the first.
  const holdsCode = packet[0] !== undefined && packet[0] >> 4 === connectHeader >> 4
  if (device) log(state, 'up', holdsCode ? new Uint8Array() : packet, message)
  close(state)
}

function log({ platform, device }: State, direction: 'up' | 'down', bytes: Uint8Array, fault: string | null): void {
  if (device) platform.frames.add(platform.protocol, device.identity, { at: platform.clock(), direction, bytes, fault })
}

function send(state: State, bytes: Uint8Array): void {
  if (state.stage === 'closed') return
  state.peer.send(bytes)
  log(state, 'down', bytes, null)
}

function handle(state: State, bytes: Uint8Array): void {
  const packet = readPacket(bytes)
  state.platform.counters.add('mqtt.packets')
  if (packet.cmd === 'connect') {
    if (state.stage !== 'new') throw new MqttFault('second_connect', 'a second CONNECT on a connection')
    return connect(state, packet)
  }
  const { device } = state
  if (!device) throw new MqttFault('connect_first', `${packet.cmd} before CONNECT`)
  if (!deviceOf(state)) return leaveRetired(state)
  if (packet.cmd === 'publish') return takePublish(state, device, packet, bytes)
  log(state, 'up', bytes, null)
  answer(state, device, packet)
}

function leaveRetired(state: State): void {
  state.platform.counters.add('mqtt.no_longer_known')
  close(state)
}

function answer(state: State, device: Admitted, packet: Exclude<FromClient, { cmd: 'connect' | 'publish' }>): void {
  switch (packet.cmd) {
    case 'pingreq':
      return send(state, writePacket({ cmd: 'pingresp' }))
    case 'subscribe':
      return subscribe(state, device, packet)
    case 'unsubscribe':
      return unsubscribe(state, device, packet)
    case 'puback':
      for (const sent of state.sent.values()) if (sent.number === packet.messageId) sent.number = null
      return
    case 'pubrel':
      // Taking a message twice changes nothing, so no identifier has to be remembered between PUBREC and PUBCOMP.
      return send(state, writePacket({ cmd: 'pubcomp', ...numbered(packet) }))
    case 'disconnect':
      device.will = null
      return close(state)
    case 'pubrec':
    case 'pubcomp':
      throw new MqttFault('quality_2_down', 'nothing is sent to a device with quality of service 2')
  }
}

const numbered = ({ messageId }: { readonly messageId?: number }) => (messageId === undefined ? {} : { messageId })

/** A device is let in by its client identifier, the same as user name, and its code as password. */
function connect(state: State, packet: Connect): void {
  const { platform, peer } = state
  const { clientId: identity, username = null, password, will, protocolVersion } = packet
  if (protocolVersion !== 4) return turnAway(state, 'level')
  if (!protocolRules.mqtt.identity.test(identity)) return turnAway(state, 'identifier')
  const device = platform.devices.find(identity)
  if (!device) {
    noteStranger(platform, { protocol: platform.protocol, identity, name: identity, address: peer.address })
    return turnAway(state, 'rights')
  }
  const isKnown = username === identity && isSecret(password?.toString() ?? '', device.secretSha256)
  const refuseKnown = (why: keyof typeof returnCodes, fault: string): void => {
    const frame = { at: platform.clock(), direction: 'up', bytes: withoutCode(packet), fault } as const
    platform.frames.add(platform.protocol, identity, frame)
    turnAway(state, why)
  }
  if (!isKnown && !device.settings.isTrusted)
    return refuseKnown('code', 'user name or password is not that of the device')
  if (will && publishes(identity, will.topic) === null)
    return refuseKnown('rights', `topic ${will.topic.slice(0, 200)} of the will is not below the device's own prefix`)
  state.stage = 'asking'
  peer.pause()
  look(state, device, packet).catch((error: unknown) => {
    // A fault of ours with what one connection sent closes that connection, never the server.
    platform.counters.add('mqtt.faults')
    platform.log.error({ err: error, device: identity }, 'a connection was closed for a fault')
    close(state)
  })
}

function turnAway(state: State, why: keyof typeof returnCodes): void {
  state.platform.counters.add(`mqtt.turned_away.${why}`)
  send(state, writePacket({ cmd: 'connack', returnCode: returnCodes[why], sessionPresent: false }))
  close(state)
}

/** Looks up what is kept of a device, and lets it in. */
async function look(state: State, { id, nodeId, identity, secretSha256 }: Device, packet: Connect): Promise<void> {
  const { platform, peer } = state
  const { db, zoneId, inTurn, log: logger } = platform
  const isClean = packet.clean !== false
  let kept: Subscriptions | null = null
  try {
    await inTurn(id, async () => {
      if (isClean) await dropSession(db, zoneId, id)
      else kept = await keptSession(db, zoneId, id)
      if (!isClean && !kept) await keepSession(db, zoneId, id, {})
    })
    const names = await openPointNames(platform, nodeId)
    if (state.stage !== 'asking') return
    const keepAliveMs = packet.keepalive === 0 ? silentMaxMs : packet.keepalive * 1_500
    const { will } = packet
    const said = will
      ? { topic: will.topic, payload: will.payload, qos: will.qos ?? 0, retain: will.retain ?? false }
      : null
    state.device = {
      identity,
      deviceId: id,
      secretSha256,
      names,
      keepAliveMs,
      isClean,
      subscriptions: kept ?? {},
      will: said,
    }
  } catch (error) {
    logger.error({ err: error, device: identity }, 'what is kept of a device could not be read')
    if (state.stage === 'asking') turnAway(state, 'unavailable')
    return
  }
  const device = deviceOf(state)
  // It was retired while it was looked up.
  if (!device || !state.self) return turnAway(state, 'rights')
  state.stage = 'open'
  takeLink(platform, device, state.self)
  log(state, 'up', withoutCode(packet), null)
  send(state, writePacket({ cmd: 'connack', returnCode: 0, sessionPresent: kept !== null }))
  takeEarly(state)
  peer.resume()
}

/** Whoever reads the log must not be able to speak as the device. */
const withoutCode = (packet: Connect): Uint8Array =>
  writePacket(packet.password ? { ...packet, password: hiddenCode } : packet)

function takeEarly(state: State): void {
  for (const packet of state.early.splice(0)) {
    if (state.stage === 'closed') return
    try {
      handle(state, packet)
    } catch (error) {
      if (!(error instanceof MqttFault)) throw error
      refuse(state, packet, error)
    }
  }
}

/** A message is answered when what it says is durable. One that cannot be kept closes the connection: the device sends it again. */
function takePublish(state: State, device: Admitted, packet: Said & { messageId?: number }, bytes: Uint8Array): void {
  const { platform, flow, owed } = state
  if (publishes(device.identity, packet.topic) === null) {
    const said = `topic ${packet.topic.slice(0, 200)} is not below the device's own prefix`
    throw new MqttFault('topic_foreign', said)
  }
  const pay = owed.begin()
  flow.begin()
  let fault: string | null = null
  let isLogged = false
  const logOnce = (): void => {
    if (!isLogged) log(state, 'up', bytes, fault)
    isLogged = true
  }
  const kept = (isKept: boolean): void => {
    flow.end()
    logOnce()
    if (!isKept) platform.counters.add('mqtt.not_kept')
    pay(isKept ? receiptOf(packet) : null)
    // Nothing is sent again over a connection that goes on.
    if (!isKept) close(state)
  }
  take(state, device, packet, kept, (text) => {
    fault = text
    logOnce()
  })
}

/**
 * Quality 1 is answered with PUBACK, 2 with PUBREC: MQTT 3.1.1 gives a server no way to grant a publisher less than 2, and
 * readings that come twice are one, so the longer exchange costs nothing but its packets.
 */
function receiptOf({ qos, ...packet }: Said & { messageId?: number }): Uint8Array | null {
  if (qos === 0) return null
  return writePacket({ cmd: qos === 1 ? 'puback' : 'pubrec', ...numbered(packet) })
}

function take(
  state: State,
  device: Admitted,
  said: Said,
  kept: (isKept: boolean) => void,
  fault: (text: string) => void,
): void {
  const { platform } = state
  const payload = typeof said.payload === 'string' ? Buffer.from(said.payload) : said.payload
  const kind = publishes(device.identity, said.topic)
  if (kind === 'readings') {
    return void takeBatch(state, device, payload, kept, fault)
  }
  if (kind === 'answers')
    return later(state, kept, async () => {
      const taken = await takeAnswer(platform, device.deviceId, payload)
      if ('fault' in taken) fault(taken.fault)
      else state.sent.delete(taken.ended)
    })
  if (kind === 'state') return takeState(state, device, { ...said, payload }, kept, fault)
  platform.counters.add('mqtt.topic_unused')
  fault(`nobody hears topic ${said.topic.slice(0, 200)}`)
  kept(true)
}

/** Readings, and the points that they declare: what the equipment does not have yet is made first. */
async function takeBatch(
  { platform }: State,
  { identity, names }: Admitted,
  payload: Uint8Array,
  kept: (isKept: boolean) => void,
  fault: (text: string) => void,
): Promise<void> {
  const sender = { edge: platform, protocol: platform.protocol, names }
  const declared = declaredIn(payload)
  const device = platform.devices.find(identity)
  try {
    if (declared && device && !declared.every(({ key }) => names.find(key))) {
      const hasRoom = await platform.points.make(device, declared.map(templateOf))
      if (!hasRoom) platform.counters.add('mqtt.no_room_for_points')
      await names.read()
    }
    takeReadings(sender, payload, kept, fault)
  } catch (error) {
    platform.log.error({ err: error, device: identity }, 'readings of a device could not be taken')
    kept(false)
  }
}

/** The points that a message declares; null when it declares none that can be made. */
function declaredIn(payload: Uint8Array): readonly NewPoint[] | null {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  // Most messages declare nothing, and are read once.
  if (!text.includes('"points"')) return null
  try {
    return Declared.parse(JSON.parse(text.toString())).points
  } catch {
    return null
  }
}

/** Does work that ends some time, after what was begun before it for the same device. */
function later({ platform, device }: State, kept: (isKept: boolean) => void, work: () => Promise<void>): void {
  platform.inTurn(device?.deviceId ?? '', work).then(
    () => kept(true),
    (error: unknown) => {
      platform.log.error({ err: error, device: device?.identity }, 'what a device said could not be kept')
      kept(false)
    },
  )
}

function takeState(
  state: State,
  { identity, deviceId, subscriptions }: Admitted,
  { payload, qos, retain: isRetained }: { payload: Uint8Array; qos: 0 | 1 | 2; retain: boolean },
  kept: (isKept: boolean) => void,
  fault: (text: string) => void,
): void {
  const { db, zoneId, clock, counters } = state.platform
  if (payload.length > retainedBytesMax) {
    counters.add('mqtt.state_too_long')
    fault(`a state of ${payload.length} bytes is over the limit ${retainedBytesMax}`)
    return kept(true)
  }
  counters.add('mqtt.states')
  // Its own subscription hears it too, clause 4.5.
  if (subscriptions.state !== undefined) sendState(state, identity, payload, false)
  if (!isRetained) return kept(true)
  later(state, kept, () => retain(db, zoneId, deviceId, { payload, qos: qos === 0 ? 0 : 1 }, clock()))
}

function sendState(state: State, identity: string, payload: Uint8Array, isRetained: boolean): void {
  const topic = topicOf(identity, 'state')
  const packet = { topic, payload: Buffer.from(payload), qos: 0, dup: false, retain: isRetained } as const
  send(state, writePacket({ cmd: 'publish', ...packet }))
}

/** Grants commands with quality 1 at most and the own state with 0; refuses everything else. */
function subscribe(state: State, device: Admitted, packet: ISubscribePacket): void {
  const { platform, owed } = state
  const { db, zoneId } = platform
  if (packet.subscriptions.length > subscriptionsMax)
    throw new MqttFault('subscriptions', `${packet.subscriptions.length} subscriptions are over ${subscriptionsMax}`)
  const granted = packet.subscriptions.map(({ topic, qos }): { kind: 'commands' | 'state'; qos: 0 | 1 } | null => {
    const kind = hears(device.identity, topic)
    if (kind === null) platform.counters.add('mqtt.subscriptions_refused')
    return kind && { kind, qos: kind === 'commands' && qos > 0 ? 1 : 0 }
  })
  for (const each of granted) if (each) device.subscriptions = { ...device.subscriptions, [each.kind]: each.qos }
  const pay = owed.begin()
  keepSubscriptions(state, device, (isKept) => {
    if (!isKept) return
    pay(writePacket({ cmd: 'suback', ...numbered(packet), granted: granted.map((each) => each?.qos ?? 0x80) }))
    if (granted.some((each) => each?.kind === 'state'))
      later(
        state,
        () => {},
        async () => {
          const left = await retainedOf(db, zoneId, device.deviceId)
          if (left) sendState(state, device.identity, left.payload, true)
        },
      )
  })
}

function unsubscribe(state: State, device: Admitted, packet: IUnsubscribePacket): void {
  const gone = new Set(packet.unsubscriptions.map((topic) => hears(device.identity, topic)))
  const { commands, state: own } = device.subscriptions
  device.subscriptions = {
    ...(commands === undefined || gone.has('commands') ? {} : { commands }),
    ...(own === undefined || gone.has('state') ? {} : { state: own }),
  }
  const pay = state.owed.begin()
  keepSubscriptions(state, device, (isKept) => {
    if (isKept) pay(writePacket({ cmd: 'unsuback', ...numbered(packet), granted: [] }))
  })
}

function keepSubscriptions(state: State, device: Admitted, done: (isKept: boolean) => void): void {
  const { platform, flow } = state
  if (device.isClean) return done(true)
  const { subscriptions } = device
  flow.begin()
  later(
    state,
    (isKept) => {
      flow.end()
      done(isKept)
      if (!isKept) close(state)
    },
    () => keepSession(platform.db, platform.zoneId, device.deviceId, subscriptions),
  )
}

/** A device that does not hear its commands, or has not taken the last ones, gets no more. */
function takesOrders({ device, sent, stage }: State): boolean {
  if (stage !== 'open' || device?.subscriptions.commands === undefined || sent.size >= sentMax) return false
  let waiting = 0
  for (const { number } of sent.values()) if (number !== null) waiting++
  return waiting < unacknowledgedMax
}

function sendOrder(state: State, order: DeviceOrder): void {
  const { device } = state
  const qos = device?.subscriptions.commands
  if (!device || qos === undefined || !takesOrders(state)) return
  const number = qos === 0 ? null : nextNumber(state)
  state.sent.set(order.id, { order, number })
  const { id, kind, body, expiresAt } = order
  const payload = Buffer.from(JSON.stringify({ id, kind, body, expiresAt }))
  const topic = topicOf(device.identity, 'commands')
  send(state, writePacket({ cmd: 'publish', topic, payload, qos, dup: false, retain: false, ...numberOf(number) }))
}

const numberOf = (number: number | null) => (number === null ? {} : { messageId: number })

/** A packet identifier that none of the commands on their way has. */
function nextNumber(state: State): number {
  const used = new Set([...state.sent.values()].map(({ number }) => number))
  do state.lastNumber = (state.lastNumber % 65_535) + 1
  while (used.has(state.lastNumber))
  return state.lastNumber
}

function tick(state: State, nowMs: number): void {
  const { stage, device, platform, flow } = state
  if (stage === 'closed') return
  if (!device) {
    if (nowMs - state.openedMs <= connectMaxMs) return
    platform.counters.add('mqtt.no_connect')
    return close(state)
  }
  if (!deviceOf(state)) return leaveRetired(state)
  // Whoever is held back is not heard because it is not read.
  if (nowMs - state.heardMs > (flow.isHeld() ? silentMaxMs : device.keepAliveMs)) {
    platform.counters.add('mqtt.silent')
    return close(state)
  }
  for (const [id, { order }] of state.sent) if (platform.clock() >= order.expiresAt) state.sent.delete(id)
}

/** Ends the connection from here; what was written to it still leaves. */
function close(state: State): void {
  vanish(state)
  state.peer.close()
}

/** The connection is gone: what the device asked to be said then is said, unless it took its leave. */
function vanish(state: State): void {
  const { platform, device, flow, self, stage } = state
  if (stage === 'closed') return
  if (device?.will && stage === 'open' && !platform.isClosing()) sayWill(state, device, device.will)
  state.stage = 'closed'
  flow.close()
  if (device && platform.links.get(device.identity) === self) platform.links.delete(device.identity)
}

function sayWill(state: State, device: Admitted, will: Said): void {
  const { counters } = state.platform
  counters.add('mqtt.wills')
  take(
    state,
    device,
    will,
    (isKept) => {
      if (!isKept) counters.add('mqtt.not_kept')
    },
    () => {},
  )
}
