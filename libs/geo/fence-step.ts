import type { EpochMs } from '@tingzhou/kernel'
import type { FenceLookup } from './fence-index.ts'
import { placeFault, type LonLat } from './point.ts'

/** Where something was, when. */
export type Fix = LonLat & { readonly at: EpochMs }

/** A stay in a fence, or one that is about to begin. */
export type Stay = {
  readonly fenceId: string
  /** The first fix inside. */
  readonly enteredAt: EpochMs
  /** The last fix that was not outside. */
  readonly insideAt: EpochMs
  /** `entering` until the stay has lasted `confirmMs`. */
  readonly phase: 'entering' | 'inside'
  /** The last fix before the stay; null when there was none. */
  readonly outsideAt: EpochMs | null
  /** The first fix beyond the margin since the last one inside, or null. */
  readonly leavingAt: EpochMs | null
  readonly isDwellTold: boolean
}

/** What is known of one vehicle: plain data, to be kept between fixes. */
export type FenceState = { readonly lastAt: EpochMs | null; readonly stays: readonly Stay[] }

/** A vehicle of which nothing is known. */
export const noFences: FenceState = { lastAt: null, stays: [] }

export type FenceRules = {
  /** A vehicle has left only when it is farther than this from the border: a fix at the gate does not flutter. Metres, 0 or more. */
  readonly exitMarginM: number
  /** How long it must be inside, or beyond the margin, before it counts. Milliseconds; 0: at the first fix. */
  readonly confirmMs: number
  /** When a stay becomes worth telling. Milliseconds; null: never. */
  readonly dwellMs: number | null
}

/** 30 m are three times the error of a good fix; the other two are off. Own. */
export const fenceRules: FenceRules = { exitMarginM: 30, confirmMs: 0, dwellMs: null }

/** The rules of all fences, or of each fence by its id. */
export type RulesOfFences = FenceRules | ((fenceId: string) => FenceRules)

/** What happened. `at` is the fix at which it happened, `knownAt` the one that confirmed it. */
export type FenceEvent =
  | {
      readonly kind: 'entry'
      readonly fenceId: string
      readonly at: EpochMs
      readonly knownAt: EpochMs
      /** The last fix outside: the border was crossed between it and `at`. Null when the vehicle appeared inside. */
      readonly after: EpochMs | null
    }
  | { readonly kind: 'dwell'; readonly fenceId: string; readonly at: EpochMs; readonly enteredAt: EpochMs }
  | {
      readonly kind: 'exit'
      readonly fenceId: string
      readonly at: EpochMs
      readonly knownAt: EpochMs
      /** The last fix inside: the border was crossed between it and `at`. */
      readonly after: EpochMs
      readonly enteredAt: EpochMs
      readonly cause: 'crossing' | 'fence_removed'
    }

/** What a step answers. `late` and `duplicate` fixes, and ones that are no place, change nothing. */
export type FenceStep = {
  readonly state: FenceState
  readonly events: readonly FenceEvent[]
  readonly taken: 'taken' | 'duplicate' | 'late' | 'no_place'
}

/**
 * Takes the next fix of a vehicle and answers what it did to fences. For each fence entries and exits alternate, beginning with an entry.
 * Fixes must come in the order of their times; one that is not newer than the last changes nothing. A device that delivers hours later what
 * it kept is replayed from `noFences` over `orderFixes` of everything.
 * @param state   of this vehicle; `noFences` at first
 * @param fix     WGS-84 degrees and the device's time
 * @param fences  an index; a fence that is no longer in it is left with cause `fence_removed`
 * @param rules   the same for every fence, or asked for by fence id
 * @returns the new state, and events: exits first, then entries, then dwells, each by fence id
 * Source: own. O(question to the index + stays).
 */
export function step(state: FenceState, fix: Fix, fences: FenceLookup, rules: RulesOfFences = fenceRules): FenceStep {
  if (placeFault(fix)) return { state, events: [], taken: 'no_place' }
  if (state.lastAt !== null && fix.at <= state.lastAt)
    return { state, events: [], taken: fix.at === state.lastAt ? 'duplicate' : 'late' }
  const rulesOf = typeof rules === 'function' ? rules : () => rules
  const inside = new Set(fences.at(fix))
  const events: FenceEvent[] = []
  const stays = state.stays.flatMap((stay): readonly Stay[] => {
    const isInside = inside.delete(stay.fenceId)
    const own = rulesOf(stay.fenceId)
    const next = isInside ? { ...stay, insideAt: fix.at, leavingAt: null } : leave(stay, fix, fences, own, events)
    return next ? [settle(next, fix, own, events)] : []
  })
  for (const fenceId of [...inside].toSorted()) {
    const stay: Stay = {
      fenceId,
      enteredAt: fix.at,
      insideAt: fix.at,
      phase: 'entering',
      outsideAt: state.lastAt,
      leavingAt: null,
      isDwellTold: false,
    }
    stays.push(settle(stay, fix, rulesOf(fenceId), events))
  }
  const ordered = events.toSorted((a, b) => rank[a.kind] - rank[b.kind] || (a.fenceId < b.fenceId ? -1 : 1))
  return { state: { lastAt: fix.at, stays }, events: ordered, taken: 'taken' }
}

const rank = { exit: 0, entry: 1, dwell: 2 } as const

/** A fix outside: the stay goes on within the margin and until the exit is confirmed; null when it is over. */
function leave(stay: Stay, fix: Fix, fences: FenceLookup, rules: FenceRules, events: FenceEvent[]): Stay | null {
  const distanceM = fences.distanceM(stay.fenceId, fix)
  const isGone = distanceM === null
  // A stay that was not told yet ends at the border: nothing was said that could flutter.
  if (stay.phase === 'entering') return isGone || distanceM > 0 ? null : stay
  if (!isGone && distanceM <= rules.exitMarginM) return { ...stay, insideAt: fix.at, leavingAt: null }
  const at = stay.leavingAt ?? fix.at
  if (!isGone && fix.at - at < rules.confirmMs) return { ...stay, leavingAt: at }
  const { fenceId, insideAt: after, enteredAt } = stay
  events.push({
    kind: 'exit',
    fenceId,
    at,
    knownAt: fix.at,
    after,
    enteredAt,
    cause: isGone ? 'fence_removed' : 'crossing',
  })
  return null
}

/** Tells the entry once it is confirmed, and the dwelling once it has lasted. */
function settle(stay: Stay, fix: Fix, rules: FenceRules, events: FenceEvent[]): Stay {
  const { fenceId, enteredAt, outsideAt } = stay
  const lastedMs = stay.insideAt - enteredAt
  if (stay.phase === 'entering' && lastedMs < rules.confirmMs) return stay
  if (stay.phase === 'entering')
    events.push({ kind: 'entry', fenceId, at: enteredAt, knownAt: fix.at, after: outsideAt })
  const isDwelling = rules.dwellMs !== null && lastedMs >= rules.dwellMs
  if (isDwelling && !stay.isDwellTold) events.push({ kind: 'dwell', fenceId, at: fix.at, enteredAt })
  return { ...stay, phase: 'inside', isDwellTold: stay.isDwellTold || isDwelling }
}
