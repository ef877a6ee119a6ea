import { readPart, u32, u8, writePart, type Codec, type Scope } from './codec.ts'
import { explain, type Reader } from './reader.ts'
import { refuse, type Writer } from './writer.ts'

/** Of which frame of a CAN bus something is. */
export type CanHead = {
  readonly channel: number
  readonly isExtended: boolean
  readonly isAverage: boolean
  readonly canId: number
}

const canIdMax = 0x1fff_ffff

/** Bit 31 channel, bit 30 extended frame, bit 29 averaged, the rest is the CAN id. */
export function readCanHead(reader: Reader, scope: Scope | null): CanHead {
  const word = readPart(reader, 'frameId', u32, scope)
  return {
    channel: word >>> 31,
    isExtended: ((word >>> 30) & 1) === 1,
    isAverage: ((word >>> 29) & 1) === 1,
    canId: word & canIdMax,
  }
}

/** @throws Jt808Error `range` */
export function writeCanHead(
  writer: Writer,
  { channel, isExtended, isAverage, canId }: CanHead,
  scope: Scope | null,
): void {
  if (channel !== 0 && channel !== 1) refuse(writer, 'range', channel, 'a channel is 0 or 1')
  if (!Number.isInteger(canId) || canId < 0 || canId > canIdMax) refuse(writer, 'range', canId, 'a CAN id has 29 bits')
  const head = channel * 4 + Number(isExtended) * 2 + Number(isAverage)
  writePart(writer, 'frameId', u32, head * 0x2000_0000 + canId, scope)
}

/** Parameters 0x110–0x1FF: how one frame of a CAN bus is sampled; 0 ms: not. */
export type CanSampling = CanHead & {
  readonly kind: 'can_sampling'
  /** Of the parameter, 0x110–0x1FF. */
  readonly id: number
  readonly intervalMs: number
}

const [idFirst, idLast, valueBytes] = [0x0110, 0x01ff, 8]
const headBytes = 5

/** Whether the parameter that begins here is one, of the length that belongs to it. O(1). */
export function isCanSampling({ bytes, at, end }: Reader): boolean {
  if (at + headBytes + valueBytes > end || bytes[at + 4] !== valueBytes) return false
  const id =
    ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
  return id >= idFirst && id <= idLast
}

/** Source: JT/T 808-2019 and -2013, parameter definitions of 0x8103; the bits are those of 0x0705. */
export const canSampling: Codec<CanSampling> = {
  isLeaf: false,
  read(reader, scope) {
    const id = readPart(reader, 'id', u32, scope)
    explain(reader, 'can_sampling')
    readPart(reader, 'length', u8, scope)
    const intervalMs = readPart(reader, 'intervalMs', u32, scope)
    return { kind: 'can_sampling', id, intervalMs, ...readCanHead(reader, scope) }
  },
  write(writer, value, scope) {
    if (!(value.id >= idFirst && value.id <= idLast)) refuse(writer, 'range', value.id, 'must be from 272 to 511')
    writePart(writer, 'id', u32, value.id, scope)
    writePart(writer, 'length', u8, valueBytes, scope)
    writePart(writer, 'intervalMs', u32, value.intervalMs, scope)
    writeCanHead(writer, value, scope)
  },
}
