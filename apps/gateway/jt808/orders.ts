import {
  encodeParts,
  Jt808Error,
  messageById,
  messages,
  type Definition,
  type HeaderInput,
  type Message,
  type Outgoing,
  type Profile,
  type Version,
} from '@tingzhou/jt808'
import type { Json } from '@tingzhou/db'
import { jt808Commands, type DeviceOrder } from '@tingzhou/telemetry'
import { bodyIn } from './order-body.ts'

/** An order on the wire. */
export type Sent = {
  readonly order: DeviceOrder
  readonly frames: readonly Uint8Array[]
  /** Ids of the messages by which a terminal of its version answers it; the last one ends it. */
  readonly answers: readonly number[]
  attempt: number
  /** When it is sent again, or given up, on a clock that never goes back; never once the terminal has said that it came. */
  dueMs: number
}

const firstWaitMs = 10_000
const attemptsMax = 4

/**
 * Writes an order for a terminal.
 * @param profile  how the terminal departs from the standard
 * @returns the frames, or what is wrong with the order
 */
export function writeOrder(
  order: DeviceOrder,
  header: HeaderInput,
  nowMs: number,
  profile?: Profile,
): Sent | { readonly fault: string } {
  const kind = jt808Commands.find((known) => known === order.kind)
  if (!kind) return { fault: `kind ${order.kind} cannot be sent to a JT/T 808 terminal` }
  try {
    // The codec checks every field of a body and names what is wrong.
    const outgoing = { kind, header, body: bodyIn(header.version, kind, order.body) } as unknown as Outgoing
    const answers = answersIn(messages[kind], header.version)
    return {
      order,
      frames: encodeParts(outgoing, undefined, profile ? { profile } : {}),
      answers,
      attempt: 1,
      dueMs: nowMs + firstWaitMs,
    }
  } catch (error) {
    if (error instanceof Jt808Error || error instanceof TypeError) return { fault: error.message }
    throw error
  }
}

/** The answers that terminals of a version give: those of 2011 have no 0x0805, so that 0x0001 is all that is heard of a picture. */
const answersIn = ({ answers }: Definition, version: Version): readonly number[] =>
  answers.filter((id) => messageById.get(id)?.definition.versions.includes(version) ?? false)

/**
 * What is due of an order that was not answered: T(n+1) = T(n) × (n+1).
 * Source: JT/T 808-2019 clause 6 (retransmission).
 */
export function retry(sent: Sent, nowMs: number): 'wait' | 'again' | 'give_up' {
  if (nowMs < sent.dueMs) return 'wait'
  if (sent.attempt >= attemptsMax) return 'give_up'
  sent.attempt++
  let wait = firstWaitMs
  for (let count = 2; count <= sent.attempt; count++) wait *= count
  sent.dueMs = nowMs + wait
  return 'again'
}

/** What a message says about the order that it answers. */
export type Verdict = { readonly state: 'acknowledged' | 'failed'; readonly answer: Json } | 'goes_on'

/**
 * Judges an answer. A general answer only says that the order came, when the order has an answer of its own: it is not sent
 * again, and waits for that one until its time is over.
 * Source: JT/T 808-2019 clause 6 (what is answered is not sent again).
 */
export function judgeAnswer(sent: Sent, message: Message): Verdict {
  if (message.kind === 'terminal_answer') {
    const { result } = message.body
    if (result !== 'ok') return { state: 'failed', answer: { result } }
    if (sent.answers.at(-1) === message.id) return { state: 'acknowledged', answer: { result } }
    sent.dueMs = Infinity
    return 'goes_on'
  }
  const body = plain(message.body)
  const result = 'result' in message.body ? message.body.result : 'ok'
  return { state: result === 'ok' ? 'acknowledged' : 'failed', answer: { kind: message.kind, body } }
}

/** The serial number of the order that a message answers; null when it answers none. */
export function answeredSerialOf(message: Message): number | null {
  if (!('answeredSerial' in message.body) || message.body.answeredSerial === undefined) return null
  return messageById.get(message.id)?.definition.direction === 'up' ? message.body.answeredSerial : null
}

/** A body as JSON says it: bytes in hexadecimal. */
const plain = (value: unknown): Json =>
  // What JSON.parse gives is JSON.
  JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner,
    ),
  ) as Json
