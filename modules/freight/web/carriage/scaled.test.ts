import { describe, expect, it } from 'vitest'
import { formatPrice, formatQuantity } from './scaled.ts'

describe('what a reader sees', () => {
  it('is a price with two to five decimals', () => {
    expect([7_800_000, 7_800_500, 1, 107_800_000].map(formatPrice)).toEqual(['78.00', '78.005', '0.00001', '1,078.00'])
  })

  it('is a quantity in its own unit', () => {
    expect(formatQuantity(32_460, 'ton')).toBe('32.460')
    expect(formatQuantity(12, 'truck')).toBe('12')
  })
})
