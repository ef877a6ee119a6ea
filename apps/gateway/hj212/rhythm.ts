import type { Period } from '@tingzhou/hj212'

/** How often a device speaks, as its records tell: period by period. */
export type Rhythm = Map<Period, Beat>
type Beat = {
  /** The time of the last record, and how far it was from the one before. */
  readonly at: number
  readonly stepMs: number | null
  /** As two steps in a row said, or an order that was executed. */
  readonly everyMs: number | null
  readonly heardAt: number
}

// HJ 212-2017: RtdInterval is at least 30 s. A station that sends anything sends its days.
const everyMinMs = 30_000
const everyMaxMs = 86_400_000
const alikeShare = 0.1
// So many of its records missing: it is sent no more.
const beatsMissing = 10

/**
 * Notes a record. Two steps that are about the same are how often there is one; what comes late stands where it belongs and says
 * nothing new.
 * @param at   the time of the record
 * @param now  when it came; milliseconds since the epoch
 * O(1).
 */
export function noteBeat(rhythm: Rhythm, period: Period, at: number, now: number): void {
  const before = rhythm.get(period)
  if (!before) return void rhythm.set(period, { at, stepMs: null, everyMs: null, heardAt: now })
  if (at <= before.at) return
  const stepMs = at - before.at
  const isAlike = before.stepMs !== null && Math.abs(stepMs - before.stepMs) <= before.stepMs * alikeShare
  rhythm.set(period, { at, stepMs, everyMs: isAlike ? stepMs : before.everyMs, heardAt: now })
}

/** Takes what an order has set; null: such records are sent no more. O(1). */
export function setBeat(rhythm: Rhythm, period: Period, everyMs: number | null, now: number): void {
  const before = rhythm.get(period)
  if (everyMs === null) rhythm.delete(period)
  else rhythm.set(period, { at: before?.at ?? 0, stepMs: everyMs, everyMs, heardAt: now })
}

/**
 * In how many seconds a device is heard again.
 * @returns the shortest of what is known of its periods, 30 s to a day; null: nothing is
 * O(periods).
 */
export function intervalS(rhythm: Rhythm, now: number): number | null {
  let shortest: number | null = null
  for (const { everyMs, heardAt } of rhythm.values())
    if (everyMs !== null && now - heardAt <= beatsMissing * everyMs) shortest = Math.min(shortest ?? everyMs, everyMs)
  return shortest === null ? null : Math.round(Math.min(Math.max(shortest, everyMinMs), everyMaxMs) / 1_000)
}
