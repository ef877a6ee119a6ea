import type { LoggedFrame, Protocol } from '@tingzhou/telemetry'

/** The last frames of each device, for diagnosis; forgotten with the process. */
export type FrameLog = {
  readonly add: (protocol: Protocol, identity: string, frame: LoggedFrame) => void
  /** Oldest first. */
  readonly read: (protocol: Protocol, identity: string) => readonly LoggedFrame[]
}

const framesMax = 30
const devicesMax = 20_000
const bytesMax = 1_100

/**
 * Frames of one device in slots of one buffer: as objects of their own tens of thousands of them would live just long enough to
 * be moved by the collector. A slot: instant, length, direction, bytes.
 */
type Ring = {
  buffer: Uint8Array
  view: DataView
  slots: number
  slotBytes: number
  /** Where the next frame goes, and how many there are. */
  next: number
  count: number
  /** Of the few frames that are at fault, by slot. */
  readonly faults: Map<number, string>
}
const headBytes = 11
const [lengthAt, directionAt] = [8, 10]

/** Makes an empty log. Memory: 30 frames of at most 20 000 devices a protocol; the one that began first goes first. */
export function createFrameLog(): FrameLog {
  const rings = new Map<Protocol, Map<string, Ring>>()
  return {
    add: (protocol, identity, frame) => {
      const ofProtocol = rings.get(protocol) ?? begin(rings, protocol, new Map<string, Ring>())
      write(ofProtocol.get(identity) ?? beginDevice(ofProtocol, identity), frame)
    },
    read: (protocol, identity) => {
      const ring = rings.get(protocol)?.get(identity)
      return ring ? framesOf(ring) : []
    },
  }
}

function begin<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value)
  return value
}

function beginDevice(rings: Map<string, Ring>, identity: string): Ring {
  // Maps keep the order of insertion: the first device began longest ago.
  const [oldest] = rings.size >= devicesMax ? rings.keys() : []
  if (oldest !== undefined) rings.delete(oldest)
  return begin(rings, identity, emptyRing(2, 64))
}

function emptyRing(slots: number, slotBytes: number): Ring {
  const buffer = new Uint8Array(slots * slotBytes)
  return { buffer, view: new DataView(buffer.buffer), slots, slotBytes, next: 0, count: 0, faults: new Map() }
}

/** O(length); a ring grows a few times until it fits its device. */
function write(ring: Ring, { at, direction, bytes, fault }: LoggedFrame): void {
  const length = Math.min(bytes.length, bytesMax)
  const isFull = ring.count === ring.slots && ring.slots < framesMax
  if (isFull || headBytes + length > ring.slotBytes) grow(ring, isFull, headBytes + length)
  const from = ring.next * ring.slotBytes
  ring.view.setFloat64(from, at)
  ring.view.setUint16(from + lengthAt, length)
  ring.buffer[from + directionAt] = direction === 'up' ? 1 : 0
  ring.buffer.set(length < bytes.length ? bytes.subarray(0, length) : bytes, from + headBytes)
  if (ring.faults.size > 0) ring.faults.delete(ring.next)
  if (fault !== null) ring.faults.set(ring.next, fault)
  ring.next = (ring.next + 1) % ring.slots
  if (ring.count < ring.slots) ring.count++
}

function grow(ring: Ring, isFull: boolean, needed: number): void {
  const slots = isFull ? Math.min(ring.slots * 2, framesMax) : ring.slots
  const slotBytes =
    needed <= ring.slotBytes ? ring.slotBytes : Math.min(headBytes + bytesMax, Math.ceil(needed / 64) * 64)
  const frames = framesOf(ring)
  Object.assign(ring, { ...emptyRing(slots, slotBytes), faults: ring.faults })
  ring.faults.clear()
  for (const frame of frames) write(ring, frame)
}

function framesOf({ buffer, view, slots, slotBytes, next, count, faults }: Ring): LoggedFrame[] {
  return Array.from({ length: count }, (_, index) => {
    const slot = (next - count + index + slots) % slots
    const from = slot * slotBytes
    const start = from + headBytes
    return {
      at: view.getFloat64(from),
      direction: buffer[from + directionAt] === 1 ? 'up' : 'down',
      bytes: buffer.slice(start, start + view.getUint16(from + lengthAt)),
      fault: faults.get(slot) ?? null,
    }
  })
}
