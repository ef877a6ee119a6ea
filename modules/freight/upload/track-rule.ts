import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { TrackStep } from '@tingzhou/wlhy'
import type { WaybillState } from '../words.ts'
import { againAt } from './outcome.ts'
import type { AttemptOutcome, TrackState } from './words.ts'

export type OpenTrackState = Exclude<TrackState, 'stopped' | 'given_up'>

/** What the regulator is told of a trip that is in a state. */
export const stepOf = { starting: 'start', under_way: 'send', stopping: 'stop' } as const satisfies Record<
  OpenTrackState,
  TrackStep
>

/** Whether a trip goes on: from the departure until the truck is at the place of unloading, or goes no further. */
export const isUnderWay = (state: WaybillState): boolean => state === 'in_transit' || state === 'accident'

// A step that nobody answers after this many attempts, most of a day, is given up: where the truck was by then is no news.
const attemptsMax = 48

export type TrackDecided = { readonly state: TrackState; readonly nextAt: EpochMs | null; readonly taken: boolean }

/**
 * Where a trip goes after an answer.
 * @param attempts    of this step, this one included
 * @param intervalMs  when the regulator wants to hear again
 * Pure. O(1).
 */
export function decideTrack(
  state: OpenTrackState,
  outcome: AttemptOutcome,
  { attempts, intervalMs }: { readonly attempts: number; readonly intervalMs: number },
  now: EpochMs,
): TrackDecided {
  if (outcome === 'accepted' || outcome === 'duplicate')
    return state === 'stopping'
      ? { state: 'stopped', nextAt: null, taken: true }
      : { state: 'under_way', nextAt: epochMs(now + intervalMs), taken: true }
  if (outcome === 'rejected' || attempts >= attemptsMax) return { state: 'given_up', nextAt: null, taken: false }
  return { state, nextAt: againAt(attempts, now), taken: false }
}
