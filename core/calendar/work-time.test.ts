import * as fc from 'fast-check'
import { epochMs, localDate, type EpochMs } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { builtInYear, builtInYears } from './built-in.ts'
import type { Calendar } from './calendar.ts'
import { addDays, daysOfYear, instantOf, localDateOf, minuteOf, weekdayOf } from './local-time.ts'
import { checkOfficeHours, defaultOfficeHours, type OfficeHours } from './office-hours.ts'
import { addDuration, addWorkingDays, addWorkingTime, isOpenAt, workingSecondsBetween } from './work-time.ts'

const days = new Map(builtInYears.flatMap(builtInYear).map(({ date, ...day }) => [date, day]))
const calendar: Calendar = { version: 'v1', days, hours: defaultOfficeHours }
const at = (text: string): EpochMs => instantOf(localDate(text.slice(0, 10)), text.slice(11))
const ok = <T>(value: T) => ({ ok: true, value })
const notLoaded = (date: string) => ({ ok: false, error: { kind: 'calendar_not_loaded', date } })
const secondsOf = (from: EpochMs, to: EpochMs): number => {
  const seconds = workingSecondsBetween(calendar, from, to)
  if (!seconds.ok) throw new Error(seconds.error.date)
  return seconds.value
}
// 2004-01-02 to 2025-12-01, so that what is added still falls on known days.
const instants = fc.integer({ min: at('2004-01-02 00:00'), max: at('2025-12-01 00:00') }).map(epochMs)
const officeSeconds = fc.integer({ min: 0, max: 8 * 3_600 * 60 })

describe('the built-in years', () => {
  it('are 2004 to 2026, every day once', () => {
    expect(builtInYears).toEqual(Array.from({ length: 23 }, (_, i) => 2004 + i))
    expect(days.size).toBe(23 * 365 + 6)
  })

  it.each([
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])('give %i its %i workdays', (year, workDays) => {
    expect(builtInYear(year).filter(({ kind }) => kind === 'work')).toHaveLength(workDays)
  })

  it('name holidays and the days that make up for them', () => {
    expect(days.get(localDate('2025-09-28'))).toMatchObject({ kind: 'work', name: '国庆节调休上班' })
    expect(days.get(localDate('2025-10-06'))).toEqual({ kind: 'off', name: '中秋', nameEn: 'Mid-autumn Festival' })
    expect(days.get(localDate('2025-09-26'))).toEqual({ kind: 'work', name: null, nameEn: null })
  })

  it('refuse a year without published holidays', () => {
    expect(() => builtInYear(2027)).toThrow(RangeError)
  })
})

describe('addWorkingDays', () => {
  it.each([
    ['2025-09-26', 5, '2025-10-10'],
    ['2026-02-13', 3, '2026-02-25'],
    ['2024-09-13', 3, '2024-09-19'],
    ['2025-01-24', 2, '2025-01-27'],
    ['2026-09-30', 1, '2026-10-08'],
    ['2025-12-31', 1, '2026-01-04'],
    ['2025-09-29', 3, '2025-10-10'],
  ])('%s + %i = %s', (date, n, expected) => {
    expect(addWorkingDays(calendar, localDate(date), n)).toEqual(ok(expected))
  })

  it('goes back for a negative number, and stays for none', () => {
    expect(addWorkingDays(calendar, localDate('2025-10-10'), -1)).toEqual(ok('2025-10-09'))
    expect(addWorkingDays(calendar, localDate('2025-10-09'), -1)).toEqual(ok('2025-09-30'))
    expect(addWorkingDays(calendar, localDate('2025-10-01'), 0)).toEqual(ok('2025-10-01'))
  })

  it('never guesses the first day of a year that is not loaded', () => {
    expect(addWorkingDays(calendar, localDate('2026-12-31'), 1)).toEqual(notLoaded('2027-01-01'))
    expect(addWorkingDays(calendar, localDate('2004-01-01'), -1)).toEqual(notLoaded('2003-12-31'))
    expect(addWorkingDays(calendar, localDate('2027-03-01'), 0)).toEqual(notLoaded('2027-03-01'))
  })

  it('refuses a part of a day as a bug', () => {
    expect(() => addWorkingDays(calendar, localDate('2025-01-24'), 0.5)).toThrow(/counted whole/)
  })
})

