import { createHash } from 'node:crypto'
import {
  encode,
  type DecodeOptions,
  type FramerOfAny,
  type HeaderInput,
  type Message,
  type Outgoing,
} from '@tingzhou/jt808'
import type { Device, Fix, KeptWhy } from '@tingzhou/telemetry'
import type { Flow } from '../flow.ts'
import type { Kept } from '../intake.ts'
import type { Peer } from '../peer.ts'
import type { Handled } from './handled.ts'
import type { Sent } from './orders.ts'
import type { Platform, Session } from './platform.ts'

/** What is known of a connection. */
export type State = {
  readonly platform: Platform
  readonly peer: Peer
  readonly framer: FramerOfAny
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
  /** When it was last seen that nothing is read from it: until then nothing could be heard. */
  heldMs: number
  readonly sent: Map<number, Sent>
  /** Orders that the answers to its reports tell, by id. */
  readonly handled: Map<string, Handled>
  header: Message['header'] | null
  /** The last fix with a place that came over this connection. */
  previous: Fix | null
  /** Seconds between two heartbeats, as it said over this connection. */
  heartbeatS: number | undefined
  /** Messages that were kept as frames, by digest: who waits to hear it, or that it is done. */
  readonly keeping: Map<string, Kept[] | 'kept'>
  /** Messages that came in packages and are not durable yet. */
  readonly unkept: Set<string>
  closed: boolean
  self: Session | null
}

/** A message as it was heard. */
export type Heard<M extends Message = Message> = {
  readonly message: M
  /** The frames that it came in. */
  readonly frames: () => readonly Uint8Array[]
  /** What is answered: of a message that came in packages, the last of them. */
  readonly asked: Asked
  /** Of a message that came in packages: told whether it is done with, or has to come again. */
  readonly settled: Kept | null
}

/** What an answer names. */
export type Asked = Pick<Message, 'id' | 'header'>

export type Result = 'ok' | 'failed' | 'malformed' | 'unsupported' | 'alarm_handled'

/** The device of a session as it is known now; null for a stranger, and for one that was retired. O(1). */
export function deviceOf({ platform, identity, deviceId }: State): Device | null {
  const device = identity === null ? undefined : platform.devices.find(identity)
  // Another device may have the phone by now.
  return device && device.id === deviceId ? device : null
}

export function nextSerial(state: State): number {
  const { serial } = state
  state.serial = (serial + 1) % 0x10000
  return serial
}

/** The header of what is said to a terminal: in the version in which it spoke. */
export const headerTo = (
  state: State,
  { version, protocolVersion, phone }: Pick<Message['header'], 'version' | 'protocolVersion' | 'phone'>,
): HeaderInput => ({ version, protocolVersion, phone, serial: nextSerial(state) })

/** A message as this terminal reads it. @throws Jt808Error */
export const written = ({ options: { profile } }: State, message: Outgoing): Uint8Array =>
  encode(message, profile ? { profile } : {})

/** @param shown  what the log keeps of it */
export function sendFrame(state: State, frame: Uint8Array, shown = frame): void {
  if (state.closed) return
  state.peer.send(frame)
  logFrame(state, 'down', shown, null)
}

/** Logs a frame of a terminal that is known. */
export function logFrame(
  { platform, identity }: State,
  direction: 'up' | 'down',
  bytes: Uint8Array,
  fault: string | null,
): void {
  if (identity) platform.frames.add(platform.protocol, identity, { at: platform.clock(), direction, bytes, fault })
}

/** A general answer of the platform. */
export function answer(state: State, { id, header }: Asked, result: Result): void {
  const body = { answeredSerial: header.serial, answeredId: id, result }
  sendFrame(state, written(state, { kind: 'platform_answer', header: headerTo(state, header), body }))
}

/** Answers at once: nothing has to be kept. What failed has to come again. */
export function reply(state: State, { asked, settled }: Heard, result: Result): void {
  settled?.(result !== 'failed')
  answer(state, asked, result)
}

/** What has to be durable before a message is answered. */
export type Keeping = {
  /** Why it is kept as its frames; null: it is not. */
  readonly why: KeptWhy | null
  /** Readings of it were given to the intake. */
  readonly hasReadings: boolean
  /** Readings that are given to it later: whether they were. */
  readonly later?: readonly Promise<boolean>[]
}

/** Goes on when what a message said is durable: the answer is the terminal's licence to forget. */
export function settle(state: State, heard: Heard, { why, hasReadings, later = [] }: Keeping, then: () => void): void {
  const { platform, flow } = state
  const { settled } = heard
  const isLater = later.length > 0
  let waits = Number(hasReadings) + Number(isLater) + Number(why !== null)
  let isKept = true
  const kept = (isOneKept: boolean): void => {
    isKept &&= isOneKept
    if (--waits > 0) return
    flow.end()
    settled?.(isKept)
    if (isKept) return then()
    platform.counters.add('jt808.not_kept')
  }
  flow.begin()
  if (hasReadings) platform.intake.whenKept(kept)
  if (isLater)
    void Promise.all(later).then((given) => (given.every(Boolean) ? platform.intake.whenKept(kept) : kept(false)))
  if (why !== null) keepOnce(state, heard, why, kept)
}

/** Keeps a message as its frames, and answers when that is done. */
export const keepAsIs = (state: State, heard: Heard, why: KeptWhy, result: Result): void =>
  settle(state, heard, { why, hasReadings: false }, () => answer(state, heard.asked, result))

const keepingMax = 64

/** A repeat over the same connection is byte for byte the same: it is kept once. */
function keepOnce(state: State, heard: Heard, why: KeptWhy, kept: Kept): void {
  const { platform, keeping, identity } = state
  const frames = heard.frames()
  const digest = digestOf(frames)
  const known = keeping.get(digest)
  if (known === 'kept') return kept(true)
  if (known) return void known.push(kept)
  const waiting = [kept]
  keeping.set(digest, waiting)
  platform.keeper.keep({ identity: identity ?? heard.message.header.phone, why, frames }, (isKept) => {
    if (isKept) keeping.set(digest, 'kept')
    else keeping.delete(digest)
    forgetOldest(keeping)
    for (const each of waiting) each(isKept)
  })
}

function digestOf(frames: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const frame of frames) hash.update(frame)
  return hash.digest('base64url')
}

/** Maps keep the order of insertion: the first is the oldest. */
function forgetOldest(keeping: State['keeping']): void {
  if (keeping.size <= keepingMax) return
  for (const [digest, state] of keeping) {
    if (state !== 'kept') continue
    keeping.delete(digest)
    return
  }
}
