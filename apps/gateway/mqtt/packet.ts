import { generate, parser, type IConnectPacket, type IPublishPacket, type Packet, type Parser } from 'mqtt-packet'
import { MqttFault } from './framer.ts'

export type Connect = IConnectPacket & { readonly protocolVersion: number; readonly keepalive: number }
export type Publish = IPublishPacket & { readonly payload: Buffer }

/** A packet that a client may send, checked. */
export type FromClient =
  | Exclude<Packet, { cmd: 'connect' | 'publish' | 'connack' | 'suback' | 'unsuback' | 'pingresp' | 'auth' }>
  | Connect
  | Publish

const levels = { protocolVersion: 4 }
let fault: Error | null = null
let found: Packet | null = null
let reader = newReader()

// It is given one whole packet at a time and keeps nothing between them.
function newReader(): Parser {
  return parser(levels)
    .on('packet', (packet) => (found = packet))
    .on('error', (error: Error) => (fault = error))
}

/**
 * Reads one whole packet.
 * @throws MqttFault when it is none that a client may send
 * Source: MQTT 3.1.1 clauses 1.5.3, 2.3.1, 3. O(length).
 */
export function readPacket(bytes: Uint8Array): FromClient {
  const packet = parse(bytes)
  switch (packet.cmd) {
    case 'connect':
      return checkConnect(packet)
    case 'publish':
      return checkPublish(packet)
    case 'subscribe':
      if (packet.subscriptions.length === 0) throw malformed('a subscription without a topic')
      checkNumber(packet)
      for (const { topic } of packet.subscriptions) checkText('topic', topic)
      return packet
    case 'unsubscribe':
      if (packet.unsubscriptions.length === 0) throw malformed('an unsubscription without a topic')
      checkNumber(packet)
      return packet
    case 'connack':
    case 'suback':
    case 'unsuback':
    case 'pingresp':
    case 'auth':
      throw malformed(`a client does not send ${packet.cmd}`)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      checkNumber(packet)
      return packet
    case 'pingreq':
    case 'disconnect':
      return packet
  }
}

function parse(bytes: Uint8Array): Packet {
  fault = null
  found = null
  let left = 0
  try {
    left = reader.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    // A length inside the packet pointed past its end.
    fault = error instanceof Error ? error : new Error(String(error))
  }
  const [packet, problem] = [found as Packet | null, fault as Error | null]
  // A connection's first packet changes how its reader reads the next ones.
  if (!packet || problem || left > 0 || packet.cmd === 'connect') reader = newReader()
  if (packet && !problem && left === 0) return packet
  throw malformed(problem?.message ?? 'the packet ends before its fields do')
}

const malformed = (what: string): MqttFault => new MqttFault('malformed', what)

function checkNumber({ messageId }: { readonly messageId?: number }): void {
  if (messageId === undefined || !(messageId >= 1 && messageId <= 65_535))
    throw malformed(`packet identifier ${messageId ?? 'absent'} is not 1 to 65535`)
}

// Bytes that are no UTF-8 are read as U+FFFD.
const forbidden = ['\u0000', '\ufffd']

function checkText(field: string, text: string): void {
  if (forbidden.some((character) => text.includes(character)))
    throw malformed(`${field} is no UTF-8 text without U+0000`)
}

/** A name that a message may have: no filter. */
function checkTopic(field: string, topic: string): void {
  checkText(field, topic)
  if (topic === '' || /[+#]/.test(topic)) throw malformed(`${field} ${JSON.stringify(topic)} is no name of a topic`)
}

function checkConnect(packet: IConnectPacket): Connect {
  const { clientId, username, password, will, protocolVersion = 4, keepalive = 0 } = packet
  checkText('client identifier', clientId)
  if (username !== undefined) checkText('user name', username)
  if (username === undefined && password !== undefined) throw malformed('a password without a user name')
  if (will) checkTopic('topic of the will', will.topic)
  if (will?.qos !== undefined && will.qos > 2) throw malformed('the will has both bits of its quality of service set')
  return { ...packet, protocolVersion, keepalive }
}

function checkPublish(packet: IPublishPacket): Publish {
  checkTopic('topic', packet.topic)
  if (packet.qos > 0) checkNumber(packet)
  if (packet.qos === 0 && packet.dup) throw malformed('a message of quality 0 cannot be a repetition')
  const { payload } = packet
  return { ...packet, payload: typeof payload === 'string' ? Buffer.from(payload) : payload }
}

/** Writes a packet. O(length). */
export const writePacket = (packet: Packet): Uint8Array => generate(packet, levels)
