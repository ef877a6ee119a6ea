import {
  encodeParts,
  Jt808Error,
  messageById,
  messages,
  type Definition,
  type HeaderInput,
  type Message,
  type Outgoing,
} from '@tingzhou/jt808'
import type { Json } from '@tingzhou/db'
import { jt808Commands, type DeviceOrder } from '@tingzhou/telemetry'

/** An order on the wire. */
export type Sent = {
  readonly order: DeviceOrder
  readonly frames: readonly Uint8Array[]
  readonly definition: Definition
  attempt: number
  /** When it is sent again, or given up, on a clock that never goes back. */
  dueMs: number
}

const firstWaitMs = 10_000
const attemptsMax = 4

/**
 * Writes an order for a terminal.
 * @returns the frames, or what is wrong with the order
 */
export function writeOrder(order: DeviceOrder, header: HeaderInput, nowMs: number): Sent | { readonly fault: string } {
  const kind = jt808Commands.find((known) => known === order.kind)
  if (!kind) return { fault: `kind ${order.kind} cannot be sent to a JT/T 808 terminal` }
  try {
    // The codec checks every field of a body and names what is wrong.
    const outgoing = { kind, header, body: bodyFor(order, header) } as unknown as Outgoing
    return { order, frames: encodeParts(outgoing), definition: messages[kind], attempt: 1, dueMs: nowMs + firstWaitMs }
  } catch (error) {
    if (error instanceof Jt808Error || error instanceof TypeError) return { fault: error.message }
    throw error
  }
}

/** Since 2019 a text says what kind of text it is, before it could not; who asks does not know the terminal's version. */
function bodyFor({ kind, body }: DeviceOrder, { version }: HeaderInput): Json {
  if (kind !== 'text' || typeof body !== 'object' || body === null || !('text' in body)) return body
  const { textKind = 'notice', ...rest } = body
  return version === '2019' ? { ...rest, textKind } : rest
}

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
 * Judges an answer. A general answer only says that the order came, when the order has an answer of its own.
 * @param definition  of the order
 */
export function judgeAnswer(definition: Definition, message: Message): Verdict {
  if (message.kind === 'terminal_answer') {
    const { result } = message.body
    if (result !== 'ok') return { state: 'failed', answer: { result } }
    return definition.answers.at(-1) === message.id ? { state: 'acknowledged', answer: { result } } : 'goes_on'
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
