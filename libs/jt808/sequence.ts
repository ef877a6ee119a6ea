import { endOfBody, readHere, readPart, restBytes, writePart, type Codec } from './codec.ts'
import { take } from './reader.ts'
import { refuse, room } from './writer.ts'

/** A count, then so many items. */
export const list = <T>(count: Codec<number>, item: Codec<T>): Codec<readonly T[]> => ({
  isLeaf: false,
  read(reader, scope) {
    const length = readPart(reader, 'count', count, scope)
    const items: T[] = []
    // Every item has a byte at least, so a count that lies ends at the end of the body.
    for (let index = 0; index < length; index++) items.push(readPart(reader, index, item, scope))
    return items
  },
  write(writer, items, scope) {
    writePart(writer, 'count', count, items.length, scope)
    for (const [index, value] of items.entries()) writePart(writer, index, item, value, scope)
  },
})

/** Items to the end of the body. */
export const restOf = <T>(item: Codec<T>): Codec<readonly T[]> => ({
  isLeaf: false,
  read(reader, scope) {
    const items: T[] = []
    for (let index = 0; reader.at < reader.end; index++) items.push(readPart(reader, index, item, scope))
    return items
  },
  write(writer, items, scope) {
    for (const [index, value] of items.entries()) writePart(writer, index, item, value, scope)
  },
})

/** A length in bytes, then something that fills it. */
export const sized = <T>(length: Codec<number>, inner: Codec<T>): Codec<T> => ({
  isLeaf: false,
  read(reader, scope) {
    const size = readPart(reader, 'length', length, scope)
    const start = take(reader, size)
    const { end } = reader
    reader.at = start
    reader.end = start + size
    const value = readHere(reader, inner, scope)
    endOfBody(reader)
    reader.end = end
    return value
  },
  write(writer, value, scope) {
    const start = writer.at
    writePart(writer, 'length', length, 0, scope)
    const from = writer.at
    inner.write(writer, value, scope)
    const end = writer.at
    // The length is known now: it is written over the zero.
    writer.at = start
    writePart(writer, 'length', length, end - from, scope)
    room(writer, end - from)
  },
})

/** Bytes behind their length. */
export const sizedBytes = (length: Codec<number>): Codec<Uint8Array> => sized(length, restBytes)

/** So many items, no count. */
export const exactly = <T>(length: number, item: Codec<T>): Codec<readonly T[]> => ({
  isLeaf: false,
  read: (reader, scope) => Array.from({ length }, (_, index) => readPart(reader, index, item, scope)),
  write(writer, items, scope) {
    if (items.length !== length) refuse(writer, 'range', items.length, `there must be ${length}`)
    for (const [index, value] of items.entries()) writePart(writer, index, item, value, scope)
  },
})
