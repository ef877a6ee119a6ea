import {
  besideMn,
  createFramer,
  decodeSegment,
  directionOf,
  explain,
  parseQn,
  type Frame,
  type Framer,
  type FramerCounts,
  type Message,
} from '@tingzhou/hj212'
import { isSecret, keepFrame, type Device, type KeptWhy } from '@tingzhou/telemetry'
import { createFlow, type Flow } from '../flow.ts'
import type { Peer } from '../peer.ts'
import { takeLink } from '../speaker.ts'
import { isDue, noteStranger } from '../stranger.ts'
import type { Connection } from '../tcp.ts'
import { driftMaxMs, meetFirst } from './first-contact.ts'
import { noteInterval } from './interval.ts'
import { createLink, logRefused, type MonitorLink } from './link.ts'
import type { Platform } from './platform.ts'
import { shownFrame } from './shown.ts'
import { ask, takeUpload } from './upload.ts'

const badInRowMax = 20
// A logger may speak for what stands behind it.
const devicesMax = 64
// Before somebody has shown who it is.
const strangeMaxMs = 180_000
// Loggers that only send hours are silent for long.
const idleMaxMs = 2 * 3_600_000
const halfFrameMs = 30_000
const identityMax = 128

type State = {
  readonly platform: Platform
  readonly peer: Peer
  readonly framer: Framer
  readonly flow: Flow
  /** The devices that speak over this connection, by MN. */
  readonly links: Map<string, MonitorLink>
  badInRow: number
  heardMs: number
  closed: boolean
}

/**
 * Makes a connection that HJ 212 is spoken over; it may carry several devices.
 * Source: HJ 212-2017 clause 6 and annex C; HJ 212 server duties. A frame costs O(length).
 */
export function createSession(platform: Platform, peer: Peer): Connection {
  const state: State = {
    platform,
    peer,
    framer: createFramer(),
    flow: createFlow(platform.protocol, peer, platform.counters),
    links: new Map(),
    badInRow: 0,
    heardMs: performance.now(),
    closed: false,
  }
  return {
    receive: (bytes) => receive(state, bytes),
    closed: () => forget(state),
    tick: (nowMs) => tick(state, nowMs),
    close: () => close(state),
    address: peer.address,
  }
}

function receive(state: State, bytes: Uint8Array): void {
  const { framer, flow, platform } = state
  // What was on its way when the connection was closed.
  if (state.closed) return
  state.heardMs = performance.now()
  const before = framer.counts()
  const frames = framer.push(bytes)
  countBad(state, before, framer.counts())
  for (const frame of frames) {
    if (state.closed) return
    flow.take(state.heardMs)
    takeFrame(state, frame)
  }
  flow.holdBack(state.heardMs)
  if (state.badInRow < badInRowMax && !framer.isHopeless()) return
  platform.counters.add('hj212.closed_for_bad_frames')
  close(state)
}

/** What came between good frames is not told apart: one good frame in a packet ends the row of bad ones. */
function countBad(state: State, before: FramerCounts, after: FramerCounts): void {
  const { counters } = state.platform
  const noise = after.noiseBytes - before.noiseBytes
  if (noise > 0) counters.add('hj212.bytes_discarded', noise)
  let bad = 0
  for (const [fault, count] of Object.entries(after.refused)) {
    // Both have the same faults.
    const more = count - before.refused[fault as keyof FramerCounts['refused']]
    if (more > 0) counters.add(`hj212.refused.${fault}`, more)
    bad += more
  }
  state.badInRow += bad
}

function takeFrame(state: State, { segment }: Frame): void {
  const { platform } = state
  const { counters } = platform
  const read = decodeSegment(segment)
  if (!read.ok) {
    counters.add(`hj212.refused.${read.error.rule}`)
    state.badInRow++
    // Whose it is cannot be said for certain; the one device of a connection sees it in its log.
    const [only] = state.links.size === 1 ? state.links.values() : []
    const device = only?.device()
    if (device) logRefused(platform, device, segment, explain(read.error))
    return
  }
  const message = read.value
  state.badInRow = 0
  counters.add('hj212.frames')
  const device = platform.devices.find(message.segment.mn)
  const forgiven = device ? besideMn(message.forgiven) : message.forgiven
  if (forgiven.length > 0) counters.add('hj212.forgiven', forgiven.length)
  if (!device) return refuseStranger(state, message, segment)
  const { isTrusted } = device.settings
  if (isTrusted !== true && !isSecret(message.segment.pw ?? '', device.secretSha256))
    return refusePassword(state, device, segment)
  handle(state, device, message, segment)
}

