import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Waybill } from './case.ts'

/** When a phone says that something was done, by its own clock: then, and at the moment of sending. */
export type Claimed = { readonly at: number | null; readonly sentAt: number | null }

/** What is kept of a claimed time. */
export type Kept = {
  readonly at: EpochMs
  /** For the history; the skew in seconds only where it is worth a look. */
  readonly data: { readonly claimedAt?: number; readonly clockOffS?: number }
}

/** A phone's clock may be this much off before the history says so. Own. */
const skewMaxMs = 5 * 60_000

/**
 * The time that is kept for what a phone did while nobody heard it: what it claims, corrected by how far its clock is off now, never
 * before the step before, never after now.
 * @param previous  when the waybill's step before was
 * Pure. O(1).
 */
export function keptTime({ at, sentAt }: Claimed, previous: EpochMs, now: EpochMs): Kept {
  if (at === null) return { at: now, data: {} }
  const offMs = sentAt === null ? 0 : now - sentAt
  const kept = Math.max(previous, Math.min(at + offMs, now))
  return {
    at: epochMs(Math.min(kept, Math.max(now, previous))),
    data: { claimedAt: at, ...(Math.abs(offMs) > skewMaxMs ? { clockOffS: Math.round(-offMs / 1_000) } : {}) },
  }
}

const steps = [
  'created_at',
  'accepted_at',
  'arrived_load_at',
  'loaded_at',
  'departed_at',
  'arrived_unload_at',
  'unloaded_at',
  'signed_at',
  'audited_at',
  'settled_at',
  'paid_at',
  'reported_at',
] as const satisfies readonly (keyof Waybill)[]

/** The times of a waybill's steps in their order, absent ones left out. Pure. O(1). */
export const stepTimes = (row: Waybill): readonly { readonly step: string; readonly at: EpochMs }[] =>
  steps.flatMap((step) => {
    const at = row[step]
    return at === null ? [] : [{ step: step.slice(0, -3), at }]
  })

/** When the latest step was. Pure. O(1). */
export const lastStepAt = (row: Waybill): EpochMs => epochMs(Math.max(...stepTimes(row).map(({ at }) => at)))
