import { fieldNames, flagNames, meaningNames, type Name } from './catalogue.ts'
import { decodeNoting, type DecodeOptions } from './decode.ts'
import { Jt808Error, type Forgiven } from './error.ts'
import type { Message } from './message.ts'
import { alternativeFraming, fieldProfiles, standardProfile, type Profile } from './profile.ts'
import type { Note } from './reader.ts'
import { openFrame, wireOffsets } from './wire.ts'

/** One field of a frame, as a person reads it. */
export type AnnotatedField = {
  /** Where it stands in the message: `header.phone`, `items[2].fuelL`. */
  readonly path: string
  /** The last name of the path. */
  readonly key: string
  readonly name: Name
  /** Bytes from the first header byte, unescaped. */
  readonly offset: number
  readonly length: number
  /** Where it stands in the frame as it was given, escapes and first flag counted. */
  readonly wireOffset: number
  readonly wireLength: number
  /** Its bytes, unescaped. */
  readonly hex: string
  /** What they were read as: number, text, null, or a structure of them; hex for plain bytes. */
  readonly value: unknown
  /** Names of the bits that are set, for a field of bits. */
  readonly flags: readonly { readonly key: string; readonly name: Name }[] | null
  /** Which message, item or parameter an id means. */
  readonly meaning: { readonly key: string; readonly name: Name } | null
}

/** A frame taken apart. */
export type Annotation = {
  /** In the order of the bytes; together they are every byte of header, body and checksum, each once. */
  readonly fields: readonly AnnotatedField[]
  /** What `decode` makes of it; null when it does not read. */
  readonly message: Message | null
  readonly error: Jt808Error | null
  readonly forgiven: readonly Forgiven[]
}

/**
 * Says for every field of a frame what it is, where it stands and what it holds, as far as the frame can be read. Never
 * throws: what `decode` would throw is the annotation's `error`, and what is left of the frame is one field, `unread`.
 * @param frame    from flag to flag
 * @param given    as for `decode`; without a profile the first byte tells the framing
 * @returns fields in the order of their bytes, the message or the error, and what was forgiven
 * Source: the same descriptions that `decode` and `encode` use. O(length).
 */
export function annotate(frame: Uint8Array, given: DecodeOptions = {}): Annotation {
  const options = { ...given, profile: given.profile ?? profileByFlag(frame) }
  const notes: Note[] = []
  const { message, error } = attempt(frame, options, notes)
  const content = contentOf(frame, options)
  const forgiven = message?.forgiven ?? []
  if (content === null) return { fields: [], message, error, forgiven }
  const wire = wireOffsets(frame, options.profile.framing)
  const fields = tile(notes, content).map((note) => toField(note, content, wire))
  return { fields, message, error, forgiven }
}

const profileByFlag = ([first]: Uint8Array): Profile =>
  first === alternativeFraming.flag ? fieldProfiles.alternativeFlags : standardProfile

function attempt(frame: Uint8Array, options: DecodeOptions, notes: Note[]): Pick<Annotation, 'message' | 'error'> {
  try {
    return { message: decodeNoting(frame, options, notes), error: null }
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    return { message: null, error }
  }
}

/** Header, body and checksum; null when the frame does not open. */
function contentOf(frame: Uint8Array, { profile = standardProfile }: DecodeOptions): Uint8Array | null {
  try {
    const { bytes, length } = openFrame(frame, profile.framing)
    return bytes.slice(0, length + 1)
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    return null
  }
}

/** Notes in the order of their bytes, with the checksum and with what nobody read. */
function tile(notes: readonly Note[], content: Uint8Array): readonly Note[] {
  const end = content.length - 1
  // Reading goes forward only: notes follow each other, and what is missing is missing at the end.
  const last = notes.at(-1)
  const at = last ? last.offset + last.length : 0
  const rest = at < end ? [plain('unread', at, end - at)] : []
  return [...notes, ...rest, { ...plain('checksum', end, 1), value: content[end] ?? 0 }]
}

const plain = (key: string, offset: number, length: number): Note => ({
  path: key,
  key,
  offset,
  length,
  value: null,
  flags: null,
  meaning: null,
})

function toField(
  { path, key, offset, length, value, flags, meaning }: Note,
  content: Uint8Array,
  wire: readonly number[],
): AnnotatedField {
  const hex = fullHex(content.subarray(offset, offset + length))
  const wireOffset = wire[offset] ?? 0
  return {
    path,
    key,
    name: nameOf(fieldNames, key),
    offset,
    length,
    wireOffset,
    wireLength: (wire[offset + length] ?? wireOffset) - wireOffset,
    hex,
    value: value instanceof Uint8Array ? hex : value,
    flags: flags?.map((flag) => ({ key: flag, name: nameOf(flagNames, flag) })) ?? null,
    meaning: meaning === null ? null : { key: meaning, name: nameOf(meaningNames, meaning) },
  }
}

/** What the catalogue lacks shows its key. */
const nameOf = (names: Readonly<Record<string, Name>>, key: string): Name =>
  Object.hasOwn(names, key) ? (names[key] ?? { en: key, zh: key }) : { en: key, zh: key }

const fullHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
