import { builtInYear, defaultOfficeHours, type Calendar } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { builtInOneThings } from './built-in.ts'
import { planMaterials } from './material.ts'
import { expire, extend, promiseDays, supply, verify, type TolerancePromise } from './promise.ts'
import { select } from './situation.ts'
import { checkTolerance, type DishonestyRecord, type ToleranceRequest } from './tolerance.ts'

const day = localDate
const years = [2025, 2026].flatMap(builtInYear)
const calendar: Calendar = {
  version: 'v1',
  days: new Map(years.map(({ date, ...rest }) => [date, rest])),
  hours: defaultOfficeHours,
}
const restaurant = builtInOneThings().find(({ code }) => code === 'restaurant')
const selection =
  restaurant &&
  select(restaurant, {
    firm_kind: ['individual'],
    shop_kind: ['restaurant'],
    sign: ['yes'],
    gathering: ['no'],
    staff_certificates: ['all'],
    applied_by: ['self'],
  })
if (!selection?.ok) throw new Error('the restaurant is selected')
const { items } = selection.value
const planned = planMaterials(selection.value, [], day('2025-09-29'))
const due = planned.filter(({ way }) => way !== 'produced')
const twoMissing = ['r_food_manager', 'r_health_certificates']
const supplied = (missing: readonly string[]) =>
  due.flatMap(({ material: { code } }) => (missing.includes(code) ? [] : [{ material: code, isLegal: true }]))
const request = (over: Partial<ToleranceRequest> = {}, missing: readonly string[] = twoMissing): ToleranceRequest => ({
  selection: { items, materials: due },
  supplied: supplied(missing),
  records: [],
  promise: {
    materials: missing,
    form: 'paper',
    deadlineDays: 3,
    consequence: '逾期未补交的，未办结事项终止，已办结事项进入撤销程序',
    signedBy: 'account-1',
  },
  deadlineDaysMax: 10,
  ...over,
})
const refusals = (over: Partial<ToleranceRequest>, missing?: readonly string[]) => {
  const checked = checkTolerance(request(over, missing))
  return checked.ok ? [] : checked.error
}
const promise = (over: Partial<ToleranceRequest['promise']>) => ({ promise: { ...request().promise, ...over } })

describe('checkTolerance', () => {
  it('accepts two secondary materials missing against a signed promise', () => {
    expect(checkTolerance(request())).toEqual({ ok: true, value: twoMissing })
  })

  it('refuses a main material missing, whatever is promised', () => {
    expect(refusals({}, ['r_floor_plan', 'r_food_manager'])).toEqual([
      { kind: 'main_missing', material: 'r_floor_plan' },
    ])
  })

  it('refuses a secondary one that is not on the tolerant list', () => {
    const strict = due.map((one) => ({ ...one, material: { ...one.material, tolerant: null } }))

    expect(refusals({ selection: { items, materials: strict } }, ['r_food_manager'])).toEqual([
      { kind: 'not_tolerable', material: 'r_food_manager' },
    ])
  })

  it('refuses materials that are there but not legal', () => {
    const forged = supplied(twoMissing).map((one) =>
      one.material === 'r_food_rules' ? { ...one, isLegal: false } : one,
    )

    expect(refusals({ supplied: forged })).toEqual([{ kind: 'not_legal', material: 'r_food_rules' }])
  })

  it('refuses an applicant with an open record, and takes one who repaired it', () => {
    const record: DishonestyRecord = { application: 'earlier', brokenOn: day('2025-03-03'), repairedOn: null }

    expect(refusals({ records: [record] })).toEqual([
      { kind: 'dishonesty_record', application: 'earlier', brokenOn: '2025-03-03' },
    ])
    expect(refusals({ records: [{ ...record, repairedOn: day('2025-04-01') }] })).toEqual([])
  })

  it('refuses a deadline over the setting, the item’s promise, or what the material allows', () => {
    expect(refusals(promise({ deadlineDays: 13 }))).toEqual([
      { kind: 'deadline_too_long', days: 13, daysMax: 10, because: 'setting', code: null },
      { kind: 'deadline_too_long', days: 13, daysMax: 12, because: 'item', code: items[1]?.code },
      { kind: 'deadline_too_long', days: 13, daysMax: 10, because: 'material', code: 'r_food_manager' },
      { kind: 'deadline_too_long', days: 13, daysMax: 10, because: 'material', code: 'r_health_certificates' },
    ])
    expect(refusals(promise({ deadlineDays: 10 }))).toEqual([])
    expect(refusals(promise({ deadlineDays: 0 }))).toEqual([{ kind: 'deadline_too_short', days: 0 }])
  })

  it('refuses a promise with another list, without a consequence or a signature', () => {
    expect(refusals(promise({ materials: ['r_food_manager'], consequence: ' ', signedBy: null }))).toEqual([
      { kind: 'list_differs', missing: twoMissing, promised: ['r_food_manager'] },
      { kind: 'consequence_missing' },
      { kind: 'not_signed' },
    ])
  })

  it('refuses when nothing is missing', () => {
    expect(refusals({}, [])).toEqual([{ kind: 'nothing_missing' }])
  })
})

