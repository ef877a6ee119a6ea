import { endOfBody, readPart, restBytes, u16, u32, u8, writePart, type Codec, type ValueOf } from './codec.ts'
import { hexOf } from './error.ts'
import type { ItemLayout } from './profile.ts'
import { explain, forgive, take, type Reader } from './reader.ts'
import { refuse, type Writer } from './writer.ts'

/** One kind of tagged value: its id, the lengths that it may have (null: any), its fields. */
export type Tag = { readonly id: number; readonly lengths: readonly number[] | null; readonly fields: Codec<object> }
export type Tags = Readonly<Record<string, Tag>>

/** A tagged value of a known kind, with its fields. */
export type TaggedOf<T extends Tags> = {
  readonly [K in keyof T & string]: { readonly kind: K } & ValueOf<T[K]['fields']>
}[keyof T & string]

/** A tagged value that nobody typed, or that does not have the length of its id. */
export type Raw = { readonly kind: 'raw'; readonly id: number; readonly bytes: Uint8Array }

/** Which tag an id has, made once for a table. */
export type TagIndex<T extends Tags> = {
  readonly tags: T
  readonly byId: ReadonlyMap<number, { readonly kind: keyof T & string; readonly tag: Tag }>
}

/** Looks tags up by id. O(tags) once. */
export const indexTags = <T extends Tags>(tags: T): TagIndex<T> => ({
  tags,
  byId: new Map(Object.entries(tags).map(([kind, tag]) => [tag.id, { kind, tag }])),
})

const wholeOf = { 1: u8, 2: u16, 4: u32 } as const

/** How many bytes id and length have. */
export type Layout = { readonly idBytes: 1 | 2 | 4; readonly lengthBytes: 1 | 2 | 4 }

/** Whether a tagged value that begins here runs past the end. O(1). */
export function isCutOff({ bytes, at, end }: Reader, { idBytes, lengthBytes }: Layout): boolean {
  const from = at + idBytes + lengthBytes
  return from > end || numberAt(bytes, at + idBytes, lengthBytes) > end - from
}

/**
 * Reads id, length and fields of a tagged value.
 * @throws Jt808Error `body_end` when it runs past the end, `item_length`
 */
export function readTagged<T extends Tags>(
  reader: Reader,
  { byId }: TagIndex<T>,
  layout: Layout,
  isRaw: (id: number) => boolean,
  names: ReadonlyMap<number, string> = new Map(),
): TaggedOf<T> | Raw {
  const { at: offset, end } = reader
  const id = readPart(reader, 'id', wholeOf[layout.idBytes], null)
  explain(reader, byId.get(id)?.kind ?? names.get(id))
  const size = readPart(reader, 'length', wholeOf[layout.lengthBytes], null)
  reader.at = take(reader, size)
  reader.end = reader.at + size
  const known = isRaw(id) ? undefined : byId.get(id)
  const value = known && hasLength(reader, known.tag, offset, size) ? readKnown(reader, known) : null
  const done = value ?? { kind: 'raw' as const, id, bytes: readPart(reader, 'bytes', restBytes, null) }
  endOfBody(reader)
  reader.end = end
  // The kind and the fields come from the same row of the table.
  return done as TaggedOf<T> | Raw
}

const readKnown = (reader: Reader, { kind, tag }: { readonly kind: string; readonly tag: Tag }): object => ({
  kind,
  ...tag.fields.read(reader, null),
})

function hasLength(reader: Reader, { lengths }: Tag, offset: number, size: number): boolean {
  if (lengths === null || lengths.includes(size)) return true
  const hex = hexOf(reader.bytes, offset, reader.end)
  forgive(reader, 'item_length', offset, hex, `has ${size} bytes where ${lengths.join(' or ')} belong`)
  return false
}

function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let next = at; next < at + length; next++) value = value * 256 + (bytes[next] ?? 0)
  return value
}

/**
 * Writes a tagged value.
 * @throws Jt808Error `unknown_kind`, `range` when the value is longer than its length field can say
 */
export function writeTagged<T extends Tags>(
  writer: Writer,
  { tags }: TagIndex<T>,
  value: TaggedOf<T> | Raw,
  layoutOf: (id: number) => Layout,
): void {
  const tag = Object.hasOwn(tags, value.kind) ? tags[value.kind] : undefined
  if (!tag && value.kind !== 'raw')
    return refuse(writer, 'unknown_kind', value.kind, `must be raw or one of ${Object.keys(tags).join(', ')}`)
  // What has no tag is raw.
  const id = tag ? tag.id : (value as Raw).id
  const { idBytes, lengthBytes } = layoutOf(id)
  writePart(writer, 'id', wholeOf[idBytes], id, null)
  const lengthAt = writer.at
  writePart(writer, 'length', wholeOf[lengthBytes], 0, null)
  const from = writer.at
  if (tag) tag.fields.write(writer, value, null)
  else writePart(writer, 'bytes', restBytes, (value as Raw).bytes, null)
  const end = writer.at
  writer.at = lengthAt
  writePart(writer, 'length', wholeOf[lengthBytes], end - from, null)
  writer.at = end
}

/** The layout of an additional item at a place, or of an id: what the profile says, else one byte and one byte. */
export const layoutAt = (layouts: readonly ItemLayout[], bytes: Uint8Array, at: number): ItemLayout | typeof narrow =>
  layouts.find(({ id, idBytes }) => numberAt(bytes, at, idBytes) === id) ?? narrow
export const layoutOf = (layouts: readonly ItemLayout[], id: number): ItemLayout | typeof narrow =>
  layouts.find((layout) => layout.id === id) ?? narrow

const narrow = { idBytes: 1, lengthBytes: 1 } as const
