/** How many a second there were, of late. */
export type Rate = {
  readonly note: (count: number, nowMs: number) => void
  readonly perSecond: (nowMs: number) => number
}

const memoryMs = 120_000
// What came in the first moment says little.
const firstMs = 10_000

/**
 * Measures a rate: what came two minutes ago counts a third of what comes now.
 * @param beganMs  from when on it is measured
 * Source: own; exponential mean, freed of its start as in Kingma and Ba, "Adam" (2015), clause 3. O(1).
 */
export function createRate(beganMs: number): Rate {
  let sum = 0
  let atMs = beganMs
  const fade = (nowMs: number): void => {
    sum *= Math.exp(-Math.max(0, nowMs - atMs) / memoryMs)
    atMs = nowMs
  }
  return {
    note: (count, nowMs) => {
      fade(nowMs)
      sum += count
    },
    perSecond: (nowMs) => {
      fade(nowMs)
      const known = 1 - Math.exp(-Math.max(firstMs, nowMs - beganMs) / memoryMs)
      return sum / (memoryMs / 1_000) / known
    },
  }
}
