import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignSpot } from './assign.ts'
import { createGrid } from './grid.ts'
import { flaws, inventTowns, scatter, seeded } from './testing.ts'
import { solveWave, type SpotWave, type WavePlan } from './wave.ts'

/** Loads and trucks around a few towns, not in the same proportion. */
function invent(seed: number, nodes: number, trucks: number): SpotWave {
  const random = seeded(seed)
  const towns = inventTowns(6, random)
  const from = scatter(towns, nodes, 8_000, random)
  const to = scatter(
    towns.toReversed().map((town, i) => ({ ...town, weight: i + 1 })),
    trucks,
    15_000,
    random,
  )
  const grid = createGrid(to.x, to.y)
  return {
    ...from,
    supply: Int32Array.from({ length: nodes }, () => 1 + Math.floor(random() * 3)),
    kg: new Float64Array(nodes).fill(32_000),
    dropCost: new Float64Array(nodes).fill(300_000),
    grid,
    payloadKg: new Float64Array(trucks).fill(33_000),
    allows: (node, truck) => (node + truck) % 5 !== 0,
    costs: (node, ids, count, costs) => {
      for (let i = 0; i < count; i++) costs[i] = costOf(from, grid, node, ids[i]!) // of the ids given
    },
    leastCostPerM: 1.3,
    bonusMax: 500,
    radiusM: 20_000,
    radiusMaxM: 250_000,
  }
}

/** 1.3 times the straight way, less a bonus that some pairs have. */
function costOf(
  from: { x: Float64Array; y: Float64Array },
  grid: { x: Float64Array; y: Float64Array },
  node: number,
  truck: number,
): number {
  const [dx, dy] = [from.x[node]! - grid.x[truck]!, from.y[node]! - grid.y[truck]!] // nodes and trucks of the wave
  return Math.max(0, Math.ceil(1.3 * Math.sqrt(dx * dx + dy * dy)) - ((node + truck) % 3 === 0 ? 500 : 0))
}

/** The optimum over every truck within the last radius. */
function dense(wave: SpotWave): number {
  const { x, y, grid, supply, radiusMaxM } = wave
  const rows = Array.from(supply, (_, node) =>
    Array.from(grid.x.keys()).flatMap((truck) => {
      const far = Math.sqrt((x[node]! - grid.x[truck]!) ** 2 + (y[node]! - grid.y[truck]!) ** 2) // likewise
      return wave.allows(node, truck) && far <= radiusMaxM ? [{ truck, cost: costOf(wave, grid, node, truck) }] : []
    }),
  )
  const solved = assignSpot({
    start: Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]),
    truck: Int32Array.from(rows.flat(), ({ truck }) => truck),
    cost: Float64Array.from(rows.flat(), ({ cost }) => cost),
    supply,
    dropCost: wave.dropCost,
    truckCount: grid.x.length,
  })
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value.cost
}

