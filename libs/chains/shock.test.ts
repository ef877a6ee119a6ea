import { describe, expect, it } from 'vitest'
import type { Economy } from './economy.ts'
import { economyOf, foreign, goods, local, maker, sale } from './example.fixture.ts'
import { simulateShock, type Shock } from './shock.ts'
import { inventEconomy } from './invent.ts'
import { sampleCatalogue } from './testing.ts'

const shock = (economy: Economy, removed: readonly string[], more: Partial<Shock> = {}) => {
  const told = simulateShock(economy, {
    removed: removed.map((id) => economy.firms.id.indexOf(id)),
    days: 365,
    stockDays: () => 0,
    ...more,
  })
  if (!told.ok) throw new Error(JSON.stringify(told.error))
  return told.value
}
const remaining = (economy: Economy, result: ReturnType<typeof shock>) =>
  Object.fromEntries(
    result.hits.map(({ firm, product, remaining }) => [
      `${economy.firms.id[firm]} ${economy.products.code[product]}`,
      remaining.value,
    ]),
  )

const bread = economyOf({
  products: [goods('wheat'), goods('salt'), goods('flour'), goods('noodles')],
  recipes: [
    {
      output: 'flour',
      inputs: [
        { product: 'wheat', coefficient: 1 },
        { product: 'salt', coefficient: 0.1 },
      ],
    },
    { output: 'noodles', inputs: [{ product: 'flour', coefficient: 1 }] },
  ],
  firms: [local('farm'), foreign('far'), local('mill'), local('trader'), local('noodler'), local('other')],
  positions: [
    maker('farm', 'wheat', 60),
    maker('far', 'salt', 10),
    maker('mill', 'flour', 100),
    maker('noodler', 'noodles', 50),
    maker('other', 'noodles', 80),
  ],
  links: [
    sale('farm', 'mill', 'wheat', 60),
    sale('far', 'mill', 'wheat', 40),
    sale('far', 'mill', 'salt', 10),
    sale('mill', 'trader', 'flour', 50),
    sale('trader', 'noodler', 'flour', 50),
    sale('mill', 'other', 'flour', 20),
  ],
  chains: [
    {
      code: 'C1',
      leaders: [],
      segments: [
        {
          key: 'down',
          products: ['flour', 'noodles'].map((product) => ({ product, weight: 1, isRequired: true, mes: 1 })),
        },
      ],
    },
  ],
})

