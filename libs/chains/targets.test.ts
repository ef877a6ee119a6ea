import { haversineM } from '@tingzhou/geo'
import { describe, expect, it } from 'vitest'
import { hiddenSources } from './behind.ts'
import { candidatesFor } from './candidates.ts'
import type { Economy } from './economy.ts'
import { economyOf, foreign, goods, local, maker, sale } from './example.fixture.ts'
import { productFigures } from './products.ts'
import { supplyRisks } from './risk.ts'
import { chainTargets } from './targets.ts'
import { hiddenFirms, inventEconomy, type InventedEconomy } from './invent.ts'
import { sampleCatalogue, sampleSettings } from './testing.ts'

function targetsOf(economy: Economy) {
  const risks = supplyRisks(economy, sampleSettings)
  return chainTargets({ economy, ...productFigures(economy, sampleSettings), risks, settings: sampleSettings })
}

describe('planted weaknesses', () => {
  const found = (seed: number, plants: InventedEconomy['plants']) => {
    const economy = economyOf(
      inventEconomy(sampleCatalogue, {
        seed,
        makers: 8,
        consumers: 8,
        outside: 8,
        layers: 4,
        spendFen: 3e8,
        ...(plants ? { plants } : {}),
      }),
    )
    return {
      targets: targetsOf(economy).map(
        ({ list, chain, product }) => `${list} ${chain} ${economy.products.code[product]}`,
      ),
      hidden: hiddenSources(economy, sampleSettings).map(({ buyer, product, source }) =>
        [buyer, source].map((firm) => economy.firms.id[firm]).concat(economy.products.code[product] ?? ''),
      ),
    }
  }
  const seeds = [1, 2, 3, 4, 5]

  it('are not invented where none was planted', () => {
    for (const seed of seeds) expect(found(seed, undefined)).toEqual({ targets: [], hidden: [] })
  })

  it('are found: a segment that is missing', () => {
    for (const seed of seeds)
      expect(found(seed, { missing: 'flour' })).toEqual({ targets: ['fill bread flour'], hidden: [] })
  })

  it('are found: a surplus that could be processed', () => {
    for (const seed of seeds)
      expect(found(seed, { surplus: { from: 'yarn', to: 'fabric' } })).toEqual({
        targets: ['extend cotton fabric'],
        hidden: [],
      })
  })

  it('are found: a source hidden behind three suppliers', () => {
    for (const seed of seeds)
      expect(found(seed, { hidden: 'corn' })).toEqual({
        targets: [],
        hidden: [[hiddenFirms.buyer, hiddenFirms.source, 'corn']],
      })
  })
})

it('names every product that is made here when no maker is strong', () => {
  const economy = economyOf(
    inventEconomy(sampleCatalogue, {
      seed: 1,
      makers: 8,
      consumers: 8,
      outside: 8,
      layers: 4,
      spendFen: 3e8,
      plants: { isWeak: true },
    }),
  )

  expect(new Set(targetsOf(economy).map(({ product }) => product)).size).toBe(sampleCatalogue.products.length)
  expect(targetsOf(economy).every((target) => target.list === 'strengthen')).toBe(true)
})

/** A chain of one mill: wheat from far, bran sold away, noodles not made. */
const bread = economyOf({
  products: [
    goods('wheat', { priceFen: 260_000, industry: '0111' }),
    goods('flour', { priceFen: 420_000 }),
    goods('noodles', { priceFen: 600_000 }),
    goods('salt', { priceFen: 50_000 }),
  ],
  recipes: [
    { output: 'flour', inputs: [{ product: 'wheat', coefficient: 1.25 }] },
    {
      output: 'noodles',
      inputs: [
        { product: 'flour', coefficient: 1 },
        { product: 'salt', coefficient: 0.02 },
      ],
    },
  ],
  firms: [
    local('mill'),
    foreign('far', { expansion: 1 }),
    foreign('shop'),
    foreign('grower', { industry: '0111' }),
    foreign('other'),
  ],
  positions: [maker('mill', 'flour', 500, 1_000), maker('far', 'wheat', 400), maker('other', 'flour', 9)],
  links: [
    sale('far', 'mill', 'wheat', 625, { priceFen: 260_000, distanceKm: 2_000 }),
    sale('mill', 'shop', 'flour', 400),
  ],
  chains: [
    {
      code: 'C1',
      leaders: ['mill'],
      segments: [
        { key: 'up', products: [{ product: 'wheat', weight: 1, isRequired: true, mes: 800 }] },
        { key: 'mid', products: [{ product: 'flour', weight: 1, isRequired: true, mes: 100 }] },
        { key: 'down', products: [{ product: 'noodles', weight: 1, isRequired: true, mes: 100 }] },
      ],
    },
  ],
})

