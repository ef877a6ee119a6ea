import type { ComputedPoint, FormulaBook } from './formula-book.ts'
import type { Marks } from './formula-marks.ts'
import { correctionBit, minuteMs, sampleKind } from './kind.ts'
import type { LastSample } from './last-values.ts'
import type { OpenMinute } from './open-minutes.ts'
import { newReadings, type Readings } from './readings.ts'
import { addSample, countsFrom, quality, qualityIn } from './sample.ts'

export type FormulaRun = {
  /**
   * Computes what readings that come in change, before anybody else has heard of them.
   * @returns what comes of them; null when nothing does
   */
  readonly note: (readings: Readings) => Readings | null
  /** Marks every minute that the journal held, so that nothing that came of it is missing. */
  readonly replay: (open: Iterable<OpenMinute>) => void
}

export type FormulaRunDeps = {
  readonly book: FormulaBook
  readonly clock: () => number
  readonly last: (point: number) => LastSample | undefined
  /** Takes what came too late to be computed at once. */
  readonly marks: Pick<Marks, 'add'>
}

// A clock that is further ahead must not make all that others say look late.
const aheadMs = minuteMs

// Values that were saved some time before a kill are older than what is kept; so long after it what they give is computed again.
const doubtMs = 2 * minuteMs

const columns = 4

/** A reading that is older than what was computed by it. */
type Late = { readonly of: ComputedPoint; readonly index: number; readonly at: number }

/**
 * Makes what computes formulas while readings come in: at the time of each reading of an input, with the other inputs as they were
 * said last. Of one time all that comes together counts together, in the order of the levels.
 * Source: own (sample and hold). O(formulas that ask the point) a reading; nothing for points that no formula asks.
 */
export function createFormulaRun({ book, clock, last, marks }: FormulaRunDeps): FormulaRun {
  /** Holds what inputs said before the first reading that is heard of them. */
  const prime = (of: ComputedPoint, now: number): void => {
    const gave = last(of.id)
    of.last = gave && gave.at <= now + aheadMs ? gave : null
    of.until = of.last?.at ?? 0
    of.primedAt = now
    for (const [index, input] of of.computed.inputs.entries()) {
      const said = last(input)
      if (!said || said.at > now + aheadMs || book.isTakenBack(input, said.quality)) continue
      book.say(of, of.hold, index, said.at, said.steps, said.quality)
      of.until = Math.max(of.until, said.at)
    }
  }
  /** What an input said before is not known here. */
  const forget = (of: ComputedPoint, index: number): void => {
    of.hold.at[index] = -Infinity
    of.unheard |= 1 << index
  }
  /** Takes what an input says; true when the point is to be computed for this time. */
  const take = (one: Late, steps: number, column: number, late: Late[]): boolean => {
    const { of, index, at } = one
    const now = clock()
    if (of.until === -Infinity) prime(of, now)
    if (at < of.computed.since) return false
    const saidAt = of.hold.at[index] as number
    const isRepeat = at === saidAt && (column & correctionBit) === 0
    if (isRepeat) return false
    if (at > now + aheadMs) {
      late.push(one)
      return false
    }
    if (book.isTakenBack(of.computed.inputs[index] as number, qualityIn(column))) {
      if (at === saidAt) forget(of, index)
      if (at <= of.until) late.push(one)
      return false
    }
    of.unheard &= ~(1 << index)
    if (at >= saidAt) book.say(of, of.hold, index, at, steps, qualityIn(column))
    if (at >= of.until) return true
    late.push(one)
    return false
  }
  /** Computes a point for a time; what it gave for the same time before is corrected. */
  const compute = (of: ComputedPoint, at: number, out: Readings): { steps: number; column: number } | null => {
    const isAgain = of.until === at
    const before = of.last?.at === at ? of.last : null
    of.until = at
    const found = book.resultAt(of, of.hold, at)
    // Another process may have heard what is missing here, or what was said since: the readings that are kept tell.
    if (of.unheard !== 0 && (!found || at < of.primedAt + doubtMs)) marks.add(of.id, minuteOf(at))
    const result = found ?? (before && countsFrom(before.quality) ? { ...before, quality: quality.bad } : null)
    if (!result) return null
    if (before && before.steps === result.steps && before.quality === result.quality) return null
    of.last = result
    addSample(out, of.id, at, result.steps, result.quality, isAgain)
    return { steps: result.steps, column: isAgain ? result.quality | correctionBit : result.quality }
  }
  /** A late reading counts until its input says something else, as long as it is held, and as far as was computed. */
  const markLate = (late: readonly Late[]): void => {
    const next = new Map<string, number>()
    for (const { of, index, at } of late.toReversed()) {
      const key = `${of.id} ${index}`
      const saidAt = of.hold.at[index] as number
      const until = Math.min(next.get(key) ?? (saidAt > at ? saidAt : Infinity), Math.max(of.until, at))
      const end = Math.min(at + book.holdMs(of.computed.inputs[index] as number), at > of.until ? Infinity : until)
      for (let minute = minuteOf(at); minute <= minuteOf(Math.max(at, end)); minute++) marks.add(of.id, minute)
      next.set(key, at)
    }
  }

  return {
    note: ({ kind, data, count }) => {
      if (kind !== sampleKind || book.isEmpty()) return null
      const places = placesInOrder(data, count, (point) => book.usersOf(point) !== undefined)
      if (places.length === 0) return null
      const out = newReadings(sampleKind, 8)
      const late: Late[] = []
      const due: ComputedPoint[][] = Array.from({ length: book.levels() + 1 }, () => [])
      const hear = (point: number, at: number, steps: number, column: number): void => {
        for (const { of, index } of book.usersOf(point) ?? []) {
          if (!take({ of, index, at }, steps, column, late) || of.dueAt === at) continue
          of.dueAt = at
          due[of.level]?.push(of)
        }
      }
      for (let first = 0; first < places.length;) {
        const at = data[(places[first] as number) + 1] as number
        for (; first < places.length && data[(places[first] as number) + 1] === at; first++) {
          const place = places[first] as number
          hear(data[place] as number, at, data[place + 2] as number, data[place + 3] as number)
        }
        // What a lower level gives is an input of the higher ones at the same time.
        for (const level of due) {
          for (const of of level) {
            of.dueAt = Number.NaN
            const result = compute(of, at, out)
            if (result) hear(of.id, at, result.steps, result.column)
          }
          level.length = 0
        }
      }
      markLate(late)
      return out.count === 0 ? null : out
    },
    replay: (open) => {
      if (book.isEmpty()) return
      for (const { kind, minute, batches } of open) {
        if (kind !== sampleKind) continue
        for (const { data, count } of batches)
          for (let place = 0; place < count * columns; place += columns)
            for (const { of } of book.usersOf(data[place] as number) ?? []) marks.add(of.id, minute)
      }
    },
  }
}

const minuteOf = (at: number): number => Math.floor(at / minuteMs)

/** Where the rows of some points begin, in the order of their times. O(rows), O(n log n) where they are not in order. */
function placesInOrder(data: Float64Array, count: number, isWanted: (point: number) => boolean): number[] {
  const places: number[] = []
  let isOrdered = true
  for (let place = 0; place < count * columns; place += columns) {
    if (!isWanted(data[place] as number)) continue
    const before = places.at(-1)
    if (before !== undefined && (data[before + 1] as number) > (data[place + 1] as number)) isOrdered = false
    places.push(place)
  }
  // Stable: of one time what came first stays first.
  return isOrdered ? places : places.toSorted((a, b) => (data[a + 1] as number) - (data[b + 1] as number))
}
