import { describe, expect, it } from 'vitest'
import { savedAgainst } from './saved.ts'

describe('what a wave saves', () => {
  const totals = (matched: number, emptyM: number, costM: number) => ({ matched, emptyM, costM })

  it('is empty way where both match as many, whatever waiting is worth', () => {
    expect(savedAgainst(totals(2, 44, 30), totals(2, 76, 31))).toEqual({ metres: 32, pct: (32 / 76) * 100 })
  })

  it('is what nearest-first would have cost more where it leaves more out', () => {
    expect(savedAgainst(totals(2, 9_000, 9_000), totals(1, 1_000, 301_000))).toEqual({
      metres: 292_000,
      pct: (292 / 301) * 100,
    })
  })

  it('is nothing where both are the same, and not known where nothing was matched', () => {
    expect(savedAgainst(totals(3, 5, 5), totals(3, 5, 5))).toEqual({ metres: 0, pct: 0 })
    expect(savedAgainst(totals(0, 0, 600_000), totals(0, 0, 600_000))).toBeNull()
    expect(savedAgainst(totals(1, 0, 0), totals(1, 0, 0))).toEqual({ metres: 0, pct: 0 })
  })
})
