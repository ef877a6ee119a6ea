import { describe, expect, it } from 'vitest'
import { periodsBetween } from './figure-words.ts'

describe('periodsBetween', () => {
  it.each([
    ['2023', '2025', ['2023', '2024', '2025']],
    ['2024-Q3', '2025-Q2', ['2024-Q3', '2024-Q4', '2025-Q1', '2025-Q2']],
    ['2024-11', '2025-01', ['2024-11', '2024-12', '2025-01']],
    ['2025', '2025', ['2025']],
  ])('leaves no period out from %s to %s', (first, last, periods) => {
    expect(periodsBetween(first, last)).toEqual(periods)
  })
})