describe('promiseDays', () => {
  it('3 working days from 2025-09-29 are due on 2025-10-10, over the holidays', () => {
    expect(promiseDays(calendar, day('2025-09-29'), 3)).toEqual({
      ok: true,
      value: { due: '2025-10-10', reminders: ['2025-09-30', '2025-10-09'] },
    })
  })

  it('reminds at half of the time and one working day before, once when they are the same', () => {
    expect(promiseDays(calendar, day('2025-10-13'), 10)).toEqual({
      ok: true,
      value: { due: '2025-10-27', reminders: ['2025-10-20', '2025-10-24'] },
    })
    expect(promiseDays(calendar, day('2025-10-13'), 2)).toMatchObject({ value: { reminders: ['2025-10-14'] } })
    expect(promiseDays(calendar, day('2025-10-13'), 1)).toMatchObject({ value: { reminders: [] } })
  })

  it('knows no day beyond the calendar', () => {
    expect(promiseDays(calendar, day('2026-12-30'), 3)).toEqual({
      ok: false,
      error: { kind: 'calendar_not_loaded', date: '2027-01-01' },
    })
  })
})

const open: TolerancePromise = {
  state: 'open',
  application: 'app-1',
  materials: twoMissing,
  due: day('2025-10-10'),
  extended: false,
}

describe('a promise', () => {
  it('is kept when everything was supplied in time and is good', () => {
    const first = supply(open, ['r_food_manager'], day('2025-09-30'))
    const second = first.ok ? supply(first.value, ['r_health_certificates'], day('2025-10-10')) : first
    const kept = second.ok ? verify(second.value, [], day('2025-10-11')) : second

    expect(first).toMatchObject({ value: { state: 'open', materials: ['r_health_certificates'] } })
    expect(second).toMatchObject({ value: { state: 'supplied', suppliedOn: '2025-10-10' } })
    expect(kept).toEqual({ ok: true, value: { state: 'kept', application: 'app-1', keptOn: '2025-10-11' } })
  })

  it('is open again for what turned out bad', () => {
    const all = supply(open, twoMissing, day('2025-09-30'))
    const again = all.ok ? verify(all.value, ['r_food_manager'], day('2025-10-09')) : all

    expect(again).toMatchObject({ value: { state: 'open', materials: ['r_food_manager'], due: '2025-10-10' } })
  })

  it('refuses supplies past its date, of what was not promised, or of nothing', () => {
    expect(supply(open, twoMissing, day('2025-10-11'))).toEqual({
      ok: false,
      error: { kind: 'promise_past_date', due: '2025-10-10', today: '2025-10-11' },
    })
    expect(supply(open, ['r_floor_plan'], day('2025-10-09'))).toMatchObject({
      error: { kind: 'not_promised', material: 'r_floor_plan' },
    })
    expect(supply(open, [], day('2025-10-09'))).toMatchObject({ error: { kind: 'nothing_supplied' } })
  })

  it('is extended once for force majeure', () => {
    const longer = extend(open, calendar, 2, day('2025-10-10'))
    const again = longer.ok ? extend(longer.value, calendar, 2, day('2025-10-11')) : longer

    // 2025-10-11 is a Saturday that makes up for the holidays.
    expect(longer).toMatchObject({ value: { state: 'open', due: '2025-10-13', extended: true } })
    expect(again).toEqual({ ok: false, error: { kind: 'already_extended' } })
  })

  it('broken ends undecided items, sends decided ones to revocation, and blocks the next tolerant request', () => {
    const cases = [
      { code: 'licence', isDecided: true },
      { code: 'permit', isDecided: false },
      { code: 'sign', isDecided: false },
    ]
    const expiry = expire(open, cases, day('2025-10-11'))

    expect(expiry).toEqual({
      ok: true,
      value: {
        promise: { state: 'broken', application: 'app-1', brokenOn: '2025-10-11' },
        ended: ['permit', 'sign'],
        toRevoke: ['licence'],
        record: { application: 'app-1', brokenOn: '2025-10-11', repairedOn: null },
      },
    })
    expect(refusals({ records: expiry.ok ? [expiry.value.record] : [] })).toEqual([
      { kind: 'dishonesty_record', application: 'app-1', brokenOn: '2025-10-11' },
    ])
  })

  it('does not expire on its due day, nor while supplies are looked at, nor twice', () => {
    const waiting = supply(open, twoMissing, day('2025-10-10'))
    const broken = expire(open, [], day('2025-10-11'))

    expect(expire(open, [], day('2025-10-10'))).toMatchObject({ error: { kind: 'promise_not_due' } })
    expect(waiting.ok && expire(waiting.value, [], day('2025-10-13'))).toMatchObject({
      error: { kind: 'promise_over', state: 'supplied' },
    })
    expect(broken.ok && expire(broken.value.promise, [], day('2025-10-13'))).toMatchObject({
      error: { kind: 'promise_over', state: 'broken' },
    })
  })
})
