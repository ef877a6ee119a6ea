/** What a frame, a field or a value can break. The first group is never forgiven: nothing sure could be read past it. */
export type Rule =
  | 'frame_flag' // the bytes do not begin and end with the delimiter, or hold one inside
  | 'frame_escape' // an escape mark is followed by a byte that no escape has
  | 'frame_length' // shorter than a header and a checksum
  | 'body_end' // the body ends inside a field
  | 'missing' // a field that the message needs has no value
  | 'not_in_version' // a field or layout that the version does not have
  | 'not_applicable' // a field that other fields of the message rule out
  | 'unknown_kind' // no message, item or parameter of this kind
  | 'checksum' // the XOR over header and body differs; forgiven only when a profile says so
  | 'body_length' // the header declares another length than the body has
  | 'reserved_bit' // bit 15 of the body attributes is set
  | 'phone_digit' // a digit of the phone above 9
  | 'package_index' // a package index outside 1..total
  | 'bcd_digit' // a binary coded decimal digit above 9
  | 'calendar' // a day or a time of day that does not exist
  | 'range' // a number outside what its field may hold
  | 'text_encoding' // bytes that are no GBK, or characters that GBK lacks
  | 'text_end' // a text that carries a terminator or padding where none belongs
  | 'item_length' // an additional item or parameter of another length than its id has
  | 'item_truncated' // an additional item that runs past the end
  | 'batch_item' // one position of a batch that cannot be read
  | 'trailing_bytes' // bytes left after the last field

/** What lenient reading forgives. `checksum` is not among them: a profile has to name it. */
export const forgivable = [
  'body_length',
  'reserved_bit',
  'phone_digit',
  'package_index',
  'bcd_digit',
  'calendar',
  'range',
  'text_encoding',
  'text_end',
  'item_length',
  'item_truncated',
  'batch_item',
  'trailing_bytes',
] as const satisfies readonly Rule[]

/** A deviation that was read over: which rule, where, what stood there. Offsets count from the first header byte, unescaped. */
export type Forgiven = { readonly rule: Rule; readonly offset: number; readonly value: string }

/** The only thing that this package throws at bytes or messages: which field, what stood there, which rule, where. */
export class Jt808Error extends Error {
  readonly rule: Rule
  /** Path of the field: `areas[2].radiusM`, or a part of the frame: `frame`, `header.phone`. */
  readonly field: string
  /** What stood there: a number, hex of the bytes, or the text. */
  readonly value: string
  /** Bytes from the first header byte, unescaped; in encoding, from the first byte of the body. */
  readonly offset: number

  constructor(rule: Rule, field: string, value: string | number, offset: number, says: string) {
    super(`${field} ${value} at byte ${offset}: ${says} (${rule})`)
    this.name = 'Jt808Error'
    this.rule = rule
    this.field = field
    this.value = String(value)
    this.offset = offset
  }
}

/** Lower-case hex of a range of bytes, cut after 32 bytes so that a message stays a line. */
export function hexOf(bytes: Uint8Array, from = 0, to = bytes.length): string {
  const last = Math.min(to, bytes.length, from + 32)
  let hex = ''
  for (let at = from; at < last; at++) hex += (bytes[at] ?? 0).toString(16).padStart(2, '0')
  return last < Math.min(to, bytes.length) ? `${hex}…` : hex
}
