import { describe, expect, it } from 'vitest'
import { readEconomy } from './economy.ts'
import { economyOf, emptyRows, foreign, goods, local, maker, sale } from './example.fixture.ts'
import type { EconomyRows } from './rows.ts'
import { checkSettings, inputVersion } from './settings.ts'
import { inventEconomy } from './invent.ts'
import { sampleCatalogue, sampleSettings } from './testing.ts'

const rows: EconomyRows = {
  ...emptyRows,
  products: [goods('wheat'), goods('flour')],
  recipes: [{ output: 'flour', inputs: [{ product: 'wheat', coefficient: 1.3 }] }],
  firms: [local('mill'), foreign('farm')],
  positions: [maker('mill', 'flour', 10)],
  links: [sale('farm', 'mill', 'wheat', 13)],
  demands: [{ product: 'flour', volume: 5 }],
  chains: [
    {
      code: 'C1',
      leaders: ['mill'],
      segments: [{ key: 'mid', products: [{ product: 'flour', weight: 1, isRequired: true, mes: 5 }] }],
    },
  ],
}
const link = sale('farm', 'mill', 'wheat', 13)

describe('readEconomy', () => {
  it.each<[string, Partial<EconomyRows>, object]>([
    [
      'a product nobody knows in a link',
      { links: [{ ...link, product: 'rye' }] },
      { kind: 'unknown', field: 'links[0].product', value: 'rye' },
    ],
    [
      'a product nobody knows in a position',
      { positions: [maker('mill', 'rye', 1)] },
      { kind: 'unknown', field: 'positions[0].product' },
    ],
    [
      'a product nobody knows in a recipe',
      { recipes: [{ output: 'rye', inputs: [] }] },
      { kind: 'unknown', field: 'recipes[0].output' },
    ],
    [
      'a product nobody knows in a demand',
      { demands: [{ product: 'rye', volume: 1 }] },
      { kind: 'unknown', field: 'demands[0].product' },
    ],
    [
      'a firm nobody knows',
      { links: [{ ...link, seller: 'ghost' }] },
      { kind: 'unknown', field: 'links[0].seller', value: 'ghost' },
    ],
    [
      'a firm twice',
      { firms: [local('mill'), foreign('farm'), local('mill')] },
      { kind: 'duplicate', field: 'firms[2].id', value: 'mill' },
    ],
    [
      'a product twice',
      { products: [goods('wheat'), goods('flour'), goods('wheat')] },
      { kind: 'duplicate', field: 'products[2].code' },
    ],
    [
      'a demand twice',
      {
        demands: [
          { product: 'flour', volume: 1 },
          { product: 'flour', volume: 1 },
        ],
      },
      { kind: 'duplicate', field: 'demands[1].product' },
    ],
    [
      'a position twice',
      { positions: [maker('mill', 'flour', 10), maker('mill', 'flour', 4)] },
      { kind: 'duplicate', field: 'positions[1]' },
    ],
    [
      'a firm that supplies itself',
      { links: [link, { ...link, seller: 'mill' }] },
      { kind: 'self_link', field: 'links[1].buyer', value: 'mill' },
    ],
    [
      'a negative volume',
      { links: [{ ...link, volume: -1 }] },
      { kind: 'invalid', field: 'links[0].volume', value: -1 },
    ],
    [
      'a volume that is no number',
      { links: [{ ...link, volume: Number.NaN }] },
      { kind: 'invalid', field: 'links[0].volume' },
    ],
    [
      'a price of half a fen',
      { products: [goods('wheat', { priceFen: 0.5 }), goods('flour')] },
      { kind: 'invalid', field: 'products[0].priceFen', value: 0.5, rule: 'is a whole number from 0 to 1000000000000' },
    ],
    ['a price of half a fen in a link', { links: [{ ...link, priceFen: 0.5 }] }, { field: 'links[0].priceFen' }],
    [
      'a purchase worth more than whole fen can tell',
      { links: [link, { ...link, volume: 1e9, priceFen: 1e8 }] },
      { kind: 'too_large', field: 'links[1].volume', value: 1e17 },
    ],
    [
      'purchases worth more than whole fen can tell together',
      {
        links: Array.from({ length: 10 }, () => ({ ...link, volume: 1, priceFen: 1e12 })).concat(link, {
          ...link,
          volume: 9_000,
          priceFen: 1e12,
        }),
      },
      { kind: 'too_large', field: 'links[11].volume', value: 9e15 },
    ],
    [
      'freight beyond whole fen',
      { links: [{ ...link, volume: 1e12, priceFen: 1 }] },
      { kind: 'too_large', field: 'links[0].volume' },
    ],
    [
      'output worth more than whole fen can tell over ten years',
      { positions: [maker('mill', 'flour', 1e10)] },
      { kind: 'too_large', field: 'positions[0].output', value: 1e15 },
    ],
    ['an endless price', { links: [{ ...link, priceFen: Infinity }] }, { kind: 'invalid', field: 'links[0].priceFen' }],
    [
      'a negative capacity',
      { positions: [maker('mill', 'flour', 1, -1)] },
      { kind: 'invalid', field: 'positions[0].capacity' },
    ],
    [
      'a place off the globe',
      { firms: [local('mill', { lat: 91 }), foreign('farm')] },
      { kind: 'invalid', field: 'firms[0].lat' },
    ],
    [
      'a coefficient of nothing',
      { recipes: [{ output: 'flour', inputs: [{ product: 'wheat', coefficient: 0 }] }] },
      { kind: 'invalid', field: 'recipes[0].inputs[0].coefficient' },
    ],
    [
      'routes that do not sum to 1',
      { recipes: [{ output: 'flour', share: 0.4, inputs: [] }] },
      { kind: 'invalid', field: 'recipes of flour' },
    ],
    [
      'a leader nobody knows',
      { chains: [{ code: 'C1', leaders: ['ghost'], segments: [] }] },
      { kind: 'unknown', field: 'chains[0].leaders[0]' },
    ],
    ['a chain twice', { chains: [...rows.chains, ...rows.chains] }, { kind: 'duplicate', field: 'chains[1].code' }],
  ])('refuses %s', (_, part, error) => {
    expect(readEconomy(rows).ok).toBe(true)
    expect(readEconomy({ ...rows, ...part })).toMatchObject({ ok: false, error })
  })

  it('takes products that need each other while a unit needs less than a unit of itself', () => {
    const need = (coefficient: number) => ({
      ...rows,
      recipes: [
        { output: 'flour', inputs: [{ product: 'wheat', coefficient: 2 }] },
        { output: 'wheat', inputs: [{ product: 'flour', coefficient }] },
      ],
    })

    expect(economyOf(need(0.32)).recipes.loops).toMatchObject([{ products: [0, 1] }])
    // The square root of 2 x 0.32.
    expect(economyOf(need(0.32)).recipes.loops[0]?.gainAtMost).toBeGreaterThanOrEqual(0.8)
    expect(economyOf(need(0.32)).recipes.loops[0]?.gainAtMost).toBeLessThan(1)
    expect(readEconomy(need(0.5))).toMatchObject({
      ok: false,
      error: { kind: 'cyclic', field: 'recipes', value: 'wheat → flour → wheat' },
    })
  })

  it('refuses a product that needs a whole unit of itself', () => {
    const own = (coefficient: number) => ({
      ...rows,
      recipes: [{ output: 'wheat', inputs: [{ product: 'wheat', coefficient }] }],
    })

    expect(readEconomy(own(0.05)).ok).toBe(true)
    expect(readEconomy(own(1))).toMatchObject({ ok: false, error: { kind: 'cyclic', value: 'wheat → wheat' } })
  })

  it('gives equal rows an equal version, and every change another', () => {
    const version = (part: Partial<EconomyRows> = {}): string => economyOf({ ...rows, ...part }).version
    const changed = [
      version({ links: [{ ...link, volume: 13.000001 }] }),
      version({ links: [{ ...link, isContract: true }] }),
      version({ firms: [local('mill', { isStrong: true }), foreign('farm')] }),
      version({ firms: [local('mill2'), foreign('farm')], chains: [], positions: [], links: [] }),
      version({ chains: [] }),
      version({ demands: [] }),
      version({ products: [goods('wheat'), goods('flour', { priceFen: 1 })] }),
    ]

    expect(version()).toMatch(/^[0-9a-f]{32}$/)
    expect(version()).toBe(version(structuredClone(rows)))
    expect(new Set([version(), ...changed]).size).toBe(changed.length + 1)
  })

  it('reads streams that begin anew', () => {
    const invented = inventEconomy(sampleCatalogue, {
      seed: 5,
      makers: 6,
      consumers: 6,
      outside: 6,
      layers: 3,
      spendFen: 3e8,
    })

    expect(economyOf(invented)).toEqual(economyOf(invented))
  })
})

describe('inputVersion', () => {
  it('tells rows and settings apart', () => {
    const economy = economyOf(rows)
    const versions = [
      inputVersion(economy, sampleSettings),
      inputVersion(economy, { ...sampleSettings, listMax: 21 }),
      inputVersion(economy, { ...sampleSettings, riskAt: 0.51 }),
      inputVersion(economyOf({ ...rows, chains: [] }), sampleSettings),
    ]

    expect(versions[0]).toBe(inputVersion(economyOf(structuredClone(rows)), structuredClone(sampleSettings)))
    expect(new Set(versions).size).toBe(versions.length)
  })
})

describe('checkSettings', () => {
  it('holds settings against their bounds', () => {
    expect(checkSettings(sampleSettings).ok).toBe(true)
    expect(checkSettings({ ...sampleSettings, riskAt: 1.1 })).toMatchObject({
      ok: false,
      error: { field: 'settings.riskAt' },
    })
    expect(checkSettings({ ...sampleSettings, rateFen: Number.NaN })).toMatchObject({
      error: { field: 'settings.rateFen' },
    })
    expect(checkSettings({ ...sampleSettings, rankLink: 0.4 })).toMatchObject({ error: { field: 'settings.rank' } })
  })
})
