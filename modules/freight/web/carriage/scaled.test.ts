import { describe, expect, it } from 'vitest'
import { formatPrice, formatQuantity, priceScale, textOf, wholeOf } from './scaled.ts'

describe('what somebody types', () => {
  it.each([
    ['32.46', 3, 32_460],
    ['1,234.5', 3, 1_234_500],
    ['78', priceScale, 7_800_000],
    ['78.005', priceScale, 7_800_500],
    ['0.00001', priceScale, 1],
    ['78.', priceScale, 7_800_000],
    ['3', 0, 3],
    [' ', 3, null],
  ])('%s at %i is %s', (text, scale, whole) => expect(wholeOf(text, scale)).toBe(whole))

  it.each([
    ['1.2345', 3],
    ['78.000001', priceScale],
    ['2.5', 0],
    ['-1', 3],
    ['1e3', 3],
    ['1.2.3', 3],
    ['吨', 3],
    ['90071992547409.92', priceScale],
  ])('%s at %i is no number', (text, scale) => expect(wholeOf(text, scale)).toBeNaN())

  it('comes back as it was written, without needless zeros', () => {
    for (const value of [0, 1, 999, 1_000, 32_460, 1_000_000_000_000]) expect(wholeOf(textOf(value, 3), 3)).toBe(value)
    expect(textOf(32_460, 3)).toBe('32.46')
    expect(textOf(1_234_000, 3)).toBe('1234')
    expect(textOf(null, 3)).toBe('')
    expect(textOf(Number.NaN, 3)).toBe('')
  })
})

describe('what a reader sees', () => {
  it('is a price with two to five decimals', () => {
    expect([7_800_000, 7_800_500, 1, 107_800_000].map(formatPrice)).toEqual(['78.00', '78.005', '0.00001', '1,078.00'])
  })

  it('is a quantity in its own unit', () => {
    expect(formatQuantity(32_460, 'ton')).toBe('32.460')
    expect(formatQuantity(12, 'truck')).toBe('12')
  })
})
