import type { Complaint } from './complaint.ts'
import { readSegment, type DecodeOptions, type Message } from './decode.ts'
import { checkFrame } from './frame.ts'
import type { Report, Span } from './report.ts'

/** A frame taken apart for a reader: every field with its place, and everything that is wrong with it. */
export type Annotation = {
  /** In the order of the bytes; they do not overlap. Between them stand only separators. */
  readonly spans: readonly Span[]
  readonly complaints: readonly Complaint[]
  /** Null when the frame cannot be read to its end. */
  readonly message: Message | null
}

/**
 * Takes a frame apart as far as it can be read, whatever is wrong with it.
 * @param frame   one frame, with or without its line end
 * @param cipher  opens the segment; offsets inside it then count in the opened segment
 * @returns fields, complaints and the message; `explain` makes a sentence of a complaint
 * Source: HJ 212-2017 6.3. O(bytes).
 */
export function annotate(frame: Uint8Array, { cipher }: Pick<DecodeOptions, 'cipher'> = {}): Annotation {
  const spans: Span[] = []
  const report: Report = { complaints: [], spans }
  const sealed = checkFrame(frame, report)
  const segment = sealed && cipher ? cipher.open(sealed) : sealed
  const message = segment ? readSegment(segment, 6, report) : null
  return { spans: spans.toSorted((a, b) => a.offset - b.offset), complaints: report.complaints, message }
}
