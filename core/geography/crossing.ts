import {
  fenceRules,
  noFences,
  step,
  type FenceEvent,
  type FenceRules,
  type FenceState,
  type FenceStep,
  type LonLat,
} from '@tingzhou/geo'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { CrossingCause, CrossingKind } from './geofence-words.ts'

/** Where a vehicle was, when and how fast. */
export type VehicleFix = LonLat & { readonly at: EpochMs; readonly speedKmh: number }

/** What a vehicle did to a fence. */
export type Crossing = {
  readonly kind: CrossingKind
  readonly fenceId: string
  readonly version: number
  readonly told: boolean
  readonly at: EpochMs
  readonly knownAt: EpochMs
  readonly after: EpochMs | null
  readonly enteredAt: EpochMs | null
  readonly cause: CrossingCause
  readonly place: LonLat
  readonly speedKmh: number
}

/** What is known of one vehicle between two fixes. */
export type VehicleState = {
  readonly fences: FenceState
  /** Fences in which it drives too fast at present. */
  readonly speeding: readonly string[]
}
export const unknownVehicle: VehicleState = { fences: noFences, speeding: [] }

/** What a fence asks for. */
export type FenceTerms = {
  readonly version: number
  readonly rules: FenceRules
  readonly speedLimitKmh: number | null
  readonly tells: ReadonlySet<CrossingKind>
}

/** The fences of one vehicle at one time. */
export type FencesThen = {
  readonly at: (place: LonLat) => readonly string[]
  readonly distanceM: (fenceId: string, place: LonLat) => number | null
  /** Also of fences that are no longer there. */
  readonly termsOf: (fenceId: string) => FenceTerms | undefined
}

export type Advance = {
  readonly state: VehicleState
  readonly crossings: readonly Crossing[]
  readonly taken: FenceStep['taken']
}

// Back by this much before a new offence counts: a driver at the limit is told once.
const slowerKmh = 5
const noTerms: FenceTerms = { version: 1, rules: fenceRules, speedLimitKmh: null, tells: new Set() }

/**
 * Takes the next fix of a vehicle. Pure.
 * @returns what it did, in the order exits, entries, dwells, speeding; `late` fixes change nothing
 * Source: own, on `step`. O(question to the index + stays).
 */
export function advance(state: VehicleState, fix: VehicleFix, fences: FencesThen): Advance {
  const termsOf = (id: string) => fences.termsOf(id) ?? noTerms
  const next = step(state.fences, fix, fences, (id) => termsOf(id).rules)
  if (next.taken !== 'taken') return { state, crossings: [], taken: next.taken }
  if (next.state.stays.length === 0 && next.events.length === 0)
    return { state: { fences: next.state, speeding: [] }, crossings: [], taken: 'taken' }
  const crossings = next.events.map((event) => crossingOf(event, fix, termsOf(event.fenceId)))
  const speeding: string[] = []
  for (const { fenceId, phase, enteredAt, insideAt } of next.state.stays) {
    const terms = termsOf(fenceId)
    const wasFast = state.speeding.includes(fenceId)
    const limitKmh = terms.speedLimitKmh
    if (limitKmh === null || phase !== 'inside') continue
    const isFast = insideAt === fix.at && fix.speedKmh > (wasFast ? limitKmh - slowerKmh : limitKmh)
    if (!isFast) continue
    speeding.push(fenceId)
    if (!wasFast)
      crossings.push({
        ...told('speeding', fenceId, terms),
        at: fix.at,
        knownAt: fix.at,
        after: null,
        enteredAt,
        ...seen(fix),
      })
  }
  return { state: { fences: next.state, speeding }, crossings, taken: 'taken' }
}

/**
 * Tells of stays that have lasted long enough, although nothing was heard of the vehicle since.
 * @param now  milliseconds since the epoch
 * @param place  where it was last
 * Source: own. O(stays).
 */
export function dwellSoFar(
  state: VehicleState,
  now: EpochMs,
  fences: Pick<FencesThen, 'termsOf' | 'distanceM'>,
  place: LonLat & { readonly speedKmh: number },
): { readonly state: VehicleState; readonly crossings: readonly Crossing[] } {
  const crossings: Crossing[] = []
  const stays = state.fences.stays.map((stay) => {
    const terms = fences.termsOf(stay.fenceId)
    const { phase, isDwellTold, leavingAt, enteredAt, fenceId } = stay
    const dwellMs = terms?.rules.dwellMs ?? null
    if (!terms || dwellMs === null || phase !== 'inside' || isDwellTold || leavingAt !== null) return stay
    const at = epochMs(enteredAt + dwellMs)
    if (at > now || fences.distanceM(fenceId, place) === null) return stay
    crossings.push({
      ...told('dwell', fenceId, terms),
      at,
      knownAt: at,
      after: null,
      enteredAt,
      ...seen(place),
      cause: 'timer',
    })
    return { ...stay, isDwellTold: true }
  })
  return crossings.length === 0
    ? { state, crossings }
    : { state: { ...state, fences: { ...state.fences, stays } }, crossings }
}

/** Whether the timer has to look at a vehicle again. */
export const mayDwell = (state: VehicleState, termsOf: FencesThen['termsOf']): boolean =>
  state.fences.stays.some(({ fenceId, isDwellTold }) => !isDwellTold && termsOf(fenceId)?.rules.dwellMs != null)

const told = (kind: CrossingKind, fenceId: string, { version, tells }: FenceTerms) => ({
  kind,
  fenceId,
  version,
  told: tells.has(kind),
})

const seen = ({ lon, lat, speedKmh }: LonLat & { readonly speedKmh: number }) => ({
  cause: 'crossing' as const,
  place: { lon, lat },
  speedKmh,
})

function crossingOf(event: FenceEvent, fix: VehicleFix, terms: FenceTerms): Crossing {
  const common = { ...told(event.kind, event.fenceId, terms), ...seen(fix) }
  switch (event.kind) {
    case 'entry':
      return { ...common, at: event.at, knownAt: event.knownAt, after: event.after, enteredAt: event.at }
    case 'exit':
      return {
        ...common,
        at: event.at,
        knownAt: event.knownAt,
        after: event.after,
        enteredAt: event.enteredAt,
        cause: event.cause === 'crossing' ? 'crossing' : 'ended',
      }
    case 'dwell':
      // When the time was full, whenever somebody noticed.
      return {
        ...common,
        at: epochMs(event.enteredAt + (terms.rules.dwellMs ?? 0)),
        knownAt: event.at,
        after: null,
        enteredAt: event.enteredAt,
      }
  }
}
