import { connect, type Socket } from 'node:net'
import {
  answerNotice,
  answerRequest,
  createFramer,
  decodeSegment,
  encode,
  formatQn,
  formatTime,
  item,
  requestOf,
  resultTo,
  splitPackets,
  type Framer,
  type Group,
  type Message,
  type Segment,
} from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import type { Identity } from './identity.ts'
import { isAway, momentOf, periodOf } from './measure.ts'

export type StationOptions = {
  readonly host: string
  readonly port: number
  readonly identity: Identity
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly realtimeMs: number
  readonly minuteMs: number
  readonly hourMs: number
}

/** What a station did since it began. */
export type StationCounts = {
  connects: number
  sent: number
  answered: number
  resent: number
  orders: number
  given: number
}

/** A station that speaks HJ 212. */
export type Station = {
  /** Does what is due. */
  readonly tick: () => void
  readonly counts: () => Readonly<StationCounts>
  readonly close: () => void
}

type Waiting = { readonly frame: Uint8Array; tries: number; dueMs: number }

type State = {
  readonly options: StationOptions
  socket: Socket | null
  isConnected: boolean
  framer: Framer
  retryMs: number
  readonly waiting: Map<string, Waiting>
  readonly sentUntil: Map<string, number>
  readonly counts: StationCounts
  answerMs: number
  triesMax: number
  isRealtimeOn: boolean
  realtimeMs: number
  minuteMs: number
  aheadMs: number
  lastQn: number
}

// HJ 212-2017 table 1.
const answerMs = 10_000
const triesMax = 4
const retryMs = 5_000
const waitingMax = 2_000
// Records of one answer to a query.
const recordsMax = 500

/** Makes a station; nothing happens before its first tick. */
export function createStation(options: StationOptions): Station {
  const state: State = {
    options,
    socket: null,
    isConnected: false,
    framer: createFramer(),
    retryMs: 0,
    waiting: new Map(),
    sentUntil: new Map(),
    counts: { connects: 0, sent: 0, answered: 0, resent: 0, orders: 0, given: 0 },
    answerMs,
    triesMax,
    isRealtimeOn: true,
    realtimeMs: options.realtimeMs,
    minuteMs: options.minuteMs,
    aheadMs: 0,
    lastQn: 0,
  }
  return {
    tick: () => tick(state),
    counts: () => ({ ...state.counts }),
    close: () => hangUp(state),
  }
}

const clockOf = ({ options, aheadMs }: State): number => options.now() + aheadMs

function tick(state: State): void {
  const at = clockOf(state)
  const { hourMs, identity, now } = state.options
  if (isAway(identity, at)) hangUp(state)
  else if (!state.socket && now() >= state.retryMs) call(state)
  if (state.isRealtimeOn) upload(state, '2011', at, state.realtimeMs, () => momentOf(identity, at))
  upload(state, '2051', at, state.minuteMs, (from) => periodOf(identity, from, state.minuteMs))
  upload(state, '2061', at, hourMs, (from) => periodOf(identity, from, hourMs))
  if (state.isConnected) sendAgain(state)
}

function call(state: State): void {
  const { host, port, now } = state.options
  const socket = connect(port, host)
  state.socket = socket
  state.framer = createFramer()
  socket.on('connect', () => {
    state.isConnected = true
    state.counts.connects++
    for (const { frame } of state.waiting.values()) socket.write(frame)
  })
  socket.on('data', (bytes: Buffer) => {
    for (const { segment } of state.framer.push(bytes)) {
      const read = decodeSegment(segment)
      if (read.ok) hear(state, read.value)
    }
  })
  // What went wrong is followed by "close".
  socket.on('error', () => {})
  socket.on('close', () => {
    if (state.socket !== socket) return
    state.socket = null
    state.isConnected = false
    state.retryMs = now() + retryMs
  })
}

function hangUp(state: State): void {
  state.socket?.destroy()
  state.socket = null
  state.isConnected = false
}

/** Sends what a period came to when it is over. What happened while nobody listened is sent when it is asked for. */
function upload(
  state: State,
  cn: string,
  at: number,
  everyMs: number,
  areaOf: (from: number) => readonly Group[],
): void {
  const period = Math.floor(at / everyMs)
  const before = state.sentUntil.get(cn)
  state.sentUntil.set(cn, period)
  if (before !== undefined && period > before && state.isConnected) send(state, cn, areaOf((period - 1) * everyMs))
}

