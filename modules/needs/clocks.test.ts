import { describe, expect, it } from 'vitest'
import { builtInYear, builtInYears, defaultOfficeHours, instantOf, type Calendar } from '@tingzhou/calendar'
import { epochMs, localDate, type EpochMs } from '@tingzhou/kernel'
import { dueAfterPause, dueAfterPauses, halvedDue, ladderOf, waitUntil } from './clocks.ts'

const days = new Map(builtInYears.flatMap(builtInYear).map(({ date, ...day }) => [date, day]))
const calendar: Calendar = { version: 'v1', days, hours: defaultOfficeHours }
const at = (text: string): EpochMs => instantOf(localDate(text.slice(0, 10)), text.slice(11))
const ok = <T>(value: T) => ({ ok: true, value })
const hour = 3_600_000
const day = 24 * hour
// A Monday; winter hours 10:00–14:00 and 15:30–19:30.
const start = at('2026-03-02 10:00')

describe('the ladder', () => {
  it('stands at 50, 80 and 100 % of seven days, then a day and three days late', () => {
    const due = epochMs(start + 7 * day)

    expect(ladderOf(calendar, 'P2', false, start, due)).toEqual(
      ok({
        remind50At: at('2026-03-05 22:00'),
        remind80At: epochMs(start + 5.6 * day),
        late24At: at('2026-03-10 10:00'),
        late72At: at('2026-03-12 10:00'),
      }),
    )
  })

  it('of P0 has 50 % and the due time only', () => {
    expect(ladderOf(calendar, 'P0', false, start, epochMs(start + 2 * hour))).toEqual(
      ok({ remind50At: at('2026-03-02 11:00'), remind80At: null, late24At: null, late72At: null }),
    )
  })

  it('of a clock in office hours has its rungs in office hours', () => {
    // Three workdays of eight hours: 12 h and 19.2 h of office time.
    expect(ladderOf(calendar, 'P4', true, start, at('2026-03-04 19:30'))).toMatchObject({
      value: { remind50At: at('2026-03-03 14:00'), remind80At: at('2026-03-04 13:12') },
    })
  })

  it('is not told beyond the calendar', () => {
    expect(ladderOf(calendar, 'P4', true, at('2026-12-31 10:00'), at('2027-01-02 10:00'))).toEqual({
      ok: false,
      error: { kind: 'calendar_not_loaded', date: '2027-01-01' },
    })
  })
})

describe('a pause', () => {
  it('moves a due time by the plain clock by as long as it lasted', () => {
    expect(
      dueAfterPause(calendar, false, epochMs(start + 7 * day), epochMs(start + day), epochMs(start + 3 * day)),
    ).toEqual(ok(epochMs(start + 9 * day)))
  })

  it('gives back the office time that was left', () => {
    // Paused on Monday at 18:30 with one hour of that day left, resumed on Thursday at noon.
    expect(
      dueAfterPause(calendar, true, at('2026-03-02 19:30'), at('2026-03-02 18:30'), at('2026-03-05 12:00')),
    ).toEqual(ok(at('2026-03-05 13:00')))
  })

  it('leaves what was late before it late by as much', () => {
    expect(dueAfterPause(calendar, true, start, epochMs(start + hour), epochMs(start + 5 * hour))).toEqual(
      ok(epochMs(start + 4 * hour)),
    )
  })

  it('after another adds up, and two that touch are one', () => {
    const due = epochMs(start + 7 * day)
    const pause = (from: number, to: number) => ({ from: epochMs(start + from * day), to: epochMs(start + to * day) })

    expect(dueAfterPauses(calendar, false, due, [pause(1, 2), pause(3, 5)])).toEqual(ok(epochMs(due + 3 * day)))
    expect(dueAfterPauses(calendar, true, due, [pause(1, 2), pause(2, 4)])).toEqual(
      dueAfterPauses(calendar, true, due, [pause(1, 4)]),
    )
    expect(dueAfterPauses(calendar, true, due, [])).toEqual(ok(due))
  })
})

describe('waiting for the applicant', () => {
  it('lasts five working days', () => {
    expect(waitUntil(calendar, start, 0)).toEqual(ok(at('2026-03-09 19:30')))
  })

  it('lasts until all pauses together are fifteen days, and not a moment more', () => {
    expect(waitUntil(calendar, start, 13 * day)).toEqual(ok(epochMs(start + 2 * day)))
    expect(waitUntil(calendar, start, 15 * day)).toEqual(ok(start))
    expect(waitUntil(calendar, start, 20 * day)).toEqual(ok(start))
  })
})

describe('an appeal that was not solved', () => {
  it('gets half of its first allowance, by the plain clock or in office hours', () => {
    const now = at('2026-03-16 10:00')

    expect(halvedDue(calendar, false, start, epochMs(start + 7 * day), now)).toEqual(ok(epochMs(now + 3.5 * day)))
    expect(halvedDue(calendar, true, start, at('2026-03-03 19:30'), now)).toEqual(ok(at('2026-03-16 19:30')))
  })
})
