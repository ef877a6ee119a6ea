import { complain, type Rule } from './complaint.ts'
import { crc212, hasSmallLetters, isCrcValue, printCrc, readCrc } from './crc.ts'
import { segmentLenientMaxBytes, segmentMaxBytes } from './framer.ts'
import type { Report, Span } from './report.ts'

/** Bytes before the segment: `##` and four digits. */
const headBytes = 6
const hash = 0x23
const cr = 0x0d
const lf = 0x0a

/**
 * Checks what is around the data segment.
 * @param frame   exactly one frame
 * @param report  complaints and spans are added to it
 * @returns the segment's bytes (a view), or null when its end cannot be found
 * Source: HJ 212-2017 6.3.1 and annex A. O(bytes).
 */
export function checkFrame(frame: Uint8Array, report: Report): Uint8Array | null {
  if (frame[0] !== hash || frame[1] !== hash) return refuse(report, 'frame_start', 'frame', latin(frame, 0, 2), 0)
  const length = readLength(frame)
  if (length < 0) return refuse(report, 'length_digits', 'length', latin(frame, 2, 6), 2)
  const to = headBytes + length
  if (length > segmentMaxBytes) report.complaints.push(complain('length_limit', 'length', String(length), 2))
  // A length that no mode accepts is a mismatch as well: the frame is not read on.
  if (length > segmentLenientMaxBytes || to + 4 > frame.length)
    return refuse(report, 'length_mismatch', 'length', latin(frame, 2, 6), 2)
  const segment = frame.subarray(headBytes, to)
  const crcFault = crcRule(frame, to, segment)
  if (crcFault) report.complaints.push(complain(crcFault, 'crc', latin(frame, to, to + 4), to))
  const endFault = endRule(frame, to + 4)
  if (endFault === 'length_mismatch') report.complaints.push(complain(endFault, 'length', latin(frame, 2, 6), 2))
  if (endFault === 'line_end')
    report.complaints.push(complain(endFault, 'frame', latin(frame, to + 4, frame.length), to + 4))
  if (report.spans) showFrame(frame, to, report.spans)
  return segment
}

function refuse(report: Report, rule: Rule, field: string, value: string, offset: number): null {
  report.complaints.push(complain(rule, field, value, offset))
  return null
}

/** The four digits as a number, or -1. */
function readLength(frame: Uint8Array): number {
  let length = 0
  for (let i = 2; i < headBytes; i++) {
    const digit = (frame[i] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return -1
    length = length * 10 + digit
  }
  return length
}

function crcRule(frame: Uint8Array, at: number, segment: Uint8Array): Rule | null {
  const value = readCrc(frame, at)
  if (value < 0) return 'crc_digits'
  if (!isCrcValue(value) && segment.length > 0) return 'crc_impossible'
  if (crc212(segment) !== value) return 'crc_wrong'
  return hasSmallLetters(frame, at) ? 'crc_case' : null
}

/** Lenient takes CR LF, LF, CR or nothing; anything else behind the check value belongs to no frame of this length. */
function endRule(frame: Uint8Array, at: number): 'line_end' | 'length_mismatch' | null {
  const [length, first, second] = [frame.length - at, frame[at], frame[at + 1]]
  if (length === 2 && first === cr && second === lf) return null
  return length === 0 || (length === 1 && (first === cr || first === lf)) ? 'line_end' : 'length_mismatch'
}

function showFrame(frame: Uint8Array, to: number, spans: Span[]): void {
  const text = (name: string, from: number, end: number): void => {
    const raw = latin(frame, from, end)
    spans.push({ offset: from, length: end - from, name, raw, value: { kind: 'text', text: raw } })
  }
  text('start', 0, 2)
  const raw = latin(frame, 2, headBytes)
  spans.push({ offset: 2, length: 4, name: 'length', raw, value: { kind: 'integer', text: raw, number: Number(raw) } })
  text('crc', to, to + 4)
  if (frame.length > to + 4) text('end', to + 4, frame.length)
}

/**
 * Puts a segment into its frame.
 * @param segment  at most 4,096 bytes; above 1,024 a strict receiver refuses it
 * @returns `##`, length, segment, check value, CR LF
 * @throws RangeError above 4,096 bytes
 * Source: HJ 212-2017 6.3.1. O(bytes).
 */
export function frameOf(segment: Uint8Array): Uint8Array {
  if (segment.length > segmentLenientMaxBytes)
    throw new RangeError(`a segment has at most ${segmentLenientMaxBytes} bytes, got ${segment.length}`)
  const head = `##${String(segment.length).padStart(4, '0')}`
  const tail = `${printCrc(crc212(segment))}\r\n`
  const frame = new Uint8Array(head.length + segment.length + tail.length)
  frame.set(new TextEncoder().encode(head))
  frame.set(segment, head.length)
  frame.set(new TextEncoder().encode(tail), head.length + segment.length)
  return frame
}

const latin = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 64)))
