import { endOfBody, readPart, restBytes } from './codec.ts'
import { forgivable, hexOf, Jt808Error, type Rule } from './error.ts'
import { noteHeader, readHeader, type Header, type ReadHeader } from './header.ts'
import type { Message } from './message.ts'
import { messageById } from './messages.ts'
import { standardProfile, type Profile } from './profile.ts'
import { forgive, openReader, type Note, type Reader } from './reader.ts'
import { isRegistrationOf2011 } from './session.ts'
import { openFrame, type Opened } from './wire.ts'

type Mode = 'strict' | 'lenient' | 'tolerant'

/** How bytes are read. */
export type DecodeOptions = {
  /**
   * `strict` (the default) throws at the first deviation; `lenient` reads on and lists what it forgave; `tolerant` is lenient
   * with all but the length that the header declares for the body.
   */
  readonly mode?: Mode
  /** How this device departs from the standard. */
  readonly profile?: Profile
  /**
   * The version of a terminal whose header has no version: 2013, unless it is known to be of 2011. A registration is told
   * by its own layout when this is left out.
   */
  readonly before2019?: '2011' | '2013'
}

const none: ReadonlySet<Rule> = new Set()
const lenient: ReadonlySet<Rule> = new Set(forgivable)
const forgivenBy: Readonly<Record<Mode, ReadonlySet<Rule>>> = {
  strict: none,
  lenient,
  tolerant: new Set(forgivable.filter((rule) => rule !== 'body_length')),
}
const rulesOf: Readonly<Record<Mode, WeakMap<Profile, ReadonlySet<Rule>>>> = {
  strict: new WeakMap(),
  lenient: new WeakMap(),
  tolerant: new WeakMap(),
}

/** The rules that may be broken: those of the mode and those of the profile. */
function forgiving(mode: Mode, profile: Profile): ReadonlySet<Rule> {
  const base = forgivenBy[mode]
  if (profile.forgive.length === 0) return base
  const known = rulesOf[mode].get(profile)
  if (known) return known
  const rules = new Set([...base, ...profile.forgive])
  rulesOf[mode].set(profile, rules)
  return rules
}

/** What reading needs beside the bytes. */
type How = {
  readonly profile: Profile
  readonly forgives: ReadonlySet<Rule>
  readonly before2019: '2011' | '2013' | null
}

const howOf = ({ mode = 'strict', profile = standardProfile, before2019 }: DecodeOptions): How => ({
  profile,
  forgives: forgiving(mode, profile),
  before2019: before2019 ?? null,
})

const strictly = howOf({})

/**
 * Reads one frame: takes off flags and escapes, checks the checksum, reads header and body.
 * @param frame  from one flag to the next, both included, as `createFramer` gives it
 * @param options  strict and standard when left out
 * @returns the message; `kind` tells the body's type. Bytes in it are copies.
 * @throws Jt808Error and nothing else: field, value, rule, offset
 * Source: JT/T 808-2011, -2013, -2019. O(length).
 */
export function decode(frame: Uint8Array, options?: DecodeOptions): Message {
  const how = options ? howOf(options) : strictly
  return readFrame(openFrame(frame, how.profile.framing), how, null)
}

/** The same by the descriptions alone, with notes of what stood where. @throws Jt808Error */
export function decodeNoting(frame: Uint8Array, options: DecodeOptions, notes: Note[]): Message {
  const how = howOf(options)
  return readFrame(openFrame(frame, how.profile.framing), how, notes)
}

/**
 * Reads the body of a message that was put together from its packages.
 * @param whole    id, header without package item, all bytes of the body
 * @param options  as for `decode`; the version is the header's
 * @returns the message, as if it had come in one frame
 * @throws Jt808Error; offsets count from the first byte of the body
 * Source: JT/T 808-2019 clause 4.4.3. O(body).
 */
