import {
  createFramer,
  decode,
  decodeWhole,
  encode,
  fieldProfiles,
  Jt808Error,
  type DecodeOptions,
  type Framer,
  type FramerCounts,
  type Message,
  type MessageKind,
  type MessageOf,
  type Outgoing,
  type Position,
  type Profile,
  type RawMessage,
} from '@tingzhou/jt808'
import { fixFlags, isSecret, setSecret, toSteps, type Device, type DeviceOrder, type Fix } from '@tingzhou/telemetry'
import { fromGcj02, placeFault } from '@tingzhou/geo'
import { createFlow, type Flow } from '../flow.ts'
import type { Peer } from '../peer.ts'
import { takeLink, type Link } from '../speaker.ts'
import type { Connection } from '../tcp.ts'
import { noteStranger } from '../stranger.ts'
import { answeredSerialOf, judgeAnswer, retry, writeOrder, type Sent } from './orders.ts'
import type { Platform } from './platform.ts'
import { toFix } from './position.ts'
import { register } from './registration.ts'

/** One connection of one terminal. */
export type Session = Connection &
  Link & {
    /** Asks for packages that are missing. */
    readonly askAgain: (request: (serial: number) => Outgoing) => void
  }

const badInRowMax = 20
const idleMaxMs = 180_000

type State = {
  readonly platform: Platform
  readonly peer: Peer
  readonly framer: Framer
  readonly flow: Flow
  /** Who speaks, once that is known; what is known of it may change meanwhile. */
  identity: string | null
  /** The device that it was then. */
  deviceId: string | null
  options: DecodeOptions
  /** The code was shown, or the device is trusted without. */
  admitted: boolean
  serial: number
  badInRow: number
  heardMs: number
  readonly sent: Map<number, Sent>
  header: Message['header'] | null
  /** The last fix with a place that came over this connection. */
  previous: Fix | null
  closed: boolean
  self: Session | null
}

const hiddenCode = '******'
const profiles: Readonly<Record<string, Profile>> = fieldProfiles
const stranger: DecodeOptions = { mode: 'lenient' }

/**
 * Makes the session of a connection.
 * Source: JT/T 808-2019 clauses 4.3–4.5, 6; gateway duties. A frame costs O(length).
 */
export function createSession(platform: Platform, peer: Peer): Session {
  const state: State = {
    platform,
    peer,
    framer: createFramer(),
    flow: createFlow(platform.protocol, peer, platform.counters),
    identity: null,
    deviceId: null,
    options: stranger,
    admitted: false,
    serial: 0,
    badInRow: 0,
    heardMs: performance.now(),
    sent: new Map(),
    header: null,
    previous: null,
    closed: false,
    self: null,
  }
  const session: Session = {
    receive: (bytes) => receive(state, bytes),
    closed: () => forget(state),
    order: (order) => sendOrder(state, order),
    askAgain: (request) => sendFrame(state, encode(request(nextSerial(state)))),
    tick: (nowMs) => tick(state, nowMs),
    close: () => close(state),
    device: () => deviceOf(state),
    hasOrder: (id) => [...state.sent.values()].some(({ order }) => order.id === id),
    heardSince: (ms) => state.heardMs >= ms,
    address: peer.address,
    supersede: () => close(state),
  }
  state.self = session
  return session
}

/** The device of a session as it is known now; null for a stranger, and for one that was retired. O(1). */
function deviceOf({ platform, identity, deviceId }: State): Device | null {
  const device = identity === null ? undefined : platform.devices.find(identity)
  // Another device may have the phone by now.
  return device && device.id === deviceId ? device : null
}

function receive(state: State, bytes: Uint8Array): void {
  const { framer, platform } = state
  const before = framer.counts()
  const frames = framer.push(bytes)
  const after = framer.counts()
  state.heardMs = performance.now()
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
  if (bad === 0) return
  state.platform.counters.add('jt808.frames_bad', bad)
  state.badInRow += bad
}

function handleFrame(state: State, frame: Uint8Array): void {
  const { platform } = state
  const message = read(state, frame)
  if (!message) return
  if (state.identity)
    platform.frames.add(platform.protocol, state.identity, logged(state, 'up', withoutCode(message, frame), null))
  state.badInRow = 0
  state.header = message.header
  platform.counters.add('jt808.frames')
  if (message.forgiven.length > 0) platform.counters.add('jt808.forgiven', message.forgiven.length)
  if (message.kind === 'part') return takePart(state, message)
  handle(state, message)
}

