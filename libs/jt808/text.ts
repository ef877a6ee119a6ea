import type { Codec } from './codec.ts'
import { hexOf } from './error.ts'
import { decodeGbk, encodeGbk } from './gbk.ts'
import { forgive, take, type Reader } from './reader.ts'
import { append, refuse, room, type Writer } from './writer.ts'

function readGbk(reader: Reader, from: number, to: number): string {
  const { text, isWhole } = decodeGbk(reader.bytes, from, to)
  if (!isWhole) forgive(reader, 'text_encoding', from, hexOf(reader.bytes, from, to), 'is not GBK')
  return text
}

function gbkBytes(writer: Writer, text: string): Uint8Array {
  const encoded = encodeGbk(text)
  return encoded instanceof Uint8Array
    ? encoded
    : refuse(writer, 'text_encoding', text, `GBK has no character ${encoded.lacks}`)
}

/** STRING: GBK to the end of what it stands in, no terminator. */
export const text: Codec<string> = {
  isLeaf: true,
  read(reader) {
    const from = take(reader, reader.end - reader.at)
    let to = reader.end
    while (to > from && reader.bytes[to - 1] === 0) to--
    if (to < reader.end) {
      const hex = hexOf(reader.bytes, to, reader.end)
      forgive(reader, 'text_end', to, hex, 'a text has no terminator')
    }
    return readGbk(reader, from, to)
  },
  write(writer, value) {
    if (value.endsWith('\0')) refuse(writer, 'text_end', value, 'a text has no terminator')
    append(writer, gbkBytes(writer, value))
  },
}

/** Fields of a text separated by `;`; an empty text has none. */
export const fields: Codec<readonly string[]> = {
  isLeaf: true,
  read(reader, scope) {
    const whole = text.read(reader, scope)
    return whole === '' ? [] : whole.split(';')
  },
  write(writer, value, scope) {
    const torn = value.find((field) => field.includes(';'))
    if (torn !== undefined) refuse(writer, 'range', torn, 'a field holds no ";"')
    if (value.length === 1 && value[0] === '') refuse(writer, 'range', '', 'one empty field cannot be told from none')
    text.write(writer, value.join(';'), scope)
  },
}

const isPadding = (byte: number | undefined): boolean => byte === 0 || byte === 0x20

/**
 * BYTE[n] that holds a text, padded with zero bytes or spaces at either end; written padded at the end.
 * @param pad  the byte to pad with
 */
export const chars = (length: number, pad: 0 | 0x20 = 0): Codec<string> => ({
  isLeaf: true,
  read(reader) {
    let from = take(reader, length)
    let to = from + length
    while (to > from && isPadding(reader.bytes[to - 1])) to--
    while (from < to && isPadding(reader.bytes[from])) from++
    return readGbk(reader, from, to)
  },
  write(writer, value) {
    const encoded = gbkBytes(writer, value)
    if (isPadding(encoded[0]) || isPadding(encoded.at(-1)))
      refuse(writer, 'text_end', value, 'a padded text neither begins nor ends with a space or a zero')
    if (encoded.length > length) refuse(writer, 'range', value, `has ${encoded.length} bytes, ${length} are there`)
    const at = room(writer, length)
    writer.bytes.fill(pad, at, at + length)
    writer.bytes.set(encoded, at)
  },
})
