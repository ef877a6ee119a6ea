import {
  createFramerOfAny,
  decode,
  encode,
  Jt808Error,
  readHead,
  type DecodeOptions,
  type FramerCounts,
  type Head,
  type Message,
} from '@tingzhou/jt808'
import { createFlow } from '../flow.ts'
import type { Peer } from '../peer.ts'
import { admit, leave } from './admission.ts'
import { handle, isOfPlatform, tellMediumKept } from './heard.ts'
import { isIdle } from './idle.ts'
import { takePart } from './packages.ts'
import type { Platform, Session } from './platform.ts'
import { framings, readingOf, strangerBy } from './reading.ts'
import { lookAtOrders, sendOrder } from './sending.ts'
import { answer, deviceOf, keepAsIs, logFrame, nextSerial, sendFrame, written, type State } from './state.ts'

const badInRowMax = 20

/**
 * Makes the session of a connection.
 * Source: JT/T 808-2019 clauses 4.3–4.5, 6; gateway duties. A frame costs O(length).
 */
export function createSession(platform: Platform, peer: Peer): Session {
  const state: State = {
    platform,
    peer,
    framer: createFramerOfAny(framings),
    flow: createFlow(platform.protocol, peer, platform.counters),
    identity: null,
    deviceId: null,
    options: strangerBy(framings[0]),
    admitted: false,
    serial: 0,
    badInRow: 0,
    heardMs: performance.now(),
    heldMs: 0,
    sent: new Map(),
    handled: new Map(),
    header: null,
    previous: null,
    heartbeatS: undefined,
    keeping: new Map(),
    unkept: new Set(),
    closed: false,
    self: null,
  }
  const session: Session = {
    receive: (bytes) => receive(state, bytes),
    closed: () => forget(state),
    order: (order) => sendOrder(state, order),
    askAgain: (request) => sendFrame(state, written(state, request(nextSerial(state)))),
    tick: (nowMs) => tick(state, nowMs),
    close: () => close(state),
    device: () => deviceOf(state),
    hasOrder: (id) => state.handled.has(id) || [...state.sent.values()].some(({ order }) => order.id === id),
    heardSince: (ms) => state.heardMs >= ms,
    address: peer.address,
    supersede: () => close(state),
  }
  state.self = session
  return session
}

function receive(state: State, bytes: Uint8Array): void {
  const { framer, platform } = state
  const before = framer.counts()
  const frames = framer.push(bytes)
  const after = framer.counts()
  state.heardMs = performance.now()
  if (state.identity === null) state.options = strangerBy(framer.profile())
  const discarded = after.discardedBytes + after.noiseBytes - before.discardedBytes - before.noiseBytes
  if (discarded > 0) platform.counters.add('jt808.bytes_discarded', discarded)
  // What came between good frames is not told apart: one good frame in a packet ends the row of bad ones.
  countBad(state, runsOf(after) - runsOf(before))
  for (const frame of frames) {
    if (state.closed) return
    state.flow.take(state.heardMs)
    handleFrame(state, frame)
  }
  state.flow.holdBack(state.heardMs)
  if (state.badInRow >= badInRowMax) {
    platform.counters.add('jt808.closed_for_bad_frames')
    close(state)
  }
}

const runsOf = ({ short, escape, checksum, oversize }: FramerCounts): number => short + escape + checksum + oversize

function countBad(state: State, bad: number): void {
  // A stream that shows that it is framed otherwise has had no bad frames.
  if (bad <= 0) return
  state.platform.counters.add('jt808.frames_bad', bad)
  state.badInRow += bad
}

function handleFrame(state: State, frame: Uint8Array): void {
  const { platform } = state
  const message = read(state, frame)
  if (!message) return
  logFrame(state, 'up', withoutCode(state, message, frame), null)
  state.badInRow = 0
  state.header = message.header
  platform.counters.add('jt808.frames')
  for (const { rule } of message.forgiven) platform.counters.add(`jt808.forgiven.${rule}`)
  if (message.kind === 'part') return takePart(state, message, { handle, tellMediumKept })
  // What waits for the disk waits as what its answer needs: thousands of whole messages would be moved by the collector.
  const asked = { id: message.id, header: message.header }
  handle(state, { message, frames: () => [frame], asked, settled: null })
}

