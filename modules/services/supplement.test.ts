import * as fc from 'fast-check'
import { instantOf } from '@tingzhou/calendar'
import { localDate } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { addAsks, answered, mayCorrect, supplementsOf, type Ask, type SupplementRequest } from './supplement.ts'

const at = (text: string) => instantOf(localDate(text.slice(0, 10)), text.slice(11))
const ask = (item: string, subject: string, reason = '不清晰'): Ask => ({ item, subject, reason })
const asks = fc.record({
  item: fc.constantFrom('permit', 'sign', 'fire'),
  subject: fc.constantFrom('plan', 'photo', 'rules', 'list'),
  reason: fc.constantFrom('missing', 'unreadable'),
})
const times = fc.constantFrom(
  at('2026-11-26 10:00'),
  at('2026-11-26 23:59'),
  at('2026-11-27 00:00'),
  at('2026-11-28 18:00'),
)
const requests = fc.array(fc.record({ askedAt: times, asks: fc.array(asks, { maxLength: 4 }) }), { maxLength: 6 })

describe('supplementsOf', () => {
  it('makes one list of what departments asked on one day, and pauses only who asked', () => {
    const asked: readonly SupplementRequest[] = [
      { askedAt: at('2026-11-26 18:30'), asks: [ask('sign', 'photo')] },
      { askedAt: at('2026-11-26 10:05'), asks: [ask('permit', 'plan'), ask('permit', 'rules')] },
      { askedAt: at('2026-11-27 10:00'), asks: [ask('fire', 'plan')] },
    ]

    expect(supplementsOf(asked)).toEqual([
      {
        day: '2026-11-26',
        asks: [ask('permit', 'plan'), ask('permit', 'rules'), ask('sign', 'photo')],
        pausedItems: ['permit', 'sign'],
      },
      { day: '2026-11-27', asks: [ask('fire', 'plan')], pausedItems: ['fire'] },
    ])
  })

  it('counts the day in Beijing: 00:30 belongs to the new one', () => {
    const asked = [{ askedAt: at('2026-11-27 00:30'), asks: [ask('fire', 'plan')] }]

    expect(supplementsOf(asked)[0]?.day).toBe('2026-11-27')
  })

  it('is the same however often and in which order it is asked', () => {
    fc.assert(
      fc.property(requests, (asked) => {
        const once = supplementsOf(asked)
        expect(supplementsOf([...asked, ...asked])).toEqual(once)
        expect(supplementsOf(asked.toReversed())).toEqual(once)
      }),
    )
  })

  it('loses no ask and invents none', () => {
    fc.assert(
      fc.property(requests, (asked) => {
        const key = (one: Ask) => JSON.stringify([one.item, one.subject, one.reason])
        const merged = supplementsOf(asked).flatMap(({ asks: list }) => list.map(key))
        expect(new Set(merged)).toEqual(new Set(asked.flatMap(({ asks: list }) => list.map(key))))
      }),
    )
  })

  it('merging a list into itself changes nothing', () => {
    fc.assert(
      fc.property(requests, (asked) => {
        for (const list of supplementsOf(asked)) expect(addAsks(list, list.asks)).toEqual(list)
      }),
    )
  })
})

describe('answered', () => {
  it('lets an item run again once everything it asked is there; one paper answers all who asked for it', () => {
    const [list] = supplementsOf([
      { askedAt: at('2026-11-26 10:00'), asks: [ask('permit', 'plan'), ask('fire', 'plan'), ask('fire', 'rules')] },
    ])

    expect(list && answered(list, new Set(['plan']))).toEqual({
      day: '2026-11-26',
      asks: [ask('fire', 'rules')],
      pausedItems: ['fire'],
    })
  })
})

describe('mayCorrect', () => {
  it('lets the first list pass, a second one with the head’s reason only', () => {
    expect(mayCorrect(0, null)).toEqual({ ok: true, value: undefined })
    expect(mayCorrect(1, ' ')).toEqual({ ok: false, error: { kind: 'second_correction_needs_reason', earlier: 1 } })
    expect(mayCorrect(1, '新提交的图纸有误')).toEqual({ ok: true, value: undefined })
  })
})
