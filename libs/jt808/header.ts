import { hexOf, Jt808Error, type Rule } from './error.ts'
import type { Profile, Version } from './profile.ts'
import { forgive, type Note, type Reader } from './reader.ts'
import { bodyLengthMax } from './wire.ts'

/** Which part of a message that was cut a package is. */
export type PackageItem = { readonly total: number; readonly index: number }

/** The head of a message (消息头). */
export type Header = {
  readonly version: Version
  /** 1 for 2019, one more with each revision of the keys; 0 where the header has no such byte. */
  readonly protocolVersion: number
  /** Digits without leading zeros, `0` when all are zero. */
  readonly phone: string
  /** 0–65535, wraps. */
  readonly serial: number
  /** Bits 10–12 of the body attributes; a number where the standard reserves the value. */
  readonly encryption: 'none' | 'rsa' | number
  /** Null when the message is whole. */
  readonly package: PackageItem | null
}

/** What a header is written from: what is left out is a whole message in the clear, protocol version 1. */
export type HeaderInput = Pick<Header, 'version' | 'phone' | 'serial'> & Partial<Header>

/** Before the fields of the header: the message id, and how long the body should be. */
export type ReadHeader = {
  readonly id: number
  readonly header: Header
  readonly declaredLength: number
  /** Where the body begins. */
  readonly bodyAt: number
  readonly phoneAt: number
  readonly phoneBytes: number
}

const versionBit = 0x4000
const packageBit = 0x2000
const reservedBit = 0x8000

/**
 * Reads the header at the start of the content.
 * @param how  the version of a header without bit 14, and the profile
 * @throws Jt808Error when the content ends inside it, or for a digit, a reserved bit, a package index
 * Source: JT/T 808-2019 clause 4.4.3, JT/T 808-2013 clause 4.4.3. O(1).
 */
export function readHeader(reader: Reader, end: number, before2019: Version, profile: Profile): ReadHeader {
  const { bytes } = reader
  const attributes = word(bytes, 2)
  const has2019 = (attributes & versionBit) !== 0
  const phoneAt = has2019 ? 5 : 4
  const phoneBytes = has2019 ? 10 : profile.phoneBytes
  const serialAt = phoneAt + phoneBytes
  const isPart = (attributes & packageBit) !== 0
  const bodyAt = serialAt + (isPart ? 6 : 2)
  if (bodyAt > end)
    throw new Jt808Error('frame_length', 'header', hexOf(bytes, 0, end), 0, `this header has ${bodyAt} bytes`)
  if (attributes & reservedBit)
    inHeader(reader, 'attributes', 'reserved_bit', 2, hexOf(bytes, 2, 4), 'bit 15 is reserved')
  const version = profile.bodyVersion ?? (has2019 ? '2019' : before2019)
  const encryption = (attributes >> 10) & 7
  return {
    id: word(bytes, 0),
    header: {
      version,
      protocolVersion: has2019 ? (bytes[4] as number) : 0,
      phone: readPhone(reader, phoneAt, phoneBytes),
      serial: word(bytes, serialAt),
      encryption: encryption === 0 ? 'none' : encryption === 1 ? 'rsa' : encryption,
      package: isPart ? readPackage(reader, serialAt + 2) : null,
    },
    declaredLength: attributes & 0x3ff,
    bodyAt,
    phoneAt,
    phoneBytes,
  }
}

// The length was looked at: there are bytes.
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number)

function inHeader(reader: Reader, field: string, rule: Rule, offset: number, value: string, says: string): void {
  reader.path.push('header', field)
  forgive(reader, rule, offset, value, says)
  reader.path.length -= 2
}

function readPackage(reader: Reader, at: number): PackageItem {
  const total = word(reader.bytes, at)
  const index = word(reader.bytes, at + 2)
  if (index < 1 || index > total)
    inHeader(reader, 'package', 'package_index', at, `${index} of ${total}`, 'must be from 1 to the total')
  return { total, index }
}

/** Digits of the phone, leading zeros dropped; digits above 9 as hex where that is forgiven. */
function readPhone(reader: Reader, at: number, length: number): string {
  const { bytes } = reader
  let from = at
  const end = at + length
  while (from < end - 1 && bytes[from] === 0) from++
  let phone = ''
  for (let next = from; next < end; next++) {
    const byte = bytes[next] as number
    if (byte > 0x99 || (byte & 0x0f) > 9)
      inHeader(reader, 'phone', 'phone_digit', next, hexOf(bytes, next, next + 1), 'a decimal digit is at most 9')
    phone += twoDigits[byte] as string
  }
  return phone.charCodeAt(0) === 0x30 ? phone.slice(1) : phone
}

const twoDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Notes the fields of a header that was read. O(1). */
export function noteHeader(
  notes: Note[],
  meaning: string | null,
  { id, header, bodyAt, phoneAt, phoneBytes, declaredLength }: ReadHeader,
): void {
  const { version, protocolVersion, phone, serial, encryption, package: item } = header
  const note = (key: string, offset: number, length: number, value: unknown, meaning: string | null = null): void =>
    void notes.push({ path: `header.${key}`, key, offset, length, value, flags: null, meaning })
  note('messageId', 0, 2, id, meaning)
  note('attributes', 2, 2, { bodyLength: declaredLength, encryption, isPart: item !== null, version })
  if (phoneAt > 4) note('protocolVersion', 4, 1, protocolVersion)
  note('phone', phoneAt, phoneBytes, phone)
  note('serial', phoneAt + phoneBytes, 2, serial)
  if (item === null) return
  note('packageTotal', bodyAt - 4, 2, item.total)
  note('packageIndex', bodyAt - 2, 2, item.index)
}

/**
 * Writes header and body one after the other: what a frame holds.
 * @param body  at most 1,023 bytes
 * @returns content without checksum
 * @throws Jt808Error naming the field of the header that cannot be written
 * Source: JT/T 808-2019 clause 4.4.3. O(body).
 */
export function writeHeader(id: number, header: HeaderInput, body: Uint8Array, profile: Profile): Uint8Array {
  const has2019 = hasVersionBit(header, profile)
  const phoneBytes = has2019 ? 10 : profile.phoneBytes
  // Id, attributes and serial number, then what only some headers have.
  const length = 6 + phoneBytes + (has2019 ? 1 : 0) + (header.package ? 4 : 0)
  const out = new Uint8Array(length + body.length)
  let at = putWord(out, 0, id, 'id')
  at = putWord(out, at, attributesOf(header, body.length, has2019), 'header.attributes')
  if (has2019) at = putVersion(out, at, header.protocolVersion ?? 1)
  at = putPhone(out, at, header.phone, phoneBytes)
  at = putWord(out, at, header.serial, 'header.serial')
  if (header.package) at = putPackage(out, at, header.package)
  out.set(body, at)
  return out
}

function putWord(out: Uint8Array, at: number, value: number, field: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff)
    throw new Jt808Error('range', field, value, at, 'must be a whole number from 0 to 65535')
  out[at] = value >> 8
  out[at + 1] = value
  return at + 2
}

function putVersion(out: Uint8Array, at: number, version: number): number {
  if (!Number.isInteger(version) || version < 0 || version > 0xff)
    throw new Jt808Error('range', 'header.protocolVersion', version, at, 'must be a whole number from 0 to 255')
  out[at] = version
  return at + 1
}

function putPackage(out: Uint8Array, at: number, { total, index }: PackageItem): number {
  if (index < 1 || index > total)
    throw new Jt808Error('package_index', 'header.package', `${index} of ${total}`, at, 'must be from 1 to the total')
  putWord(out, at, total, 'header.package.total')
  return putWord(out, at + 2, index, 'header.package.index')
}

/** Whether the header of this message carries the version byte: a profile may mix a 2019 header with older bodies. */
const hasVersionBit = (header: HeaderInput, profile: Profile): boolean =>
  profile.bodyVersion === null ? header.version === '2019' : (header.protocolVersion ?? 0) > 0

function attributesOf(header: HeaderInput, length: number, has2019: boolean): number {
  if (length > bodyLengthMax)
    throw new Jt808Error('body_length', 'body', length, 0, `one package holds ${bodyLengthMax} bytes: cut the message`)
  const { encryption = 'none' } = header
  const encryptionBits = encryption === 'none' ? 0 : encryption === 'rsa' ? 1 : encryption
  if (!Number.isInteger(encryptionBits) || encryptionBits < 0 || encryptionBits > 7)
    throw new Jt808Error('range', 'header.encryption', encryption, 2, 'must be none, rsa or a number up to 7')
  return length | (encryptionBits << 10) | (header.package ? packageBit : 0) | (has2019 ? versionBit : 0)
}

function putPhone(out: Uint8Array, at: number, phone: string, bytes: number): number {
  if (!/^\d+$/.test(phone) || phone.length > bytes * 2)
    throw new Jt808Error('phone_digit', 'header.phone', phone, at, `must be 1 to ${bytes * 2} digits`)
  const padded = phone.padStart(bytes * 2, '0')
  // The code of a digit is 0x30 and the digit.
  for (let index = 0; index < bytes; index++)
    out[at + index] = ((padded.charCodeAt(index * 2) & 0x0f) << 4) | (padded.charCodeAt(index * 2 + 1) & 0x0f)
  return at + bytes
}
