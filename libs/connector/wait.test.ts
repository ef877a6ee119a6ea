import { expect, it } from 'vitest'
import { waitMs } from './wait.ts'

it('waits longer after every failure, up to the longest', () => {
  const waits = { firstMs: 1_000, longestMs: 60_000 }
  const of = (chance: number) => [1, 2, 3, 6, 7, 1_000].map((failures) => waitMs(failures, waits, chance))

  expect(of(1)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
  expect(of(0)).toEqual([800, 1_600, 3_200, 25_600, 48_000, 48_000])
})
