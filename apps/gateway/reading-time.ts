const aheadMaxMs = 10 * 60_000
const agoMaxMs = 400 * 86_400_000

/** What a time that no reading has is called. */
export type TimeFault = 'ahead' | 'long_ago'

/** The rules, as a sender reads them. */
export const timeRules: Readonly<Record<TimeFault, string>> = {
  ahead: 'at most ten minutes ahead',
  long_ago: 'at most 400 days ago',
}

/**
 * Why a reading cannot be of a time: clocks go ahead a little, and devices keep what they measured while they were away.
 * @param at, now  milliseconds since the epoch
 * Source: own, one rule for all protocols. O(1).
 */
export function timeFault(at: number, now: number): TimeFault | null {
  if (at > now + aheadMaxMs) return 'ahead'
  return at < now - agoMaxMs ? 'long_ago' : null
}
