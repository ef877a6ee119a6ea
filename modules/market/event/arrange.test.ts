import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrange } from './arrange.ts'

const firm = (firmId: string, away: readonly number[] = []) => ({ firmId, away })
const pair = (buyerId: string, sellerId: string, weight = 1) => ({ buyerId, sellerId, weight })

describe('a day arranged', () => {
  it('keeps a meeting that a person put into a slot in which the firm said it cannot come', () => {
    const standing = [{ buyerId: 'a', sellerId: 'b', slot: 0, table: 1 }]
    const { places } = arrange({ slots: 2, tables: 1 }, [firm('a', [0]), firm('b'), firm('c')], standing, [
      pair('a', 'c'),
    ])
    expect(places).toEqual([{ slot: 1, table: 1 }])
  })

  it('leaves a seller at its table from one meeting to the next', () => {
    const firms = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => firm(id))
    const wanted = [pair('a', 'c'), pair('b', 'd'), pair('b', 'c'), pair('a', 'd')]
    const { places } = arrange({ slots: 2, tables: 2 }, firms, [], wanted)
    const tables = (seller: string) =>
      new Set(
        wanted.flatMap(({ sellerId }, i) => (sellerId === seller && 'table' in places[i]! ? [places[i].table] : [])),
      )
    expect([tables('c').size, tables('d').size]).toEqual([1, 1])
  })

  it('never gives a table twice or a firm two meetings at once', () => {
    const firms = Array.from({ length: 10 }, (_, i) => `f${i}`)
    const pairs = fc.uniqueArray(
      fc.tuple(fc.nat(9), fc.nat(9)).filter(([a, b]) => a < b),
      { selector: String, maxLength: 30 },
    )
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }), (chosen, tables, slots) => {
        const wanted = chosen.map(([a, b]) => pair(`f${a}`, `f${b}`, a + b))
        const { places } = arrange(
          { slots, tables },
          firms.map((id) => firm(id)),
          [],
          wanted,
        )
        const seats = places.flatMap((place, i) =>
          'slot' in place
            ? [
                `t ${place.slot} ${place.table}`,
                `${place.slot} ${wanted[i]!.buyerId}`,
                `${place.slot} ${wanted[i]!.sellerId}`,
              ]
            : [],
        )
        expect(new Set(seats).size).toBe(seats.length)
        for (const place of places) if ('table' in place) expect(place.table).toBeLessThanOrEqual(tables)
      }),
    )
  })
})
