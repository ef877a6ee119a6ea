/** Lets through so many a second, and a burst at first. */
export type Bucket = {
  /** Takes one out. @returns milliseconds to wait before the next; 0: none */
  readonly take: (nowMs: number) => number
}

/**
 * Makes a bucket that is full.
 * @param perSecond  refill
 * @param burst  how many fit
 * Source: token bucket. O(1).
 */
export function createBucket(perSecond: number, burst: number): Bucket {
  let tokens = burst
  let last: number | null = null
  return {
    take: (nowMs) => {
      if (last !== null) tokens = Math.min(burst, tokens + ((nowMs - last) * perSecond) / 1_000)
      last = nowMs
      tokens--
      return tokens >= 0 ? 0 : (-tokens * 1_000) / perSecond
    },
  }
}
