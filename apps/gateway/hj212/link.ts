import {
  answerTo,
  directionOf,
  encode,
  hear,
  isOver,
  tick,
  type Body,
  type Message,
  type Segment,
} from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import type { Json } from '@tingzhou/db'
import type { Device, DeviceOrder } from '@tingzhou/telemetry'
import type { Peer } from '../peer.ts'
import type { Link } from '../speaker.ts'
import { outcomeOf, writeOrder, type Sent } from './orders.ts'
import type { Platform } from './platform.ts'
import { setBeat, type Rhythm } from './rhythm.ts'
import { shownFrame } from './shown.ts'

/** One device on a connection that may carry several. */
export type MonitorLink = Link & {
  /** Notes what a message tells of how to speak to the device, and whether it answers an order. */
  readonly hear: (message: Message) => void
  /** Answers a message that wants it. */
  readonly answer: (message: Message) => void
  readonly tick: () => void
  /** When the last record of each period was, ms since the epoch. */
  readonly records: Map<string, { readonly at: number; readonly periodMs: number | null }>
  /** How often it speaks. */
  readonly rhythm: Rhythm
  /** Digests of what it sent last, by key: a repeat is known as one. */
  readonly uploads: Map<string, string>
}

type State = {
  readonly platform: Platform
  readonly peer: Peer
  readonly mn: string
  readonly onSuperseded: () => void
  /** How the device is spoken to: as it speaks itself. */
  segment: Pick<Segment, 'st' | 'pw' | 'flags'> | null
  readonly sent: Map<string, Sent>
  readonly rhythm: Rhythm
  lastQn: number
  heardMs: number
}

/** Makes the link of a device that has shown its password. */
export function createLink(platform: Platform, peer: Peer, mn: string, onSuperseded: () => void): MonitorLink {
  const state: State = {
    platform,
    peer,
    mn,
    onSuperseded,
    segment: null,
    sent: new Map(),
    rhythm: new Map(),
    lastQn: 0,
    heardMs: performance.now(),
  }
  return {
    device: () => platform.devices.find(mn) ?? null,
    address: peer.address,
    hasOrder: (id) => [...state.sent.values()].some(({ order }) => order.id === id),
    heardSince: (ms) => state.heardMs >= ms,
    order: (order) => sendOrder(state, order),
    hear: (message) => hearMessage(state, message),
    answer: (message) => sendAnswer(state, message),
    tick: () => tickOrders(state),
    supersede: onSuperseded,
    records: new Map(),
    rhythm: state.rhythm,
    uploads: new Map(),
  }
}

function hearMessage(state: State, message: Message): void {
  state.heardMs = performance.now()
  const { st, pw, flags } = message.segment
  // What a reply carries is the system of the reply.
  if (st !== '91') state.segment = { st, pw, flags }
  else state.segment ??= { st, pw, flags }
  const now = state.platform.clock()
  for (const [qn, sent] of state.sent) {
    noteHeard(sent, message)
    sent.exchange = hear(sent.exchange, message, now)
    if (isOver(sent.exchange)) end(state, qn, sent)
  }
}

const heardMax = 50

/** What a device uploads in words while it executes belongs to the answer. */
function noteHeard({ exchange, cn, heard }: Sent, { segment, body }: Message): void {
  const isWorking = exchange.state !== 'sent' || segment.qn === exchange.qn
  if (segment.cn !== cn || !isWorking || heard.length >= heardMax || directionOf(segment.cn, body) !== 'up') return
  const said = wordsOf(body)
  if (said !== null) heard.push(said)
}

function wordsOf(body: Body): Json {
  switch (body.type) {
    case 'clock':
      return { clock: body.clock?.at ?? null }
    case 'realtime_interval':
      return { intervalS: body.intervalS }
    case 'minute_interval':
      return { intervalMin: body.intervalMin }
    case 'control': {
      const { polId, bottle, cycleStart, cycleH, analysisMin } = body
      const infos = body.infos.map(({ code, text }) => ({ code, text }))
      return { at: body.at?.at ?? null, polId, bottle, cycleStart, cycleH, analysisMin, infos }
    }
    default:
      return null
  }
}

function end({ sent, platform, rhythm }: State, qn: string, ended: Sent): void {
  sent.delete(qn)
  const { state, answer } = outcomeOf(ended)
  if (state === 'acknowledged' && ended.sets) setBeat(rhythm, ended.sets.period, ended.sets.everyMs, platform.clock())
  platform.counters.add(`hj212.orders_${ended.exchange.state}`)
  platform.answerOrder(ended.order.id, state, answer)
}

function sendAnswer(state: State, message: Message): void {
  const answer = answerTo(message)
  if (!answer) return
  const encoded = encode(answer)
  if (encoded.ok) return send(state, encoded.value)
  // What the device said of itself cannot be written back: it hears nothing and sends again.
  state.platform.counters.add('hj212.unanswerable')
}

function send({ platform, peer, mn }: State, frame: Uint8Array): void {
  peer.send(frame)
  const bytes = shownFrame(frame.subarray(headBytes, frame.length - tailBytes))
  platform.frames.add('hj212', mn, { at: platform.clock(), direction: 'down', bytes, fault: null })
}

// `##` and four digits; four hexadecimal digits, CR LF.
const headBytes = 6
const tailBytes = 6

function sendOrder(state: State, order: DeviceOrder): void {
  const { platform, segment, mn, sent } = state
  // Nobody knows yet how it is spoken to; the order stays and is handed over again.
  if (!segment) return
  const now = platform.clock()
  state.lastQn = Math.max(now, state.lastQn + 1)
  const address = { st: segment.st, pw: segment.pw, mn, version: segment.flags?.version ?? null }
  const written = writeOrder(order, address, epochMs(state.lastQn), now)
  if ('fault' in written) return platform.answerOrder(order.id, 'failed', { fault: written.fault })
  sent.set(written.exchange.qn, written)
  send(state, written.frame)
}

function tickOrders(state: State): void {
  const now = state.platform.clock()
  for (const [qn, sent] of state.sent) {
    // The database has ended it.
    if (now >= sent.order.expiresAt) {
      state.sent.delete(qn)
      continue
    }
    const step = tick(sent.exchange, now)
    sent.exchange = step.exchange
    if (step.send) send(state, sent.frame)
    if (isOver(step.exchange)) end(state, qn, sent)
  }
}

/** For a device that is known but whose message was refused: its log says so. */
export function logRefused({ frames, clock }: Platform, device: Device, segment: Uint8Array, fault: string): void {
  const bytes = shownFrame(segment)
  frames.add('hj212', device.identity, { at: clock(), direction: 'up', bytes, fault })
}
