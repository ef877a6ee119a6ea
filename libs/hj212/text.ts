const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Bytes as a string of one character a byte, so that positions in it are byte offsets; `isAscii` tells whether that is already the text.
 * Source: own. O(bytes).
 */
export function toBinary(bytes: Uint8Array): { readonly binary: string; readonly isAscii: boolean } {
  const text = decodeUtf8(bytes)
  // Every character of more than one byte makes the text shorter than its bytes.
  if (text?.length === bytes.length) return { binary: text, isAscii: true }
  let binary = ''
  for (let i = 0; i < bytes.length; i += 4_096) binary += String.fromCharCode(...bytes.subarray(i, i + 4_096))
  return { binary, isAscii: false }
}

/**
 * The text of a piece of a binary string.
 * @returns null when the bytes are no UTF-8
 * Source: RFC 3629. O(length).
 */
export const fromBinary = (piece: string): string | null =>
  decodeUtf8(Uint8Array.from(piece, (character) => character.charCodeAt(0)))

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}
