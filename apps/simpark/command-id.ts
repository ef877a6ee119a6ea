import { createHash } from 'node:crypto'

/**
 * The id of a command that the simulator may have sent before it was killed: the same words give the same id, so that
 * sending again does nothing twice.
 * Source: RFC 9562 section 5.8, UUID version 8. O(length).
 */
export function commandIdOf(...words: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(words.join('/')).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
