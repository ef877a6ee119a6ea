import { expect, it } from 'vitest'
import { boundNote, kmALoad, pct, points, ratioOf } from './figures.ts'

it('words shares, kilometres a load and differences, and says nothing of what is not known', () => {
  expect([pct(ratioOf(75, 25)), pct(ratioOf(75, null)), pct(ratioOf(0, 0))]).toEqual(['75.0%', '–', '–'])
  expect([kmALoad({ emptyM: 30_000, matched: 2 }), kmALoad({ emptyM: 0, matched: 0 })]).toEqual(['15.0', '–'])
  expect([points(1.23), points(-0.5), points(0)]).toEqual(['+1.2', '−0.5', '±0.0'])
})

it('says how near the bound is, that nothing was carried, or that it came too late', () => {
  expect(boundNote({ trips: 2, ratio: 0.4, bound: 0.8 })).toEqual(['wall_ratio.reached', { pct: '50.0' }])
  expect(boundNote({ trips: 0, ratio: null, bound: null })[0]).toBe('wall_ratio.no_bound')
  expect(boundNote({ trips: 2, ratio: 0.4, bound: null })[0]).toBe('wall_ratio.late_bound')
})
