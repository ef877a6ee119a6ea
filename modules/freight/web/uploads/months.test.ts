import { expect, it } from 'vitest'
import { monthsBefore, quartersBefore } from './months.ts'

it('counts months and quarters back over the turn of a year', () => {
  expect(monthsBefore('2026-02-15', 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11'])
  expect(quartersBefore('2026-05-01', 3)).toEqual(['2026-Q2', '2026-Q1', '2025-Q4'])
})
