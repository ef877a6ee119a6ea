import { hexOf } from './error.ts'
import type { Version } from './profile.ts'
import { forgive, pathText, take, type Reader } from './reader.ts'
import { append, refuse, room, type Writer } from './writer.ts'

/** The fields of a structure that were read or are being written, and the structure around it. */
export type Scope = { readonly values: Readonly<Record<string, unknown>>; readonly parent: Scope | null }

/**
 * One description of a field: how it is read, how it is written and, because the reader can take notes, how it is
 * annotated. Methods, so that a codec of a narrower type can stand where any codec may.
 */
export type Codec<T> = {
  read(reader: Reader, scope: Scope | null): T
  write(writer: Writer, value: T, scope: Scope | null): void
  /** Notes are taken of leaves; what is composed notes its parts. */
  readonly isLeaf: boolean
  /** For a field of bits: their names, lowest first; null where the standard reserves the bit. */
  readonly flags?: readonly (string | null)[]
}

/** The type that a codec reads and writes. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never

/**
 * Reads one named part of something composed, and notes it when notes are taken.
 * @throws Jt808Error naming the path of the part
 */
export function readPart<T>(reader: Reader, step: string | number, codec: Codec<T>, scope: Scope | null): T {
  reader.path.push(step)
  const value = readHere(reader, codec, scope)
  reader.path.pop()
  return value
}

/** Reads something under the name that is already on the path. */
export function readHere<T>(reader: Reader, codec: Codec<T>, scope: Scope | null): T {
  const offset = reader.at
  const value = codec.read(reader, scope)
  if (reader.notes !== null && codec.isLeaf && reader.at > offset) note(reader, codec, offset, value)
  return value
}

function note(reader: Reader, codec: Codec<unknown>, offset: number, value: unknown): void {
  // The key of a part of a list is the key of the list.
  const key = reader.path.findLast((step) => typeof step === 'string') ?? 'body'
  const flags = codec.flags && typeof value === 'number' ? flagsOf(codec.flags, value) : null
  const path = pathText(reader.path)
  reader.notes?.push({ path, key: String(key), offset, length: reader.at - offset, value, flags, meaning: null })
}

/** Writes one named part of something composed. @throws Jt808Error naming the path of the part */
export function writePart<T>(
  writer: Writer,
  step: string | number,
  codec: Codec<T>,
  value: T,
  scope: Scope | null,
): void {
  writer.path.push(step)
  codec.write(writer, value, scope)
  writer.path.pop()
}

/**
 * Names of the bits that are set.
 * @param names  lowest bit first, null for a reserved bit
 * @param bits   unsigned, at most 32 bits
 * @returns names in the order of their bits; a reserved bit that is set is `bit7`
 * Source: own. O(32).
 */
export function flagsOf(names: readonly (string | null)[], bits: number): readonly string[] {
  const set: string[] = []
  for (let bit = 0; bit < 32; bit++) if ((bits >>> bit) & 1) set.push(names[bit] ?? `bit${bit}`)
  return set
}

/**
 * The bits of these names.
 * @param names  as in `flagsOf`
 * @returns unsigned
 * @throws RangeError on a name that is not among them
 * Source: own. O(names).
 */
export function bitsOf(names: readonly (string | null)[], set: readonly string[]): number {
  let bits = 0
  for (const name of set) {
    const bit = names.includes(name) ? names.indexOf(name) : Number(/^bit(\d+)$/.exec(name)?.[1] ?? -1)
    if (bit < 0 || bit > 31) throw new RangeError(`${name} is none of ${names.filter(Boolean).join(', ')}`)
    bits |= 1 << bit
  }
  return bits >>> 0
}

const whole = (bytes: number): Codec<number> => {
  const max = 256 ** bytes - 1
  return {
    isLeaf: true,
    read(reader) {
      let at = take(reader, bytes)
      let value = 0
      for (const last = at + bytes; at < last; at++) value = value * 256 + (reader.bytes[at] ?? 0)
      return value
    },
    write(writer, value) {
      if (!Number.isInteger(value) || value < 0 || value > max)
        refuse(writer, 'range', value, `must be a whole number from 0 to ${max}`)
      let at = room(writer, bytes)
      // At most 32 bits: shifting is enough.
      for (let shift = (bytes - 1) * 8; shift >= 0; shift -= 8) writer.bytes[at++] = value >>> shift
    },
  }
}

/** BYTE, WORD, DWORD: unsigned, big-endian. */
export const u8 = whole(1)
export const u16 = whole(2)
export const u32 = whole(4)

