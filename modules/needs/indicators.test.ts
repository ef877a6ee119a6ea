import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultWeights } from './indicator-store.ts'
import { computeFigures, percentile, rankByComposite, sources, type Counts, type SourceId } from './indicators.ts'

const counts = (given: Partial<Record<SourceId, Record<string, number>>>): Counts =>
  // Every source has an entry.
  Object.fromEntries(Object.keys(sources).map((id) => [id, given[id as SourceId] ?? {}])) as Counts
const noHours = { contacted: [], replied: [] }
const checkLine = counts({
  contact_due: { base: 120, in_time: 114 },
  callbacks: { base: 96, yes: 78, partly: 10, no: 8 },
  ratings: { base: 96, satisfied: 86 },
  result_due: { base: 112, on_time: 107, first_on_time: 101, extended: 6, late: 5 },
  dispatches: { base: 134, accepted_return: 9 },
})
const valueOf = (id: string, given = checkLine, weights = defaultWeights) =>
  computeFigures(given, noHours, weights).find((figure) => figure.id === id)?.value

describe('the check line of casework.md §8', () => {
  it.each([
    ['response_rate', 95],
    ['resolution_rate', 81.25],
    ['satisfaction_rate', 89.58],
    ['on_time_rate', 95.54],
    ['first_on_time_rate', 90.18],
    ['return_rate', 6.72],
    ['composite', 86.65],
  ])('%s is %d', (id, value) => {
    expect(valueOf(id)).toBe(value)
  })

  it('resolution is 86.46 % when "partly" counts half', () => {
    expect(valueOf('resolution_rate', checkLine, { ...defaultWeights, partly: 0.5 })).toBe(86.46)
  })
})

describe('figures', () => {
  it('say nothing where nothing was counted', () => {
    const figures = computeFigures(counts({}), noHours, defaultWeights)

    expect(figures.find(({ id }) => id === 'response_rate')).toMatchObject({ value: null, note: 'nothing_counted' })
    expect(figures.find(({ id }) => id === 'composite')).toMatchObject({ value: null, note: 'sample_too_small' })
  })

  it('are ranked by composite only with ten callbacks or more', () => {
    const of = (callbacks: number, yes: number) =>
      computeFigures(
        counts({
          contact_due: { base: 10, in_time: 10 },
          callbacks: { base: callbacks, yes },
          ratings: { base: callbacks, satisfied: callbacks },
        }),
        noHours,
        defaultWeights,
      )

    expect(rankByComposite([of(10, 8), of(9, 9), of(20, 20), of(10, 8)])).toEqual([2, null, 1, 2])
    expect(of(9, 9).find(({ id }) => id === 'composite')).toMatchObject({ value: 100, note: 'sample_too_small' })
  })

  it('never leave 0 to 100 percent when parts are parts of the whole', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (base, given) => {
        const value = valueOf('response_rate', counts({ contact_due: { base, in_time: Math.min(base, given) } }))
        expect(value === null || value === undefined ? base === 0 : value >= 0 && value <= 100).toBe(true)
      }),
    )
  })
})

describe('percentile', () => {
  it('interpolates between the closest ranks', () => {
    expect(percentile([], 0.5)).toBeNull()
    expect(percentile([3], 0.9)).toBe(3)
    expect(percentile([4, 1, 2, 3], 0.5)).toBe(2.5)
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBeCloseTo(9.1)
  })
})
