import { hexOf, Jt808Error } from './error.ts'
import { standardFraming, type Framing } from './profile.ts'

/** Header with a package item and 20 digits of phone, a body of ten bits, the checksum. Source: JT/T 808-2019 clause 4.4. */
export const contentLengthMax = 21 + 1_023 + 1
/** Header of 2011 and 2013 and the checksum. */
export const contentLengthMin = 12 + 1
export const bodyLengthMax = 1_023

/** Tables made once for a framing: by byte, which mark and code stand for it; by mark and code, which byte. */
type Tables = {
  readonly marks: Uint8Array
  readonly codes: Uint8Array
  readonly isMark: Uint8Array
  readonly back: Int16Array
}

const tablesOf = new WeakMap<Framing, Tables>()

function tables(framing: Framing): Tables {
  const known = tablesOf.get(framing)
  if (known) return known
  const made: Tables = {
    marks: new Uint8Array(256),
    codes: new Uint8Array(256),
    isMark: new Uint8Array(256),
    back: new Int16Array(0x10000).fill(-1),
  }
  for (const { byte, mark, code } of framing.escapes) {
    made.marks[byte] = mark
    made.codes[byte] = code
    made.isMark[mark] = 1
    made.back[(mark << 8) | code] = byte
  }
  tablesOf.set(framing, made)
  return made
}

// Frames of lawful size are made here and copied out.
const closing = new Uint8Array(4_096)

/**
 * Puts content between flags: header and body, their checksum, escaped.
 * @param content  header and body, unescaped, without checksum
 * @returns the frame as it goes over the wire
 * Source: JT/T 808-2019 clauses 4.4.1, 4.4.2, 4.4.4. O(length).
 */
export function closeFrame(content: Uint8Array, framing: Framing = standardFraming): Uint8Array {
  const { marks, codes } = tables(framing)
  const worst = content.length * 2 + 4
  const out = worst <= closing.length ? closing : new Uint8Array(worst)
  let length = 0
  let checksum = 0
  out[length++] = framing.flag
  for (let at = 0; at <= content.length; at++) {
    const byte = at < content.length ? (content[at] ?? 0) : checksum
    checksum ^= byte
    const mark = marks[byte] ?? 0
    if (mark === 0) {
      out[length++] = byte
      continue
    }
    out[length++] = mark
    out[length++] = codes[byte] ?? 0
  }
  out[length++] = framing.flag
  return out.slice(0, length)
}

/** What an attempt to open a frame found, beside the content: `length` without checksum, `checksum` 0 when it agrees. */
export type Opened = { readonly bytes: Uint8Array; readonly length: number; readonly checksum: number }

// One buffer for frames of lawful size: what is read out of it is copied before the next frame comes.
const scratch = new Uint8Array(4_096)

/**
 * Takes a frame apart: flags off, escapes undone, checksum summed. The content stands in a buffer that the next call
 * uses again.
 * @param frame  with both flags
 * @throws Jt808Error `frame_flag`, `frame_escape`, `frame_length`
 * Source: JT/T 808-2019 clause 4.4. O(length).
 */
export function openFrame(frame: Uint8Array, framing: Framing = standardFraming): Opened {
  const last = frame.length - 1
  const { flag } = framing
  if (last < 1 || frame[0] !== flag || frame[last] !== flag)
    throw new Jt808Error('frame_flag', 'frame', hexOf(frame), 0, `a frame begins and ends with ${flag.toString(16)}`)
  const bytes = frame.length <= scratch.length ? scratch : new Uint8Array(frame.length)
  const opened = framing === standardFraming ? undoStandard(frame, bytes) : undoEscapes(frame, bytes, framing)
  if (opened.length + 1 < contentLengthMin)
    throw new Jt808Error(
      'frame_length',
      'frame',
      opened.length + 1,
      0,
      `a header and a checksum have ${contentLengthMin} bytes`,
    )
  return opened
}

/** The loop for 0x7E and 0x7D, written out: it runs for every byte that a gateway takes in, and all of them are there. */
function undoStandard(frame: Uint8Array, bytes: Uint8Array): Opened {
  const last = frame.length - 1
  let length = 0
  let checksum = 0
  for (let at = 1; at < last; at++) {
    let byte = frame[at] as number
    if (byte === 0x7d || byte === 0x7e) {
      const code = at + 1 < last ? (frame[at + 1] as number) : 0
      if (byte === 0x7e || (code !== 1 && code !== 2)) return badByte(frame, at, length, standardFraming)
      byte = code === 1 ? 0x7d : 0x7e
      at++
    }
    checksum ^= byte
    bytes[length++] = byte
  }
  return { bytes, length: length - 1, checksum }
}

function undoEscapes(frame: Uint8Array, bytes: Uint8Array, framing: Framing): Opened {
  const { isMark, back } = tables(framing)
  const last = frame.length - 1
  let length = 0
  let checksum = 0
  for (let at = 1; at < last; at++) {
    let byte = frame[at] ?? 0
    if (byte === framing.flag) return badByte(frame, at, length, framing)
    if (isMark[byte]) {
      const code = at + 1 < last ? (frame[at + 1] ?? 0) : 0
      byte = back[(byte << 8) | code] ?? -1
      if (byte < 0) return badByte(frame, at, length, framing)
      at++
    }
    checksum ^= byte
    bytes[length++] = byte
  }
  return { bytes, length: length - 1, checksum }
}

function badByte(frame: Uint8Array, at: number, offset: number, { flag }: Framing): never {
  if (frame[at] === flag)
    throw new Jt808Error('frame_flag', 'frame', hexOf(frame, at, at + 1), offset, 'a flag stands inside the frame')
  throw new Jt808Error('frame_escape', 'frame', hexOf(frame, at, at + 2), offset, 'no escape has this byte')
}

/**
 * Where each byte of the content stands in the frame, for showing.
 * @returns for each content byte and one past the last: its index in the frame
 * Source: own. O(length).
 */
export function wireOffsets(frame: Uint8Array, framing: Framing = standardFraming): readonly number[] {
  const { isMark } = tables(framing)
  const offsets: number[] = []
  for (let at = 1; at < frame.length - 1; at++) {
    offsets.push(at)
    if (isMark[frame[at] ?? 0]) at++
  }
  return [...offsets, frame.length - 1]
}

/** What a run of bytes between two flags is: a frame, or why not. */
export type Verdict = 'frame' | 'short' | 'escape' | 'checksum'

/**
 * Looks at bytes between two flags without keeping anything.
 * @param bytes  the first flag stands at `from`, the last at `last`
 * Source: JT/T 808-2019 clause 4.4. O(length).
 */
export function inspectFrame(bytes: Uint8Array, from: number, last: number, framing: Framing): Verdict {
  const { isMark, back } = tables(framing)
  let length = 0
  let checksum = 0
  for (let at = from + 1; at < last; at++) {
    let byte = bytes[at] as number
    if (isMark[byte] === 1) {
      at++
      byte = at < last ? (back[(byte << 8) | (bytes[at] as number)] as number) : -1
      if (byte < 0) return 'escape'
    }
    checksum ^= byte
    length++
  }
  if (length < contentLengthMin) return 'short'
  return checksum === 0 ? 'frame' : 'checksum'
}
