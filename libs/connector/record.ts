import { crc32 } from './crc32.ts'
import type { Owner, Reading } from './message.ts'

/** Readings of one owner as they stand in a segment. */
export type SpoolRecord = {
  /** Milliseconds since the epoch: when the oldest of them was heard. */
  readonly heardAt: number
  readonly readings: readonly Reading[]
}

/** Where a record stands in a segment, and how many readings it holds. */
export type Place = { readonly offset: number; readonly length: number; readonly readings: number }

/** What was found in the bytes of a segment. */
export type Walk = {
  /** Null where its head cannot be read. */
  readonly owner: Owner | null
  readonly places: readonly Place[]
  /** Stretches that are no record, and how many bytes they are. */
  readonly damagedPlaces: number
  readonly damagedBytes: number
}

// A frame: four letters by which the next one is found again after damage, the length of the body, its CRC-32, the body; little endian.
const mark = [0x54, 0x5a, 0x52, 0x31] as const // TZR1
const frameBytes = 12
const headKind = 0
const readingsKind = 1
const qualities = ['good', 'uncertain', 'bad'] as const
const readingBytes = 19
const headOfReadingsBytes = 15

const utf8 = new TextEncoder()
const words = new TextDecoder()

/** The first record of a segment: whose readings it holds. O(length). */
export const writeHead = ({ device, node }: Owner): Uint8Array =>
  framed(Uint8Array.of(headKind, ...utf8.encode(JSON.stringify({ device, node }))))

/**
 * Readings as a record.
 * @param readings  at most 65,535, for their names are numbered with 16 bits
 * @returns bytes: 19 a reading, its name once, 27 more
 * Source: own. O(readings).
 */
export function writeRecord({ heardAt, readings }: SpoolRecord): Uint8Array {
  const names = [...new Set(readings.map(({ point }) => point))]
  const numbers = new Map(names.map((name, index) => [name, index]))
  const written = names.map((name) => utf8.encode(name).subarray(0, 0xffff))
  const namesBytes = written.reduce((sum, { length }) => sum + 2 + length, 0)
  const body = new Uint8Array(headOfReadingsBytes + namesBytes + readings.length * readingBytes)
  const view = new DataView(body.buffer)
  view.setUint8(0, readingsKind)
  view.setFloat64(1, heardAt, true)
  view.setUint16(9, names.length, true)
  view.setUint32(11, readings.length, true)
  let at = headOfReadingsBytes
  for (const name of written) {
    view.setUint16(at, name.length, true)
    body.set(name, at + 2)
    at += 2 + name.length
  }
  for (const { point, at: time, value, quality } of readings) {
    view.setUint16(at, numbers.get(point) ?? 0, true)
    view.setFloat64(at + 2, time, true)
    view.setFloat64(at + 10, value, true)
    view.setUint8(at + 18, qualities.indexOf(quality))
    at += readingBytes
  }
  return framed(body)
}

/** Reads the record that `walk` found. @returns null where there is none any more. O(readings). */
export function readRecord(bytes: Uint8Array): SpoolRecord | null {
  const body = bodyAt(bytes, 0)
  if (!body || body[0] !== readingsKind) return null
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [heardAt, nameCount, count] = [view.getFloat64(1, true), view.getUint16(9, true), view.getUint32(11, true)]
  const names: string[] = []
  let at = headOfReadingsBytes
  for (let left = nameCount; left > 0; left--) {
    const length = view.getUint16(at, true)
    names.push(words.decode(body.subarray(at + 2, at + 2 + length)))
    at += 2 + length
  }
  const readings = Array.from({ length: count }, (_, index): Reading => {
    const from = at + index * readingBytes
    return {
      point: names[view.getUint16(from, true)] ?? '',
      at: view.getFloat64(from + 2, true),
      value: view.getFloat64(from + 10, true),
      quality: qualities[view.getUint8(from + 18)] ?? 'bad',
    }
  })
  return { heardAt, readings }
}

/**
 * Finds the records of a segment. What is damaged is passed over up to the next whole record.
 * Source: own. O(bytes).
 */
export function walk(bytes: Uint8Array): Walk {
  let owner: Owner | null = null
  let [damagedPlaces, damagedBytes] = [0, 0]
  const places: Place[] = []
  for (let offset = 0; offset < bytes.length;) {
    const body = bodyAt(bytes, offset)
    if (!body) {
      const next = nextWhole(bytes, offset + 1)
      damagedPlaces++
      damagedBytes += next - offset
      offset = next
      continue
    }
    const length = frameBytes + body.length
    if (body[0] === readingsKind)
      places.push({ offset, length, readings: new DataView(body.buffer, body.byteOffset).getUint32(11, true) })
    else owner ??= readHead(body)
    offset += length
  }
  return { owner, places, damagedPlaces, damagedBytes }
}

/** Whose readings a segment holds, of its first bytes; null where that cannot be read. O(length of its head). */
export function ownerOf(bytes: Uint8Array): Owner | null {
  const body = bodyAt(bytes, 0)
  return body?.[0] === headKind ? readHead(body) : null
}

function readHead(body: Uint8Array): Owner | null {
  // Its check value was right: it says what `writeHead` wrote.
  const { device, node } = JSON.parse(words.decode(body.subarray(1))) as Owner
  return { device, node }
}

function framed(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frameBytes + body.length)
  const view = new DataView(bytes.buffer)
  bytes.set(mark)
  view.setUint32(4, body.length, true)
  view.setUint32(8, crc32(body), true)
  bytes.set(body, frameBytes)
  return bytes
}

/** The body of the whole record that begins there; null: none does. */
function bodyAt(bytes: Uint8Array, offset: number): Uint8Array | null {
  if (offset + frameBytes > bytes.length || mark.some((letter, index) => bytes[offset + index] !== letter)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, frameBytes)
  const [length, check] = [view.getUint32(4, true), view.getUint32(8, true)]
  const from = offset + frameBytes
  if (length === 0 || from + length > bytes.length) return null
  const body = bytes.subarray(from, from + length)
  return crc32(body) === check ? body : null
}

function nextWhole(bytes: Uint8Array, from: number): number {
  for (let offset = bytes.indexOf(mark[0], from); offset >= 0; offset = bytes.indexOf(mark[0], offset + 1))
    if (bodyAt(bytes, offset)) return offset
  return bytes.length
}
