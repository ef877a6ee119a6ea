import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineOf, type Steps } from './trend-line.ts'
import { panned, queryOf, spanMaxMs, spanMinMs, viewOf, windowOf, zoomed, type TrendView } from './trend-url.ts'

const now = Date.UTC(2026, 10, 28, 4, 0)
const views = fc.record({
  points: fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 24 - 1 }), { maxLength: 8 }),
  spanMs: fc.integer({ min: spanMinMs, max: spanMaxMs }),
  to: fc.option(fc.integer({ min: spanMaxMs, max: 4_000_000_000_000 })),
  shift: fc.constantFrom('none', 'span', 'day', 'week', 'month', 'year'),
}) satisfies fc.Arbitrary<TrendView>

describe('the address of a trend', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(viewOf(queryOf(view))).toEqual(view)
      }),
    )
  })

  it('is read whatever somebody wrote into it', () => {
    const read = (query: string) => viewOf(new URLSearchParams(query))

    expect(read('')).toEqual({ points: [], spanMs: 86_400_000, to: null, shift: 'none' })
    expect(read('points=3,3,x,-1,1e9,4&span=-5&to=abc&shift=moon')).toEqual({
      points: [3, 4],
      spanMs: 86_400_000,
      to: null,
      shift: 'none',
    })
    expect(read('points=1,2,3,4,5,6,7,8,9,10&span=1&to=-7')).toMatchObject({
      points: [1, 2, 3, 4, 5, 6, 7, 8],
      spanMs: spanMinMs,
      to: spanMinMs,
    })
  })
})

describe('moving and zooming', () => {
  it('keeps what lies under the hand, and stays within what can be asked', () => {
    fc.assert(
      fc.property(
        views,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (view, factor, around) => {
          const before = windowOf(view, now)
          const after = windowOf(zoomed(view, factor, around, now), now)
          const at = ({ from, to }: typeof before) => from + around * (to - from)
          expect(after.to - after.from).toBeGreaterThanOrEqual(spanMinMs)
          expect(after.to - after.from).toBeLessThanOrEqual(spanMaxMs)
          expect(after.from).toBeGreaterThanOrEqual(0)
          if (after.from > 0) expect(Math.abs(at(after) - at(before))).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('goes on following the clock while its end stays', () => {
    const view = viewOf(new URLSearchParams('points=1'))

    expect(zoomed(view, 0.5, 1, now)).toMatchObject({ to: null, spanMs: 43_200_000 })
    expect(zoomed(view, 0.5, 0.5, now).to).toBe(now - 21_600_000)
    expect(panned(view, -0.5, now).to).toBe(now - 43_200_000)
  })
})

describe('a line', () => {
  const step = (at: number, value: number) => ({ at, min: value - 1, max: value + 2, mean: value, count: 3 })
  const trend = (...steps: Steps['steps']): Steps => ({ stepMs: 10, gapMs: 25, steps })

  it('is broken where something is missing, and holds lowest and highest', () => {
    expect(lineOf(trend(step(0, 5), step(10, 6), step(50, 7)), 0)).toEqual([
      { at: 0, mean: 5, min: 4, max: 7 },
      { at: 10, mean: 6, min: 5, max: 8 },
      { at: 20, mean: null, min: null, max: null },
      { at: 50, mean: 7, min: 6, max: 9 },
    ])
  })

  it('of an earlier period lies over the present one', () => {
    expect(lineOf(trend(step(0, 5)), 1_000)[0]).toMatchObject({ at: 1_000 })
  })
})
