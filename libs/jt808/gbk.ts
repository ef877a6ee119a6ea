// Two-byte GBK begins at 0x8140. Node's and the browsers' decoders know the characters; the way back is read off the decoder
// once, when the first text that is not ASCII is written.
type Decoder = InstanceType<typeof TextDecoder>

let codes: Uint16Array | null = null

/** For each UTF-16 unit the GBK code, 0 where there is none. 128 KiB, about 24,000 entries. O(24,000) once. */
function gbkCodes(): Uint16Array {
  if (codes !== null) return codes
  const found = new Uint16Array(0x10000)
  const decoder = new TextDecoder('gb18030', { fatal: true })
  const pair = new Uint8Array(2)
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      pair[0] = lead
      pair[1] = trail
      const unit = decodePair(decoder, pair)
      // The first code of a character wins: 0xA1A1 before 0xA3A0 for the wide space.
      if (unit !== 0 && found[unit] === 0) found[unit] = (lead << 8) | trail
    }
  codes = found
  return found
}

function decodePair(decoder: Decoder, pair: Uint8Array): number {
  try {
    const text = decoder.decode(pair)
    return text.length === 1 ? text.charCodeAt(0) : 0
  } catch {
    return 0
  }
}

/**
 * Writes a text as GBK.
 * @param text  UTF-16; characters outside GBK cannot be written
 * @returns the bytes, or the first character that GBK lacks
 * Source: GBK as the platform's TextDecoder knows it (WHATWG Encoding, index gb18030). O(length).
 */
export function encodeGbk(text: string): Uint8Array | { readonly lacks: string } {
  const out = new Uint8Array(text.length * 2)
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) {
      out[length++] = unit
      continue
    }
    const code = gbkCodes()[unit] ?? 0
    if (code === 0) return { lacks: String.fromCodePoint(text.codePointAt(index) ?? unit) }
    out[length++] = code >> 8
    out[length++] = code & 0xff
  }
  return out.slice(0, length)
}

/**
 * Reads GBK; also the four-byte codes of GB 18030, which some terminals send.
 * @returns the text, and whether bytes were replaced by U+FFFD because they are no GBK
 * Source: GB 18030-2022 as the platform's TextDecoder knows it. O(length).
 */
export function decodeGbk(bytes: Uint8Array, from = 0, to = bytes.length): { text: string; isWhole: boolean } {
  const ascii = decodeAscii(bytes, from, to)
  if (ascii !== null) return { text: ascii, isWhole: true }
  const part = bytes.subarray(from, to)
  try {
    return { text: strict().decode(part), isWhole: true }
  } catch {
    return { text: new TextDecoder('gb18030').decode(part), isWhole: false }
  }
}

let strictDecoder: Decoder | null = null
const strict = (): Decoder => (strictDecoder ??= new TextDecoder('gb18030', { fatal: true }))

/** Most texts are codes and numbers; for them no decoder is asked. Null when a byte is not ASCII or the text is long. */
function decodeAscii(bytes: Uint8Array, from: number, to: number): string | null {
  if (to - from > 64) return null
  let text = ''
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) return null
    text += String.fromCharCode(byte)
  }
  return text
}
