import { expect, it } from 'vitest'
import { createRate } from './rate.ts'

it('is what comes a second, from ten seconds after the start on, and follows a change within minutes', () => {
  const rate = createRate(0)
  expect(rate.perSecond(0)).toBe(0)
  const say = (fromS: number, toS: number, count: number) => {
    for (let second = fromS; second < toS; second++) rate.note(count, second * 1_000)
  }
  say(0, 10, 20)
  expect(rate.perSecond(10_000)).toBeCloseTo(20, -1)
  say(10, 600, 20)
  expect(Math.abs(rate.perSecond(600_000) - 20)).toBeLessThan(1)
  say(600, 1_200, 2)
  expect(Math.abs(rate.perSecond(1_200_000) - 2)).toBeLessThan(0.3)
  expect(rate.perSecond(3_600_000)).toBeLessThan(0.001)
})
