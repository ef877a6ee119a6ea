import type { FrameReader, Words } from '../frame-view.ts'
import { flagWords, names, qualityWords, returnCodes, titles, willWords } from './catalogue-mqtt.ts'
import { hexOf, shortAt, shownValue } from './field.ts'

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

type Kind = keyof typeof titles

// By the upper four bits of the first byte, MQTT 3.1.1 table 2.1; 0 and 15 are reserved.
const kinds: readonly (Kind | null)[] = [null, ...(Object.keys(titles) as Kind[]), null]

type Name = keyof typeof names

const lengthBytesMax = 4

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
    const raw = hexOf(bytes.subarray(at, at + length))
    fields.push({ offset: at, length, ...names[name], raw, value: shownValue(value), words })
    at += length
  }
  return {
    byte: (name, words) => {
      const value = bytes[at]
      if (value === undefined) return null
      add(name, 1, `0x${value.toString(16).padStart(2, '0')}`, words?.(value) ?? null)
      return value
    },
    short: (name) => {
      const value = shortAt(bytes, at)
      if (value !== null) add(name, 2, String(value))
      return value
    },
    text: (name) => {
      const length = shortAt(bytes, at)
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
  join([qualityWords((value >> 1) & 3), (value & 8) !== 0 && flagWords.again, (value & 1) !== 0 && flagWords.retained])

const connectFlags = (value: number): Words | null =>
  join([
    (value & 0x02) !== 0 && flagWords.clean,
    (value & 0x04) !== 0 && willWords((value >> 3) & 3),
    (value & 0x20) !== 0 && flagWords.willRetained,
    (value & 0x80) !== 0 && flagWords.user,
    (value & 0x40) !== 0 && flagWords.password,
  ])

const grantedWords = (value: number): Words => (value === 0x80 ? flagWords.refused : qualityWords(value))