describe('addWorkingTime', () => {
  it('gives 8 office hours from Friday 2025-09-26 18:00 the make-up Sunday 18:00', () => {
    expect(addWorkingTime(calendar, at('2025-09-26 18:00'), 8 * 3_600)).toEqual(ok(at('2025-09-28 18:00')))
  })

  it.each([
    ['before opening', '2025-09-26 07:00', 3_600, '2025-09-26 11:00'],
    ['at noon', '2025-09-26 15:00', 3_600, '2025-09-26 17:00'],
    ['up to closing, not to the next opening', '2025-09-26 18:00', 7_200, '2025-09-26 20:00'],
    ['on a holiday', '2025-10-03 12:00', 3_600, '2025-10-09 11:00'],
    ['in winter hours', '2025-10-09 13:00', 7_200, '2025-10-09 16:30'],
    ['no time at all', '2025-10-03 12:00', 0, '2025-10-03 12:00'],
  ])('%s', (_, start, seconds, due) => {
    expect(addWorkingTime(calendar, at(start), seconds)).toEqual(ok(at(due)))
  })

  it('answers an error for a due time in 2027, also when only the start is there', () => {
    expect(addWorkingTime(calendar, at('2026-12-31 18:00'), 4 * 3_600)).toEqual(notLoaded('2027-01-01'))
    expect(addWorkingTime(calendar, at('2027-01-04 12:00'), 0)).toEqual(notLoaded('2027-01-04'))
  })

  it('spends exactly the office time that was asked for', () => {
    fc.assert(
      fc.property(instants, officeSeconds, (start, seconds) => {
        const due = addWorkingTime(calendar, start, seconds)
        return due.ok && due.value >= start && secondsOf(start, due.value) === seconds
      }),
    )
  })

  it('is monotonic in the start and in the time', () => {
    fc.assert(
      fc.property(instants, fc.nat(5 * 86_400_000), officeSeconds, officeSeconds, (start, later, a, b) => {
        const [less, more] = a <= b ? [a, b] : [b, a]
        const first = addWorkingTime(calendar, start, less)
        const longer = addWorkingTime(calendar, start, more)
        // With no time to spend the due is the start itself, in office hours or not; order holds there too.
        const afterwards = addWorkingTime(calendar, epochMs(start + later), more)
        return first.ok && longer.ok && afterwards.ok && first.value <= longer.value && longer.value <= afterwards.value
      }),
    )
  })

  it('may be spent in two parts', () => {
    fc.assert(
      fc.property(instants, officeSeconds, officeSeconds, (start, a, b) => {
        fc.pre(b > 0)
        const middle = addWorkingTime(calendar, start, a)
        const whole = addWorkingTime(calendar, start, a + b)
        if (!middle.ok || !whole.ok) return false
        const rest = addWorkingTime(calendar, middle.value, b)
        return rest.ok && rest.value === whole.value
      }),
    )
  })
})

describe('addDuration', () => {
  it('runs the plain clock day and night', () => {
    const day = { kind: 'calendar', seconds: 86_400 } as const
    expect(addDuration(calendar, at('2025-10-01 23:00'), day)).toEqual(ok(at('2025-10-02 23:00')))
    expect(addDuration(calendar, at('2026-12-31 01:00'), day)).toEqual(notLoaded('2027-01-01'))
  })

  it('counts working hours in office hours', () => {
    const hours = { kind: 'working_hours', hours: 4 } as const
    expect(addDuration(calendar, at('2025-09-30 18:00'), hours)).toEqual(ok(at('2025-10-09 12:00')))
  })

  it('ends working days at closing time of the n-th workday', () => {
    const three = { kind: 'working_days', days: 3 } as const
    expect(addDuration(calendar, at('2025-09-29 11:00'), three)).toEqual(ok(at('2025-10-10 19:30')))
    expect(addDuration(calendar, at('2026-12-29 11:00'), three)).toEqual(notLoaded('2027-01-01'))
  })
})

