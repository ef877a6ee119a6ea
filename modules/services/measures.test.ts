import * as fc from 'fast-check'
import { localDate } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { builtInOneThings } from './built-in.ts'
import { planMaterials } from './material.ts'
import { burdensOf, cut, cutsOf, figuresOf, share } from './measures.ts'
import { select } from './situation.ts'

describe('cut', () => {
  // The published cuts of Guangyuan's restaurant one-thing; the integers are inferred.
  it.each([
    [35, 17, 51.43],
    [6, 1, 83.33],
    [17, 2, 88.24],
    [48, 13, 72.92],
    [15, 12, 20],
    [3, 4, -33.33],
    [4, 4, 0],
  ])('%i → %i is %f %%', (before, after, valuePct) => {
    expect(cut(before, after)).toEqual({ valuePct, numerator: before - after, base: before })
  })

  it('says nothing where there was nothing', () => {
    expect(cut(0, 0)).toEqual({ valuePct: null, numerator: 0, base: 0 })
  })

  it('with what remains makes the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (before, after) => {
        const whole = (cut(before, after).valuePct ?? 0) + (share(after, before).valuePct ?? 0)
        expect(whole).toBeCloseTo(100, 1)
      }),
    )
  })
})

describe('the restaurant one-thing', () => {
  const restaurant = builtInOneThings().find(({ code }) => code === 'restaurant')
  const answers = {
    firm_kind: ['company'],
    shop_kind: ['restaurant'],
    sign: ['yes'],
    gathering: ['yes'],
    staff_certificates: ['some_missing'],
    applied_by: ['agent'],
  }

  it('cuts in full what Guangyuan published: 35→17, 6→1, 17→2, 48→13', () => {
    const selection = restaurant && select(restaurant, answers)
    if (!restaurant || !selection?.ok) throw new Error('the restaurant is selected')
    const planned = planMaterials(selection.value, [], localDate('2026-11-28'))
    const burdens = burdensOf(restaurant, selection.value, planned)

    expect(burdens).toEqual({
      ok: true,
      value: {
        before: { materials: 35, forms: 6, steps: 17, visits: 9, days: 48 },
        after: { materials: 17, forms: 1, steps: 2, visits: 1, days: 13 },
      },
    })
    const cuts = burdens.ok ? cutsOf(burdens.value.before, burdens.value.after) : []
    expect(cuts.map(({ kind, cut: { valuePct } }) => [kind, valuePct])).toEqual([
      ['materials', 51.43],
      ['forms', 83.33],
      ['steps', 88.24],
      ['visits', 88.89],
      ['days', 72.92],
    ])
  })

  it('keeps the published figures apart, without a count that was not published', () => {
    const { before, after } = restaurant?.published ?? {}

    expect(before && after && cutsOf(before, after).map(({ kind, cut: { valuePct } }) => [kind, valuePct])).toEqual([
      ['materials', 51.43],
      ['forms', 83.33],
      ['steps', 88.24],
      ['days', 72.92],
    ])
  })
})

describe('figuresOf', () => {
  const counts = {
    checked: 40,
    acceptedAtOnce: 30,
    corrected: 7,
    accepted: 36,
    acceptedTolerant: 9,
    promisesEnded: 8,
    promisesKept: 7,
    itemsDecided: 120,
    itemsAutomatic: 50,
    materialsNeeded: 900,
    materialsAsked: 396,
    concluded: 33,
    concludedOnTime: 32,
  }

  it('gives every figure with numerator and base', () => {
    expect(figuresOf(counts, [12, 31, 15, 9, 22])).toEqual({
      firstPassAcceptance: { valuePct: 75, numerator: 30, base: 40 },
      correctionRate: { valuePct: 17.5, numerator: 7, base: 40 },
      tolerantShare: { valuePct: 25, numerator: 9, base: 36 },
      tolerantKept: { valuePct: 87.5, numerator: 7, base: 8 },
      automaticShare: { valuePct: 41.67, numerator: 50, base: 120 },
      sharingShare: { valuePct: 56, numerator: 504, base: 900 },
      jointOnTime: { valuePct: 96.97, numerator: 32, base: 33 },
      windowMinutesMedian: { value: 15, base: 5 },
    })
  })

  it('takes the mean of the two in the middle, and no figure from nothing', () => {
    const none = {
      ...counts,
      promisesEnded: 0,
      promisesKept: 0,
    }

    expect(figuresOf(counts, [10, 15]).windowMinutesMedian).toEqual({ value: 12.5, base: 2 })
    expect(figuresOf(none, [])).toMatchObject({
      tolerantKept: { valuePct: null, numerator: 0, base: 0 },
      windowMinutesMedian: { value: null, base: 0 },
    })
  })
})
