import { assert } from './assert.ts'
import type { EpochMs } from './quantities.ts'

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Builds a UUID version 7: 48 bits of time, then random bits, so that ids sort by birth.
 * @param now     the instant, milliseconds
 * @param random  at least 10 random bytes
 * @returns 36 characters, lower case
 * Source: RFC 9562 section 5.7. O(1).
 */
export function uuidv7(now: EpochMs, random: Uint8Array): string {
  assert(random.length >= 10, 'uuidv7 gets ten random bytes')
  const time = now.toString(16).padStart(12, '0')
  const byte = (index: number): number => random[index] ?? 0
  const hex = (index: number): string => hexOf[byte(index)] ?? ''
  const [version, variant] = [hexOf[(byte(0) & 0x0f) | 0x70] ?? '', hexOf[(byte(2) & 0x3f) | 0x80] ?? '']
  const tail = hex(4) + hex(5) + hex(6) + hex(7) + hex(8) + hex(9)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(1)}-${variant}${hex(3)}-${tail}`
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Whether a text is written as a UUID of any version; PostgreSQL refuses to compare any other with a column of ids.
 * Source: RFC 9562 section 4. O(1).
 */
export const isUuid = (text: string): boolean => uuid.test(text)