describe('simulateShock', () => {
  it('leaves what the scarcest input allows, through traders and recipes', () => {
    const result = shock(bread, ['farm'])

    // 40 of 100 wheat; the noodler gets two fifths; the other recorded a quarter of its flour only.
    expect(remaining(bread, result)).toEqual({
      'farm wheat': 0,
      'mill flour': 0.4,
      'trader flour': 0.4,
      'noodler noodles': 0.4,
      'other noodles': (60 + 20 * 0.4) / 80,
    })
    // 60 t wheat, 60 t flour, 30 t and 12 t noodles at 1,000 yuan.
    expect(result.lost.value).toBe(100_000 * (60 + 60 + 30 + 12))
    expect(result.chains).toEqual([{ chain: 'C1', lostFen: 100_000 * (60 + 30 + 12), firms: 3 }])
    expect(result.isConverged).toBe(true)
  })

  it('names the input that binds, and counts no loss outside', () => {
    const { hits } = shock(bread, ['far'])

    // Without salt there is no flour at all, though 60 of 100 wheat remain.
    expect(hits.find(({ firm, product }) => firm === 2 && product === 2)).toMatchObject({
      input: 1,
      lostFen: 10_000_000,
    })
    expect(hits.filter(({ firm }) => firm === 1).map(({ lostFen }) => lostFen)).toEqual([0, 0])
  })

  it('lets stocks bridge their days', () => {
    const options = { days: 30, stockDays: (_: number, product: number) => (product === 0 ? 9 : 0) }
    const result = shock(bread, ['farm'], options)

    // 0.4 + 9 / 30 at the mill.
    expect(remaining(bread, result)['mill flour']).toBeCloseTo(0.7, 12)
    expect(result.hits.find(({ firm }) => firm === 2)?.lostFen).toBe(Math.round((0.3 * 10_000_000 * 30) / 365))
  })

  it('lets the stock of a trader bridge its days', () => {
    const options = { days: 30, stockDays: (firm: number) => (firm === 3 ? 9 : 0) }
    const left = remaining(bread, shock(bread, ['farm'], options))

    // 0.4 + 9 / 30 at the trader, whom the noodler buys from.
    expect(left['trader flour']).toBeCloseTo(0.7, 12)
    expect(left['noodler noodles']).toBeCloseTo(0.7, 12)
  })

  it('reckons in steps where it is told to, stocks too', () => {
    const left = (stock: number) =>
      remaining(bread, shock(bread, ['farm'], { days: 30, stockDays: () => stock, shareStep: 0.05 }))

    // 0.4 and 0.3; of the other's flour 60 of 80 and a quarter of what the mill has left.
    expect(left(9)['mill flour']).toBeCloseTo(0.7, 12)
    expect(left(9.3)).toEqual(left(9))
    expect(left(0)['other noodles']).toBeCloseTo(0.85, 12)
  })

  it('counts local firms that make, each once a chain', () => {
    const economy = economyOf({
      products: [goods('flour'), goods('bran')],
      firms: [local('mill'), foreign('far')],
      positions: [maker('mill', 'flour', 1), maker('mill', 'bran', 1), maker('far', 'flour', 1)],
      chains: [
        {
          code: 'C1',
          leaders: [],
          segments: [
            {
              key: 'mid',
              products: ['flour', 'bran'].map((product) => ({ product, weight: 1, isRequired: true, mes: 1 })),
            },
          ],
        },
      ],
    })

    expect(shock(economy, ['mill', 'far']).chains).toEqual([{ chain: 'C1', lostFen: 200_000, firms: 1 }])
  })

  /** Makers of paper: the recipe names pulp only; cartons stand in the mill's own position as consumer, film nowhere. */
  const paper = (used: number) =>
    economyOf({
      products: [goods('pulp'), goods('cartons'), goods('film'), goods('paper')],
      recipes: [{ output: 'paper', inputs: [{ product: 'pulp', coefficient: 1 }] }],
      firms: [local('mill'), local('boxer'), local('filmer'), foreign('forest')],
      positions: [
        maker('mill', 'paper', 100),
        { firm: 'mill', product: 'cartons', role: 'consume', capacity: used, output: used },
        maker('boxer', 'cartons', 10),
        maker('filmer', 'film', 5),
      ],
      links: [
        sale('forest', 'mill', 'pulp', 100),
        sale('boxer', 'mill', 'cartons', 10),
        sale('filmer', 'mill', 'film', 5),
      ],
    })

  it('follows what no recipe names by the buyer’s position as consumer', () => {
    const all = shock(paper(0), ['boxer'])

    expect(remaining(paper(0), all)).toEqual({ 'boxer cartons': 0, 'mill paper': 0 })
    expect(all.followed.value).toBe(1)
    // The mill uses 40 and bought 10 of them from the boxer.
    expect(remaining(paper(40), shock(paper(40), ['boxer']))['mill paper']).toBeCloseTo(0.75, 12)
  })

  it('says where it could not be followed', () => {
    const both = shock(paper(0), ['boxer', 'filmer'])

    expect(remaining(paper(0), shock(paper(0), ['filmer']))).toEqual({ 'filmer film': 0 })
    expect(both.followed.value).toBeCloseTo(10 / 15, 12)
    expect([...both.followed.links]).toEqual([2])
  })

  it('settles where products need each other', () => {
    const circle = (bought: number) =>
      economyOf({
        products: [goods('coal'), goods('power')],
        recipes: [
          { output: 'coal', inputs: [{ product: 'power', coefficient: 0.1 }] },
          { output: 'power', inputs: [{ product: 'coal', coefficient: 0.5 }] },
        ],
        firms: [local('mine'), local('plant'), local('mine2')],
        positions: [maker('mine', 'coal', 100), maker('plant', 'power', 200), maker('mine2', 'coal', 20)],
        links: [
          sale('mine', 'plant', 'coal', 80),
          sale('mine2', 'plant', 'coal', 20),
          sale('plant', 'mine', 'power', bought),
        ],
      })

    // p = 0.8 c, c = p: nothing holds them up.
    const down = shock(circle(10), ['mine2'])
    expect(down.isConverged).toBe(true)
    expect(remaining(circle(10), down)['mine coal']).toBeLessThan(1e-4)
    // Half of the mine's power comes from elsewhere: c = 0.5 + 0.5 p, p = 0.8 c.
    const held = shock(circle(5), ['mine2'])
    expect(remaining(circle(5), held)['mine coal']).toBeCloseTo(0.5 / 0.6, 4)
  })

  it('never leaves more when more firms fail', () => {
    const economy = economyOf(
      inventEconomy(sampleCatalogue, { seed: 2, makers: 6, consumers: 6, outside: 6, layers: 3, spendFen: 3e8 }),
    )
    const one = shock(economy, ['flour-maker-1'])
    const two = shock(economy, ['flour-maker-1', 'wheat-maker-2'])

    expect(two.lost.value).toBeGreaterThan(one.lost.value ?? 0)
    const left = remaining(economy, two)
    for (const [line, part] of Object.entries(remaining(economy, one)))
      expect(left[line]).toBeLessThanOrEqual((part ?? 0) + 1e-5)
  })

  it('refuses firms that are not there and days that are none', () => {
    const told = (more: Partial<Shock>) => simulateShock(bread, { removed: [], days: 1, stockDays: () => 0, ...more })

    expect(told({})).toMatchObject({ ok: true, value: { lost: { value: 0 }, hits: [], followed: { value: null } } })
    expect(told({ removed: [6] })).toMatchObject({ ok: false, error: { kind: 'unknown', field: 'removed[0]' } })
    expect(told({ days: 0 })).toMatchObject({ ok: false, error: { kind: 'invalid', field: 'days' } })
    expect(told({ days: Number.NaN })).toMatchObject({ ok: false, error: { field: 'days' } })
  })
})
