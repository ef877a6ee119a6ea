/**
 * A number that only its three arguments decide: the same ones give the same number, others one that has nothing to do with it.
 * @param a, b, c  whole numbers
 * @returns at least 0, less than 1
 * Source: the finaliser of MurmurHash3 (Appleby, public domain). Not for secrets. O(1).
 */
export function noise(a: number, b: number, c = 0): number {
  let h = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(b + 0x7f4a_7c15, 0xc2b2_ae35) ^ Math.imul(c, 0x27d4_eb2f)
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

/** A number from `low` to `high`. */
export const noiseBetween = (low: number, high: number, a: number, b: number, c = 0): number =>
  low + noise(a, b, c) * (high - low)

/** A number from -1 to 1 that changes slowly: what lies between two whole steps lies between their numbers. O(1). */
export function slowNoise(at: number, a: number, b: number): number {
  const step = Math.floor(at)
  const share = at - step
  return 2 * (noise(a, b, step) * (1 - share) + noise(a, b, step + 1) * share) - 1
}
