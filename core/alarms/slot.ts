import { fromSteps } from '@tingzhou/telemetry'
import { judgeOf, type Judge } from './judge.ts'
import { delaysOf, newMachine, type Delays, type Machine } from './machine.ts'
import type { PlacePoint } from './place.ts'
import type { AlarmRule, Suppression } from './rule.ts'

/** One rule of one point, as the engine holds it. */
export type Slot = {
  readonly rule: AlarmRule
  readonly place: Place
  readonly delays: Delays
  readonly judge: Judge | null
  readonly machine: Machine
  /** The point that says whether the machine stands. */
  readonly standsBy: Place | null
  suppressed: boolean
  /** Values up to here were taken before: they change nothing any more. */
  doneUntil: number
}

/** A point, with what its rules remember. */
export type Place = {
  point: PlacePoint
  /** Rules that look at values. */
  slots: Slot[]
  /** Rules of bits of the alarm word, by bit; their slots are made when a bit is set for the first time. */
  bitRules: readonly (AlarmRule | undefined)[]
  bits: Map<number, Slot>
  noData: Slot | null
  /** Slots that are quiet while this point says so. */
  readonly quiets: Set<Slot>
  lastAt: number
  /** Since when values come without a break, and the last one before the break. */
  streamFrom: number
  gapFrom: number
  /** Steps of the resolution; the alarm word of a position. */
  last: number
  /** The status word of a position. */
  status: number
  hasValue: boolean
  /** The same rules for values that come after a break. */
  lanes: Lane[]
  /** Older values than this are late, milliseconds. */
  lateMs: number
  /** So long without a value is a break, milliseconds. */
  breakMs: number
}

/** Values that came after a break, in order. */
export type Lane = {
  readonly place: Place
  /** From where to where they have come without a break. */
  readonly spans: { readonly from: number; to: number }[]
}

const lateMsMin = 300_000
const breakMsMin = 30_000
const periods = 3

/** A point without rules yet. O(1). */
export const newPlace = (point: PlacePoint): Place => ({
  point,
  slots: [],
  bitRules: [],
  bits: new Map(),
  noData: null,
  quiets: new Set(),
  lastAt: 0,
  streamFrom: 0,
  gapFrom: 0,
  last: 0,
  status: 0,
  hasValue: false,
  lanes: [],
  ...patienceOf(point),
})

/** What counts as late and as a break, by how often a point is expected. O(1). */
export const patienceOf = ({ sampleMs }: Pick<PlacePoint, 'sampleMs'>): Pick<Place, 'lateMs' | 'breakMs'> => ({
  lateMs: Math.max(lateMsMin, periods * (sampleMs ?? 0)),
  breakMs: Math.max(breakMsMin, periods * (sampleMs ?? 0)),
})

/**
 * How long without a value is no data, milliseconds: as the rule says, else the point, else three periods; null: never.
 * @param steps  what the point said last; null: nothing
 * O(1).
 */
export function staleMs({ condition }: AlarmRule, point: PlacePoint, steps: number | null): number | null {
  if (condition.kind !== 'no_data') return null
  if (condition.afterS !== null) return condition.afterS * 1_000
  const { staleAfterS, sampleMs, resolution } = point
  if (condition.byValue && steps !== null && steps > 0) return periods * fromSteps(steps, resolution) * 1_000
  if (staleAfterS !== null) return staleAfterS * 1_000
  return sampleMs === null ? null : periods * sampleMs
}

/**
 * Makes the slot of a rule.
 * @param reference  the point that a deviation is measured from
 * @param standsBy  the point that says whether the machine stands
 * O(1).
 */
export function newSlot(place: Place, rule: AlarmRule, reference: Place | null, standsBy: Place | null): Slot {
  const { point } = place
  const from = () => (reference?.hasValue ? fromSteps(reference.last, reference.point.resolution) : null)
  const slot: Slot = {
    rule,
    place,
    delays: delaysOf(rule),
    judge: judgeOf(rule, point, from),
    machine: newMachine(),
    standsBy,
    suppressed: rule.suppress !== null && standsBy !== null && stands(rule.suppress, standsBy),
    doneUntil: 0,
  }
  standsBy?.quiets.add(slot)
  return slot
}

/** Whether the machine stands, as its point says now; a point that never spoke says nothing. O(1). */
export function stands({ is, value }: Suppression, { point, hasValue, last, status }: Place): boolean {
  if (!hasValue) return false
  const bit = ((point.kind === 'position' ? status : last) >>> value) & 1
  const actual = fromSteps(last, point.resolution)
  switch (is) {
    case 'eq':
      return actual === value
    case 'ne':
      return actual !== value
    case 'lt':
      return actual < value
    case 'gt':
      return actual > value
    case 'bit_set':
      return bit === 1
    case 'bit_clear':
      return bit === 0
  }
}
