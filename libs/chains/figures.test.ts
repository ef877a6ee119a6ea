import { describe, expect, it } from 'vitest'
import { hiddenSources, sourcesBehind } from './behind.ts'
import { chainFigures } from './chain-figures.ts'
import { economyOf, foreign, goods, local, maker, sale } from './example.fixture.ts'
import { productFigures } from './products.ts'
import { riskFigure, supplyRisks } from './risk.ts'
import type { PositionRow } from './rows.ts'
import { sampleSettings } from './testing.ts'

/** Two mills, wheat from a farm here and one far away, bran that falls off. */
const bread = economyOf({
  products: [goods('wheat'), goods('flour'), goods('bran'), goods('salt')],
  recipes: [
    {
      output: 'flour',
      inputs: [
        { product: 'wheat', coefficient: 1.3 },
        { product: 'bran', coefficient: -0.28 },
      ],
    },
  ],
  firms: [local('mill'), local('mill2'), local('farm'), foreign('far'), foreign('shop')],
  positions: [
    maker('mill', 'flour', 100, 150),
    maker('mill2', 'flour', 50, 50),
    maker('mill2', 'bran', 14),
    maker('farm', 'wheat', 60, 78),
  ],
  links: [
    sale('farm', 'mill', 'wheat', 50),
    sale('far', 'mill', 'wheat', 80, { priceFen: 125_000, distanceKm: 2_000 }),
    sale('far', 'mill2', 'wheat', 65, { priceFen: 125_000, distanceKm: 2_000 }),
    sale('farm', 'shop', 'wheat', 10, { isContract: true }),
  ],
  demands: [
    { product: 'flour', volume: 200 },
    { product: 'bran', volume: 30 },
  ],
  chains: [
    {
      code: 'C1',
      leaders: ['mill'],
      segments: [
        { key: 'up', products: [{ product: 'wheat', weight: 1, isRequired: true, mes: 50 }] },
        {
          key: 'down',
          products: [
            { product: 'flour', weight: 3, isRequired: true, mes: 50 },
            { product: 'bran', weight: 9, isRequired: false, mes: 5 },
            { product: 'salt', weight: 5, isRequired: true, mes: 5 },
          ],
        },
      ],
    },
  ],
})
const { products } = productFigures(bread, sampleSettings)
const [wheat, flour, bran, salt] = products

describe('productFigures', () => {
  it('takes need from recipes and final demand, sufficiency from capacity', () => {
    // 1.3 x 150; 78 / 195; 200 / 200.
    expect(wheat).toMatchObject({ need: 195, capacity: 78, output: 60 })
    expect(wheat?.sufficiency.value).toBeCloseTo(0.4, 12)
    expect(flour?.sufficiency).toMatchObject({ value: 1, parts: { need: 200, capacity: 200 } })
  })

  it('takes a by-product off the need, once', () => {
    // 30 − 0.28 x 100: what falls off at mill2 is told by its position.
    expect(bran?.sufficiency.parts).toMatchObject({ demand: 30, capacity: 14 })
    expect(bran?.sufficiency.parts.byProduct).toBeCloseTo(28, 12)
    expect(bran?.need).toBeCloseTo(2, 12)
  })

  it('tells actual and potential local supply and the gap, with the links they come from', () => {
    // 50 x 1,000 yuan of 50 x 1,000 + 145 x 1,250; (78 − 10) / 195.
    expect(wheat?.actualLocal).toMatchObject({ parts: { localFen: 5_000_000, boughtFen: 23_125_000 } })
    expect(wheat?.actualLocal.value).toBeCloseTo(5 / 23.125, 12)
    expect([...(wheat?.actualLocal.links ?? [])].toSorted()).toEqual([0, 1, 2])
    expect(wheat?.potentialLocal.value).toBeCloseTo(68 / 195, 12)
    expect(wheat?.potentialLocal.parts).toMatchObject({ promised: 10 })
    expect(wheat?.gap.value).toBeCloseTo(68 / 195 - 5 / 23.125, 12)
  })

  it('sums squared shares of suppliers', () => {
    expect(wheat?.concentration.value).toBeCloseTo((5_000 / 195) ** 2 + (14_500 / 195) ** 2, 9)
    expect(wheat?.band).toBe('highly_concentrated')
  })

  it('has no value where nothing is needed, made or bought', () => {
    expect(salt).toMatchObject({
      band: null,
      sufficiency: { value: null },
      actualLocal: { value: null },
      concentration: { value: null },
    })
  })
})

