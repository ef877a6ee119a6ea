// Annex A of HJ 212-2017: r = (r >> 8) XOR byte, then eight shifts with 0xA001. The low byte of r is thrown away at every step, which
// makes it another check than CRC-16/MODBUS and leaves eight bits of state: the high byte.
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let r = byte
  for (let shift = 0; shift < 8; shift++) r = r & 1 ? (r >> 1) ^ 0xa001 : r >> 1
  return r
})

// The high bytes of the 256 values all differ, so a value is known by its high byte.
const valueOfHigh = new Uint16Array(256)
for (const value of table) valueOfHigh[value >> 8] = value

/**
 * The check value of a data segment.
 * @param bytes  the bytes; `from` and `to` bound the part that is hashed
 * @returns 16 bits, one of 256 possible values; 0xFFFF for no bytes
 * Source: HJ 212-2017 annex A. O(bytes).
 */
export function crc212(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let r = 0xffff
  for (let i = from; i < to; i++) r = table[(r >> 8) ^ bytes[i]!]! // the index is below 256 and i below bytes.length
  return r
}

/**
 * Whether a check value can be the check value of anything: 256 of the 65,536 can.
 * @param value  16 bits
 * Source: own, from annex A of HJ 212-2017. O(1).
 */
export const isCrcValue = (value: number): boolean => valueOfHigh[value >> 8] === value

/**
 * Writes a check value the way it is sent.
 * @param value  16 bits
 * @returns four hexadecimal digits, upper case
 * Source: HJ 212-2017 6.3.1. O(1).
 */
export const printCrc = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

const highTable = Uint8Array.from(table, (value) => value >> 8)

/**
 * The running high byte after one more byte; a stream keeps it for every position.
 * @param high  the high byte before, 0xFF at the beginning
 * Source: own, from annex A of HJ 212-2017. O(1).
 */
export const nextHigh = (high: number, byte: number): number => highTable[high ^ byte]! // both are bytes

// One step without a byte is a linear map over GF(2); powers[n] is that map applied n times. They repeat after `order` steps.
const powers: readonly Uint8Array[] = (() => {
  const identity = Uint8Array.from({ length: 256 }, (_, high) => high)
  const list = [identity]
  for (;;) {
    const next = Uint8Array.from(list.at(-1) ?? identity, (high) => nextHigh(high, 0))
    if (next.every((high, index) => high === index)) return list
    list.push(next)
  }
})()

/**
 * The check value of a stretch of a stream, from the running high bytes at its two ends and without reading it again.
 * @param highBefore  running high byte before the first byte of the stretch
 * @param highAfter   running high byte after its last byte
 * @param length      bytes in the stretch
 * @returns 16 bits, what `crc212` gives for the stretch alone
 * Source: own. The step is linear: the difference of the two beginnings, carried `length` steps on, is the difference of the two ends. O(1).
 */
export function crcOfStretch(highBefore: number, highAfter: number, length: number): number {
  if (length === 0) return 0xffff
  const carried = powers[length % powers.length]?.[highBefore ^ 0xff] ?? 0
  return valueOfHigh[highAfter ^ carried] ?? 0
}

/**
 * Reads a check field.
 * @param at  where its four characters stand
 * @returns 16 bits, or -1 when they are no hexadecimal digits
 * Source: HJ 212-2017 6.3.1. O(1).
 */
export function readCrc(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let i = at; i < at + 4; i++) {
    const digit = digitOf(bytes[i] ?? 0)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** Whether a check field is written with small letters: read, never sent. O(1). */
export const hasSmallLetters = (bytes: Uint8Array, at: number): boolean =>
  bytes.subarray(at, at + 4).some((byte) => byte >= 0x61)

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte & ~0x20
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : -1
}
