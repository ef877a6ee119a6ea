import type { FrameReader, Words } from '../frame-view.ts'

/** MQTT 3.1.1 control packets field by field. */
export const mqttReader: FrameReader = {
  isText: false,
  read: (bytes) => {
    const kind = kinds[(bytes[0] ?? 0) >> 4] ?? null
    const fields: Field[] = []
    const fault = kind === null ? 'no control packet' : readFields(kind, createReader(bytes, fields))
    return { kind, title: kind === null ? null : titles[kind], fault, fields }
  },
  cut: (bytes) => {
    const packets: Uint8Array[] = []
    for (let start = 0; start < bytes.length;) {
      const { size, width } = lengthAt(bytes, start + 1)
      const end = size === null ? bytes.length : Math.min(bytes.length, start + 1 + width + size)
      packets.push(bytes.slice(start, end))
      start = end
    }
    return packets
  },
}

type Field = ReturnType<FrameReader['read']>['fields'][number]

const titles = {
  connect: { zh: '连接 CONNECT', en: 'CONNECT' },
  connack: { zh: '连接应答 CONNACK', en: 'CONNACK' },
  publish: { zh: '发布 PUBLISH', en: 'PUBLISH' },
  puback: { zh: '发布应答 PUBACK', en: 'PUBACK' },
  pubrec: { zh: '发布收到 PUBREC', en: 'PUBREC' },
  pubrel: { zh: '发布释放 PUBREL', en: 'PUBREL' },
  pubcomp: { zh: '发布完成 PUBCOMP', en: 'PUBCOMP' },
  subscribe: { zh: '订阅 SUBSCRIBE', en: 'SUBSCRIBE' },
  suback: { zh: '订阅应答 SUBACK', en: 'SUBACK' },
  unsubscribe: { zh: '退订 UNSUBSCRIBE', en: 'UNSUBSCRIBE' },
  unsuback: { zh: '退订应答 UNSUBACK', en: 'UNSUBACK' },
  pingreq: { zh: '心跳 PINGREQ', en: 'PINGREQ' },
  pingresp: { zh: '心跳应答 PINGRESP', en: 'PINGRESP' },
  disconnect: { zh: '断开 DISCONNECT', en: 'DISCONNECT' },
} as const satisfies Readonly<Record<string, Words>>
type Kind = keyof typeof titles

// By the upper four bits of the first byte, MQTT 3.1.1 table 2.1; 0 and 15 are reserved.
const kinds: readonly (Kind | null)[] = [null, ...(Object.keys(titles) as Kind[]), null]

const names = {
  header: { zh: '报文类型与标志', en: 'type and flags' },
  length: { zh: '剩余长度', en: 'remaining length' },
  protocol: { zh: '协议名', en: 'protocol name' },
  level: { zh: '协议级别', en: 'protocol level' },
  connectFlags: { zh: '连接标志', en: 'connect flags' },
  keepAlive: { zh: '保活时间（秒）', en: 'keep-alive, s' },
  clientId: { zh: '客户端标识', en: 'client identifier' },
  willTopic: { zh: '遗嘱主题', en: 'topic of the will' },
  will: { zh: '遗嘱消息', en: 'will' },
  user: { zh: '用户名', en: 'user name' },
  password: { zh: '密码', en: 'password' },
  acknowledgeFlags: { zh: '应答标志', en: 'acknowledge flags' },
  returnCode: { zh: '返回码', en: 'return code' },
  topic: { zh: '主题', en: 'topic' },
  number: { zh: '报文标识符', en: 'packet identifier' },
  payload: { zh: '消息内容', en: 'message' },
  quality: { zh: '服务质量', en: 'quality of service' },
  granted: { zh: '授予的服务质量', en: 'granted quality of service' },
  unread: { zh: '未读取', en: 'unread' },
} as const satisfies Readonly<Record<string, Words>>
type Name = keyof typeof names

// MQTT 3.1.1 table 3.1.
const returnCodes: readonly Words[] = [
  { zh: '接受', en: 'accepted' },
  { zh: '协议级别不支持', en: 'protocol level not supported' },
  { zh: '客户端标识被拒绝', en: 'client identifier rejected' },
  { zh: '服务不可用', en: 'server unavailable' },
  { zh: '用户名或密码错误', en: 'user name or password wrong' },
  { zh: '未授权', en: 'not authorised' },
]

const lengthBytesMax = 4
const shownMax = 400

function lengthAt(bytes: Uint8Array, start: number): { readonly size: number | null; readonly width: number } {
  let size = 0
  for (let width = 0; width < lengthBytesMax; width++) {
    const byte = bytes[start + width]
    if (byte === undefined) break
    size += (byte & 127) * 128 ** width
    if (byte < 128) return { size, width: width + 1 }
  }
  return { size: null, width: Math.max(0, Math.min(lengthBytesMax, bytes.length - start)) }
}

/** Reads on field by field; what a packet or its log cut off gives null. */
type Reader = {
  readonly byte: (name: Name, words?: (value: number) => Words | null) => number | null
  readonly short: (name: Name) => number | null
  /** A text or bytes that say their length first. */
  readonly text: (name: Name) => string | null
  readonly length: () => number | null
  readonly rest: (name: Name) => void
  readonly left: () => number
}

