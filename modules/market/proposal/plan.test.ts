import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planDeals, type PlanArc, type PlanInput } from './plan.ts'

const tonne = 1_000_000
/** Yuan a tonne. */
const arc = (need: number, offer: number, yuan: number): PlanArc => ({
  need,
  offer,
  costMilliFen: yuan * 100,
  weighedMilliFen: yuan * 100,
})
const need = (id: string, tonnes: number, isSingle = false) => ({ id, lacks: tonnes * tonne, isSingle })
const offer = (id: string, tonnes: number, minimum = 0) => ({ id, free: tonnes * tonne, minimum: minimum * tonne })

describe('deals for many', () => {
  it('cost less in all than serving in the order of posting, and say by how much', () => {
    // Whoever came first takes the near offer, which the other needs more.
    const input: PlanInput = {
      needs: [need('first', 100), need('second', 100)],
      offers: [offer('near', 100), offer('far', 200)],
      arcs: [arc(0, 0, 1_000), arc(0, 1, 1_050), arc(1, 0, 1_000), arc(1, 1, 1_500)],
      unmetPct: 300,
    }

    const { best, first, isOptimal } = planDeals(input)

    expect(best.quantities).toEqual([0, 100 * tonne, 100 * tonne, 0])
    expect(first.quantities).toEqual([100 * tonne, 0, 0, 100 * tonne])
    expect([best.costFen, first.costFen]).toEqual([20_500_000, 25_000_000])
    expect(isOptimal).toBe(true)
  })

  it('keep minimum orders and needs that take from one offer', () => {
    const input: PlanInput = {
      needs: [need('one', 60, true), need('other', 30)],
      offers: [offer('a', 40), offer('b', 100, 50)],
      arcs: [arc(0, 0, 100), arc(0, 1, 120), arc(1, 0, 100), arc(1, 1, 90)],
      unmetPct: 300,
    }

    const { best } = planDeals(input)

    expect(best.quantities).toEqual([0, 60 * tonne, 30 * tonne, 0])
    expect(best.unmet).toBe(0)
  })

  it('never give more than is free or lacks, nor below a minimum, nor cost more than first come', () => {
    const size = 4
    const quantity = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(
        fc.array(fc.record({ tonnes: quantity, isSingle: fc.boolean() }), { minLength: 1, maxLength: size }),
        fc.array(fc.record({ tonnes: quantity, minimum: fc.integer({ min: 0, max: 10 }) }), {
          minLength: 1,
          maxLength: size,
        }),
        fc.array(fc.option(fc.integer({ min: 1, max: 3_000 }), { freq: 4 }), {
          minLength: size * size,
          maxLength: size * size,
        }),
        (wants, has, costs) => {
          const needs = wants.map(({ tonnes, isSingle }, i) => need(`n${i}`, tonnes, isSingle))
          const offers = has.map(({ tonnes, minimum }, i) => offer(`o${i}`, tonnes, minimum))
          const arcs = needs.flatMap((_, i) =>
            offers.flatMap((__, j) => {
              const yuan = costs[i * size + j]
              return yuan === null || yuan === undefined ? [] : [arc(i, j, yuan)]
            }),
          )
          const { best, first, isOptimal } = planDeals({ needs, offers, arcs, unmetPct: 300 })
          const over = (key: 'need' | 'offer', at: number) =>
            arcs.reduce((sum, one, i) => (one[key] === at ? sum + (best.quantities[i] ?? 0) : sum), 0)
          for (const [i, { lacks, isSingle }] of needs.entries()) {
            expect(over('need', i)).toBeLessThanOrEqual(lacks)
            if (isSingle)
              expect(
                arcs.filter((one, at) => one.need === i && (best.quantities[at] ?? 0) > 0).length,
              ).toBeLessThanOrEqual(1)
          }
          for (const [j, { free }] of offers.entries()) expect(over('offer', j)).toBeLessThanOrEqual(free)
          for (const [at, { offer: j }] of arcs.entries()) {
            const given = best.quantities[at] ?? 0
            if (given > 0) expect(given).toBeGreaterThanOrEqual(offers[j]?.minimum ?? 0)
          }
          const total = (served: typeof best) => served.costFen + served.penaltyFen
          if (isOptimal) expect(total(best)).toBeLessThanOrEqual(total(first) + 1)
        },
      ),
      { numRuns: 200 },
    )
  })
})
