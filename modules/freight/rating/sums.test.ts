import fc from 'fast-check'
import { expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import {
  changeUntil,
  checkChangeable,
  checkRateable,
  checkTags,
  hiddenFrom,
  rateUntil,
  shownNow,
} from './rating-rule.ts'
import { deltasOf, meanOf, type Weight } from './sums.ts'
import { ratingTags } from './words.ts'

const dayMs = 86_400_000
// 2026-03-02 10:00 in Beijing.
const start = epochMs(Date.UTC(2026, 2, 2, 2))
const later = (days: number, ms = 0) => epochMs(start + days * dayMs + ms)

it('a waybill is rated from its signature for ninety days, a cancelled one never', () => {
  const waybill = { number: 'YD1', state: 'signed', signed_at: start }
  const at = (over: object, now = start) => {
    const checked = checkRateable({ ...waybill, ...over }, now)
    return checked.ok ? 'ok' : checked.error.rule
  }
  expect(at({})).toBe('ok')
  expect(at({ state: 'unloaded', signed_at: null })).toBe('rated_once_signed')
  expect(at({ state: 'cancelled' })).toBe('rated_once_signed')
  expect(at({}, later(90, -1))).toBe('ok')
  expect(at({}, later(90))).toBe('rated_in_time')
  expect(rateUntil(start)).toBe(later(90))
})

it('a rating is hidden for fourteen days, counts from the day after, and is changed for seven', () => {
  expect(hiddenFrom(start)).toEqual({ shownAt: later(14), countsOn: '2026-03-17' })
  expect(shownNow(start)).toEqual({ shownAt: start, countsOn: '2026-03-02' })
  const rating = { given_at: start, shown_at: later(14) }
  const at = (now: number, over = {}) => {
    const checked = checkChangeable({ ...rating, ...over }, 'YD1', epochMs(now))
    return checked.ok ? 'ok' : checked.error.rule
  }
  expect(at(later(7, -1))).toBe('ok')
  expect(at(later(7))).toBe('rating_frozen')
  expect(at(later(1), { shown_at: later(1) })).toBe('rating_shown')
  expect(changeUntil(start, later(2))).toBe(later(2))
})

it('each side chooses its own tags, each once', () => {
  expect(checkTags('shipper', ['on_time', 'goods_whole']).ok).toBe(true)
  expect(checkTags('carrier', ['on_time'])).toMatchObject({ ok: false, error: { value: 'on_time', rule: 'known_tag' } })
  expect(checkTags('shipper', ['late', 'late'])).toMatchObject({ ok: false, error: { rule: 'tag_once' } })
  const codes = (side: 'shipper' | 'carrier') => ratingTags[side].map(({ code }) => code)
  for (const side of ['shipper', 'carrier'] as const) expect(new Set(codes(side)).size).toBe(codes(side).length)
})

it('a mean of two is none, of three is one, to the hundredth', () => {
  expect(meanOf(2, 10)).toBeNull()
  expect(meanOf(3, 14)).toBe(467)
  expect(meanOf(8, 37)).toBe(463)
})

const weight = fc.record({
  side: fc.constantFrom('shipper', 'carrier'),
  shipper_id: fc.constantFrom('s1', 's2'),
  carrier_id: fc.constantFrom('c1', 'c2'),
  driver_id: fc.constantFrom('d1', 'd2'),
  counts_on: fc.constantFrom('2026-03-02', '2026-03-17'),
  stars: fc.integer({ min: 1, max: 5 }),
})

it('what weights change is what they come to, each row once and in order; what is taken back leaves nothing', () => {
  fc.assert(
    fc.property(fc.array(weight, { maxLength: 6 }), (given) => {
      const added: Weight[] = given.map((one) => ({ ...one, ratings: 1 }))
      const deltas = deltasOf(added)

      const keys = deltas.map(({ subject, id, day }) => `${subject} ${id} ${day}`)
      expect(keys).toEqual([...new Set(keys)].toSorted())
      const sum = (subject: string, name: 'ratings' | 'stars') =>
        deltas.filter((delta) => delta.subject === subject).reduce((total, delta) => total + delta[name], 0)
      const of = (side: string) => added.filter((one) => one.side === side)
      for (const subject of ['carrier', 'driver']) expect(sum(subject, 'ratings')).toBe(of('shipper').length)
      expect(sum('shipper', 'stars')).toBe(of('carrier').reduce((total, { stars }) => total + stars, 0))
      const back: Weight[] = added.map((one) => ({ ...one, ratings: -1, stars: -one.stars }))
      expect(deltasOf([...added, ...back])).toEqual([])
    }),
  )
})