/** Reads a frame; one that cannot be read, or answered, is counted and logged. */
function read(state: State, frame: Uint8Array): Message | null {
  try {
    const first = decode(frame, state.options)
    // Lenient reading passes over digits of a phone that are none; nobody has such a phone, and no answer can be written to it.
    if (!/^\d+$/.test(first.header.phone))
      return refuseFrame(state, frame, 'phone_digit', `phone ${first.header.phone}`)
    return knows(state, first) ? decode(frame, state.options) : first
  } catch (error) {
    if (error instanceof Jt808Error) return refuseFrame(state, frame, error.rule, error.message)
    throw error
  }
}

function refuseFrame(state: State, frame: Uint8Array, rule: string, fault: string): null {
  const { platform, identity } = state
  if (identity) platform.frames.add(platform.protocol, identity, logged(state, 'up', frame, fault))
  platform.counters.add(`jt808.refused.${rule}`)
  countBad(state, 1)
  return null
}

/** Whoever reads the log must not be able to speak as the terminal. */
function withoutCode(message: Message, frame: Uint8Array): Uint8Array {
  if (message.kind !== 'authenticate') return frame
  return encode({ kind: 'authenticate', header: message.header, body: { ...message.body, authCode: hiddenCode } })
}

const logged = (state: State, direction: 'up' | 'down', bytes: Uint8Array, fault: string | null) => ({
  at: state.platform.clock(),
  direction,
  bytes,
  fault,
})

/** Finds out who speaks at the first message. @returns whether the device has ways of its own to be read by */
function knows(state: State, { header }: Message): boolean {
  // What it was admitted as was retired, or replaced under the same phone: it shows its code like any other.
  if (state.identity === header.phone && !deviceOf(state)) disown(state)
  if (state.identity) return false
  const device = state.platform.devices.find(header.phone)
  if (!device) return false
  state.identity = device.identity
  state.deviceId = device.id
  const { profile, isLenient, before2019, isTrusted } = device.settings
  const named = profile === undefined ? undefined : profiles[profile]
  state.options = {
    mode: isLenient ? 'lenient' : 'strict',
    ...(named ? { profile: named } : {}),
    ...(before2019 ? { before2019 } : {}),
  }
  if (isTrusted) admit(state, device)
  return true
}

function disown(state: State): void {
  leave(state)
  state.identity = null
  state.admitted = false
}

function takePart(state: State, part: RawMessage): void {
  const { platform } = state
  if (!state.admitted) return answer(state, part, 'failed')
  const added = platform.assembler.add(part, performance.now())
  if (added.state === 'refused') platform.counters.add(`jt808.parts_refused.${added.why}`)
  if (added.state === 'refused') return answer(state, part, 'failed')
  // Each package is answered; media are answered as a whole.
  const isAnswered = part.id !== mediaDataId
  if (added.state !== 'complete') return isAnswered ? answer(state, part, 'ok') : undefined
  try {
    handle(state, decodeWhole(added.whole, state.options))
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    platform.counters.add(`jt808.refused.${error.rule}`)
    return answer(state, part, 'malformed')
  }
  // The last package is answered when what the whole said is durable: without it the terminal sends all again.
  if (isAnswered) platform.intake.whenKept((kept) => (kept ? answer(state, part, 'ok') : undefined))
}

const mediaDataId = 0x0801

type Handlers = { readonly [K in MessageKind]?: (state: State, message: MessageOf<K>) => void }

/** What needs no code. */
const before: Handlers = {
  register: (state, message) => {
    const reply = (body: MessageOf<'register_answer'>['body']) => {
      const { version, phone } = message.header
      const header = { version, phone, serial: nextSerial(state) }
      const shown = body.authCode === undefined ? body : { ...body, authCode: hiddenCode }
      const logged = encode({ kind: 'register_answer', header, body: shown })
      sendFrame(state, encode({ kind: 'register_answer', header, body }), logged)
    }
    // Headers of 2011 and 2013 are the same: the registration tells which bodies will follow.
    if (message.header.version === '2011') state.options = { ...state.options, before2019: '2011' }
    void register(state.platform, deviceOf(state), state.peer.address, message, reply)
  },
  authenticate: (state, message) => {
    const device = deviceOf(state)
    if (!device) return refuseStranger(state, message)
    if (!state.admitted && !isSecret(message.body.authCode, device.secretSha256)) {
      state.platform.counters.add('jt808.code_wrong')
      return answer(state, message, 'failed')
    }
    admit(state, device)
    answer(state, message, 'ok')
  },
}

