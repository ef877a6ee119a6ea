/** Keeps from asking somebody who does not answer. */
export type Breaker = {
  /** Whether to ask now: while it rests nobody does, after that one at a time until an answer comes. */
  readonly mayAsk: () => boolean
  readonly succeeded: () => void
  readonly failed: () => void
}

/**
 * Makes a circuit breaker.
 * @param failuresMax  how many failures in a row open it
 * @param restMs       how long nobody asks then
 * @param nowMs        a clock that never goes back, milliseconds
 * Source: M. Nygard, Release It!, "circuit breaker". O(1).
 */
export function createBreaker(failuresMax: number, restMs: number, nowMs: () => number): Breaker {
  let failures = 0
  let restsUntilMs = 0
  let isProbing = false
  return {
    mayAsk: () => {
      if (failures < failuresMax) return true
      if (isProbing || nowMs() < restsUntilMs) return false
      isProbing = true
      return true
    },
    succeeded: () => {
      failures = 0
      isProbing = false
    },
    failed: () => {
      failures++
      isProbing = false
      restsUntilMs = nowMs() + restMs
    },
  }
}
