/** Reads words one after another into 128 bits. */
export type Digest = {
  readonly words: (words: ArrayLike<number>) => void
  readonly text: (text: string) => void
  /** 32 hexadecimal digits. */
  readonly end: () => string
}

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

function finished(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/**
 * A digest by which two inputs are told apart. It guards against chance, not against malice.
 * Source: A. Appleby, MurmurHash3_x86_128, four words a block; each array and text is led by its length. O(words).
 */
export function createDigest(): Digest {
  let [h1, h2, h3, h4] = [0, 0, 0, 0]
  let total = 0
  const block = (k1: number, k2: number, k3: number, k4: number): void => {
    h1 ^= Math.imul(rotated(Math.imul(k1, 0x239b961b), 15), 0xab0e9789)
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(rotated(Math.imul(k2, 0xab0e9789), 16), 0x38b34ae5)
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(rotated(Math.imul(k3, 0x38b34ae5), 17), 0xa1e38b93)
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(rotated(Math.imul(k4, 0xa1e38b93), 18), 0x239b961b)
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0
    total++
  }
  const words = (values: ArrayLike<number>): void => {
    block(values.length, 0, 0, 0)
    // Past the end there are zeros; the length has been read.
    for (let i = 0; i < values.length; i += 4)
      block(values[i] ?? 0, values[i + 1] ?? 0, values[i + 2] ?? 0, values[i + 3] ?? 0)
  }
  return {
    words,
    text: (text) => {
      block(text.length, 1, 0, 0)
      for (let i = 0; i < text.length; i += 4)
        block(text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2), text.charCodeAt(i + 3))
    },
    end: () => {
      for (let round = 0; round < 2; round++) {
        h1 = (h1 ^ total) + h2 + h3 + h4
        ;[h2, h3, h4] = [h2 + h1, h3 + h1, h4 + h1]
        ;[h1, h2, h3, h4] = [finished(h1), finished(h2), finished(h3), finished(h4)]
      }
      return [h1, h2, h3, h4].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}

/** The bits of numbers, two words each for doubles. Not a number has many bits; rows with it are refused before. */
export const bitsOf = (numbers: Float64Array | Int32Array): Uint32Array =>
  new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 4)
