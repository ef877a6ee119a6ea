import {
  CorruptBytes,
  newWriter,
  readByte,
  readVarint,
  writeByte,
  writeVarint,
  written,
  type ByteReader,
} from './bytes.ts'
import { readingKinds, widthOf, type ReadingKind } from './kind.ts'
import { readSeries, writeSeries } from './series.ts'

/**
 * Readings of many points as they come in together: row after row the point's id, the time in milliseconds since the
 * epoch, then the columns of the kind.
 */
export type Readings = {
  readonly kind: ReadingKind
  data: Float64Array
  count: number
}

/** Numbers in a row of readings: the point, the time, the columns. O(1). */
export const strideOf = (kind: ReadingKind): number => widthOf(kind) + 1

/**
 * Makes room for readings.
 * Source: own. O(capacity).
 */
export const newReadings = (kind: ReadingKind, capacity = 64): Readings => ({
  kind,
  data: new Float64Array(capacity * strideOf(kind)),
  count: 0,
})

/**
 * Makes room for one more row and gives its place; the caller fills it.
 * Source: own. Amortised O(1).
 */
export function openRow(readings: Readings): number {
  const stride = strideOf(readings.kind)
  const place = readings.count * stride
  if (place + stride > readings.data.length) {
    const grown = new Float64Array(readings.data.length * 2)
    grown.set(readings.data)
    readings.data = grown
  }
  readings.count++
  return place
}

/**
 * Copies one reading to others of its kind.
 * @param index  which row
 * Source: own. Amortised O(1).
 */
export function copyReading({ kind, data }: Readings, index: number, to: Readings): void {
  const stride = strideOf(kind)
  const place = openRow(to)
  for (let column = 0; column < stride; column++) to.data[place + column] = data[index * stride + column] as number
}

const version = 1
const readingsMax = 5_000_000
const scratch = newWriter(256 * 1_024)

/**
 * Packs batches of readings, as the journal keeps them.
 * @returns bytes of their own
 * @throws RangeError when a number is over ±(2^52 − 1)
 * Source: own; columns as in `series.ts`. O(readings × columns).
 */
export function packReadings(batches: readonly Readings[]): Uint8Array {
  scratch.length = 0
  writeByte(scratch, version)
  writeVarint(scratch, batches.length)
  for (const { kind, data, count } of batches) {
    const stride = strideOf(kind)
    writeByte(scratch, readingKinds.indexOf(kind))
    writeVarint(scratch, count)
    for (let start = 0; start < stride; start++) writeSeries(scratch, { rows: data, start, stride, count }, 1)
  }
  return written(scratch)
}

/**
 * Unpacks what the journal kept.
 * @throws CorruptBytes for anything that `packReadings` did not write
 * Source: own. O(readings × columns).
 */
export function unpackReadings(bytes: Uint8Array): readonly Readings[] {
  const reader: ByteReader = { buffer: bytes, offset: 0 }
  const found = readByte(reader)
  if (found !== version) throw new CorruptBytes(`version ${found} of readings is not known`)
  const batches: Readings[] = []
  for (let left = readVarint(reader); left > 0; left--) batches.push(unpackOne(reader))
  if (reader.offset !== bytes.length) throw new CorruptBytes('bytes are left over')
  return batches
}

function unpackOne(reader: ByteReader): Readings {
  const kind = readingKinds[readByte(reader)]
  if (!kind) throw new CorruptBytes('a kind of readings is not known')
  const count = readVarint(reader)
  if (count > readingsMax) throw new CorruptBytes(`${count} readings are more than a batch holds`)
  const readings = newReadings(kind, count)
  readings.count = count
  const stride = strideOf(kind)
  for (let start = 0; start < stride; start++) readSeries(reader, { rows: readings.data, start, stride, count }, 1)
  return readings
}
