import { toHex, toUtf8 } from './bytes.ts'

const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

/**
 * The digest that Tianjin's token request asks for in place of the password. It protects nothing by itself.
 * @returns 32 hexadecimal digits
 * Source: RFC 1321. O(length).
 */
export function md5(text: string): string {
  const words = wordsOf(toUtf8(text))
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  for (let block = 0; block < words.length; block += 16) state = mix(state, words.subarray(block, block + 16))
  return toHex(state.flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24].map((byte) => byte & 0xff)))
}

/** The text, a bit, zeros, and the length in bits, in words of four bytes. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array((Math.floor((bytes.length + 8) / 64) + 1) * 16)
  const put = (byte: number, at: number): void =>
    void (words[at >> 2] = (words[at >> 2] ?? 0) | (byte << ((at % 4) * 8)))
  bytes.forEach(put)
  put(0x80, bytes.length)
  words[words.length - 2] = bytes.length * 8
  return words
}

/** Of each of the four rounds: its function, the word of its step, its shifts. */
const rounds = [
  { mixed: (b: number, c: number, d: number) => (b & c) | (~b & d), wordAt: (i: number) => i, shifts: [7, 12, 17, 22] },
  {
    mixed: (b: number, c: number, d: number) => (d & b) | (~d & c),
    wordAt: (i: number) => 5 * i + 1,
    shifts: [5, 9, 14, 20],
  },
  { mixed: (b: number, c: number, d: number) => b ^ c ^ d, wordAt: (i: number) => 3 * i + 5, shifts: [4, 11, 16, 23] },
  { mixed: (b: number, c: number, d: number) => c ^ (b | ~d), wordAt: (i: number) => 7 * i, shifts: [6, 10, 15, 21] },
] as const

function mix(state: readonly number[], words: Uint32Array): number[] {
  let [a = 0, b = 0, c = 0, d = 0] = state
  for (const [round, { mixed, wordAt, shifts }] of rounds.entries())
    for (let i = 0; i < 16; i++) {
      const step = round * 16 + i
      const sum = (a + mixed(b, c, d) + (sines[step] ?? 0) + (words[wordAt(step) % 16] ?? 0)) | 0
      const shift = shifts[i % 4] ?? 0
      ;[a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0]
    }
  return [a, b, c, d].map((word, index) => (word + (state[index] ?? 0)) | 0)
}