describe('chainTargets', () => {
  const targets = targetsOf(bread)
  const line = (list: string) => targets.find((target) => target.list === list)

  it('values a gap by the freight and the margin of what is missing', () => {
    // 625 t: (30 + 0.35 x 2,000) − (30 + 0.35 x 30) yuan of freight, 5 % of 2,600 yuan.
    expect(line('fill')).toMatchObject({
      product: 0,
      segment: 'up',
      value: {
        value: 625 * (73_000 - 4_050) + 625 * 13_000,
        parts: {
          need: 625,
          capacity: 0,
          missing: 625,
          outsideFen: 73_000,
          localFen: 4_050,
          priceFen: 260_000,
          marginShare: 0.05,
          mes: 800,
        },
      },
      buyers: [{ firm: 0, volume: 625 }],
    })
  })

  it('values an extension by what processing the surplus adds, and names what else it needs', () => {
    // 400 t sold away, noodles at 6,000 yuan less 4,200 of flour and 10 of salt.
    expect(line('extend')).toMatchObject({
      product: 2,
      from: 1,
      value: { value: 400 * (600_000 - 420_000 - 1_000), parts: { surplus: 400, coefficient: 1, output: 400 } },
      inputs: [{ product: 3, units: 8, needed: 0, isLocal: false }],
    })
  })

  it('says why a product is weak', () => {
    expect(line('strengthen')).toMatchObject({
      product: 1,
      weaknesses: ['idle', 'no_strong_firm'],
      value: { parts: { utilisation: 0.5, strongFirms: 0 } },
    })
  })

  it('puts the most valuable first', () => {
    const values = targets.map(({ value }) => value.value ?? 0)

    expect(values).toEqual(values.toSorted((a, b) => b - a))
  })

  it('fills what is required and needed enough in any of its segments', () => {
    const missing = (isRequired: boolean, mes: number) => ({
      key: `mes ${mes}`,
      products: [{ product: 'wheat', weight: 1, isRequired, mes }],
    })
    const segments = [missing(false, 1), missing(true, 1_000), missing(true, 100)]
    const economy = economyOf({
      products: [goods('wheat')],
      demands: [{ product: 'wheat', volume: 30 }],
      chains: [{ code: 'C1', leaders: [], segments }],
    })

    expect(targetsOf(economy)).toMatchObject([{ list: 'fill', segment: 'mes 100', product: 0 }])
  })

  it('leaves out what is needed too little to be made', () => {
    const small = economyOf({
      products: [goods('wheat')],
      demands: [{ product: 'wheat', volume: 29 }],
      chains: [
        {
          code: 'C1',
          leaders: [],
          segments: [{ key: 'up', products: [{ product: 'wheat', weight: 1, isRequired: true, mes: 100 }] }],
        },
      ],
    })

    expect(targetsOf(small)).toEqual([])
  })
})

describe('candidatesFor', () => {
  it('ranks who sells here before who is only of the trade', () => {
    const [first, second, ...others] = candidatesFor(bread, { product: 0, mes: 800, leaders: [] }, sampleSettings)

    expect(first).toMatchObject({
      firm: 1,
      rank: { parts: { link: 1, product: 1, size: 0.5, expansion: 1, inputs: 0 } },
    })
    expect(first?.rank.value).toBeCloseTo(0.35 + 0.25 + 0.2 * 0.5 + 0.1, 12)
    expect(second).toMatchObject({ firm: 3, rank: { parts: { link: 0, product: 0.25, size: 0 } } })
    expect(others).toEqual([])
  })

  it('counts who sells to a lead firm outside', () => {
    const ask = (leaders: readonly number[]) =>
      candidatesFor(
        economyOf({
          products: [goods('pulp')],
          firms: [foreign('leader'), foreign('forest')],
          links: [sale('forest', 'leader', 'pulp', 10)],
        }),
        { product: 0, mes: 1, leaders },
        sampleSettings,
      )

    expect(ask([])).toEqual([])
    expect(ask([0])).toMatchObject([{ firm: 1, rank: { parts: { link: 1, product: 1 } } }])
  })

  it('measures the way to the nearest input among five hundred', () => {
    // From 80° to 90° east, every other one north or south of the mill; the nearest has a number in the middle.
    const farms = Array.from({ length: 500 }, (_, i) =>
      local(`farm${i}`, {
        lon: 80 + ((i * 37) % 500) / 50,
        lat: 44 + (i % 2 === 0 ? 1 : -1) * (1 + ((i * 91) % 300) / 100),
      }),
    )
    const ask = (order: typeof farms) =>
      candidatesFor(
        economyOf({
          products: [goods('wheat'), goods('flour')],
          recipes: [{ output: 'flour', inputs: [{ product: 'wheat', coefficient: 1.3 }] }],
          firms: [foreign('mill', { lon: 92, lat: 43.5 }), ...order],
          positions: [maker('mill', 'flour', 1), ...farms.map(({ id }) => maker(id, 'wheat', 1))],
        }),
        { product: 1, mes: 1, leaders: [] },
        sampleSettings,
      )[0]?.rank.parts.km
    const nearest = Math.min(
      ...farms.map(({ lon = 0, lat = 0 }) => haversineM({ lon: 92, lat: 43.5 }, { lon, lat }) / 1_000),
    )

    expect(ask(farms)).toBe(nearest)
    expect(ask(farms.toReversed())).toBe(nearest)
  })

  it('never names a local firm', () => {
    expect(candidatesFor(bread, { product: 1, mes: 100, leaders: [] }, sampleSettings).map(({ firm }) => firm)).toEqual(
      [4],
    )
  })
})
