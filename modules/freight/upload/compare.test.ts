import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agrees, differencesOf, figuresOf, type Listed } from './compare.ts'
import { differencesMax } from './words.ts'

const none = { count: 0, sumFen: 0 }
const all = (waybill: { count: number; sumFen: number }) => ({ driver: none, vehicle: none, waybill, fund_flow: none })

describe('two sides of a month', () => {
  it('agree by number and sum, kind by kind', () => {
    const ours = all({ count: 2, sumFen: 500 })
    const figures = (theirs: { count: number; sumFen: number }) =>
      figuresOf(ours, { month: '2026-03', kinds: all(theirs) }).filter((figure) => !agrees(figure))

    expect(figures({ count: 2, sumFen: 500 })).toEqual([])
    expect(figures({ count: 2, sumFen: 501 })).toMatchObject([{ kind: 'waybill', oursFen: 500, theirsFen: 501 }])
    expect(figures({ count: 3, sumFen: 500 })).toMatchObject([{ kind: 'waybill', ours: 2, theirs: 3 }])
  })

  it('differ by whoever lacks a number, or has another sum', () => {
    const ours = new Map([
      ['A', 1],
      ['B', 2],
      ['C', 3],
    ])
    const theirs = new Map([
      ['A', 1],
      ['C', 4],
      ['D', 5],
    ])

    expect(differencesOf(new Map([['waybill', [ours, theirs]]])).listed).toEqual([
      { kind: 'waybill', number: 'B', has: 'platform', oursFen: 2, theirsFen: null },
      { kind: 'waybill', number: 'C', has: 'both', oursFen: 3, theirsFen: 4 },
      { kind: 'waybill', number: 'D', has: 'regulator', oursFen: null, theirsFen: 5 },
    ])
  })

  it('are told apart completely, the first 200 by name and the rest by count', () => {
    const side = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.nat(3)), { maxLength: 600 })
    fc.assert(
      fc.property(side, side, (left, right) => {
        const [ours, theirs]: readonly [Listed, Listed] = [new Map(left), new Map(right)]
        const { listed, unlisted } = differencesOf(new Map([['driver', [ours, theirs]]]))
        const numbers = new Set([...ours.keys(), ...theirs.keys()])
        const differing = [...numbers].filter((number) => ours.get(number) !== theirs.get(number))

        expect(listed.length + unlisted).toBe(differing.length)
        expect(listed.length).toBeLessThanOrEqual(differencesMax)
        expect(differing).toEqual(expect.arrayContaining(listed.map(({ number }) => number)))
      }),
    )
  })
})
