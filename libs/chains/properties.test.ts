import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourcesBehind } from './behind.ts'
import { betweenness } from './between.ts'
import { chainFigures } from './chain-figures.ts'
import { emptyRows, foreign, goods, local } from './example.fixture.ts'
import { readEconomy, roles } from './economy.ts'
import { productFigures } from './products.ts'
import { supplyRisks } from './risk.ts'
import { simulateShock } from './shock.ts'
import { chainTargets } from './targets.ts'
import { sampleSettings } from './testing.ts'

const codes = ['a', 'b', 'c', 'd']
const ids = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5']
const units = fc.constantFrom(0, 1e-3, 1, 17, 1e6, 1e8)

/** Any rows that make sense one by one: orders of magnitude apart, loops, zeros, traders, by-products. */
const rows = fc.record({
  recipes: fc.uniqueArray(
    fc.record({
      output: fc.constantFrom(...codes),
      inputs: fc.uniqueArray(
        fc.record({ product: fc.constantFrom(...codes), coefficient: fc.constantFrom(-0.3, 0.01, 0.4, 2) }),
        { selector: ({ product }) => product, maxLength: 3 },
      ),
    }),
    { selector: ({ output }) => output },
  ),
  firms: fc.tuple(...ids.map((id) => fc.constantFrom(local(id), foreign(id), local(id, { lon: 95 })))),
  positions: fc.uniqueArray(
    fc.record({
      firm: fc.constantFrom(...ids),
      product: fc.constantFrom(...codes),
      role: fc.constantFrom(...roles),
      capacity: units,
      output: units,
    }),
    { selector: ({ firm, product, role }) => `${firm} ${product} ${role}` },
  ),
  links: fc.array(
    fc
      .record({
        seller: fc.constantFrom(...ids),
        buyer: fc.constantFrom(...ids),
        product: fc.constantFrom(...codes),
        volume: units,
        priceFen: fc.constantFrom(0, 100_000),
        distanceKm: fc.nat(3_000),
        rateFen: fc.constant(35),
        isContract: fc.boolean(),
      })
      .filter(({ seller, buyer }) => seller !== buyer),
    { maxLength: 25 },
  ),
  demands: fc.uniqueArray(fc.record({ product: fc.constantFrom(...codes), volume: units }), {
    selector: ({ product }) => product,
  }),
})

const share = (value: number | null): void => {
  if (value === null) return
  expect(value).toBeGreaterThanOrEqual(0)
  // Shares are sums of quotients.
  expect(value).toBeLessThanOrEqual(1 + 1e-9)
}

describe('any economy', () => {
  it('is refused as a loop, or has figures within their bounds', () => {
    fc.assert(
      fc.property(rows, ({ firms, ...more }) => {
        const read = readEconomy({
          ...emptyRows,
          ...more,
          firms,
          products: codes.map((code) => goods(code)),
          chains: [
            {
              code: 'C1',
              leaders: ['f0'],
              segments: [
                { key: 'all', products: codes.map((product) => ({ product, weight: 1, isRequired: true, mes: 10 })) },
              ],
            },
          ],
        })
        if (!read.ok) {
          expect(read.error.kind).toBe('cyclic')
          return
        }
        const economy = read.value
        const { needs, products } = productFigures(economy, sampleSettings)
        for (const { sufficiency, actualLocal, potentialLocal, concentration } of products) {
          for (const figure of [sufficiency, actualLocal, potentialLocal]) share(figure.value)
          share((concentration.value ?? 0) / 10_000)
        }
        const figures = chainFigures(economy, economy.chains[0]!, products, sampleSettings)
        for (const figure of [figures.completeness, figures.present, figures.actualLocal]) share(figure.value)
        const risks = supplyRisks(economy, sampleSettings)
        for (const column of [risks.risk, risks.share, risks.dependence, risks.alternative])
          for (const one of column) share(Number.isNaN(one) ? null : one)
        share(risks.followed.value)
        for (let row = 0; row < risks.buyer.length; row++)
          for (const { concentration } of sourcesBehind(
            economy,
            risks.buyer[row]!,
            risks.product[row]!,
            sampleSettings,
          ))
            share(concentration.value)
        for (const value of betweenness(economy, { pivotsMax: 6 })?.value ?? []) share(value / 36)
        for (const { value } of chainTargets({ economy, needs, products, risks, settings: sampleSettings }))
          expect(value.value).not.toBeNull()
        const shock = simulateShock(economy, { removed: [0, 3], days: 10, stockDays: () => 2 })
        expect(shock).toMatchObject({ ok: true, value: { isConverged: true } })
        if (!shock.ok) return
        share(shock.value.followed.value)
        for (const { remaining } of shock.value.hits) share(remaining.value)
      }),
      { numRuns: 400 },
    )
  })
})
