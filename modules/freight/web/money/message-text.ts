/**
 * The text of a file of the bank, in the encoding that its first line names; UTF-8 when it names none.
 * @returns null when the encoding is not known, or the bytes are not of it
 * Pure. O(size).
 */
export function messageText(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 200))
  const named = /^[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(named, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
