import { describe, expect, it } from 'vitest'
import { addDays, builtInYear, instantOf, type Calendar } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import { mayUrge, urgeAgainOn } from './urge.ts'

const calendar: Calendar = {
  version: 'built in',
  days: new Map(builtInYear(2025).map(({ date, ...day }) => [date, day])),
  hours: [],
}
const again = (day: string, every: number) => urgeAgainOn(calendar, instantOf(localDate(day), '16:00'), every)

describe('urging once an interval', () => {
  it('is let at once to who never did', () => {
    expect(urgeAgainOn(calendar, null, 1)).toEqual({ ok: true, value: null })
    expect(mayUrge(null, localDate('2025-09-29'))).toBe(true)
  })

  it.each([
    // A Monday, the last day before the holiday of 1 to 8 October, a Saturday of it.
    ['2025-09-29', 1, '2025-09-30'],
    ['2025-09-30', 1, '2025-10-09'],
    ['2025-10-04', 1, '2025-10-09'],
    ['2025-09-29', 3, '2025-10-10'],
  ])('after %s, every %i working days: again on %s', (day, every, next) => {
    const found = again(day, every)
    expect(found).toEqual({ ok: true, value: next })
    expect(mayUrge(localDate(next), localDate(next))).toBe(true)
    expect(mayUrge(localDate(next), addDays(localDate(next), -1))).toBe(false)
  })

  it('asks for days that nobody declared and gets an error', () => {
    expect(again('2025-12-31', 1)).toMatchObject({ ok: false, error: { kind: 'calendar_not_loaded' } })
  })
})
