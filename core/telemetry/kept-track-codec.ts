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
import { addFix, fixIn } from './fix.ts'
import { fixKind } from './kind.ts'
import type { KeptFix, TrackDay } from './kept-track.ts'
import { newReadings, strideOf } from './readings.ts'
import { readSeries, writeSeries } from './series.ts'

const version = 1
const sha256Bytes = 32
/** Fixes that a kept track holds. */
export const keptMax = 100_000
const daysMax = 1_000

/**
 * Packs the days of a track: a version, how many, of each what it was made from, then the fixes of all column after column.
 * @throws RangeError over 100 000 fixes
 * Source: own; columns as in `series.ts`. O(kept); about 14 bytes a fix.
 */
export function packTrack(days: readonly TrackDay[]): Uint8Array {
  const kept = days.flatMap((day) => day.kept)
  if (kept.length > keptMax) throw new RangeError(`a kept track holds at most ${keptMax} fixes, got ${kept.length}`)
  const writer = newWriter(kept.length * 16 + days.length * 48 + 16)
  writeByte(writer, version)
  writeVarint(writer, days.length)
  for (const { day, fixes, kept: own, lengthM, sha256 } of days) {
    for (const value of [day, fixes, own.length, Math.round(lengthM * 10)]) writeVarint(writer, value)
    for (const byte of Buffer.from(sha256, 'hex')) writeByte(writer, byte)
  }
  const readings = newReadings(fixKind, Math.max(1, kept.length))
  for (const fix of kept) addFix(readings, 0, fix)
  const count = kept.length
  const stride = strideOf(fixKind)
  // The point is none of its columns; times go in even steps more often than anything else.
  for (let start = 1; start < stride; start++)
    writeSeries(writer, { rows: readings.data, start, stride, count }, start === 1 ? 2 : 1)
  writeSeries(writer, { rows: Float64Array.from(kept, ({ marks }) => marks), start: 0, stride: 1, count }, 1)
  return written(writer)
}

/**
 * Unpacks the days of a track.
 * @throws CorruptBytes for anything that `packTrack` did not write
 * Source: own. O(kept).
 */
export function unpackTrack(bytes: Uint8Array): readonly TrackDay[] {
  const reader: ByteReader = { buffer: bytes, offset: 0 }
  const found = readByte(reader)
  if (found !== version) throw new CorruptBytes(`version ${found} of a kept track is not known`)
  const dayCount = readVarint(reader)
  if (dayCount > daysMax) throw new CorruptBytes(`${dayCount} days are more than a kept track holds`)
  const days = Array.from({ length: dayCount }, () => ({
    day: readVarint(reader),
    fixes: readVarint(reader),
    count: readVarint(reader),
    lengthM: readVarint(reader) / 10,
    sha256: Buffer.from(Array.from({ length: sha256Bytes }, () => readByte(reader))).toString('hex'),
  }))
  const count = days.reduce((sum, day) => sum + day.count, 0)
  if (count > keptMax) throw new CorruptBytes(`${count} fixes are more than a kept track holds`)
  const kept = readKept(reader, count)
  if (reader.offset !== bytes.length) throw new CorruptBytes('bytes are left over')
  let start = 0
  return days.map(({ count: own, ...day }) => ({ ...day, kept: kept.slice(start, (start += own)) }))
}

function readKept(reader: ByteReader, count: number): readonly KeptFix[] {
  const readings = newReadings(fixKind, Math.max(1, count))
  readings.count = count
  const stride = strideOf(fixKind)
  for (let start = 1; start < stride; start++)
    readSeries(reader, { rows: readings.data, start, stride, count }, start === 1 ? 2 : 1)
  const marks = new Float64Array(count)
  readSeries(reader, { rows: marks, start: 0, stride: 1, count }, 1)
  return Array.from({ length: count }, (_, index) => ({ ...fixIn(readings, index), marks: marks[index] ?? 0 }))
}
