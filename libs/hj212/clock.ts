import type { EpochMs } from '@tingzhou/kernel'

/** Whether a time of a device can be believed; data with another one is stored, marked, and raises no alarm. */
export type ClockCheck = 'fits' | 'future' | 'late'

/** How far a time may be off. Own; the standard sets no limits. */
export type ClockLimits = { readonly aheadMaxMs: number; readonly behindMaxMs: number }

/** Ten minutes ahead, seven days behind. Own. */
export const clockLimits: ClockLimits = { aheadMaxMs: 600_000, behindMaxMs: 7 * 86_400_000 }

/**
 * Compares the time of a message with the receiver's: the check value is worth eight bits, so plausibility has to do the rest.
 * @param at   the message's time
 * @param now  the receiver's
 * Source: own. O(1).
 */
export function checkClock(at: EpochMs, now: EpochMs, limits: ClockLimits = clockLimits): ClockCheck {
  if (at - now > limits.aheadMaxMs) return 'future'
  return now - at > limits.behindMaxMs ? 'late' : 'fits'
}
