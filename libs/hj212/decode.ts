import { err, ok, type Result } from '@tingzhou/kernel'
import { readArea, toGroups } from './area.ts'
import type { Body } from './body.ts'
import type { Cipher } from './cipher.ts'
import { complain, isFatal, type Complaint, type Mode } from './complaint.ts'
import { checkFrame } from './frame.ts'
import { readHeader } from './header.ts'
import { readBody } from './read-body.ts'
import type { Report } from './report.ts'
import type { Segment } from './segment.ts'
import { toBinary } from './text.ts'

/** A message: the segment as sent, what it says, and what a lenient reader overlooked. */
export type Message = {
  readonly segment: Segment
  readonly body: Body
  /** Empty when the message is as the standard wants it; always empty in strict mode. */
  readonly forgiven: readonly Complaint[]
}

export type DecodeOptions = {
  /** `lenient` by default. */
  readonly mode?: Mode
  /** For devices whose segment is enciphered; the caller knows which. */
  readonly cipher?: Cipher
}

/**
 * Reads a whole frame: `##`, length, segment, check value, line end.
 * @param frame    exactly one frame; lenient takes any line end or none
 * @param options  mode and cipher
 * @returns the message, or the first complaint that the mode does not forgive, with field, value, rule and byte offset
 * Source: HJ 212-2017 6.3. O(bytes).
 */
export function decode(frame: Uint8Array, options: DecodeOptions = {}): Result<Message, Complaint> {
  const report: Report = { complaints: [], spans: null }
  const checked = checkFrame(frame, report)
  const refused = firstRefused(report.complaints, options.mode)
  if (refused) return err(refused)
  return checked ? finish(checked, 6, report, options) : err(complain('frame_start', 'frame', '', 0))
}

/**
 * Reads a data segment whose frame was checked before, by `createFramer`.
 * @param segment  the bytes between the length and the check value
 * @param options  mode and cipher
 * @returns as `decode`; offsets count from the beginning of the segment
 * Source: HJ 212-2017 6.3.2 and 6.3.3. O(bytes).
 */
export const decodeSegment = (segment: Uint8Array, options: DecodeOptions = {}): Result<Message, Complaint> =>
  finish(segment, 0, { complaints: [], spans: null }, options)

function finish(
  sealed: Uint8Array,
  base: number,
  report: Report,
  { mode, cipher }: DecodeOptions,
): Result<Message, Complaint> {
  const bytes = cipher ? cipher.open(sealed) : sealed
  if (!bytes) return err(complain('cipher', 'segment', '', base))
  const message = readSegment(bytes, base, report)
  const refused = firstRefused(report.complaints, mode)
  if (refused) return err(refused)
  return message ? ok(message) : err(complain('field_missing', 'CP', '', base))
}

const firstRefused = (complaints: readonly Complaint[], mode: Mode = 'lenient'): Complaint | undefined =>
  mode === 'strict' ? complaints[0] : complaints.find(isFatal)

/**
 * Reads a data segment and writes everything it finds into the report.
 * @returns null when the segment cannot be read; the report then holds a fatal complaint
 * Source: HJ 212-2017 6.3.2. O(bytes).
 */
export function readSegment(bytes: Uint8Array, base: number, report: Report): Message | null {
  const { binary, isAscii } = toBinary(bytes)
  const control = controlAt(bytes)
  if (control >= 0)
    report.complaints.push(complain('control_character', 'segment', binary.charAt(control), base + control))
  const header = readHeader(binary, base, report)
  if (!header) return null
  const area = readArea(binary, isAscii, header.areaAt, base, report)
  if (!area) return null
  const body = readBody(header.segment.cn, area, report)
  return { segment: { ...header.segment, area: toGroups(area) }, body, forgiven: report.complaints }
}

function controlAt(bytes: Uint8Array): number {
  const { length } = bytes
  for (let i = 0; i < length; i++) if (bytes[i]! < 0x20) return i // i is below length
  return -1
}
