import { assert } from '@tingzhou/kernel'

/** Numbers that a seed decides: the same seed gives the same zone, the same firms, the same words. */
export type Random = {
  /** At least 0, less than 1. */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number
  readonly chance: (share: number) => boolean
  readonly pick: <T>(items: readonly T[]) => T
  /** An item by its weight. */
  readonly weighted: <T>(items: readonly (readonly [item: T, weight: number])[]) => T
  readonly shuffled: <T>(items: readonly T[]) => T[]
}

/**
 * Makes the numbers of a seed.
 * @param parts  joined into the seed; another part gives numbers that have nothing to do with each other
 * Source: xmur3 hash and sfc32 generator, public domain (bryc, PractRand's sfc32). Not for secrets. O(1) a number.
 */
export function randomOf(...parts: readonly (string | number)[]): Random {
  const hash = hashOf(parts.join('/'))
  let [a, b, c, d] = [hash(), hash(), hash(), 1]
  const next = (): number => {
    const t = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return (t >>> 0) / 2 ** 32
  }
  // The first numbers of sfc32 still resemble its seed.
  for (let i = 0; i < 12; i++) next()
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(items: readonly T[]): T => {
    assert(items.length > 0, 'something to pick from')
    // The index is inside the list; T itself may include undefined.
    return items[int(0, items.length - 1)] as T
  }
  return {
    next,
    int,
    chance: (share) => next() < share,
    pick,
    weighted: (items) => {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0)
      const found = items.find(([, weight]) => (left -= weight) < 0) ?? items.at(-1)
      assert(found, 'something to pick from')
      return found[0]
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .toSorted((x, y) => x.at - y.at)
        .map(({ item }) => item),
  }
}

/** Whole numbers of 32 bits from a text: the same text gives the same ones. Source: xmur3, public domain (bryc). */
export function hashOf(text: string): () => number {
  let h = 1_779_033_703 ^ text.length
  for (const char of text) {
    h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 3_432_918_353)
    h = (h << 13) | (h >>> 19)
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2_246_822_507)
    h = Math.imul(h ^ (h >>> 13), 3_266_489_909)
    return (h ^= h >>> 16) | 0
  }
}
