import type { Message, MessageOf } from '@tingzhou/jt808'
import type { DeviceOrder } from '@tingzhou/telemetry'
import { handledBy } from './handled.ts'
import { heartbeatSet, learnHeartbeat } from './idle.ts'
import { answeredSerialOf, judgeAnswer, retry, writeOrder } from './orders.ts'
import { headerTo, nextSerial, reply, sendFrame, type Heard, type State } from './state.ts'

/** Sends an order, in as many packages as it needs. */
export function sendOrder(state: State, order: DeviceOrder): void {
  const { platform, header, sent, options } = state
  if (!header || !state.admitted) return
  const handled = handledBy(order, header.version)
  if (handled) return void state.handled.set(order.id, handled)
  const to = headerTo(state, header)
  const onWire = writeOrder(order, to, performance.now(), options.profile)
  if ('fault' in onWire) return platform.answerOrder(order.id, 'failed', { fault: onWire.fault })
  // Packages of a long order have consecutive numbers.
  for (let more = 1; more < onWire.frames.length; more++) nextSerial(state)
  sent.set(to.serial, onWire)
  for (const frame of onWire.frames) sendFrame(state, frame)
}

/** Ends the order that a message answers. */
export function takeAnswer(state: State, message: Message): void {
  const serial = answeredSerialOf(message) ?? serialByKind(state, message)
  const sent = serial === null ? undefined : state.sent.get(serial)
  if (serial === null || !sent) return
  const verdict = judgeAnswer(sent, message)
  if (verdict === 'goes_on') return
  state.sent.delete(serial)
  if (verdict.state === 'acknowledged') learnHeartbeat(state, heartbeatSet(sent.order))
  state.platform.answerOrder(sent.order.id, verdict.state, verdict.answer)
}

/** Some answers, such as attributes, do not say what they answer: the oldest order that asks for them. */
function serialByKind({ sent }: State, { id }: Message): number | null {
  for (const [serial, { answers }] of sent) if (answers.at(-1) === id) return serial
  return null
}

/** Sends packages of an order again that a terminal lacks. */
export function sendAgain(state: State, heard: Heard<MessageOf<'terminal_resend_request'>>): void {
  const { firstSerial, indexes } = heard.message.body
  const frames = state.sent.get(firstSerial)?.frames
  const asked = indexes.flatMap((index) => frames?.[index - 1] ?? [])
  // An order that has ended is not sent any more.
  if (asked.length === 0) return reply(state, heard, 'failed')
  state.platform.counters.add('jt808.packages_sent_again', asked.length)
  for (const frame of asked) sendFrame(state, frame)
  heard.settled?.(true)
}

/** Sends again what was not answered, and gives up what never is. */
export function lookAtOrders(state: State, nowMs: number): void {
  const { platform, sent } = state
  for (const [serial, one] of sent) {
    // The database has ended it.
    if (platform.clock() >= one.order.expiresAt) {
      sent.delete(serial)
      continue
    }
    const due = retry(one, nowMs)
    if (due === 'again') for (const frame of one.frames) sendFrame(state, frame)
    if (due !== 'give_up') continue
    sent.delete(serial)
    platform.answerOrder(one.order.id, 'failed', { fault: 'the terminal did not answer' })
  }
}
