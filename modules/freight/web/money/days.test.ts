import { expect, it } from 'vitest'
import { monthBefore } from './days.ts'

it('names the month before, whole', () => {
  expect(monthBefore('2026-11-29')).toEqual({ fromDay: '2026-10-01', untilDay: '2026-10-31' })
  expect(monthBefore('2026-01-02')).toEqual({ fromDay: '2025-12-01', untilDay: '2025-12-31' })
  expect(monthBefore('2028-03-31')).toEqual({ fromDay: '2028-02-01', untilDay: '2028-02-29' })
  expect(monthBefore('2026-03-01')).toEqual({ fromDay: '2026-02-01', untilDay: '2026-02-28' })
})