function createReader(bytes: Uint8Array, fields: Field[]): Reader {
  let at = 0
  const add = (name: Name, length: number, value: string, words: Words | null = null): void => {
    const raw = Buffer.from(bytes.subarray(at, at + length)).toString('hex')
    const shown = value.length > shownMax ? `${value.slice(0, shownMax)}…` : value
    fields.push({ offset: at, length, ...names[name], raw, value: shown, words })
    at += length
  }
  const shortAt = (place: number): number | null => {
    const [high, low] = [bytes[place], bytes[place + 1]]
    return high === undefined || low === undefined ? null : high * 256 + low
  }
  return {
    byte: (name, words) => {
      const value = bytes[at]
      if (value === undefined) return null
      add(name, 1, `0x${value.toString(16).padStart(2, '0')}`, words?.(value) ?? null)
      return value
    },
    short: (name) => {
      const value = shortAt(at)
      if (value !== null) add(name, 2, String(value))
      return value
    },
    text: (name) => {
      const length = shortAt(at)
      if (length === null || at + 2 + length > bytes.length) return null
      const value = new TextDecoder().decode(bytes.subarray(at + 2, at + 2 + length))
      add(name, 2 + length, value)
      return value
    },
    length: () => {
      const { size, width } = lengthAt(bytes, at)
      if (size !== null) add('length', width, String(size))
      return size
    },
    rest: (name) => {
      const { length } = bytes
      if (at < length) add(name, length - at, new TextDecoder().decode(bytes.subarray(at)))
    },
    left: () => bytes.length - at,
  }
}

/** @returns what is wrong; null when nothing is */
function readFields(kind: Kind, reader: Reader): string | null {
  const header = reader.byte('header', (value) => (kind === 'publish' ? publishFlags(value) : null)) ?? 0
  if (reader.length() === null) return 'the length cannot be read'
  const isWhole = readBody(kind, header, reader)
  if (reader.left() > 0) reader.rest('unread')
  return isWhole ? null : 'the packet ends before its fields do'
}

function readBody(kind: Kind, header: number, reader: Reader): boolean {
  switch (kind) {
    case 'connect':
      return readConnect(reader)
    case 'connack':
      return (
        reader.byte('acknowledgeFlags') !== null &&
        reader.byte('returnCode', (code) => returnCodes[code] ?? null) !== null
      )
    case 'publish':
      if (reader.text('topic') === null) return false
      if ((header & 0b110) !== 0 && reader.short('number') === null) return false
      reader.rest('payload')
      return true
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'unsuback':
      return reader.short('number') !== null
    case 'suback':
      return reader.short('number') !== null && all(reader, () => reader.byte('granted', grantedWords) !== null)
    case 'subscribe':
      return (
        reader.short('number') !== null &&
        all(reader, () => reader.text('topic') !== null && reader.byte('quality') !== null)
      )
    case 'unsubscribe':
      return reader.short('number') !== null && all(reader, () => reader.text('topic') !== null)
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return true
  }
}

function all(reader: Reader, one: () => boolean): boolean {
  while (reader.left() > 0) if (!one()) return false
  return true
}

function readConnect(reader: Reader): boolean {
  if (reader.text('protocol') === null || reader.byte('level') === null) return false
  const flags = reader.byte('connectFlags', connectFlags)
  if (flags === null || reader.short('keepAlive') === null || reader.text('clientId') === null) return false
  if ((flags & 0x04) !== 0 && (reader.text('willTopic') === null || reader.text('will') === null)) return false
  if ((flags & 0x80) !== 0 && reader.text('user') === null) return false
  return (flags & 0x40) === 0 || reader.text('password') !== null
}

const join = (parts: readonly (Words | false)[]): Words | null => {
  const said = parts.filter((part) => part !== false)
  if (said.length === 0) return null
  return { zh: said.map(({ zh }) => zh).join(' · '), en: said.map(({ en }) => en).join(' · ') }
}

const publishFlags = (value: number): Words | null =>
  join([
    { zh: `服务质量 ${(value >> 1) & 3}`, en: `quality ${(value >> 1) & 3}` },
    (value & 8) !== 0 && { zh: '重发', en: 'sent again' },
    (value & 1) !== 0 && { zh: '保留', en: 'retained' },
  ])

const connectFlags = (value: number): Words | null =>
  join([
    (value & 0x02) !== 0 && { zh: '清除会话', en: 'clean session' },
    (value & 0x04) !== 0 && { zh: `遗嘱，服务质量 ${(value >> 3) & 3}`, en: `will, quality ${(value >> 3) & 3}` },
    (value & 0x20) !== 0 && { zh: '保留遗嘱', en: 'will retained' },
    (value & 0x80) !== 0 && { zh: '用户名', en: 'user name' },
    (value & 0x40) !== 0 && { zh: '密码', en: 'password' },
  ])

const grantedWords = (value: number): Words | null =>
  value === 0x80 ? { zh: '拒绝', en: 'refused' } : { zh: `服务质量 ${value}`, en: `quality ${value}` }
