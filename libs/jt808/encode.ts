import { Jt808Error } from './error.ts'
import { writeHeader } from './header.ts'
import type { Outgoing } from './message.ts'
import { messages, type Definition } from './messages.ts'
import { standardProfile, type Profile } from './profile.ts'
import { bodyLengthMax, closeFrame } from './wire.ts'
import { openWriter } from './writer.ts'

/** How messages are written. */
export type EncodeOptions = { readonly profile?: Profile }

const table: Readonly<Record<string, Definition>> = messages

/**
 * Writes one frame: header, body, checksum, escapes, flags.
 * @param message  a body of at most 1,023 bytes; see `encodeParts` for longer ones
 * @returns the bytes as they go over the wire
 * @throws Jt808Error naming the field, its value and the rule; nothing is cut, rounded away or left out silently
 * Source: JT/T 808-2011, -2013, -2019. O(length).
 */
export function encode(message: Outgoing, options: EncodeOptions = {}): Uint8Array {
  const { profile = standardProfile } = options
  const content = writeHeader(idOf(message), message.header, encodeBody(message, profile), profile)
  return closeFrame(content, profile.framing)
}

/**
 * Writes a message as one frame, or cut into packages with consecutive serial numbers when its body is too long for one.
 * @param partLengthMax  bytes of body in a package, 1–1023
 * @returns the frames in order; the first has the header's serial number
 * @throws Jt808Error as `encode`; `range` when more than 65,535 packages would be needed
 * Source: JT/T 808-2019 clause 4.4.3 (package item). O(length).
 */
export function encodeParts(
  message: Outgoing,
  partLengthMax: number = bodyLengthMax,
  options: EncodeOptions = {},
): readonly Uint8Array[] {
  if (!Number.isInteger(partLengthMax) || partLengthMax < 1 || partLengthMax > bodyLengthMax)
    throw new Jt808Error('range', 'partLengthMax', partLengthMax, 0, `must be from 1 to ${bodyLengthMax}`)
  const { profile = standardProfile } = options
  const body = encodeBody(message, profile)
  const id = idOf(message)
  const { header } = message
  if (body.length <= partLengthMax) return [closeFrame(writeHeader(id, header, body, profile), profile.framing)]
  const total = Math.ceil(body.length / partLengthMax)
  return Array.from({ length: total }, (_, at) => {
    const part = body.subarray(at * partLengthMax, (at + 1) * partLengthMax)
    const own = { ...header, serial: (header.serial + at) % 0x10000, package: { total, index: at + 1 } }
    return closeFrame(writeHeader(id, own, part, profile), profile.framing)
  })
}

const isRaw = (message: Outgoing): message is Extract<Outgoing, { readonly kind: 'unknown' | 'part' | 'encrypted' }> =>
  message.kind === 'unknown' || message.kind === 'part' || message.kind === 'encrypted'

/** The row of the table; a caller without types may ask for any kind. */
function definitionOf(kind: string): Definition {
  const definition = Object.hasOwn(table, kind) ? table[kind] : undefined
  if (!definition) throw new Jt808Error('unknown_kind', 'kind', kind, 0, 'there is no such message')
  return definition
}

const idOf = (message: Outgoing): number => (isRaw(message) ? message.id : definitionOf(message.kind).id)

/**
 * Writes the body alone: unescaped, whatever its length.
 * @throws Jt808Error
 * Source: as `encode`. O(length).
 */
export function encodeBody(message: Outgoing, profile: Profile = standardProfile): Uint8Array {
  if (isRaw(message)) return message.body.bytes
  const writer = openWriter(message.header.version, profile)
  definitionOf(message.kind).body.write(writer, message.body, null)
  return writer.bytes.slice(0, writer.at)
}
