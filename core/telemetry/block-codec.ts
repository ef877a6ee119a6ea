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
import { readDecimal, writeDecimal, type Decimal } from './decimal.ts'
import { widthOf, type ReadingKind } from './kind.ts'
import { newRows, type Rows } from './rows.ts'
import { readSeries, writeSeries } from './series.ts'

const version = 1
/** Readings of a point that a minute holds: a sensor that sends a thousand a second fills it. */
export const readingsMax = 60_000
const scratch = newWriter(64 * 1_024)

/**
 * Packs the readings of one minute: a version, the resolution of their values, how many, then column after column.
 * @param rows  in order, times in milliseconds since the minute began
 * @param resolution  what one step of a value means; for a kind without such values 1
 * @throws RangeError over 60 000 readings, or when a number is over ±(2^52 − 1)
 * Source: plant telemetry, minute rows; own layout. O(count × columns); about 3 bytes a sample of a slow signal.
 */
export function packBlock(rows: Rows, resolution: Decimal): Uint8Array {
  const { kind, data, count } = rows
  if (count > readingsMax) throw new RangeError(`a minute holds at most ${readingsMax} readings, got ${count}`)
  const stride = widthOf(kind)
  scratch.length = 0
  writeByte(scratch, version)
  writeDecimal(scratch, resolution)
  writeVarint(scratch, count)
  writeSeries(scratch, { rows: data, start: 0, stride, count }, 2)
  for (const [index, { order }] of kind.columns.entries())
    writeSeries(scratch, { rows: data, start: index + 1, stride, count }, order)
  return written(scratch)
}

/**
 * Unpacks the readings of a minute.
 * @throws CorruptBytes for anything that `packBlock` did not write
 * Source: own. O(count × columns).
 */
export function unpackBlock(
  kind: ReadingKind,
  bytes: Uint8Array,
): { readonly rows: Rows; readonly resolution: Decimal } {
  const reader: ByteReader = { buffer: bytes, offset: 0 }
  const found = readByte(reader)
  if (found !== version) throw new CorruptBytes(`version ${found} is not known`)
  const resolution = readDecimal(reader)
  const count = readVarint(reader)
  if (count > readingsMax) throw new CorruptBytes(`${count} readings are more than a minute holds`)
  const rows = newRows(kind, count)
  rows.count = count
  const stride = widthOf(kind)
  readSeries(reader, { rows: rows.data, start: 0, stride, count }, 2)
  for (const [index, { order }] of kind.columns.entries())
    readSeries(reader, { rows: rows.data, start: index + 1, stride, count }, order)
  if (reader.offset !== bytes.length) throw new CorruptBytes('bytes are left over')
  return { rows, resolution }
}