/** What a terminal that was admitted may say, beside what is answered with "ok" only. */
const after: Handlers = {
  position: (state, message) => report(state, message, [message.body], false),
  position_batch: (state, message) =>
    report(state, message, message.body.positions, message.body.batchKind === 'blind_area'),
  position_answer: (state, message) => void takePositions(state, [message.body.position], false),
  vehicle_control_answer: (state, message) => void takePositions(state, [message.body.position], false),
  query_time: (state, message) => {
    const { version, phone } = message.header
    const serial = nextSerial(state)
    const body = { timeMs: state.platform.clock() }
    sendFrame(state, encode({ kind: 'time_answer', header: { version, phone, serial }, body }))
  },
  unregister: (state, message) => {
    answer(state, message, 'ok')
    void unregister(state)
  },
  media_data: (state, message) => void keepMedium(state, message),
  terminal_answer: () => {},
  parameters_answer: () => {},
  attributes_answer: () => {},
  picture_answer: () => {},
  media_found: () => {},
  areas_answer: () => {},
  recorder_data: () => {},
}

function handle(state: State, message: Message): void {
  // The tables hold for each kind a handler of that kind.
  const early = before[message.kind as MessageKind] as ((state: State, message: Message) => void) | undefined
  if (early) return early(state, message)
  if (!deviceOf(state)) return refuseStranger(state, message)
  if (!state.admitted || message.header.phone !== state.identity) {
    state.platform.counters.add(state.admitted ? 'jt808.other_phone' : 'jt808.not_admitted')
    return answer(state, message, 'failed')
  }
  takeAnswer(state, message)
  const own = after[message.kind as MessageKind] as ((state: State, message: Message) => void) | undefined
  if (own) return own(state, message)
  if (message.kind === 'unknown') state.platform.counters.add('jt808.unknown_message')
  answer(state, message, message.kind === 'unknown' || message.kind === 'encrypted' ? 'unsupported' : 'ok')
}

function refuseStranger(state: State, message: Message): void {
  const { platform, peer } = state
  const { phone } = message.header
  noteStranger(platform, { protocol: platform.protocol, identity: phone, name: phone, address: peer.address })
  answer(state, message, 'failed')
}

/** The code is worth nothing from now on; the terminal has to register again. */
async function unregister(state: State): Promise<void> {
  const { platform } = state
  const device = deviceOf(state)
  state.admitted = false
  leave(state)
  if (!device) return
  try {
    await setSecret(platform.db, platform.zoneId, device.id, null)
    await platform.devices.reload(device.identity)
  } catch (error) {
    platform.log.error({ err: error, device: device.identity }, 'a code could not be taken back')
  }
}

function admit(state: State, device: Device): void {
  state.admitted = true
  if (state.self) takeLink(state.platform, device, state.self)
}

function report(state: State, message: Message, positions: readonly Position[], isLate: boolean): void {
  if (takePositions(state, positions, isLate)) answerWhenKept(state, message)
  else answer(state, message, 'failed')
}

/** @returns false when the equipment has no position to be kept */
function takePositions(state: State, positions: readonly Position[], isLate: boolean): boolean {
  const { platform } = state
  const device = deviceOf(state)
  const point = device?.points.POS
  if (!device || point === undefined) {
    platform.counters.add('jt808.no_position_point')
    return false
  }
  for (const position of positions) {
    const fix = toFix(
      placeOf(device, position),
      state.previous ?? platform.telemetry.last.fix(point),
      isLate,
      platform.clock(),
    )
    if ('fault' in fix) {
      platform.counters.add(`jt808.position_refused.${fix.fault}`)
      continue
    }
    platform.intake.fix(point, fix)
    if (!isLate && (fix.flags & fixFlags.noFix) === 0) state.previous = fix
    takeFuel(state, device, position, fix.at)
  }
  return true
}

/** GCJ-02 never enters storage. */
function placeOf({ settings }: Device, position: Position): Position {
  if (settings.coordinates !== 'gcj02' || placeFault({ lon: position.longitude, lat: position.latitude }))
    return position
  const { lon, lat } = fromGcj02({ lon: position.longitude, lat: position.latitude })
  return { ...position, longitude: lon, latitude: lat }
}

