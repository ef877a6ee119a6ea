import { randomOf } from '../random.ts'

/** How the monitoring system of the simulation misbehaves: shares of the messages, 0 to 1. */
export type RegulatorHabits = {
  /** Its queue is full: 3003. Nothing is kept. */
  readonly busyShare: number
  /** 9001. Nothing is kept. */
  readonly errorShare: number
  /** The message is kept, and the connection cut before the answer. */
  readonly cutShare: number
  /** It answers so late. */
  readonly slowShare: number
  readonly slowMs: number
}

export const steadyHabits: RegulatorHabits = { busyShare: 0, errorShare: 0, cutShare: 0, slowShare: 0, slowMs: 0 }
export const usualHabits: RegulatorHabits = {
  busyShare: 0.05,
  errorShare: 0.02,
  cutShare: 0.02,
  slowShare: 0.05,
  slowMs: 3_000,
}

/** What befalls one message. */
export type Mood = { readonly refusal: 'queue' | 'server' | null; readonly cut: boolean; readonly waitMs: number }

/** Draws it: the same seed, reference and attempt give the same, whatever else arrives. O(1). */
export function moodOf(seed: string, habits: RegulatorHabits, reference: string, attempt: number): Mood {
  const dice = randomOf(seed, 'regulator', reference, attempt)
  const [busy, error, cut, slow] = [dice.next(), dice.next(), dice.next(), dice.next()]
  const otherwise = error < habits.errorShare ? 'server' : null
  return {
    refusal: busy < habits.busyShare ? 'queue' : otherwise,
    cut: cut < habits.cutShare,
    waitMs: slow < habits.slowShare ? habits.slowMs : 0,
  }
}