/** Reads a frame; one that cannot be read is counted, logged and, where it can be, answered. */
function read(state: State, frame: Uint8Array): Message | null {
  if (!deviceOf(state)) meet(state, frame)
  try {
    const message = decode(frame, state.options)
    // Lenient reading passes over digits of a phone that are none; nobody has such a phone, and no answer can be written to it.
    if (isPhone(message.header.phone)) return message
    return refuseBad(state, frame, 'phone_digit', `phone ${message.header.phone}`)
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    const head = readHead(frame, state.options)
    if (!head?.isSound || !isPhone(head.header.phone)) return refuseBad(state, frame, error.rule, error.message)
    return refuseSound(state, frame, head, error)
  }
}

const isPhone = (phone: string): boolean => /^\d+$/.test(phone)

/** A run of bytes that is no frame of anybody; of one that does not sum up nobody knows whether it holds a code. */
function refuseBad(state: State, frame: Uint8Array, rule: string, fault: string): null {
  const { counters } = state.platform
  if (rule !== 'checksum') logFrame(state, 'up', frame, fault)
  counters.add(`jt808.refused.${rule}`)
  countBad(state, 1)
  return null
}

const [authenticationId, mediaDataId] = [0x0102, 0x0801]

/** A frame that came as it was sent and cannot be read all the same: it says who is to hear that. */
function refuseSound(state: State, frame: Uint8Array, { id, header }: Head, { rule, message }: Jt808Error): null {
  const { platform } = state
  state.badInRow = 0
  platform.counters.add('jt808.frames')
  platform.counters.add(`jt808.refused.${rule}`)
  const isHidden = id === authenticationId
  logFrame(state, 'up', isHidden ? headOnly(state, { id, header }) : frame, message)
  if (isOfPlatform({ id })) return null
  const isOwn = state.admitted && header.phone === state.identity && deviceOf(state) !== null
  if (!isOwn || isHidden || id === mediaDataId) {
    answer(state, { id, header }, 'malformed')
    return null
  }
  // What is told to be wrong is not sent again: here it can still be looked at.
  const unread = { kind: 'unknown', id, header, body: { bytes: frame }, forgiven: [] } as const
  const heard = { message: unread, frames: () => [frame], asked: { id, header }, settled: null }
  keepAsIs(state, heard, 'unread', 'malformed')
  return null
}

const hiddenCode = '******'

/** Whoever reads the log must not be able to speak as the terminal. */
function withoutCode(state: State, message: Message, frame: Uint8Array): Uint8Array {
  if (message.id !== authenticationId) return frame
  if (message.kind !== 'authenticate') return headOnly(state, message)
  try {
    return written(state, { ...message, body: { ...message.body, authCode: hiddenCode } })
  } catch (error) {
    // What is forgiven in it cannot be written.
    if (!(error instanceof Jt808Error)) throw error
    return headOnly(state, message)
  }
}

function headOnly({ options: { profile } }: State, { id, header }: Pick<Message, 'id' | 'header'>): Uint8Array {
  const body = { bytes: new Uint8Array(0) }
  return encode({ kind: 'unknown', id, header: { ...header, package: null }, body }, profile ? { profile } : {})
}

/**
 * Finds out by its head who sends a frame, before its body is read: how that is laid out depends on it. A frame that does not sum
 * up tells only of a device that is known for such ones.
 */
function meet(state: State, frame: Uint8Array): void {
  const { platform, framer } = state
  const head = readHead(frame, state.options)
  if (!head) return
  const { phone } = head.header
  // What it was admitted as was retired, or replaced under the same phone: it shows its code like any other.
  if (state.identity === phone && counts(head, state.options)) disown(state)
  const device = state.identity === null ? platform.devices.find(phone) : undefined
  if (!device) return
  const options = readingOf(device.settings, framer.profile())
  if (!counts(head, options)) return
  state.identity = device.identity
  state.deviceId = device.id
  state.options = options
  if (device.settings.isTrusted) admit(state, device)
}

const counts = ({ isSound }: Head, { profile }: DecodeOptions): boolean =>
  isSound || (profile?.forgive.includes('checksum') ?? false)

function disown(state: State): void {
  leave(state)
  state.identity = null
  state.admitted = false
  state.options = strangerBy(state.framer.profile())
}

function tick(state: State, nowMs: number): void {
  if (!isIdle(state, nowMs)) return lookAtOrders(state, nowMs)
  state.platform.counters.add('jt808.idle')
  close(state)
}

function close(state: State): void {
  forget(state)
  state.peer.close()
}

function forget(state: State): void {
  state.closed = true
  state.flow.close()
  leave(state)
}