/** Nothing is answered: what a stranger sends stays where it is. Its frames are kept until somebody knows it. */
function refuseStranger({ platform, peer }: State, { segment: { mn } }: Message, segment: Uint8Array): void {
  if (mn === '' || mn.length > identityMax) return platform.counters.add('hj212.mn_refused')
  const isNoted = noteStranger(platform, { protocol: 'hj212', identity: mn, name: mn, address: peer.address })
  if (isNoted) keepRefused(platform, mn, 'stranger', segment)
}

function refusePassword({ platform }: State, device: Device, segment: Uint8Array): void {
  platform.counters.add('hj212.password_wrong')
  logRefused(platform, device, segment, 'PW: the password of the device')
  if (isDue(platform, `hj212 password ${device.identity}`)) keepRefused(platform, device.identity, 'password', segment)
}

function keepRefused(platform: Platform, identity: string, why: KeptWhy, segment: Uint8Array): void {
  const { db, zoneId, newId, clock, log } = platform
  keepFrame(db, zoneId, { id: newId(), protocol: 'hj212', identity, why, body: shownFrame(segment) }, clock()).catch(
    (error: unknown) => log.error({ err: error, identity }, 'a refused frame could not be kept'),
  )
}

function handle(state: State, device: Device, message: Message, segment: Uint8Array): void {
  const { platform, flow } = state
  const bytes = shownFrame(segment)
  platform.frames.add('hj212', device.identity, { at: platform.clock(), direction: 'up', bytes, fault: null })
  const link = linkOf(state, device)
  if (!link) return platform.counters.add('hj212.too_many_devices')
  link.hear(message)
  noteInterval(platform, device, link, message)
  const direction = directionOf(message.segment.cn, message.body)
  if (direction === 'down') return platform.counters.add('hj212.wrong_direction')
  if (message.body.type === 'unknown') platform.counters.add('hj212.unknown_command')
  meetFirst(platform, device, message)
  noteClock(platform, device, message)
  if (isReply(message)) return
  if (message.body.type === 'heartbeat' || message.segment.cn === '1013') return link.answer(message)
  takeUpload({ platform, flow, link, device, message, segment })
}

const replies: ReadonlySet<Message['body']['type']> = new Set([
  'request_answer',
  'result',
  'notice_answer',
  'upload_answer',
])
const isReply = ({ body }: Message): boolean => replies.has(body.type)

/** The newest connection of a device counts. */
function linkOf(state: State, device: Device): MonitorLink | null {
  const { platform, peer, links } = state
  const mn = device.identity
  const known = links.get(mn)
  if (known) return known
  if (links.size >= devicesMax) return null
  const link = createLink(platform, peer, mn, () => leave(state, mn))
  links.set(mn, link)
  takeLink(platform, device, link)
  return link
}

/** Another connection speaks for the device; this one ends when it carries no other. */
function leave(state: State, mn: string): void {
  const { links } = state.platform
  if (links.get(mn) === state.links.get(mn)) links.delete(mn)
  state.links.delete(mn)
  if (state.links.size === 0) close(state)
}

const setClockEveryMs = 6 * 3_600_000

/** A clock that is off is counted, and set; so is one whose device asks for it. */
function noteClock(platform: Platform, device: Device, message: Message): void {
  const { counters, clock, clocksSet } = platform
  const { qn, cn } = message.segment
  const said = qn === null ? null : parseQn(qn)
  const now = clock()
  // A repeat carries the number of the first time: only a clock that goes ahead is certainly off.
  const isOff = said !== null && said - now > driftMaxMs
  if (isOff) counters.add('hj212.clock_ahead')
  const isWished = cn === '1013'
  if (!isOff && !isWished) return
  const before = clocksSet.get(device.id)
  if (before !== undefined && now - before < (isWished ? driftMaxMs : setClockEveryMs)) return
  clocksSet.set(device.id, now)
  ask(platform, device, 'set_time', {}, isWished ? 'the device asked for it' : 'its clock is ahead')
}

function tick(state: State, nowMs: number): void {
  const { platform, framer, links, heardMs } = state
  if (nowMs - heardMs > (links.size === 0 ? strangeMaxMs : idleMaxMs)) {
    platform.counters.add('hj212.idle')
    return close(state)
  }
  if (framer.pendingBytes() > 0 && nowMs - heardMs > halfFrameMs) {
    const before = framer.counts()
    for (const frame of framer.giveUp()) takeFrame(state, frame)
    countBad(state, before, framer.counts())
  }
  for (const link of links.values()) link.tick()
}

function close(state: State): void {
  forget(state)
  state.peer.close()
}

function forget(state: State): void {
  const { platform, links, flow } = state
  state.closed = true
  flow.close()
  for (const [mn, link] of links) if (platform.links.get(mn) === link) platform.links.delete(mn)
  links.clear()
}
