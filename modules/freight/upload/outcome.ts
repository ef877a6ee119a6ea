import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { AttemptOutcome } from './words.ts'

/** Where a document goes after an answer; `tryAt` is set while it still has to be sent. */
export type Decided =
  | { readonly state: 'accepted'; readonly tryAt: null }
  | { readonly state: 'rejected'; readonly tryAt: null }
  | { readonly state: 'waiting'; readonly tryAt: EpochMs }

/**
 * What an answer does to a document. A duplicate was taken before, when its answer got lost. What the regulator cannot do now, or
 * says in words nobody understands, is sent again, for as long as it takes: only a refusal of the document itself stops it.
 * @param attempts  how often it was sent, this one included; from 1
 * Pure. O(1).
 */
export function decide(outcome: AttemptOutcome, attempts: number, now: EpochMs): Decided {
  switch (outcome) {
    case 'accepted':
    case 'duplicate':
      return { state: 'accepted', tryAt: null }
    case 'rejected':
      return { state: 'rejected', tryAt: null }
    case 'token':
      // The next attempt asks for another token; only one that is refused again and again is put off for longer.
      return { state: 'waiting', tryAt: attempts <= 2 ? now : againAt(attempts, now) }
    case 'later':
    case 'broken':
    case 'unanswered':
      return { state: 'waiting', tryAt: againAt(attempts, now) }
  }
}

const firstPauseMs = 5_000
const pauseMsMax = 30 * 60_000

/** When something is tried again: after 5, 10, 20 … seconds, at most half an hour. Pure. O(1). */
export const againAt = (attempts: number, now: EpochMs): EpochMs =>
  epochMs(now + Math.min(firstPauseMs * 2 ** Math.min(attempts - 1, 20), pauseMsMax))
