/** Bytes that grow while they are written. Reused: `reset` forgets what was written and keeps the room. */
export type ByteWriter = {
  buffer: Uint8Array
  length: number
}

/** A place in bytes that are read; moves forward. */
export type ByteReader = {
  readonly buffer: Uint8Array
  offset: number
}

/** Bytes that end too early, or say what cannot be. */
export class CorruptBytes extends Error {
  constructor(what: string) {
    super(`telemetry bytes: ${what}`)
    this.name = 'CorruptBytes'
  }
}

const varintBytesMax = 8
const twoTo32 = 4_294_967_296

/**
 * Makes an empty writer.
 * @param capacity  bytes of room at first
 * Source: own. O(1).
 */
export const newWriter = (capacity = 256): ByteWriter => ({ buffer: new Uint8Array(capacity), length: 0 })

/**
 * What was written, as bytes of their own.
 * Source: own. O(bytes).
 */
export const written = (writer: ByteWriter): Uint8Array => writer.buffer.slice(0, writer.length)

/**
 * Makes room for more bytes.
 * Source: own. Amortised O(1) a byte.
 */
export function reserve(writer: ByteWriter, bytes: number): void {
  const needed = writer.length + bytes
  if (needed <= writer.buffer.length) return
  const grown = new Uint8Array(Math.max(needed, writer.buffer.length * 2))
  grown.set(writer.buffer.subarray(0, writer.length))
  writer.buffer = grown
}

/**
 * Writes a whole number in groups of seven bits, low ones first.
 * @param value  0 ≤ value ≤ 2^53 − 1
 * @throws RangeError for any other number
 * Source: LEB128 (DWARF 5, 7.6). O(bytes), at most 8.
 */
export function writeVarint(writer: ByteWriter, value: number): void {
  if (!(value >= 0 && Number.isSafeInteger(value)))
    throw new RangeError(`a varint must be a safe integer of 0 or more, got ${value}`)
  reserve(writer, varintBytesMax)
  const { buffer } = writer
  let rest = value
  while (rest >= twoTo32) {
    buffer[writer.length++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  let small = rest >>> 0
  while (small > 127) {
    buffer[writer.length++] = (small & 127) | 128
    small >>>= 7
  }
  buffer[writer.length++] = small
}

/**
 * Reads what `writeVarint` wrote.
 * @throws CorruptBytes when the bytes end or the number is over 2^53 − 1
 * Source: LEB128. O(bytes).
 */
export function readVarint(reader: ByteReader): number {
  const { buffer } = reader
  let value = 0
  let scale = 1
  for (let count = 0; count < varintBytesMax; count++) {
    const byte = buffer[reader.offset++]
    if (byte === undefined) throw new CorruptBytes('the end came inside a number')
    value += (byte & 127) * scale
    if (byte < 128) {
      if (!Number.isSafeInteger(value)) break
      return value
    }
    scale *= 128
  }
  throw new CorruptBytes('a number is over 2^53 - 1')
}

// Zig-zag doubles a number: half of the safe integers are left.
const zigZagMax = 2 ** 52 - 1

/**
 * Writes a signed whole number so that small ones of either sign are short.
 * @param value  |value| ≤ 2^52 − 1
 * @throws RangeError outside that
 * Source: zig-zag as in Protocol Buffers. O(bytes).
 */
export function writeSigned(writer: ByteWriter, value: number): void {
  writeVarint(writer, zigZag(value))
}

/**
 * Reads what `writeSigned` wrote.
 * @throws CorruptBytes when the bytes end
 */
export const readSigned = (reader: ByteReader): number => unZigZag(readVarint(reader))

/**
 * 0, −1, 1, −2, 2 … to 0, 1, 2, 3, 4 …
 * @throws RangeError over 2^52 − 1
 * Source: Protocol Buffers. O(1).
 */
export function zigZag(value: number): number {
  if (!(Math.abs(value) <= zigZagMax)) throw new RangeError(`a signed number must be within ±(2^52 - 1), got ${value}`)
  return value < 0 ? -2 * value - 1 : 2 * value
}

/** The way back from `zigZag`. O(1). */
export const unZigZag = (value: number): number => (value % 2 === 1 ? -(value + 1) / 2 : value / 2)

/** Writes one byte. @param value  0..255 */
export function writeByte(writer: ByteWriter, value: number): void {
  reserve(writer, 1)
  writer.buffer[writer.length++] = value
}

/** Reads one byte. @throws CorruptBytes at the end */
export function readByte(reader: ByteReader): number {
  const byte = reader.buffer[reader.offset++]
  if (byte === undefined) throw new CorruptBytes('the end came too early')
  return byte
}
