import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Message } from './decode.ts'

/** A request or notice on its way: what was asked of which device, and how far it got. */
export type Exchange = {
  readonly mn: string
  readonly qn: string
  readonly kind: 'request' | 'notice'
  readonly state: 'sent' | 'accepted' | 'running' | 'done' | 'refused' | 'timed_out'
  /** How often it was sent. */
  readonly sends: number
  /** When the next `tick` does something; meaningless once it is over. */
  readonly deadline: EpochMs
  /** QnRtn of 9011, as sent. */
  readonly answer: string | null
  /** ExeRtn of 9012, as sent: `done` says that there was a result, this says which. */
  readonly result: string | null
}

export type ExchangeSettings = {
  /** Wait for an answer, ms. */
  readonly answerMs: number
  /** How often to send again. */
  readonly repeats: number
  /** Wait for the result or for more data after the request was accepted, ms. */
  readonly executeMs: number
}

/** Ten seconds and three repeats are table 1 of HJ 212-2017; the minute for the execution is own. */
export const exchangeDefaults: ExchangeSettings = { answerMs: 10_000, repeats: 3, executeMs: 60_000 }

/** What a step decided: the exchange, and whether the frame goes out again. */
export type ExchangeStep = { readonly exchange: Exchange; readonly send: boolean }

const later = (at: EpochMs, ms: number): EpochMs => epochMs(at + ms)

/**
 * Begins an exchange; the caller sends the frame.
 * @param now  the instant of sending
 * Source: HJ 212-2017 annex C and table 1. O(1).
 */
export const beginExchange = (
  { mn, qn, kind }: Pick<Exchange, 'mn' | 'qn' | 'kind'>,
  now: EpochMs,
  settings: ExchangeSettings = exchangeDefaults,
): Exchange => ({
  mn,
  qn,
  kind,
  state: 'sent',
  sends: 1,
  deadline: later(now, settings.answerMs),
  answer: null,
  result: null,
})

/** Whether nothing more will happen. O(1). */
export const isOver = ({ state }: Exchange): boolean => state === 'done' || state === 'refused' || state === 'timed_out'

/**
 * Lets time pass.
 * @param now  an instant
 * @returns sends again up to `repeats` times, then times out; an accepted request is not sent again
 * Source: HJ 212-2017 table 1. O(1).
 */
export function tick(exchange: Exchange, now: EpochMs, settings: ExchangeSettings = exchangeDefaults): ExchangeStep {
  if (isOver(exchange) || now < exchange.deadline) return { exchange, send: false }
  if (exchange.state !== 'sent' || exchange.sends > settings.repeats)
    return { exchange: { ...exchange, state: 'timed_out' }, send: false }
  const deadline = later(now, settings.answerMs)
  return { exchange: { ...exchange, sends: exchange.sends + 1, deadline }, send: true }
}

/**
 * Takes a message of the device.
 * @param message  any; what belongs to another exchange changes nothing
 * @param now      the instant of its arrival
 * @returns accepted, refused, running (data of the device while it executes), done, or the same
 * Source: HJ 212-2017 annex C. O(1).
 */
export function hear(
  exchange: Exchange,
  { segment, body }: Message,
  now: EpochMs,
  settings: ExchangeSettings = exchangeDefaults,
): Exchange {
  if (isOver(exchange) || segment.mn !== exchange.mn) return exchange
  const isMine = segment.qn === exchange.qn
  const deadline = later(now, settings.executeMs)
  if (isMine && body.type === 'result') return { ...exchange, state: 'done', result: body.result?.text ?? null }
  if (isMine && body.type === 'notice_answer' && exchange.kind === 'notice') return { ...exchange, state: 'done' }
  if (isMine && body.type === 'request_answer' && exchange.state === 'sent') {
    const answer = body.answer?.text ?? null
    return answer === '1'
      ? { ...exchange, state: 'accepted', answer, deadline }
      : { ...exchange, state: 'refused', answer }
  }
  const isWorking = exchange.state === 'accepted' || exchange.state === 'running'
  return isWorking && body.type === 'data' ? { ...exchange, state: 'running', deadline } : exchange
}
