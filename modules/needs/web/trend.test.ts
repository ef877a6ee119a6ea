import { expect, it } from 'vitest'
import { bucketHours } from './trend.ts'

const hourMs = 3_600_000

it('counts each time in the hour of the zone that it falls into', () => {
  const end = Date.parse('2026-11-22T12:00:00Z')
  const hours = bucketHours([end - 1, end - hourMs, end - hourMs - 1, end, end - 24 * hourMs - 1], end)

  expect(hours).toHaveLength(24)
  expect(hours.at(-1)).toEqual({ label: '19:00', n: 2 })
  expect(hours.at(-2)).toEqual({ label: '18:00', n: 1 })
  expect(hours.reduce((sum, { n }) => sum + n, 0)).toBe(3)
})
