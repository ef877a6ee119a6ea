const shownMax = 400

/** A value of a field as it is shown: of a long one the beginning. O(1). */
export const shownValue = (value: string): string => (value.length > shownMax ? `${value.slice(0, shownMax)}…` : value)

/** Bytes of a field in hexadecimal. O(length). */
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The number in two bytes, the higher first; null where they are cut off. O(1). */
export function shortAt(bytes: Uint8Array, at: number): number | null {
  const [high, low] = [bytes[at], bytes[at + 1]]
  return high === undefined || low === undefined ? null : high * 256 + low
}
