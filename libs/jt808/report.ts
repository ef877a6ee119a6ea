// 0x0200–0x0201, 0x0704, 0x0705, 0x8202, 0x8203: positions and CAN data.
import { alarmFlags } from './alarm.ts'
import { timeOfDayMs } from './bcd.ts'
import { readCanHead, writeCanHead, type CanHead } from './can-sampling.ts'
import { bits, bytes, oneOf, readPart, restBytes, u16, u32, u8, writePart, type Codec } from './codec.ts'
import { hexOf, Jt808Error } from './error.ts'
import { position } from './position-fast.ts'
import type { Position } from './position.ts'
import { forgive, type Reader } from './reader.ts'
import { sized } from './sequence.ts'
import { byVersion, isNot, struct, when } from './struct.ts'

/** 0x0201; 2011 does not say what it answers. */
export const positionAnswer = byVersion({
  2011: struct({ position }),
  2013: struct({ answeredSerial: u16, position }),
  2019: struct({ answeredSerial: u16, position }),
})

/** 0x8202; an interval of 0 stops the tracking and says no more. */
export const track = struct({ intervalS: u16, validityS: when(isNot('intervalS', 0), u32) })

/** 0x8203; serial 0 means every alarm of these kinds. Bits 0, 3, 20, 21, 22, 27 and 28 can be confirmed. */
export const confirmAlarm = struct({ alarmSerial: u16, alarmBits: bits(u32, alarmFlags) })

const batchItem = sized(u16, position)
const lengthBytes = 2
const batchKind = oneOf(u8, { 0: 'normal', 1: 'blind_area' })

/** What 0x0704 holds: positions of now, or of a time without network. */
export type PositionBatch = {
  readonly batchKind: 'normal' | 'blind_area' | number
  readonly positions: readonly Position[]
}

/** 0x0704: count, kind, positions behind their lengths; one that is unreadable does not lose the others, where that is forgiven. */
export const positionBatch: Codec<PositionBatch> = {
  isLeaf: false,
  read(reader, scope) {
    const count = readPart(reader, 'count', u16, scope)
    const kind = readPart(reader, 'batchKind', batchKind, scope)
    reader.path.push('positions')
    const positions: Position[] = []
    for (let index = 0; index < count; index++) {
      if (reader.end - reader.at < lengthBytes) {
        forgive(reader, 'batch_item', reader.at, `${index} of ${count}`, 'the batch counts more positions than it has')
        break
      }
      const item = readItem(reader, index)
      if (item !== null) positions.push(item)
    }
    reader.path.pop()
    return { batchKind: kind, positions }
  },
  write(writer, value, scope) {
    writePart(writer, 'count', u16, value.positions.length, scope)
    writePart(writer, 'batchKind', batchKind, value.batchKind, scope)
    writer.path.push('positions')
    for (const [index, item] of value.positions.entries()) writePart(writer, index, batchItem, item, scope)
    writer.path.pop()
  },
}

/** One position of a batch, or null when it is unreadable and passed over by its length. */
function readItem(reader: Reader, index: number): Position | null {
  const { at, end, path, forgiven, notes } = reader
  const before = { path: path.length, forgiven: forgiven.length, notes: notes?.length ?? 0 }
  try {
    return readPart(reader, index, batchItem, null)
  } catch (error) {
    if (!(error instanceof Jt808Error) || !reader.forgives.has('batch_item')) throw error
    path.length = before.path
    forgiven.length = before.forgiven
    if (notes) notes.length = before.notes
    reader.at = at
    reader.end = end
    return passOver(reader, index, error)
  }
}

function passOver(reader: Reader, index: number, error: Jt808Error): null {
  reader.path.push(index)
  const from = reader.at
  const size = Math.min(readPart(reader, 'length', u16, null), reader.end - reader.at)
  forgive(reader, 'batch_item', from, hexOf(reader.bytes, from, reader.at + size), error.message)
  const { end } = reader
  reader.end = reader.at + size
  if (size > 0) readPart(reader, 'unreadable', restBytes, null)
  reader.end = end
  reader.path.pop()
  return null
}

const canFrame: Codec<CanFrame> = {
  isLeaf: false,
  read: (reader, scope) => ({ ...readCanHead(reader, scope), data: readPart(reader, 'data', bytes(8), scope) }),
  write(writer, frame, scope) {
    writeCanHead(writer, frame, scope)
    writePart(writer, 'data', bytes(8), frame.data, scope)
  },
}

/** One frame of a vehicle's CAN bus. */
export type CanFrame = CanHead & { readonly data: Uint8Array }

/** 0x0705: count, time of the first frame, frames. */
export const canData: Codec<{ readonly firstFrameMs: number | null; readonly frames: readonly CanFrame[] }> = {
  isLeaf: false,
  read(reader, scope) {
    const count = readPart(reader, 'count', u16, scope)
    const firstFrameMs = readPart(reader, 'firstFrameMs', timeOfDayMs, scope)
    reader.path.push('frames')
    const frames: CanFrame[] = []
    for (let index = 0; index < count; index++) frames.push(readPart(reader, index, canFrame, scope))
    reader.path.pop()
    return { firstFrameMs, frames }
  },
  write(writer, { firstFrameMs, frames }, scope) {
    writePart(writer, 'count', u16, frames.length, scope)
    writePart(writer, 'firstFrameMs', timeOfDayMs, firstFrameMs, scope)
    writer.path.push('frames')
    for (const [index, frame] of frames.entries()) writePart(writer, index, canFrame, frame, scope)
    writer.path.pop()
  },
}
