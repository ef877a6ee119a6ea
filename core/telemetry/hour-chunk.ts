import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { CorruptBytes, newWriter, readByte, readVarint, reserve, writeByte, writeVarint, written } from './bytes.ts'

/** The packed readings of the minutes of an hour, by minute 0..59. */
export type HourChunk = ReadonlyMap<number, Uint8Array>

const version = 1
const minutesOfHour = 60
// Sixty minutes of 60 000 readings, three numbers of at most eight bytes each.
const inflatedMax = 90_000_000
const scratch = newWriter(64 * 1_024)

/**
 * Packs the blocks of an hour: a version, then deflated how many, and minute, length and bytes of each. The blocks stay as they
 * are, so that what was kept comes back byte for byte.
 * @param blocks  by minute of the hour; at least one
 * Source: RFC 1951; own layout. O(bytes); beside the blocks alone it halves slow signals, whose minutes resemble each other.
 */
export function packHour(blocks: HourChunk): Uint8Array {
  scratch.length = 0
  writeVarint(scratch, blocks.size)
  for (const [minute, block] of [...blocks].toSorted(([a], [b]) => a - b)) {
    writeByte(scratch, minute)
    writeVarint(scratch, block.length)
    reserve(scratch, block.length)
    scratch.buffer.set(block, scratch.length)
    scratch.length += block.length
  }
  return Buffer.concat([Uint8Array.of(version), deflateRawSync(written(scratch))])
}

/**
 * Unpacks the blocks of an hour.
 * @throws CorruptBytes for anything that `packHour` did not write
 * Source: own. O(bytes).
 */
export function unpackHour(bytes: Uint8Array): HourChunk {
  const found = readByte({ buffer: bytes, offset: 0 })
  if (found !== version) throw new CorruptBytes(`version ${found} of an hour is not known`)
  const reader = { buffer: inflated(bytes.subarray(1)), offset: 0 }
  const blocks = new Map<number, Uint8Array>()
  for (let left = readVarint(reader); left > 0; left--) {
    const minute = readByte(reader)
    const length = readVarint(reader)
    const end = reader.offset + length
    if (minute >= minutesOfHour || blocks.has(minute)) throw new CorruptBytes(`minute ${minute} cannot be in an hour`)
    if (end > reader.buffer.length) throw new CorruptBytes('the end came inside a minute')
    blocks.set(minute, reader.buffer.subarray(reader.offset, end))
    reader.offset = end
  }
  if (reader.offset !== reader.buffer.length) throw new CorruptBytes('bytes are left over')
  return blocks
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: inflatedMax })
  } catch (error) {
    throw new CorruptBytes(error instanceof Error ? error.message : 'an hour cannot be inflated')
  }
}
