import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betweenness } from './between.ts'
import { economyOf, goods, local, sale } from './example.fixture.ts'

/** Betweenness by counting all cheapest ways: R. Floyd (1962), then every pair and every firm between. */
function counted(firms: number, edges: readonly { from: number; to: number; length: number }[]): number[] {
  const far = () => Array.from({ length: firms }, () => Array<number>(firms).fill(Infinity))
  const at = far()
  for (let i = 0; i < firms; i++) at[i]![i] = 0
  for (const { from, to, length } of edges) at[from]![to] = Math.min(at[from]![to]!, length)
  for (let k = 0; k < firms; k++)
    for (let i = 0; i < firms; i++)
      for (let j = 0; j < firms; j++) at[i]![j] = Math.min(at[i]![j]!, at[i]![k]! + at[k]![j]!)
  const ways = (from: number, to: number): number =>
    from === to
      ? 1
      : edges
          .filter((edge) => edge.to === to && at[from]![edge.from]! + edge.length === at[from]![to])
          .reduce((sum, edge) => sum + ways(from, edge.from), 0)
  return Array.from({ length: firms }, (_, middle) => {
    let sum = 0
    for (let i = 0; i < firms; i++)
      for (let j = 0; j < firms; j++)
        if (
          i !== j &&
          i !== middle &&
          j !== middle &&
          at[i]![j]! < Infinity &&
          at[i]![middle]! + at[middle]![j]! === at[i]![j]
        )
          sum += (ways(i, middle) * ways(middle, j)) / ways(i, j)
    return sum
  })
}

const economy = (firms: number, sales: readonly { from: number; to: number; volume: number }[]) =>
  economyOf({
    products: [goods('a')],
    firms: Array.from({ length: firms }, (_, firm) => local(String(firm))),
    links: sales.map(({ from, to, volume }) => sale(String(from), String(to), 'a', volume)),
  })

describe('betweenness', () => {
  it('is what counting every cheapest way gives', () => {
    const sales = fc.uniqueArray(
      fc
        // Halves and quarters add up exactly, so equal ways are equal.
        .record({ from: fc.nat(6), to: fc.nat(6), volume: fc.constantFrom(1, 0.5, 0.25, 2) })
        .filter(({ from, to }) => from !== to),
      { selector: ({ from, to }) => `${from}-${to}`, maxLength: 20 },
    )
    fc.assert(
      fc.property(sales, (sales) => {
        const found = betweenness(economy(7, sales), { pivotsMax: 7 })
        const expected = counted(
          7,
          sales.map(({ from, to, volume }) => ({ from, to, length: 1 / volume })),
        )

        expect(found?.isExact).toBe(true)
        for (const [firm, value] of expected.entries()) expect(found?.value[firm]).toBeCloseTo(value, 9)
      }),
      { numRuns: 300 },
    )
  })

  it('adds links of the same seller, buyer and product to one edge', () => {
    // 0 → 1 → 2 is as long as 0 → 2 only when the two links of 0 → 1 are one.
    const sales = [
      { from: 0, to: 1, volume: 1 },
      { from: 0, to: 1, volume: 1 },
      { from: 1, to: 2, volume: 2 },
      { from: 0, to: 2, volume: 1 },
    ]

    expect([...(betweenness(economy(3, sales), { pivotsMax: 3 })?.value ?? [])]).toEqual([0, 0.5, 0])
  })

  it('says that fewer firms than all are an estimate, and stops when told to', () => {
    const sales = [{ from: 0, to: 1, volume: 1 }]

    expect(betweenness(economy(4, sales), { pivotsMax: 2 })).toMatchObject({ pivots: 2, isExact: false })
    expect(betweenness(economy(4, sales), { pivotsMax: 4, shouldStop: () => true })).toBeNull()
  })
})
