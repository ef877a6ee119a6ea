import { crcOfStretch, hasSmallLetters, isCrcValue, nextHigh, readCrc } from './crc.ts'
import type { Mode } from './complaint.ts'

/** A frame whose length, check value and (strict) line end are right. */
export type Frame = {
  /** Where its `##` stands in the stream, bytes. */
  readonly offset: number
  /** The data segment: a copy, free of the stream's buffer. */
  readonly segment: Uint8Array
  /** The check value as received. */
  readonly crc: number
}

/** Why a `##` was not the beginning of a frame. */
export type FrameFault = (typeof frameFaults)[number]

/** What a stream held so far. `bytes` = `frameBytes` + `lineEndBytes` + `noiseBytes` + what is pending. */
export type FramerCounts = {
  readonly bytes: number
  readonly frames: number
  readonly frameBytes: number
  readonly lineEndBytes: number
  /** Bytes that belong to no frame, those of refused frames included. */
  readonly noiseBytes: number
  /** Refused `##`, by reason. */
  readonly refused: Readonly<Record<FrameFault, number>>
  /** How frames ended; `none` counts frames followed by something else. */
  readonly lineEnds: Readonly<Record<'crlf' | 'lf' | 'cr' | 'none', number>>
  /** Frames whose check value was written with small letters; lenient only. */
  readonly smallLetters: number
  /** Frames longer than the standard allows; lenient only. */
  readonly overlong: number
}

/** A stream's reader: a resource of one connection. */
export type Framer = {
  /**
   * Takes the next bytes, in whatever pieces they arrive.
   * @returns the frames that are complete now; lenient frames do not wait for their line end
   */
  readonly push: (bytes: Uint8Array) => readonly Frame[]
  /**
   * Gives up waiting for the rest of what looks like a frame: at the end of a stream, or after a silence longer than the sender's time-out.
   * @returns complete frames behind the incomplete beginning
   */
  readonly giveUp: () => readonly Frame[]
  readonly counts: () => FramerCounts
  /** Bytes waiting for their frame to be complete. */
  readonly pendingBytes: () => number
  /** More than `noiseMaxBytes` in a row belonged to no frame: the peer speaks something else; further bytes are counted as noise. */
  readonly isHopeless: () => boolean
}

export type FramerOptions = {
  /** `lenient` by default. */
  readonly mode?: Mode
  /** Bytes without a frame after which the stream is hopeless; 8,192 by default. */
  readonly noiseMaxBytes?: number
}

const frameFaults = [
  'length_digits',
  'length_limit',
  'control_character',
  'crc_digits',
  'crc_case',
  'crc_impossible',
  'crc_wrong',
  'line_end',
  'incomplete',
] as const

/** Bytes of a data segment that the standard allows. HJ 212-2017 6.3.1. */
export const segmentMaxBytes = 1_024
/** Bytes that a lenient reader accepts: devices in service exceed the standard; no more than this is ever held. */
export const segmentLenientMaxBytes = 4_096

const numberSign = 0x23
const cr = 0x0d
const lf = 0x0a
// `##`, four digits, four hexadecimal digits.
const overheadBytes = 10

/**
 * Cuts a byte stream into frames, finds the next frame after damage, and counts what it threw away.
 * After a refused `##` it goes on one byte later, so that a lost byte never costs the next good frame.
 * What it answers depends on the bytes alone, never on how they were cut into pieces.
 * Memory: about 25 KiB a connection whatever arrives. Time: a constant number of steps a byte, also for bytes made to cost the most,
 * because the check value of any stretch follows from the running values at its ends (`crcOfStretch`).
 * @throws RangeError when `noiseMaxBytes` is below 0 or no number
 * Source: HJ 212-2017 6.3.1 and annex A; the resynchronisation is own. push O(bytes).
 */
