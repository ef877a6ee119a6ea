import { fixFlags, fromSteps, quality, qualityIn, sampleKind, strideOf, type Readings } from '@tingzhou/telemetry'
import type { Clock } from '@tingzhou/kernel'
import { laneFor } from './late.ts'
import { dueAt, isActive, letPass, take, verdict, type Verdict } from './machine.ts'
import { newSlot, stands, type Place, type Slot } from './slot.ts'
import type { Signal } from './turn.ts'

/** The points of the zone that have rules, and what their values say. */
export type Watch = {
  /** Undefined: nobody has looked yet. Null: it has no rules. */
  readonly places: (Place | null | undefined)[]
  readonly note: (readings: Pick<Readings, 'kind' | 'data' | 'count'>) => void
  readonly noteOne: (kind: Readings['kind'], data: Float64Array, row: number) => void
  /** Takes what a value says of one condition. */
  readonly feed: (slot: Slot, at: number, says: Verdict) => void
  /** Takes a value or a position as it was, whenever that was. */
  readonly noteValue: (place: Place, at: number, steps: number, counts: boolean) => void
  readonly noteFix: (place: Place, at: number, status: number, word: number) => void
  /** Lets time pass for conditions that wait for a delay. */
  readonly letPass: (now: number) => void
  /** The slot of a bit; null when no rule asks for it. */
  readonly bitSlot: (place: Place, bit: number) => Slot | null
  /** Looks whether the machines of rules that ask this point stand. */
  readonly hush: (place: Place, at: number) => void
  /** Looks after the delay that a condition waits for, if it does. */
  readonly attend: (slot: Slot) => void
  readonly forget: (slot: Slot) => void
  readonly tell: (slot: Slot, what: Signal['what'], at: number) => void
}

export type WatchDeps = {
  readonly clock: Clock
  readonly push: (signal: Signal) => void
  readonly standsBy: (place: Place, rule: Slot['rule']) => Place | null
  /** A reading of a point that nobody has looked at yet. */
  readonly onUnknown: (kind: Readings['kind'], data: Float64Array, row: number) => void
  /** The journal is read again: values are as old as they are. */
  readonly isReplaying: () => boolean
}

/**
 * Makes the watch; its places are filled by `fitting.ts`.
 * Source: plant telemetry §2 and §4. O(rules of the point) a value, O(bits that are or were set) a position.
 */