describe('chainFigures', () => {
  it('weighs required products that are needed, and tells the leader’s pull', () => {
    const figures = chainFigures(bread, bread.chains[0]!, products, sampleSettings)

    expect(figures.completeness.value).toBeCloseTo((1 * 0.4 + 3 * 1) / 4, 12)
    expect(figures.present.value).toBe(1)
    expect(figures.leaders).toMatchObject([
      { firm: 0, pull: { parts: { localFen: 5_000_000, boughtFen: 15_000_000, localSuppliers: 1 } } },
    ])
    // 50 t x (30 + 35) + 145 t x (30 + 700) yuan.
    expect(figures.inboundFreight.value).toBe(100 * (50 * 65 + 145 * 730))
  })
})

describe('supplyRisks', () => {
  const spare = (more: { lon?: number; isQualified?: boolean } = {}) =>
    economyOf({
      products: [goods('wheat'), goods('flour'), goods('salt')],
      recipes: [{ output: 'flour', inputs: [{ product: 'wheat', coefficient: 1 }] }],
      firms: [local('mill'), local('big'), local('small'), local('other', { lon: more.lon ?? 87.5 })],
      positions: [
        maker('mill', 'flour', 60),
        maker('mill', 'salt', 40),
        maker('big', 'wheat', 80, 500),
        maker('small', 'wheat', 20),
        { ...maker('other', 'wheat', 10, 30), isQualified: more.isQualified ?? true },
      ],
      links: [sale('big', 'mill', 'wheat', 80), sale('small', 'mill', 'wheat', 20)],
    })
  const riskOf = (economy = spare()) => riskFigure(economy, supplyRisks(economy, sampleSettings), 0)

  it('is the largest share times dependence times what others could not deliver', () => {
    expect(riskOf()).toMatchObject({
      parts: { share: 0.8, dependence: 0.6, alternative: 0.25, volume: 100 },
      firms: Int32Array.of(1),
    })
    expect(riskOf().value).toBeCloseTo(0.8 * 0.6 * 0.75, 12)
  })

  it('counts neither who is too far away nor who is not qualified', () => {
    expect(riskOf(spare({ lon: 92 })).parts).toMatchObject({ alternative: 0 })
    expect(riskOf(spare({ isQualified: false })).parts).toMatchObject({ alternative: 0 })
  })

  /** A maker of transformers, of which there is no recipe, with one supplier of insulation. */
  const transformers = (positions: readonly PositionRow[]) =>
    economyOf({
      products: [goods('insulation'), goods('transformer'), goods('paper')],
      firms: [local('maker'), foreign('mill'), foreign('office')],
      positions,
      links: [sale('mill', 'maker', 'insulation', 30), sale('office', 'maker', 'paper', 10)],
    })
  const consumer: PositionRow = { firm: 'maker', product: 'insulation', role: 'consume', capacity: 30, output: 30 }

  it('takes the buyer’s position as consumer where there is no recipe', () => {
    const economy = transformers([maker('maker', 'transformer', 5), consumer])
    const risks = supplyRisks(economy, sampleSettings)

    expect(riskFigure(economy, risks, 0)).toMatchObject({ value: 1, parts: { dependence: 1, dependentFen: 500_000 } })
  })

  it('has no value where neither recipe nor position names the product, and says how much could be followed', () => {
    const economy = transformers([maker('maker', 'transformer', 5), consumer])
    const { followed, ...risks } = supplyRisks(economy, sampleSettings)
    const paper = riskFigure(economy, { followed, ...risks }, 1)

    expect(paper.value).toBeNull()
    expect(paper.parts).not.toHaveProperty('dependence')
    expect(followed).toMatchObject({ value: 0.75, links: Int32Array.of(1) })
    expect(followed.parts).toEqual({ boughtFen: 4_000_000, unknownFen: 1_000_000 })
  })

  it('has no value where the buyer makes nothing', () => {
    const { risk, followed } = supplyRisks(transformers([consumer]), sampleSettings)

    expect([...risk]).toEqual([Number.NaN, Number.NaN])
    expect(followed.value).toBeNull()
  })
})

