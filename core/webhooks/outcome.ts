import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { DeliveryError } from './words.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long a delivery waits after its first, second … attempt; after as many and one more it is given up. */
export const pausesMs = [
  5_000,
  30_000,
  2 * minuteMs,
  10 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
] as const
/** An endpoint that only failed for this long is stopped. */
export const failingMs = 3 * dayMs
const restMsMax = 10 * minuteMs

/** What came of one attempt. */
export type Said = {
  readonly status: number | null
  /** Null: it was taken. */
  readonly error: DeliveryError | null
  readonly text: string
  readonly tookMs: number
}

/** Where a delivery goes after an attempt. */
export type Decided =
  | { readonly state: 'delivered' }
  | { readonly state: 'given_up' }
  | { readonly state: 'waiting'; readonly tryAt: EpochMs }

/**
 * What an attempt does to its delivery.
 * @param attempts  how often it was tried, this one included; from 1
 * Pure. O(1).
 */
export function decide({ error, status }: Pick<Said, 'error' | 'status'>, attempts: number, now: EpochMs): Decided {
  if (error === null) return { state: 'delivered' }
  const pauseMs = pausesMs[attempts - 1]
  if (pauseMs === undefined || status === gone) return { state: 'given_up' }
  return { state: 'waiting', tryAt: epochMs(now + pauseMs) }
}

/** The receiver says that it will never answer here again. RFC 9110, 15.5.11. */
export const gone = 410

/** What an endpoint has been through. */
export type Health = {
  readonly failures: number
  readonly failing_since: EpochMs | null
  readonly rest_until: EpochMs | null
}

/**
 * How an endpoint fares after an attempt that failed: after 5, 10, 20 … seconds, ten minutes at most, one delivery finds out whether it
 * is back, so that the others do not use up their attempts meanwhile. What was under way together counts as one failure.
 * Pure. O(1).
 */
export function afterFailure({ failures, failing_since, rest_until }: Health, now: EpochMs) {
  const isSameRound = rest_until !== null && rest_until > now
  const restMs = Math.min(pausesMs[0] * 2 ** Math.min(failures, 20), restMsMax)
  const since = failing_since ?? now
  return {
    failures: isSameRound ? failures : failures + 1,
    failingSince: since,
    restUntil: isSameRound ? rest_until : epochMs(now + restMs),
    isHopeless: now - since >= failingMs,
  }
}