function takeFuel({ platform }: State, device: Device, { items }: Position, at: number): void {
  const fuel = items.find(({ kind }) => kind === 'fuel')
  const point = device.points.FUEL
  if (fuel?.kind !== 'fuel' || point === undefined) return
  const steps = toSteps(fuel.fuelL, platform.telemetry.catalog.resolutionOf(point))
  if (steps !== null) platform.intake.sample(point, at, steps)
}

/** The terminal forgets a report when it is answered: that is when it is durable here. */
function answerWhenKept(state: State, message: Message): void {
  state.flow.begin()
  state.platform.intake.whenKept((kept) => {
    state.flow.end()
    if (kept) answer(state, message, 'ok')
    else state.platform.counters.add('jt808.not_kept')
  })
}

async function keepMedium(state: State, message: MessageOf<'media_data'>): Promise<void> {
  const { platform } = state
  const device = deviceOf(state)
  if (!device) return
  const { version, phone } = message.header
  try {
    await platform.keepMedium(device, message.body)
  } catch (error) {
    platform.log.error({ err: error, device: device.identity }, 'a medium could not be kept')
    return
  }
  platform.counters.add('jt808.media')
  const header = { version, phone, serial: nextSerial(state) }
  const answeredSerial = version === '2011' ? { answeredSerial: message.header.serial } : {}
  sendFrame(state, encode({ kind: 'media_answer', header, body: { ...answeredSerial, mediaId: message.body.mediaId } }))
}

/** A general answer of the platform. */
function answer(state: State, { id, header }: Message, result: 'ok' | 'failed' | 'malformed' | 'unsupported'): void {
  const { version, phone, serial } = header
  const body = { answeredSerial: serial, answeredId: id, result }
  sendFrame(state, encode({ kind: 'platform_answer', header: { version, phone, serial: nextSerial(state) }, body }))
}

function nextSerial(state: State): number {
  const { serial } = state
  state.serial = (serial + 1) % 0x10000
  return serial
}

/** @param shown  what the log keeps of it */
function sendFrame(state: State, frame: Uint8Array, shown = frame): void {
  if (state.closed) return
  state.peer.send(frame)
  if (state.identity)
    state.platform.frames.add(state.platform.protocol, state.identity, logged(state, 'down', shown, null))
}

function sendOrder(state: State, order: DeviceOrder): void {
  const { platform, header, sent } = state
  if (!header || !state.admitted) return
  const serial = nextSerial(state)
  const written = writeOrder(order, { version: header.version, phone: header.phone, serial }, performance.now())
  if ('fault' in written) return platform.answerOrder(order.id, 'failed', { fault: written.fault })
  // Packages of a long order have consecutive numbers.
  for (let more = 1; more < written.frames.length; more++) nextSerial(state)
  sent.set(serial, written)
  for (const frame of written.frames) sendFrame(state, frame)
}

function takeAnswer(state: State, message: Message): void {
  const serial = answeredSerialOf(message) ?? serialByKind(state, message)
  const sent = serial === null ? undefined : state.sent.get(serial)
  if (serial === null || !sent) return
  const verdict = judgeAnswer(sent.definition, message)
  if (verdict === 'goes_on') return
  state.sent.delete(serial)
  state.platform.answerOrder(sent.order.id, verdict.state, verdict.answer)
}

/** Some answers, such as attributes, do not say what they answer: the oldest order that asks for them. */
function serialByKind({ sent }: State, { id }: Message): number | null {
  for (const [serial, { definition }] of sent) if (definition.answers.at(-1) === id) return serial
  return null
}

function tick(state: State, nowMs: number): void {
  if (nowMs - state.heardMs > idleMaxMs) {
    state.platform.counters.add('jt808.idle')
    return close(state)
  }
  for (const [serial, sent] of state.sent) {
    // The database has ended it.
    if (state.platform.clock() >= sent.order.expiresAt) {
      state.sent.delete(serial)
      continue
    }
    const due = retry(sent, nowMs)
    if (due === 'again') for (const frame of sent.frames) sendFrame(state, frame)
    if (due !== 'give_up') continue
    state.sent.delete(serial)
    state.platform.answerOrder(sent.order.id, 'failed', { fault: 'the terminal did not answer' })
  }
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

/** No longer the connection of its device. */
function leave({ platform, identity, self }: State): void {
  if (identity && platform.links.get(identity) === self) platform.links.delete(identity)
}