export function createWatch(deps: WatchDeps): Watch {
  const places: (Place | null | undefined)[] = []
  const pending = new Set<Slot>()

  const tell = (slot: Slot, what: Signal['what'], at: number, late = false): void => {
    const { point, hasValue, last } = slot.place
    const value = slot.judge !== null && hasValue ? fromSteps(last, point.resolution) : null
    const seat = { point: point.id, nodeId: point.nodeId, partyId: point.partyId, rule: slot.rule }
    deps.push({ what, ...seat, at, value, suppressed: slot.suppressed, late })
  }
  const feed = (slot: Slot, at: number, says: Verdict, late = false): void => {
    if (at <= slot.doneUntil) return
    take(slot.machine, slot.delays, at, says, (what, when) => tell(slot, what, when, late))
    if (!late) attend(slot)
  }
  const attend = (slot: Slot): void => {
    if (dueAt(slot.machine, slot.delays) === null) pending.delete(slot)
    else pending.add(slot)
  }
  const hush = (place: Place, at: number): void => {
    for (const slot of place.quiets) {
      const { suppress } = slot.rule
      const isQuiet = suppress !== null && stands(suppress, place)
      if (isQuiet === slot.suppressed) continue
      slot.suppressed = isQuiet
      // What stood before the journal began is brought in line when it has been read.
      if (isActive(slot.machine) && at > slot.doneUntil) tell(slot, isQuiet ? 'suppress' : 'release', at)
    }
  }
  const noteValue = (place: Place, at: number, steps: number, counts: boolean, late = false): void => {
    place.lastAt = at
    if (place.noData && !late) feed(place.noData, at, verdict.over)
    if (!counts) return
    place.last = steps
    place.hasValue = true
    if (!late && place.quiets.size > 0) hush(place, at)
    if (place.slots.length === 0) return
    const value = fromSteps(steps, place.point.resolution)
    for (const slot of place.slots) if (slot.judge) feed(slot, at, slot.judge(at, value), late)
  }
  const bitSlot = (place: Place, bit: number, late = false): Slot | null => {
    const known = place.bits.get(bit)
    if (known) return known
    const rule = place.bitRules[bit]
    if (!rule) return null
    const made = newSlot(place, rule, null, late ? null : deps.standsBy(place, rule))
    place.bits.set(bit, made)
    return made
  }
  const noteFix = (place: Place, at: number, status: number, word: number, late = false): void => {
    const before = place.last
    place.lastAt = at
    place.last = word
    place.status = status
    place.hasValue = true
    if (place.noData && !late) feed(place.noData, at, verdict.over)
    if (!late && place.quiets.size > 0) hush(place, at)
    for (let left = (before | word) >>> 0; left !== 0; left = (left & (left - 1)) >>> 0) {
      const bit = 31 - Math.clz32(left & -left)
      const slot = bitSlot(place, bit, late)
      if (slot) feed(slot, at, ((word >>> bit) & 1) === 1 ? verdict.met : verdict.over, late)
    }
  }
  /**
   * The place that takes a reading: the live one; for what fills a break, one for the record; null: it was taken before,
   * or comes out of order.
   */
  const placeFor = (place: Place, at: number, isLate: boolean): Place | null => {
    const isOld = !deps.isReplaying() && at < deps.clock() - place.lateMs
    if (at > place.lastAt && !isLate && !isOld) {
      const isBreak = place.lastAt === 0 || at - place.lastAt > place.breakMs
      if (isBreak) {
        place.gapFrom = place.lastAt
        place.streamFrom = at
      }
      return place
    }
    const isNews = at > place.lastAt || (at > place.gapFrom && at < place.streamFrom)
    return isNews ? laneFor(place, at) : null
  }
  const noteOne = (kind: Readings['kind'], data: Float64Array, row: number): void => {
    const place = places[data[row] as number]
    if (place === null) return
    if (place === undefined) return deps.onUnknown(kind, data, row)
    const at = data[row + 1] as number
    if (kind === sampleKind) {
      const to = placeFor(place, at, false)
      const counts = qualityIn(data[row + 3] as number) < quality.bad
      if (to) noteValue(to, at, data[row + 2] as number, counts, to !== place)
      return
    }
    const to = placeFor(place, at, ((data[row + 10] as number) & fixFlags.late) !== 0)
    if (to) noteFix(to, at, data[row + 7] as number, data[row + 8] as number, to !== place)
  }
  return {
    places,
    note: ({ kind, data, count }) => {
      const stride = strideOf(kind)
      for (let index = 0, row = 0; index < count; index++, row += stride) noteOne(kind, data, row)
    },
    noteOne,
    feed: (slot, at, says) => feed(slot, at, says),
    noteValue: (place, at, steps, counts) => noteValue(place, at, steps, counts),
    noteFix: (place, at, status, word) => noteFix(place, at, status, word),
    letPass: (now) => {
      for (const slot of pending) {
        letPass(slot.machine, slot.delays, now, (what, when) => tell(slot, what, when))
        if (dueAt(slot.machine, slot.delays) === null) pending.delete(slot)
      }
    },
    bitSlot: (place, bit) => bitSlot(place, bit),
    hush,
    attend,
    forget: (slot) => {
      pending.delete(slot)
      slot.standsBy?.quiets.delete(slot)
    },
    tell: (slot, what, at) => tell(slot, what, at),
  }
}
