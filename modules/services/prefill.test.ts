import * as fc from 'fast-check'
import { localDate } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { formOf } from './form.ts'
import { item, oneThing, textField } from './one-thing.fixture.ts'
import { addPeriod, isYoungerThan } from './period.ts'
import { disputesOf, prefill, type KnownValue } from './prefill.ts'

const day = localDate
const register = { zh: '企业名录', en: 'Register' }
const permits = { zh: '许可库', en: 'Permits' }
const codes = ['always', 'yearly', 'never', 'private']
const thing = oneThing({
  items: [item(1, { fields: codes })],
  fields: [
    textField('always'),
    textField('yearly', { reuse: { youngerThan: 'P1Y' } }),
    textField('never', { reuse: 'never' }),
    textField('private', { consent: 'identity' }),
  ],
})
const form = formOf(thing, thing)
const today = day('2026-11-28')
const known = (field: string, asOf: string, value: unknown = 'x', source = register): KnownValue => ({
  field,
  value,
  source,
  asOf: day(asOf),
})

describe('prefill', () => {
  it('shows values with source and date', () => {
    expect(prefill(form, [known('always', '2020-01-01', '示例公司')], today, new Set())).toEqual({
      values: [{ field: 'always', value: '示例公司', source: register, asOf: '2020-01-01' }],
      leftOut: [],
    })
  })

  it.each([
    ['never', '2026-11-28', 'never'],
    ['yearly', '2025-11-28', 'too_old'],
    ['private', '2026-11-01', 'no_consent'],
    ['always', '2026-11-29', 'from_the_future'],
    ['foreign', '2026-11-01', 'not_asked'],
  ])('leaves out %s of %s: %s', (field, asOf, why) => {
    expect(prefill(form, [known(field, asOf)], today, new Set())).toEqual({ values: [], leftOut: [{ field, why }] })
  })

  it('leaves out what the form would refuse', () => {
    expect(prefill(form, [known('always', '2026-01-01', 'x'.repeat(21))], today, new Set()).leftOut).toEqual([
      { field: 'always', why: 'invalid' },
    ])
  })

  it('reuses on the last day before the period ends, and with consent', () => {
    const { values } = prefill(
      form,
      [known('yearly', '2025-11-29'), known('private', '2026-11-01')],
      today,
      new Set(['identity']),
    )

    expect(values.map(({ field }) => field).toSorted()).toEqual(['private', 'yearly'])
  })

  it('takes the newest usable of several values', () => {
    const several = [
      known('yearly', '2026-01-01', 'old'),
      known('yearly', '2026-06-01', 'x'.repeat(30), permits),
      known('yearly', '2026-05-01', 'new', permits),
    ]

    expect(prefill(form, several, today, new Set())).toEqual({
      values: [{ field: 'yearly', value: 'new', source: permits, asOf: '2026-05-01' }],
      leftOut: [],
    })
  })
})

describe('disputesOf', () => {
  it('names prefilled values that the applicant changed, with where they came from', () => {
    const values = [known('always', '2026-01-01', 'shown'), known('yearly', '2026-01-01', ['a', 'b'])]

    expect(disputesOf(values, { always: 'given', yearly: ['b', 'a'], never: 'new' })).toEqual([
      { field: 'always', shown: 'shown', given: 'given', source: register },
    ])
  })
})

describe('addPeriod', () => {
  it.each([
    ['2026-01-31', 'P1M', '2026-02-28'],
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2024-02-29', 'P4Y', '2028-02-29'],
    ['2026-11-30', 'P3M', '2027-02-28'],
    ['2026-12-31', 'P1D', '2027-01-01'],
    ['2026-08-31', 'P1Y1M1D', '2027-10-01'],
    ['2026-01-15', 'P90D', '2026-04-15'],
  ])('%s + %s = %s', (date, period, expected) => {
    expect(addPeriod(day(date), period)).toBe(expected)
  })

  it('never goes back, and later days stay later or equal', () => {
    const dates = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
      .map((date) => day(date.toISOString().slice(0, 10)))
    const periods = fc
      .tuple(fc.nat(5), fc.nat(30), fc.nat(400))
      .map(([years, months, days]) => `P${years}Y${months}M${days}D`)
    fc.assert(
      fc.property(dates, dates, periods, (a, b, period) => {
        const [early, late] = a < b ? [a, b] : [b, a]
        expect(addPeriod(early, period) >= early).toBe(true)
        expect(addPeriod(early, period) <= addPeriod(late, period)).toBe(true)
        expect(isYoungerThan(early, period, addPeriod(early, period))).toBe(false)
      }),
    )
  })
})