describe('workingSecondsBetween', () => {
  it('counts open hours only, and turns the sign', () => {
    expect(secondsOf(at('2025-09-26 18:00'), at('2025-09-28 18:00'))).toBe(8 * 3_600)
    expect(secondsOf(at('2025-09-28 18:00'), at('2025-09-26 18:00'))).toBe(-8 * 3_600)
    expect(secondsOf(at('2025-10-01 00:00'), at('2025-10-08 24:00'))).toBe(0)
  })

  it('answers an error when any day between is not loaded', () => {
    expect(workingSecondsBetween(calendar, at('2026-12-31 12:00'), at('2027-01-01 00:00'))).toEqual(
      notLoaded('2027-01-01'),
    )
  })

  it('adds up over a day between', () => {
    fc.assert(
      fc.property(instants, fc.nat(90 * 86_400_000), fc.nat(90 * 86_400_000), (a, first, second) => {
        const [b, c] = [epochMs(a + first), epochMs(a + first + second)]
        return Math.abs(secondsOf(a, b) + secondsOf(b, c) - secondsOf(a, c)) < 1e-6
      }),
      { numRuns: 50 },
    )
  })
})

describe('isOpenAt', () => {
  it('opens at the first minute and is closed at the last', () => {
    expect(isOpenAt(calendar, at('2025-09-26 10:00'))).toEqual(ok(true))
    expect(isOpenAt(calendar, at('2025-09-26 14:00'))).toEqual(ok(false))
    expect(isOpenAt(calendar, at('2025-10-03 11:00'))).toEqual(ok(false))
    expect(isOpenAt(calendar, at('2027-01-04 11:00'))).toEqual(notLoaded('2027-01-04'))
  })
})

describe('checkOfficeHours', () => {
  const season = (fromMonthDay: string, toMonthDay: string, ...spans: [string, string][]): OfficeHours => ({
    fromMonthDay,
    toMonthDay,
    spans: spans.map(([from, to]) => ({ from, to })),
  })

  it('accepts the default hours and one season round the year', () => {
    expect(checkOfficeHours(defaultOfficeHours).ok).toBe(true)
    expect(checkOfficeHours([season('01-01', '12-31', ['00:00', '24:00'])]).ok).toBe(true)
    expect(checkOfficeHours([season('06-01', '05-31', ['09:00', '17:00'])]).ok).toBe(true)
  })

  it.each([
    ['season_missing', '02-29', [season('03-01', '02-28', ['09:00', '17:00'])]],
    [
      'season_overlap',
      '05-01',
      [season('05-01', '10-01', ['09:00', '17:00']), season('10-02', '05-01', ['09:00', '17:00'])],
    ],
    ['span_order', '16:00–14:00', [season('01-01', '12-31', ['16:00', '14:00'])]],
    ['span_order', '09:00–12:00, 12:00–14:00', [season('01-01', '12-31', ['09:00', '12:00'], ['12:00', '14:00'])]],
    ['span_order', '', [season('01-01', '12-31')]],
  ])('refuses %s and names %s', (kind, value, seasons) => {
    expect(checkOfficeHours(seasons)).toMatchObject({ ok: false, error: { kind, value } })
  })
})

describe('local time', () => {
  it('is eight hours ahead of UTC', () => {
    expect(localDateOf(epochMs(Date.UTC(2025, 8, 26, 15, 59, 59, 999)))).toBe('2025-09-26')
    expect(localDateOf(epochMs(Date.UTC(2025, 8, 26, 16)))).toBe('2025-09-27')
    expect(instantOf(localDate('2025-09-26'), '18:00')).toBe(Date.UTC(2025, 8, 26, 10))
    expect(instantOf(localDate('2025-09-26'), '24:00')).toBe(instantOf(localDate('2025-09-27'), '00:00'))
  })

  it('goes to a day and back, and agrees with the platform about the week', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1992-01-01'), max: new Date('2399-12-31'), noInvalidDate: true }),
        (date) => {
          const day = localDate(date.toISOString().slice(0, 10))
          expect(localDateOf(instantOf(day, '00:00'))).toBe(day)
          expect(instantOf(day, '08:00')).toBe(Date.parse(`${day}T00:00:00Z`))
          expect(weekdayOf(day)).toBe(date.getUTCDay() || 7)
          expect(addDays(addDays(day, 400), -400)).toBe(day)
        },
      ),
    )
  })

  it('knows the leap years', () => {
    expect(daysOfYear(2024)).toHaveLength(366)
    expect(daysOfYear(2100)).toHaveLength(365)
  })

  it('refuses a time that is not one', () => {
    expect(minuteOf('24:00')).toBe(1_440)
    for (const text of ['24:01', '7:00', '12:60', '', '12:00:00']) expect(() => minuteOf(text)).toThrow(/HH:MM/)
  })
})
