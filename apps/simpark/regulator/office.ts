import type { Clock } from '@tingzhou/kernel'
import type { TrackReport } from '@tingzhou/wlhy'
import type { Book } from './book.ts'
import type { RegulatorHabits } from './habits.ts'
import type { Journal, KeyPair } from './journal.ts'
import type { JudgeRules } from './judge.ts'
import type { Enterprise, Tokens } from './tokens.ts'

/** A track as it was told. */
export type Told = { readonly enterpriseCode: string; readonly report: TrackReport }

/** What a monitoring system has at hand to answer. */
export type Office = {
  readonly enterprises: readonly Enterprise[]
  readonly book: Book
  readonly tokens: Tokens
  readonly journal: Journal
  readonly keys: KeyPair
  readonly clock: Clock
  readonly seed: string
  readonly habits: () => RegulatorHabits
  readonly rules: JudgeRules
  readonly trackIntervalMs: number
  /** Whether this minute has room for one more request; counts it. */
  readonly mayAsk: () => boolean
  /** How often a reference came, this time included; counts it. */
  readonly attemptOf: (reference: string) => number
  readonly tracks: Told[]
}

const minuteMs = 60_000

/** Counts the requests of a minute. */
export function limiter(clock: Clock, perMinute: number): () => boolean {
  let [minute, count] = [0, 0]
  return () => {
    const now = Math.floor(clock() / minuteMs)
    if (now !== minute) [minute, count] = [now, 0]
    return ++count <= perMinute
  }
}

/** References whose attempts are remembered; beyond them the oldest begin anew. */
const referencesMax = 50_000

/** Counts the attempts of each reference. */
export function attemptCounter(): (reference: string) => number {
  const attempts = new Map<string, number>()
  return (reference) => {
    const count = (attempts.get(reference) ?? 0) + 1
    attempts.set(reference, count)
    for (const [oldest] of attempts) {
      if (attempts.size <= referencesMax) break
      attempts.delete(oldest)
    }
    return count
  }
}
