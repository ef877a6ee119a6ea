import { expect, it } from 'vitest'
import { basePart } from './figures.ts'

it('opens the rows that a mean is taken over, not all that were looked at', () => {
  const parts = [
    { id: 'base', count: 166 },
    { id: 'accepted_return', count: 12 },
    { id: 'first', count: 154 },
    { id: 'again', count: 12 },
  ]

  expect(basePart({ denominator: 154, parts })).toBe('first')
  expect(basePart({ denominator: 166, parts })).toBe('base')
  expect(basePart({ denominator: null, parts })).toBe('base')
})
