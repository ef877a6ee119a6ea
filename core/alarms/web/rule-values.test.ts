import { expect, it } from 'vitest'
import { freeKey } from './rule-values.ts'

it('names a new rule by what it looks for, and never as another at its point', () => {
  expect(freeKey({ kind: 'limit', side: 'hihi' }, ['hi'])).toBe('hihi')
  expect(freeKey({ kind: 'limit', side: 'hi' }, ['hi', 'hi_2'])).toBe('hi_3')
  expect(freeKey({ kind: 'forecast', side: 'hi', forecastSide: 'lo' }, [])).toBe('forecast_lo')
  expect(freeKey({ kind: 'no_data', side: 'hi' }, [])).toBe('no_data')
})