export function decodeWhole(
  { id, header, bytes }: { readonly id: number; readonly header: Header; readonly bytes: Uint8Array },
  options: DecodeOptions = {},
): Message {
  const how = howOf(options)
  const reader = openReader(bytes, bytes.length, header.version, how, null)
  return readBody(id, { ...header, package: null }, reader, how)
}

/** Who sent a frame and what it is, without its body. */
export type Head = {
  readonly id: number
  readonly header: Header
  /** Whether the bytes sum to their checksum. */
  readonly isSound: boolean
}

/**
 * Reads the head of a frame whose body nobody may be able to read, as leniently as a head can be read.
 * @param options  profile, and the version of a header that has none
 * @returns null when there is none
 * Source: JT/T 808-2019 clause 4.4.3. O(length).
 */
export function readHead(
  frame: Uint8Array,
  { profile = standardProfile, before2019 = '2013' }: Pick<DecodeOptions, 'profile' | 'before2019'> = {},
): Head | null {
  try {
    const { bytes, length, checksum } = openFrame(frame, profile.framing)
    const reader = openReader(bytes, length, '2019', { profile, forgives: lenient }, null)
    const { id, header } = readHeader(reader, length, before2019, profile)
    return { id, header, isSound: checksum === 0 }
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    return null
  }
}

function readFrame({ bytes, length, checksum }: Opened, how: How, notes: Note[] | null): Message {
  const reader = openReader(bytes, length, '2019', how, notes)
  // Before anything is believed.
  if (checksum !== 0) wrongChecksum(reader, length, checksum)
  const head = readHeader(reader, length, how.before2019 ?? '2013', how.profile)
  if (notes) noteHeader(notes, messageById.get(head.id)?.kind ?? null, head)
  if (length - head.bodyAt !== head.declaredLength) wrongLength(reader, head, length)
  reader.at = head.bodyAt
  reader.version = head.header.version
  return readBody(head.id, head.header, reader, how)
}

function wrongChecksum(reader: Reader, at: number, difference: number): void {
  const found = reader.bytes[at] ?? 0
  reader.path.push('checksum')
  const wanted = (found ^ difference).toString(16).padStart(2, '0')
  forgive(reader, 'checksum', at, hexOf(reader.bytes, at, at + 1), `the bytes before it sum to ${wanted}`)
  reader.path.pop()
}

function wrongLength(reader: Reader, { bodyAt, declaredLength }: ReadHeader, end: number): void {
  reader.path.push('header', 'bodyLength')
  forgive(reader, 'body_length', 2, declaredLength, `the body has ${end - bodyAt} bytes`)
  reader.path.length = 0
}

function readBody(id: number, header: Header, reader: Reader, how: How): Message {
  const { forgiven } = reader
  if (header.package !== null) return { kind: 'part', id, header, body: readRaw(reader), forgiven }
  if (header.encryption !== 'none') return { kind: 'encrypted', id, header, body: readRaw(reader), forgiven }
  const known = how.profile.foreignIds.includes(id) ? undefined : messageById.get(id)
  if (!known) return { kind: 'unknown', id, header, body: readRaw(reader), forgiven }
  const told = id === 0x0100 ? toldByLayout(header, reader, how) : header
  const body = known.definition.body.read(reader, null)
  endOfBody(reader)
  // The table's row gives the kind, the id and the codec that made the body.
  return { kind: known.kind, id, header: told, body, forgiven } as Message
}

const readRaw = (reader: Reader): { readonly bytes: Uint8Array } => ({
  bytes: readPart(reader, 'bytes', restBytes, null),
})

/** A registration tells 2011 from 2013 by its own layout, unless the caller or a profile knows. */
function toldByLayout(header: Header, reader: Reader, { before2019, profile }: How): Header {
  const isTold = header.version === '2019' || before2019 !== null || profile.bodyVersion !== null
  if (isTold || !isRegistrationOf2011(reader.bytes, reader.at, reader.end)) return header
  reader.version = '2011'
  return { ...header, version: '2011' }
}
