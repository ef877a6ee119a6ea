/**
 * Random numbers that a seed repeats.
 * @param seed  a whole number
 * @returns a function that gives numbers in [0, 1)
 * Source: G. Marsaglia, Xorshift RNGs (2003), 32 bits, shifts 13, 17, 5. O(1) a number.
 */
export function createRandom(seed: number): () => number {
  // The generator never leaves 0; the multiplication sets neighbouring seeds apart.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) * 2.3283064365386963e-10 // 2^-32
  }
  for (let i = 0; i < 16; i++) next()
  return next
}
