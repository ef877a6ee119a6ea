import { describe, expect, it } from 'vitest'
import { hasTrend } from './trend-rule.ts'

describe('the points of a device', () => {
  it('a measured value has a trend; a place and the letter of a flag have none', () => {
    expect(hasTrend({ kind: 'analog', code: 'S1.a34004-Avg-minute' })).toBe(true)
    expect(hasTrend({ kind: 'analog', code: 'S1.a34004-Flag-minute' })).toBe(false)
    expect(hasTrend({ kind: 'analog', code: 'S1.a34004-Flag' })).toBe(false)
    expect(hasTrend({ kind: 'position', code: 'XB1.POS' })).toBe(false)
  })
})
