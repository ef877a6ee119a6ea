import { assert } from '@tingzhou/kernel'
import { scalarBytes } from './sm2.ts'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const keyLength = 16
// Two bytes a letter: of 65,536 values each letter gets 1,057 or 1,058.
const keyBytes = keyLength * 2

/** How many bytes of chance `seal` takes. */
export const sealRandomBytes = scalarBytes + keyBytes

/** Sixteen letters and digits out of bytes of chance, as Fujian's guide makes its keys. O(1). */
export function readKey(random: Uint8Array): string {
  assert(random.length >= keyBytes, `seal gets ${sealRandomBytes} bytes of chance`)
  return Array.from({ length: keyLength }, (_, i) => {
    const value = (random[2 * i] ?? 0) * 256 + (random[2 * i + 1] ?? 0)
    return letters.charAt(value % letters.length)
  }).join('')
}
