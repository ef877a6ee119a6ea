import { expect, it } from 'vitest'
import { madeWithNumber } from './numbers.ts'

const shown = (beginning: string) => {
  const made = madeWithNumber(beginning)
  return made && [made.from, made.until].map((ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16))
}

it('says when waybills were made whose number begins so, in Beijing time', () => {
  expect(shown('YD26')).toEqual(['2026-01-01T00:00', '2027-01-01T00:00'])
  expect(shown('YD260')).toEqual(['2026-01-01T00:00', '2026-10-01T00:00'])
  expect(shown('YD261')).toEqual(['2026-10-01T00:00', '2027-01-01T00:00'])
  expect(shown('YD2602')).toEqual(['2026-02-01T00:00', '2026-03-01T00:00'])
  expect(shown('YD28022')).toEqual(['2028-02-20T00:00', '2028-03-01T00:00'])
  expect(shown('YD260302')).toEqual(['2026-03-02T00:00', '2026-03-03T00:00'])
  expect(shown('YD260302004711')).toEqual(['2026-03-02T00:00', '2026-03-03T00:00'])
  expect(['YD', 'YD2', 'YDX', ''].map(madeWithNumber)).toEqual([null, null, null, null])
})