describe('hiddenSources', () => {
  const fuel = (third: string) =>
    economyOf({
      products: [goods('diesel')],
      firms: [local('mine'), local('a'), local('b'), local('c'), foreign('refinery'), foreign('refinery2')],
      links: [
        ...['a', 'b', 'c'].map((trader) => sale(trader, 'mine', 'diesel', 10)),
        ...['a', 'b'].map((trader) => sale('refinery', trader, 'diesel', 50)),
        sale(third, 'c', 'diesel', 50),
      ],
    })

  it('sees one refinery behind three suppliers', () => {
    const [found, ...others] = hiddenSources(fuel('refinery'), sampleSettings)

    expect(others).toEqual([])
    expect(found).toMatchObject({ buyer: 0, product: 0, source: 4, isHidden: true })
    expect(found?.concentration.value).toBeCloseTo(1, 12)
    expect(found?.concentration.parts.directSquares).toBeCloseTo(1 / 3, 12)
    expect(found?.concentration.links).toHaveLength(6)
  })

  it('weighs the ways by volume', () => {
    const [behind] = sourcesBehind(fuel('refinery2'), 0, 0, sampleSettings)

    expect(behind?.concentration.value).toBeCloseTo(4 / 9 + 1 / 9, 12)
    expect(behind?.sourceShare).toBeCloseTo(2 / 3, 12)
  })

  it('counts a supplier that makes part itself as a source of that part', () => {
    const economy = economyOf({
      products: [goods('flour')],
      firms: [local('baker'), local('a'), local('b'), foreign('mill')],
      // What it can use itself is no output.
      positions: [maker('a', 'flour', 30), { ...maker('a', 'flour', 500), role: 'consume' }],
      links: [
        sale('a', 'baker', 'flour', 10),
        sale('b', 'baker', 'flour', 10),
        sale('mill', 'a', 'flour', 10),
        sale('mill', 'b', 'flour', 10),
      ],
    })
    const [behind] = sourcesBehind(economy, 0, 0, sampleSettings)

    // a: a quarter bought; b: all.
    expect(behind?.sourceShare).toBeCloseTo(0.5 * 0.25 + 0.5, 12)
    expect(behind?.concentration.value).toBeCloseTo(0.625 ** 2 + 0.375 ** 2, 12)
  })

  it('follows what the suppliers’ goods are made of', () => {
    const economy = economyOf({
      products: [goods('flour'), goods('wheat')],
      recipes: [{ output: 'flour', inputs: [{ product: 'wheat', coefficient: 1.3 }] }],
      firms: [local('baker'), local('a'), local('b'), local('c'), local('farm')],
      positions: ['a', 'b', 'c'].map((mill) => maker(mill, 'flour', 10)),
      links: ['a', 'b', 'c'].flatMap((mill) => [sale(mill, 'baker', 'flour', 10), sale('farm', mill, 'wheat', 13)]),
    })

    expect(hiddenSources(economy, sampleSettings)).toMatchObject([{ buyer: 0, product: 0, input: 1, source: 4 }])
  })
})
