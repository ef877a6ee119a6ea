import { directionOf } from './body.ts'
import { commands } from './catalogue-commands.ts'
import type { Message } from './decode.ts'
import type { Group, Segment } from './segment.ts'

/** What is needed to speak to a device. */
export type Address = Pick<Segment, 'st' | 'pw' | 'mn'> & {
  /** Version bits of the device, or null for one of 2005 that sends no Flag. */
  readonly version: number | null
}

/** A group of one item. Source: HJ 212-2017 6.3.3. O(1). */
export const item = (name: string, text: string): Group => [{ name, text }]

/**
 * A request or notice to a device, which it is asked to answer.
 * @param qn    names the exchange; `formatQn` makes one of an instant
 * @param cn    command code
 * @param area  the data area, `[item('RtdInterval', '60')]`
 * Source: HJ 212-2017 annex C. O(1).
 */
export const requestOf = (address: Address, qn: string, cn: string, area: readonly Group[] = []): Segment => ({
  qn,
  st: address.st,
  cn,
  pw: address.pw,
  mn: address.mn,
  flags: address.version === null ? null : { version: address.version, wantsAnswer: true },
  packet: null,
  area,
  extra: [],
})

/**
 * The answer that a message waits for, to be sent once the message is durable: it is the sender's licence to forget.
 * @returns 9014 for an upload, 9013 for a notice, null when none is wanted (no Flag, or A = 0) or the command is unknown;
 *   a request is answered by who decides about it: `answerRequest`
 * Source: HJ 212-2017 table 9 and annex C. O(rows of the command table).
 */
export function answerTo({ segment, body }: Message): Segment | null {
  if (!segment.flags?.wantsAnswer) return null
  const direction = directionOf(segment.cn, body)
  const row = commands.find((one) => one.cn === segment.cn && (one.direction === direction || direction === 'both'))
  if (row?.kind === 'upload') return answerUpload(segment)
  return row?.kind === 'notice' ? answerNotice(segment) : null
}

/** 9014, the answer to an upload: same QN, PW and MN, ST 91. Source: HJ 212-2017 annex C. O(1). */
export const answerUpload = (segment: Segment): Segment => replyTo(segment, '9014', [])

/** 9013, the answer to a notice. Source: HJ 212-2017 annex C. O(1). */
export const answerNotice = (segment: Segment): Segment => replyTo(segment, '9013', [])

/**
 * 9011, the answer to a request.
 * @param code  of `requestAnswers`: 1 will execute, the others refuse
 * Source: HJ 212-2017 table 7 and annex C. O(1).
 */
export const answerRequest = (segment: Segment, code: string): Segment =>
  replyTo(segment, '9011', [item('QnRtn', code)])

/**
 * 9012, what became of a request.
 * @param code  of `results`: 1 done
 * Source: HJ 212-2017 table 6 and annex C. O(1).
 */
export const resultTo = (segment: Segment, code: string): Segment => replyTo(segment, '9012', [item('ExeRtn', code)])

const replyTo = ({ qn, pw, mn, flags }: Segment, cn: string, area: readonly Group[]): Segment => ({
  qn,
  st: '91',
  cn,
  pw,
  mn,
  flags: flags && { version: flags.version, wantsAnswer: false },
  packet: null,
  area,
  extra: [],
})
