import { assert } from '@tingzhou/kernel'
import type { Decimal } from './decimal.ts'
import { powerOfTen } from './decimal.ts'
import { correctionBit, sampleKind } from './kind.ts'
import { openRow, type Readings } from './readings.ts'
import type { Rows } from './rows.ts'

/** How far a value can be trusted; the worst of a minute is the highest. */
export const quality = { good: 0, uncertain: 1, substituted: 2, bad: 3, stale: 4 } as const
export type Quality = (typeof quality)[keyof typeof quality]

/** Bad and stale values are kept, but count in no figure. */
export const countsFrom = (q: number): boolean => q < quality.bad

/** The quality in a column of readings, which may also say that the sample is a correction. O(1). */
// What is below the bit was written as a quality.
export const qualityIn = (column: number): Quality => (column & (correctionBit - 1)) as Quality

// Differences of two steps stay within what the blocks can tell.
const stepsMax = 2 ** 50

/**
 * The whole number of steps nearest to a value.
 * @param resolution  one step
 * @returns null when the value is not finite or has more than 2^50 steps
 * Source: own. O(1).
 */
export function toSteps(value: number, resolution: Decimal): number | null {
  const steps = Math.round((value * powerOfTen(resolution.scale)) / resolution.mantissa)
  return Math.abs(steps) <= stepsMax ? steps : null
}

/** The value of so many steps, correctly rounded. O(1). */
export const fromSteps = (steps: number, { mantissa, scale }: Decimal): number => (steps * mantissa) / powerOfTen(scale)

/**
 * Adds a sample to readings.
 * @param steps  see `toSteps`
 * @param at  milliseconds since the epoch
 * @param corrects  whether it takes the place of what is kept of the point at this time; else what came first stays
 * Source: own. Amortised O(1).
 */
export function addSample(
  readings: Readings,
  point: number,
  at: number,
  steps: number,
  q: Quality = quality.good,
  corrects = false,
): void {
  assert(readings.kind === sampleKind, 'samples go into readings of samples')
  const place = openRow(readings)
  const { data } = readings
  data[place] = point
  data[place + 1] = at
  data[place + 2] = steps
  data[place + 3] = corrects ? q | correctionBit : q
}

/** What the values of a minute come to. Null where no value counts: missing is a gap, not zero. */
export type SampleSummary = {
  readonly count: number
  readonly min: number | null
  readonly max: number | null
  readonly sum: number
  readonly first: number | null
  readonly last: number | null
  readonly quality: number
}

/**
 * Sums up the samples of a minute.
 * @param rows  in order
 * Source: own. O(count).
 */
export function summariseSamples({ data, count }: Rows, resolution: Decimal): SampleSummary {
  let counted = 0
  let min = Infinity
  let max = -Infinity
  let steps = 0
  let first = 0
  let last = 0
  let worst: number = 0
  for (let index = 0, place = 1; index < count; index++, place += 3) {
    const value = data[place] as number
    const q = qualityIn(data[place + 1] as number)
    if (q > worst) worst = q
    if (!countsFrom(q)) continue
    if (counted === 0) first = value
    if (value < min) min = value
    if (value > max) max = value
    last = value
    steps += value
    counted++
  }
  if (counted === 0) return { count: 0, min: null, max: null, sum: 0, first: null, last: null, quality: worst }
  const real = (value: number) => fromSteps(value, resolution)
  return {
    count: counted,
    min: real(min),
    max: real(max),
    sum: real(steps),
    first: real(first),
    last: real(last),
    quality: worst,
  }
}
