import { describe, expect, it } from 'vitest'
import { scaledText, wholeOf } from './scaled.ts'

// Of a price: thousandths of a fen.
const priceScale = 5

describe('what somebody types', () => {
  it.each([
    ['32.46', 3, 32_460],
    ['1,234.5', 3, 1_234_500],
    ['78', priceScale, 7_800_000],
    ['78.005', priceScale, 7_800_500],
    ['0.00001', priceScale, 1],
    ['78.', priceScale, 7_800_000],
    ['3', 0, 3],
    ['-0.5', 3, -500],
    [' ', 3, null],
  ])('%s at %i is %s', (text, scale, whole) => expect(wholeOf(text, scale)).toBe(whole))

  it.each([
    ['1.2345', 3],
    ['78.000001', priceScale],
    ['2.5', 0],
    ['--1', 3],
    ['-', 3],
    ['1e3', 3],
    ['1.2.3', 3],
    ['吨', 3],
    ['90071992547409.92', priceScale],
  ])('%s at %i is no number', (text, scale) => expect(wholeOf(text, scale)).toBeNaN())

  it('comes back as it was written, without needless zeros', () => {
    for (const value of [0, 1, 999, 1_000, 32_460, 1_000_000_000_000])
      expect(wholeOf(scaledText(value, 3), 3)).toBe(value)
    expect(scaledText(32_460, 3)).toBe('32.46')
    expect(scaledText(1_234_000, 3)).toBe('1234')
    expect(scaledText(null, 3)).toBe('')
    expect(scaledText(Number.NaN, 3)).toBe('')
  })
})