/** A WORD in two's complement: an altitude below the sea. */
export const i16: Codec<number> = {
  isLeaf: true,
  read: (reader, scope) => ((u16.read(reader, scope) as number) << 16) >> 16,
  write(writer, value, scope) {
    if (!Number.isInteger(value) || value < -32_768 || value > 32_767)
      refuse(writer, 'range', value, 'must be a whole number from -32768 to 32767')
    u16.write(writer, value & 0xffff, scope)
  },
}

/** A WORD whose top bit is the sign. */
export const signedBy15: Codec<number> = {
  isLeaf: true,
  read(reader, scope) {
    const raw = u16.read(reader, scope)
    return raw > 0x8000 ? -(raw & 0x7fff) : raw & 0x7fff
  },
  write(writer, value, scope) {
    if (!Number.isInteger(value) || Math.abs(value) > 0x7fff)
      refuse(writer, 'range', value, 'must be a whole number from -32767 to 32767')
    u16.write(writer, value < 0 ? 0x8000 | -value : value, scope)
  },
}

/** A number kept in units of 1/`per` or of `times`: `per(u16, 10)` reads 650 as 65; written, it is rounded to the unit. */
export const per = (base: Codec<number>, parts: number): Codec<number> => ({
  isLeaf: true,
  read: (reader, scope) => base.read(reader, scope) / parts,
  write: (writer, value, scope) => base.write(writer, Math.round(value * parts), scope),
})
export const times = (base: Codec<number>, unit: number): Codec<number> => ({
  isLeaf: true,
  read: (reader, scope) => base.read(reader, scope) * unit,
  write: (writer, value, scope) => base.write(writer, Math.round(value / unit), scope),
})

/** A number that may not exceed a limit. */
export const atMost = (base: Codec<number>, max: number): Codec<number> => ({
  isLeaf: true,
  read(reader, scope) {
    const offset = reader.at
    const value = base.read(reader, scope)
    if (value > max) forgive(reader, 'range', offset, value, `must be at most ${max}`)
    return value
  },
  write(writer, value, scope) {
    if (value > max) refuse(writer, 'range', value, `must be at most ${max}`)
    base.write(writer, value, scope)
  },
})

/** A field of bits, kept as a number; `flagsOf` names them. */
export const bits = (base: Codec<number>, flags: readonly (string | null)[]): Codec<number> => ({ ...base, flags })

/**
 * A number whose values have names: read as the name, or as the number where the standard has none. Written from
 * either; a number that has a name is read back as the name.
 */
export function oneOf<const Names extends Readonly<Record<number, string>>>(
  base: Codec<number>,
  names: Names,
): Codec<Names[keyof Names] | number> {
  type Name = Names[keyof Names]
  const byNumber: Readonly<Record<number, string>> = names
  const byName = new Map(Object.entries(byNumber).map(([number, name]) => [name, Number(number)]))
  return {
    isLeaf: true,
    read(reader, scope) {
      const number = base.read(reader, scope)
      // The table's own value under its own key.
      return (byNumber[number] as Name | undefined) ?? number
    },
    write(writer, value, scope) {
      const number = typeof value === 'number' ? value : byName.get(String(value))
      if (number === undefined)
        return refuse(writer, 'range', value, `must be one of ${[...byName.keys()].join(', ')} or a number`)
      base.write(writer, number, scope)
    },
  }
}

/** Exactly so many bytes, or the rest of the body. */
export const bytes = (length: number): Codec<Uint8Array> => ({
  isLeaf: true,
  read(reader) {
    const at = take(reader, length)
    return reader.bytes.slice(at, at + length)
  },
  write(writer, value) {
    if (value.length !== length) refuse(writer, 'range', value, `must be ${length} bytes`)
    append(writer, value)
  },
})
export const restBytes: Codec<Uint8Array> = {
  isLeaf: true,
  read(reader) {
    const at = take(reader, reader.end - reader.at)
    return reader.bytes.slice(at, reader.end)
  },
  write: append,
}

/** Whether the version is this one or a later one. */
export const isSince = (version: Version, first: Version): boolean => version >= first

/** What is left where nothing should be: noted as `trailing`, forgiven or refused. @throws Jt808Error `trailing_bytes` */
export function endOfBody(reader: Reader): void {
  const { at, end, bytes } = reader
  if (at === end) return
  forgive(reader, 'trailing_bytes', at, hexOf(bytes, at, end), `${end - at} bytes stand after the last field`)
  readPart(reader, 'trailing', restBytes, null)
}