function send(state: State, cn: string, area: readonly Group[]): void {
  const { st, pw, mn } = state.options.identity
  const packets = splitPackets(requestOf({ st, pw, mn, version: 1 }, '', cn, area), () => nextQn(state))
  if (!packets.ok) return
  for (const packet of packets.value) {
    const encoded = encode(packet)
    if (!encoded.ok || state.waiting.size >= waitingMax) continue
    state.waiting.set(packet.qn ?? '', { frame: encoded.value, tries: 1, dueMs: state.options.now() + state.answerMs })
    state.counts.sent++
    state.socket?.write(encoded.value)
  }
}

function nextQn(state: State): string {
  state.lastQn = Math.max(Math.floor(clockOf(state)), state.lastQn + 1)
  return formatQn(epochMs(state.lastQn))
}

/** What nobody answers is sent again; after some tries the connection counts as broken. */
function sendAgain(state: State): void {
  const now = state.options.now()
  for (const waiting of state.waiting.values()) {
    if (now < waiting.dueMs) continue
    if (waiting.tries >= state.triesMax) {
      waiting.tries = 0
      return hangUp(state)
    }
    waiting.tries++
    waiting.dueMs = now + state.answerMs
    state.counts.resent++
    state.socket?.write(waiting.frame)
  }
}

function hear(state: State, message: Message): void {
  const { segment } = message
  if (segment.cn === '9014' || segment.cn === '9013') {
    if (state.waiting.delete(segment.qn ?? '')) state.counts.answered++
    return
  }
  state.counts.orders++
  if (segment.cn === '2012' || segment.cn === '2022') {
    if (segment.cn === '2012') state.isRealtimeOn = false
    return reply(state, answerNotice(segment))
  }
  const work = workOf(state, message)
  reply(state, answerRequest(segment, work ? '1' : '2'))
  if (!work) return
  const result = work()
  reply(state, resultTo(segment, result))
}

function reply(state: State, segment: Segment): void {
  const encoded = encode(segment)
  if (encoded.ok) state.socket?.write(encoded.value)
}

type Result = '1' | '100'

/** What an order makes the station do; null for what it cannot. */
function workOf(state: State, { segment, body }: Message): (() => Result) | null {
  const { identity, hourMs, now } = state.options
  switch (segment.cn) {
    case '1000':
      return () => {
        if (body.type !== 'retry_settings') return '100'
        if (body.overTimeS !== null) state.answerMs = body.overTimeS * 1_000
        if (body.repeats !== null) state.triesMax = body.repeats + 1
        return '1'
      }
    case '1011':
      return () => {
        send(state, '1011', [item('SystemTime', formatTime(epochMs(clockOf(state))))])
        return '1'
      }
    case '1012':
      return () => {
        if (body.type === 'clock' && body.clock?.at) state.aheadMs = Math.round((body.clock.at - now()) / 1_000) * 1_000
        return '1'
      }
    case '1062':
      return () => {
        if (body.type === 'realtime_interval' && body.intervalS !== null) state.realtimeMs = body.intervalS * 1_000
        return '1'
      }
    case '1064':
      return () => {
        if (body.type === 'minute_interval' && body.intervalMin !== null) state.minuteMs = body.intervalMin * 60_000
        return '1'
      }
    case '2051':
      return () => giveAgain(state, '2051', body, state.minuteMs, (from) => periodOf(identity, from, state.minuteMs))
    case '2061':
      return () => giveAgain(state, '2061', body, hourMs, (from) => periodOf(identity, from, hourMs))
    case '2011':
      return () => {
        state.isRealtimeOn = true
        return '1'
      }
    case '2021':
    case '3011':
    case '3012':
      return () => '1'
    default:
      return null
  }
}

/** Sends the records of a time again: an instrument measures also when nobody listens. */
function giveAgain(
  state: State,
  cn: string,
  body: Message['body'],
  everyMs: number,
  areaOf: (from: number) => readonly Group[],
): Result {
  if (body.type !== 'query' || !body.from?.at || !body.to?.at) return '100'
  const first = Math.ceil(body.from.at / everyMs)
  // The period that goes on has no record yet.
  const last = Math.min(
    Math.floor(body.to.at / everyMs),
    Math.floor(clockOf(state) / everyMs) - 1,
    first + recordsMax - 1,
  )
  for (let period = first; period <= last; period++) {
    send(state, cn, areaOf(period * everyMs))
    state.counts.given++
  }
  return last >= first ? '1' : '100'
}
