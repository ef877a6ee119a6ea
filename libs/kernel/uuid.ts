import { assert } from './assert.ts'
import type { EpochMs } from './quantities.ts'

/**
 * Builds a UUID version 7: 48 bits of time, then random bits, so that ids sort by birth.
 * @param now     the instant, milliseconds
 * @param random  at least 10 random bytes
 * @returns 36 characters, lower case
 * Source: RFC 9562 section 5.7. O(1).
 */
export function uuidv7(now: EpochMs, random: Uint8Array): string {
  assert(random.length >= 10, 'uuidv7 gets ten random bytes')
  const bytes = new Uint8Array(16)
  let time: number = now
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256
    time = Math.floor(time / 256)
  }
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