export function createFramer({ mode = 'lenient', noiseMaxBytes = 8_192 }: FramerOptions = {}): Framer {
  if (!(noiseMaxBytes >= 0)) throw new RangeError(`noiseMaxBytes ${noiseMaxBytes}: noiseMaxBytes is 0 or more bytes`)
  const strict = mode === 'strict'
  const lengthMax = strict ? segmentMaxBytes : segmentLenientMaxBytes
  const capacity = 2 * (lengthMax + overheadBytes + 2)
  const bytes = new Uint8Array(capacity)
  // high[i] is the running high byte of the check value before bytes[i].
  const high = new Uint8Array(capacity + 1)
  high[0] = 0xff
  let head = 0
  let tail = 0
  // The first control character at or after the segment being read, or where looking for it stopped.
  let looked = 0
  let headOffset = 0
  let noiseRun = 0
  let hopeless = false
  let ending: 'none' | 'frame' | 'cr' = 'none'
  let frames: Frame[] = []
  const refused = Object.fromEntries(frameFaults.map((fault) => [fault, 0])) as Record<FrameFault, number>
  const lineEnds = { crlf: 0, lf: 0, cr: 0, none: 0 }
  const sums = { bytes: 0, frames: 0, frameBytes: 0, lineEndBytes: 0, noiseBytes: 0, smallLetters: 0, overlong: 0 }

  const skip = (count: number): void => {
    head += count
    headOffset += count
  }

  const drop = (count: number): void => {
    skip(count)
    sums.noiseBytes += count
    noiseRun += count
    if (noiseRun > noiseMaxBytes) hopeless = true
  }

  const refuse = (fault: FrameFault): void => {
    refused[fault]++
    drop(1)
  }

  /** Takes the line end of the frame before, byte by byte. */
  const takeLineEnd = (): void => {
    const byte = bytes[head]
    if (ending === 'cr') {
      ending = 'none'
      if (byte !== lf) return void lineEnds.cr++
      lineEnds.crlf++
      sums.lineEndBytes++
      return skip(1)
    }
    ending = byte === cr ? 'cr' : 'none'
    if (byte !== cr && byte !== lf) return void lineEnds.none++
    if (byte === lf) lineEnds.lf++
    sums.lineEndBytes++
    skip(1)
  }

  const hasControl = (from: number, to: number): boolean => {
    let at = Math.max(looked, from)
    while (at < to && bytes[at]! >= 0x20) at++ // to is at most tail
    looked = at
    return at < to
  }

  /** Reads what begins at head; false when more bytes are needed. */
  const readOne = (last: boolean): boolean => {
    const wait = (): boolean => (last ? (refuse('incomplete'), true) : false)
    if (bytes[head] !== numberSign) return (drop(1), true)
    if (tail - head < 2) return last ? (drop(1), true) : false
    if (bytes[head + 1] !== numberSign) return (drop(1), true)
    let length = 0
    for (let i = head + 2; i < Math.min(head + 6, tail); i++) {
      const digit = bytes[i]! - 0x30 // i is below tail
      if (digit < 0 || digit > 9) return (refuse('length_digits'), true)
      length = length * 10 + digit
    }
    if (tail - head < 6) return wait()
    if (length > lengthMax) return (refuse('length_limit'), true)
    const from = head + 6
    const to = from + length
    if (hasControl(from, Math.min(to, tail))) return (refuse('control_character'), true)
    const end = to + (strict ? 6 : 4)
    if (tail < end) return wait()
    const crc = readCrc(bytes, to)
    const isSmall = hasSmallLetters(bytes, to)
    const fault = checkCrc(crc, isSmall, from, to)
    if (fault) return (refuse(fault), true)
    if (strict && (bytes[to + 4] !== cr || bytes[to + 5] !== lf)) return (refuse('line_end'), true)
    if (isSmall) sums.smallLetters++
    take({ offset: headOffset, segment: bytes.slice(from, to), crc })
    return true
  }

  const checkCrc = (crc: number, isSmall: boolean, from: number, to: number): FrameFault | null => {
    if (crc < 0) return 'crc_digits'
    if (strict && isSmall) return 'crc_case'
    // No bytes give 0xFFFF, which is none of the 256.
    if (!isCrcValue(crc) && to > from) return 'crc_impossible'
    return crcOfStretch(high[from]!, high[to]!, to - from) === crc ? null : 'crc_wrong' // to is at most tail
  }

  const take = (frame: Frame): void => {
    frames.push(frame)
    sums.frames++
    if (frame.segment.length > segmentMaxBytes) sums.overlong++
    const length = frame.segment.length + overheadBytes
    sums.frameBytes += length
    skip(length)
    noiseRun = 0
    ending = 'frame'
  }

  const isReadable = (): boolean => head < tail && !hopeless

  const readAll = (last: boolean): void => {
    while (isReadable()) {
      if (ending !== 'none') takeLineEnd()
      else if (!readOne(last)) return
    }
    if (hopeless) drop(tail - head)
  }

  const makeRoom = (): void => {
    bytes.copyWithin(0, head, tail)
    high.copyWithin(0, head, tail + 1)
    looked = Math.max(0, looked - head)
    tail -= head
    head = 0
  }

  const hash = (from: number, to: number): void => {
    let running = high[from]! // written for every byte before
    for (let i = from; i < to; i++) {
      running = nextHigh(running, bytes[i]!) // i is below tail
      high[i + 1] = running
    }
  }

  const push = (incoming: Uint8Array): readonly Frame[] => {
    frames = []
    sums.bytes += incoming.length
    let taken = 0
    while (taken < incoming.length) {
      // A pending frame fills at most half of the buffer, so there is room after this.
      if (head > capacity / 2 || tail === capacity) makeRoom()
      const count = Math.min(incoming.length - taken, capacity - tail)
      bytes.set(incoming.subarray(taken, taken + count), tail)
      hash(tail, tail + count)
      tail += count
      taken += count
      readAll(false)
    }
    return frames
  }

  const giveUp = (): readonly Frame[] => {
    frames = []
    readAll(true)
    if (ending === 'frame') lineEnds.none++
    if (ending === 'cr') lineEnds.cr++
    ending = 'none'
    return frames
  }

  return {
    push,
    giveUp,
    counts: () => ({ ...sums, refused: { ...refused }, lineEnds: { ...lineEnds } }),
    pendingBytes: () => tail - head,
    isHopeless: () => hopeless,
  }
}
