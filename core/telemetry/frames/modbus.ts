import type { FrameReader, Words } from '../frame-view.ts'
import { exceptions, functions, names, sides, states } from './catalogue-modbus.ts'
import { hexOf, shortAt, shownValue } from './field.ts'

/** Modbus TCP messages (ADU) field by field. Source: MODBUS Messaging on TCP/IP V1.0b clause 3.1.3. */
export const modbusReader: FrameReader = {
  isText: false,
  read: (bytes, _identity, direction) => {
    const reader = createReader(bytes)
    const fault = readHead(reader, bytes.length)
    if (reader.left() === 0)
      return { kind: null, title: null, fault: fault ?? 'it ends before its function', fields: reader.fields }
    const code = reader.byte('function', (value) => functionWords(value & 0x7f))
    const side = (code & 0x80) !== 0 ? 'exception' : sideOf(code, bytes.subarray(headBytes + 1), direction)
    const isWhole = readBody(reader, code, side)
    const known = functions[code & 0x7f]
    if (reader.left() > 0) reader.rest(isWhole ? 'unread' : 'data')
    return {
      kind: known?.key ?? null,
      title: known ? join(known, sides[side]) : null,
      fault: fault ?? (isWhole ? null : 'its function says other fields'),
      fields: reader.fields,
    }
  },
  cut: (bytes) => {
    const frames: Uint8Array[] = []
    for (let start = 0; start < bytes.length;) {
      const end = start + headBytes - 1 + (shortAt(bytes, start + 4) ?? bytes.length)
      frames.push(bytes.slice(start, Math.min(end, bytes.length)))
      start = end
    }
    return frames
  },
}

type Field = ReturnType<FrameReader['read']>['fields'][number]
type Name = keyof typeof names
type Side = keyof typeof sides

const headBytes = 7

/** Reads on field by field; what the message cuts off is not read. */
type Reader = {
  readonly fields: readonly Field[]
  readonly byte: (name: Name, words?: (value: number) => Words | null) => number
  /** Null when it is cut off. */
  readonly short: (name: Name, words?: (value: number) => Words | null) => number | null
  readonly rest: (name: Name, value?: (bytes: Uint8Array) => string) => void
  readonly left: () => number
}

function createReader(bytes: Uint8Array): Reader {
  const fields: Field[] = []
  let at = 0
  const add = (name: Name, length: number, value: string, words: Words | null): void => {
    const raw = hexOf(bytes.subarray(at, at + length))
    fields.push({ offset: at, length, ...names[name], raw, value: shownValue(value), words })
    at += length
  }
  return {
    fields,
    byte: (name, words) => {
      const value = bytes[at] ?? 0
      add(name, 1, String(value), words?.(value) ?? null)
      return value
    },
    short: (name, words) => {
      const value = shortAt(bytes, at)
      if (value !== null) add(name, 2, String(value), words?.(value) ?? null)
      return value
    },
    rest: (name, value = hexOf) => add(name, bytes.length - at, value(bytes.subarray(at)), null),
    left: () => bytes.length - at,
  }
}

/** @returns what is wrong; null when nothing is */
function readHead(reader: Reader, size: number): string | null {
  if (size < headBytes) {
    if (size > 0) reader.rest('unread')
    return 'it ends before its function'
  }
  reader.short('transaction')
  const protocol = reader.short('protocol')
  const length = reader.short('length') ?? 0
  reader.byte('unit')
  if (protocol !== 0) return `protocol ${protocol} is not Modbus, which is 0`
  const there = size - headBytes + 1
  return length === there ? null : `its length says ${length} bytes, there are ${there}`
}

/**
 * Who says it. Where the direction is not known the form tells: a request to read has four bytes, an answer says how many
 * it has.
 */
function sideOf(code: number, body: Uint8Array, direction: 'up' | 'down' | undefined): 'request' | 'answer' {
  if (direction) return direction === 'down' ? 'request' : 'answer'
  if (code === 15 || code === 16) return body.length > 4 ? 'request' : 'answer'
  const saysItsBytes = code <= 4 && body.length > 0 && body[0] === body.length - 1
  // Three bytes of bits in an answer look like a request for them as well.
  return saysItsBytes && !(body.length === 4 && isQuantity(shortAt(body, 2))) ? 'answer' : 'request'
}

const isQuantity = (count: number | null): boolean => count !== null && count >= 1 && count <= 2_000

/** @returns whether the fields are those of the function */
function readBody(reader: Reader, code: number, side: Side): boolean {
  if (side === 'exception') {
    if (reader.left() === 0) return false
    reader.byte('exception', (value) => exceptions[value] ?? null)
    return reader.left() === 0
  }
  switch (code) {
    case 1:
    case 2:
      return side === 'request' ? readRange(reader) : readBytes(reader, 'bits')
    case 3:
    case 4:
      return side === 'request' ? readRange(reader) : readBytes(reader, 'registers')
    case 5:
      return reader.short('address') !== null && reader.short('value', coilWords) !== null && reader.left() === 0
    case 6:
      return reader.short('address') !== null && reader.short('value') !== null && reader.left() === 0
    case 15:
    case 16:
      if (reader.short('address') === null || reader.short('quantity') === null) return false
      return side === 'answer' ? reader.left() === 0 : readBytes(reader, code === 15 ? 'bits' : 'registers')
    default:
      if (reader.left() > 0) reader.rest('data')
      return true
  }
}

const readRange = (reader: Reader): boolean =>
  reader.short('address') !== null && reader.short('quantity') !== null && reader.left() === 0

function readBytes(reader: Reader, name: 'bits' | 'registers'): boolean {
  if (reader.left() === 0) return false
  const count = reader.byte('byteCount')
  if (count !== reader.left() || count === 0 || (name === 'registers' && count % 2 !== 0)) return false
  reader.rest(name, name === 'bits' ? bitsOf : registersOf)
  return true
}

const bitsOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1).join('')).join(' ')

const registersOf = (bytes: Uint8Array): string =>
  Array.from({ length: bytes.length / 2 }, (_, index) => String(shortAt(bytes, index * 2))).join(', ')

const coilWords = (value: number): Words | null => (value === 0xff00 ? states.on : value === 0 ? states.off : null)

const functionWords = (code: number): Words | null => functions[code] ?? null

const join = (one: Words, other: Words): Words => ({ zh: `${one.zh} ${other.zh}`, en: `${one.en}: ${other.en}` })