const solve = (wave: SpotWave, options = {}): WavePlan => {
  const solved = solveWave(wave, options)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

describe('solveWave', () => {
  it('finds the optimum over all trucks from a few candidates, and proves it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(20, 60, 150),
        fc.integer({ min: 1, max: 8 }),
        (seed, trucks, k) => {
          const wave = invent(seed, 25, trucks)

          const { plan, certificate, problem } = solve(wave, { candidates: () => k })

          expect(certificate).toEqual({ isOptimal: true, toGrow: Int32Array.of() })
          expect(plan.cost).toBe(dense(wave))
          expect(flaws(problem, plan)).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('says which rows must grow when it may not let them', () => {
    const wave = invent(3, 40, 40)

    const short = solve(wave, { candidates: () => 2, roundsMax: 0 })

    expect(short.certificate.isOptimal).toBe(false)
    expect(short.certificate.toGrow.length).toBeGreaterThan(0)
    expect(short.plan.cost).toBeGreaterThan(dense(wave))
  })

  it('gives equal waves equal plans', () => {
    expect(solve(invent(4, 30, 40))).toEqual(solve(invent(4, 30, 40)))
  })

  it('says why loads are left out', () => {
    const wave = invent(5, 3, 10)
    const { dropReason, plan } = solve({
      ...wave,
      kg: Float64Array.of(40_000, 32_000, 32_000),
      dropCost: Float64Array.of(300_000, 300_000, 0),
      allows: (node) => node !== 1,
    })

    expect([...dropReason]).toEqual([
      [0, 'too_heavy'],
      [1, 'no_truck'],
      [2, 'outbid'],
    ])
    expect(plan.cost).toBe((wave.supply[0]! + wave.supply[1]!) * 300_000) // three nodes
  })

  it('gives no load to a truck that cannot carry it', () => {
    const wave = invent(6, 20, 30)
    const payloadKg = Float64Array.from({ length: 30 }, (_, truck) => (truck % 2 === 0 ? 31_000 : 33_000))

    const { plan } = solve({ ...wave, payloadKg })

    expect(Array.from(plan.truck).filter((truck) => truck % 2 === 0)).toEqual([])
    expect(plan.truck.length).toBeGreaterThan(0)
  })

  it('leaves nothing behind when stopped', () => {
    const wave = invent(7, 300, 300)
    const before = structuredClone({ ...wave, allows: null, costs: null, grid: { ...wave.grid, found: null } })
    let asked = 0

    const stopped = solveWave(wave, { shouldStop: () => ++asked > 3 })

    expect(stopped).toMatchObject({ ok: false, error: { kind: 'stopped' } })
    expect({ ...wave, allows: null, costs: null, grid: { ...wave.grid, found: null } }).toEqual(before)
    expect(solve(wave)).toEqual(solve(invent(7, 300, 300)))
  })

  const cases: readonly (readonly [string, Partial<SpotWave>, object])[] = [
    ['no loads', { supply: Int32Array.of() }, { kind: 'empty', field: 'supply.length' }],
    ['no trucks', { grid: createGrid(Float64Array.of(), Float64Array.of()) }, { kind: 'empty', field: 'grid' }],
    ['a position that is no number', { x: Float64Array.of(Number.NaN, 0) }, { field: 'x[0]', value: Number.NaN }],
    ['another number of positions', { y: Float64Array.of(1) }, { field: 'y.length', value: 1 }],
    ['a node without loads', { supply: Int32Array.of(1, 0) }, { field: 'supply[1]', value: 0 }],
    ['a mass below 0', { kg: Float64Array.of(1, -1) }, { field: 'kg[1]', value: -1 }],
    ['a drop cost with a fraction', { dropCost: Float64Array.of(0.5, 1) }, { field: 'dropCost[0]', value: 0.5 }],
    ['sums that are not exact', { dropCost: Float64Array.of(2 ** 53 - 1, 2 ** 53 - 1) }, { kind: 'too_large' }],
    ['a payload that is no number', { payloadKg: Float64Array.of(1, Number.NaN, 1, 1) }, { field: 'payloadKg[1]' }],
    ['another number of payloads', { payloadKg: Float64Array.of(1) }, { field: 'payloadKg.length', value: 1 }],
    ['no bound of costs', { leastCostPerM: 0 }, { field: 'leastCostPerM', value: 0 }],
    ['a bonus below 0', { bonusMax: -1 }, { field: 'bonusMax', value: -1 }],
    ['no radius', { radiusM: 0 }, { field: 'radiusM', value: 0 }],
    ['a last radius below the first', { radiusMaxM: 1 }, { field: 'radiusMaxM', value: 1 }],
    [
      'a cost that is no number',
      { costs: (_node, _ids, _count, costs) => void costs.fill(Number.NaN) },
      { kind: 'invalid' },
    ],
  ]

  it.each(cases)('refuses %s', (_name, change, said) => {
    expect(solveWave(invent(8, 2, 4))).toMatchObject({ ok: true })

    expect(solveWave({ ...invent(8, 2, 4), ...change })).toMatchObject({ ok: false, error: said })
  })

  it('refuses more candidates than it can hold', () => {
    expect(
      solveWave({ ...invent(9, 2, 4), supply: Int32Array.of(1, 1) }, { candidates: () => Infinity }),
    ).toMatchObject({ ok: true })
    const many = { ...invent(9, 9_000, 2_000), radiusM: 250_000 }

    expect(solveWave(many, { candidates: () => 2_000 })).toMatchObject({
      error: { kind: 'too_large', field: 'candidate arcs' },
    })
  })
})
