import type { DeviceSettings } from './device.ts'
import type { LoggedFrame } from './field-gateway.ts'
import { hj212Reader } from './frames/hj212.ts'
import { jt808Reader } from './frames/jt808.ts'
import { messageReader } from './frames/message.ts'
import { modbusReader } from './frames/modbus.ts'
import { mqttReader } from './frames/mqtt.ts'
import { opcuaReader } from './frames/opcua.ts'
import type { Protocol } from './protocol.ts'

/** Something in both languages. */
export type Words = { readonly zh: string; readonly en: string }

/** What a frame says, as far as it can be read. */
export type FrameContent = {
  /** Which message; null when it cannot be read. */
  readonly kind: string | null
  /** What it is called; null when it has no name. */
  readonly title: Words | null
  readonly fault: string | null
  /** What departs from the protocol and was read over; absent where the protocol knows no such thing. */
  readonly forgiven?: readonly { readonly rule: string; readonly offset: number; readonly value: string }[]
  readonly fields: readonly {
    readonly offset: number
    readonly length: number
    readonly zh: string
    readonly en: string
    /** Hexadecimal. */
    readonly raw: string
    readonly value: string
    readonly words: Words | null
  }[]
}

/** What of a device's settings decides how its frames are read. */
export type FrameWays = Pick<DeviceSettings, 'profile' | 'before2019'>

/** How frames of a protocol are shown. */
export type FrameReader = {
  /** Whether its bytes are text to be read as such. */
  readonly isText: boolean
  /**
   * Never throws, whatever the bytes are. O(length).
   * @param identity  under which the device is known that the frame is of: however it is written is no fault
   * @param direction  which way it went; absent: not known
   * @param ways  how the device departs from its protocol
   */
  readonly read: (
    bytes: Uint8Array,
    identity?: string,
    direction?: LoggedFrame['direction'],
    ways?: FrameWays,
  ) => FrameContent
  /** The frames in what somebody pasted. */
  readonly cut: (bytes: Uint8Array) => readonly Uint8Array[]
}

// Protocols without a framing of their own are shown as the text they are.
const readers: { readonly [P in Protocol]?: FrameReader } = {
  jt808: jt808Reader,
  hj212: hj212Reader,
  mqtt: mqttReader,
  modbus: modbusReader,
  opcua: opcuaReader,
}
const readerOf = (protocol: Protocol): FrameReader => readers[protocol] ?? messageReader

const framesMax = 20

/** A frame field by field, of a device where it is known whose it is. Pure. O(length). */
export function readFrame(
  protocol: Protocol,
  bytes: Uint8Array,
  identity?: string,
  direction?: LoggedFrame['direction'],
  ways?: FrameWays,
) {
  const { isText, read } = readerOf(protocol)
  const { title, forgiven = [], ...content } = read(bytes, identity, direction, ways)
  const { hex, text } = { hex: Buffer.from(bytes).toString('hex'), text: isText ? toText(bytes) : null }
  return { ...content, title, hex, text, forgiven: [...forgiven], fields: [...content.fields] }
}

/** A frame of a device, with what was found wrong with it when it came. */
export function readLogged(
  protocol: Protocol,
  identity: string,
  { at, direction, bytes, fault }: LoggedFrame,
  ways?: FrameWays,
) {
  const frame = readFrame(protocol, bytes, identity, direction, ways)
  return { ...frame, at, direction, fault: fault ?? frame.fault }
}

const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).trimEnd()

/**
 * The frames in what people copy from a log: hexadecimal with or without spaces; of a protocol that speaks in text also the text.
 * @returns null when it is neither; at most 20 frames
 */
export function framesIn(protocol: Protocol, pasted: string): readonly Uint8Array[] | null {
  const { isText, cut } = readerOf(protocol)
  const bytes = fromHex(pasted) ?? (isText ? new TextEncoder().encode(pasted.trim()) : null)
  if (!bytes) return null
  const frames = cut(bytes)
  return frames.length > 0 ? frames.slice(0, framesMax) : [bytes]
}

function fromHex(pasted: string): Uint8Array | null {
  const plain = pasted.replaceAll(/[\s,]|0x/gi, '')
  return /^(?:[0-9a-f]{2})+$/i.test(plain) ? Uint8Array.from(Buffer.from(plain, 'hex')) : null
}
