import type { FlowRefusal } from '@tingzhou/flow'
import * as fc from 'fast-check'
import loadHighs from 'highs'
import { describe, expect, it } from 'vitest'
import { assignSpot, type SpotPlan } from './assign.ts'
import { spotLimits, type SpotProblem } from './problem.ts'
import { draw, flaws, highsOptimum, seeded } from './testing.ts'
import { certify, explain } from './why.ts'

type Node = {
  readonly supply: number
  readonly dropCost: number
  readonly arcs: readonly (readonly [number, number])[]
}

const problemOf = (nodes: readonly Node[], truckCount: number): SpotProblem => ({
  start: Int32Array.from([
    0,
    ...nodes.map((_, i) => nodes.slice(0, i + 1).reduce((sum, { arcs }) => sum + arcs.length, 0)),
  ]),
  truck: Int32Array.from(nodes.flatMap(({ arcs }) => arcs.map(([truck]) => truck))),
  cost: Float64Array.from(nodes.flatMap(({ arcs }) => arcs.map(([, cost]) => cost))),
  supply: Int32Array.from(nodes, ({ supply }) => supply),
  dropCost: Float64Array.from(nodes, ({ dropCost }) => dropCost),
  truckCount,
})

const solve = (problem: SpotProblem): SpotPlan => {
  const solved = assignSpot(problem)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

const refusal = (problem: SpotProblem): FlowRefusal => {
  const solved = assignSpot(problem)
  if (solved.ok) throw new Error('it was solved')
  return solved.error
}

/** Every assignment, one after the other. */
function bruteForce(nodes: readonly Node[], taken: ReadonlySet<number> = new Set()): number {
  const [first, ...rest] = nodes
  if (!first) return 0
  const others = first.supply > 1 ? [{ ...first, supply: first.supply - 1 }, ...rest] : rest
  const waysOn = first.arcs
    .filter(([truck]) => !taken.has(truck))
    .map(([truck, cost]) => cost + bruteForce(others, new Set([...taken, truck])))
  return Math.min(first.dropCost + bruteForce(others, taken), ...waysOn)
}

const problems = (nodesMax: number, trucksMax: number, supplyMax: number) =>
  fc.integer({ min: 1, max: trucksMax }).chain((truckCount) =>
    fc.record({
      truckCount: fc.constant(truckCount),
      nodes: fc.array(
        fc.record({
          supply: fc.integer({ min: 1, max: supplyMax }),
          dropCost: fc.integer({ min: 0, max: 60 }),
          arcs: fc.uniqueArray(fc.tuple(fc.nat(truckCount - 1), fc.nat(50)), { selector: ([truck]) => truck }),
        }),
        { minLength: 1, maxLength: nodesMax },
      ),
    }),
  )

/** Loads and trucks at random on a line, each load with its nearest trucks. */
function invent(seed: number, nodeCount: number, truckCount: number, k: number): SpotProblem {
  const random = seeded(seed)
  const trucks = Array.from({ length: truckCount }, () => Math.floor(random() * 100_000))
  const nodes = Array.from({ length: nodeCount }, () => {
    const at = Math.floor(random() * 100_000)
    const near = trucks.map((place, truck) => [truck, Math.abs(place - at)] as const).toSorted(([, a], [, b]) => a - b)
    return {
      supply: 1 + draw([8, 1, 1], random),
      dropCost: 20_000 + Math.floor(random() * 20_000),
      arcs: near.slice(0, k),
    }
  })
  return problemOf(nodes, truckCount)
}

describe('assignSpot', () => {
  it('costs what the best of all assignments costs', () => {
    fc.assert(
      fc.property(problems(4, 5, 2), ({ nodes, truckCount }) => {
        expect(solve(problemOf(nodes, truckCount)).cost).toBe(bruteForce(nodes))
      }),
      { numRuns: 300 },
    )
  })

  it('costs what HiGHS finds, with trucks to spare and without', async () => {
    const highs = await loadHighs()
    for (const [seed, nodes, trucks] of [
      [1, 150, 400],
      [2, 150, 180],
      [3, 150, 100],
    ] as const) {
      const problem = invent(seed, nodes, trucks, 12)

      expect(solve(problem).cost).toBe(highsOptimum(highs, problem))
    }
  })

  it('proves its optimum by its prices', () => {
    fc.assert(
      fc.property(problems(12, 15, 4), ({ nodes, truckCount }) => {
        const problem = problemOf(nodes, truckCount)
        expect(flaws(problem, solve(problem))).toEqual([])
      }),
      { numRuns: 300 },
    )
    const large = invent(4, 400, 350, 25)
    expect(flaws(large, solve(large))).toEqual([])
  })

  it('prices a truck at what one more like it would save, and a load at what it costs the plan', () => {
    fc.assert(
      fc.property(problems(6, 6, 3), fc.nat(5), fc.nat(5), ({ nodes, truckCount }, anyTruck, anyNode) => {
        const [truck, node] = [anyTruck % truckCount, anyNode % nodes.length]
        const plan = solve(problemOf(nodes, truckCount))
        const twin = nodes.map((one) => ({
          ...one,
          arcs: [
            ...one.arcs,
            ...one.arcs.filter(([id]) => id === truck).map(([, cost]) => [truckCount, cost] as const),
          ],
        }))
        const without = nodes
          .map((one, i) => (i === node ? { ...one, supply: one.supply - 1 } : one))
          .filter(({ supply }) => supply > 0)

        expect(plan.cost - solve(problemOf(twin, truckCount + 1)).cost).toBe(0 - plan.truckPrice[truck]!)
        const fewer = without.length === 0 ? 0 : solve(problemOf(without, truckCount)).cost
        expect(plan.cost - fewer).toBe(plan.nodePrice[node])
      }),
      { numRuns: 200 },
    )
  })

  it('never costs more with one more truck', () => {
    fc.assert(
      fc.property(
        problems(8, 8, 3),
        fc.array(fc.nat(50), { minLength: 8, maxLength: 8 }),
        ({ nodes, truckCount }, costs) => {
          const more = nodes.map((one, i) => ({ ...one, arcs: [...one.arcs, [truckCount, costs[i] ?? 0] as const] }))

          const [before, after] = [solve(problemOf(nodes, truckCount)), solve(problemOf(more, truckCount + 1))]
          expect(after.cost).toBeLessThanOrEqual(before.cost)
        },
      ),
    )
  })

  it('gives equal problems equal plans, whatever the order of their arcs', () => {
    fc.assert(
      fc.property(problems(8, 8, 3), ({ nodes, truckCount }) => {
        const turned = nodes.map((one) => ({ ...one, arcs: one.arcs.toReversed() }))

        expect(solve(problemOf(turned, truckCount))).toEqual(solve(problemOf(nodes, truckCount)))
      }),
    )
  })

  it('says which loads are dropped, and leaves the cheapest to leave out', () => {
    const plan = solve(
      problemOf(
        [
          {
            supply: 2,
            dropCost: 100,
            arcs: [
              [0, 10],
              [1, 30],
            ],
          },
          { supply: 1, dropCost: 40, arcs: [[0, 5]] },
          { supply: 1, dropCost: 70, arcs: [] },
        ],
        2,
      ),
    )

    expect(Array.from(plan.dropped)).toEqual([0, 1, 1])
    expect(Array.from(plan.truck)).toEqual([0, 1])
    expect(plan.cost).toBe(10 + 30 + 40 + 70)
  })

  it('keeps the problem as it was', () => {
    const problem = invent(5, 20, 30, 8)
    const before = structuredClone(problem)

    solve(problem)

    expect(problem).toEqual(before)
  })

  it('stops when asked to', () => {
    const stopped = assignSpot(invent(6, 200, 200, 10), { shouldStop: () => true })

    expect(stopped).toMatchObject({ ok: false, error: { kind: 'stopped', value: 0 } })
  })
})

describe('what assignSpot refuses', () => {
  const good = problemOf(
    [
      {
        supply: 1,
        dropCost: 9,
        arcs: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
    2,
  )
  const cases: readonly (readonly [string, Partial<SpotProblem>, Partial<FlowRefusal>])[] = [
    ['no loads', { supply: new Int32Array(0) }, { kind: 'empty', field: 'supply.length' }],
    ['no trucks', { truckCount: 0 }, { kind: 'empty', field: 'truckCount' }],
    ['half a truck', { truckCount: 1.5 }, { kind: 'invalid', field: 'truckCount', value: 1.5 }],
    ['a cost that is no number', { cost: Float64Array.of(Number.NaN, 2) }, { field: 'cost[0]', value: Number.NaN }],
    ['a cost below 0', { cost: Float64Array.of(1, -2) }, { field: 'cost[1]', value: -2 }],
    ['a cost with a fraction', { cost: Float64Array.of(1, 0.5) }, { field: 'cost[1]', value: 0.5 }],
    ['a cost that is not exact', { cost: Float64Array.of(1, 2 ** 53) }, { field: 'cost[1]', value: 2 ** 53 }],
    ['a drop cost without end', { dropCost: Float64Array.of(Infinity) }, { field: 'dropCost[0]', value: Infinity }],
    [
      'sums that are not exact',
      { supply: Int32Array.of(4), dropCost: Float64Array.of(2 ** 52) },
      { kind: 'too_large' },
    ],
    ['a truck that does not exist', { truck: Int32Array.of(0, 2) }, { field: 'truck[1]', value: 2 }],
    ['a truck below 0', { truck: Int32Array.of(-1, 0) }, { field: 'truck[0]', value: -1 }],
    [
      'a truck twice in a row',
      { truck: Int32Array.of(1, 1) },
      { field: 'truck[1]', rule: 'stands once in the row of node 0' },
    ],
    ['no units', { supply: Int32Array.of(0) }, { field: 'supply[0]', value: 0 }],
    ['rows that go back', { start: Int32Array.of(0, -1) }, { field: 'start[1]', value: -1 }],
    ['rows that do not begin at 0', { start: Int32Array.of(1, 2) }, { field: 'start[0]', value: 1 }],
    ['rows that end early', { start: Int32Array.of(0, 1) }, { field: 'start[1]', value: 1 }],
    ['rows of another number of nodes', { start: Int32Array.of(0, 1, 2) }, { field: 'start.length', value: 3 }],
    ['costs of another number of arcs', { cost: Float64Array.of(1) }, { field: 'cost.length', value: 1 }],
    [
      'drop costs of another number of nodes',
      { dropCost: Float64Array.of(1, 2) },
      { field: 'dropCost.length', value: 2 },
    ],
    ['too many trucks', { truckCount: spotLimits.trucks + 1 }, { kind: 'too_large', field: 'truckCount' }],
    ['too many arcs', { truck: new Int32Array(spotLimits.arcs + 1) }, { kind: 'too_large', field: 'truck.length' }],
  ]

  it.each(cases)('%s', (_name, change, said) => {
    expect(solve(good).cost).toBe(1)

    expect(refusal({ ...good, ...change })).toMatchObject(said)
  })

  it('rows within rows that go back', () => {
    const rows = {
      start: Int32Array.of(0, 2, 1, 2),
      supply: Int32Array.of(1, 1, 1),
      dropCost: Float64Array.of(9, 9, 9),
    }

    expect(refusal({ ...good, ...rows })).toMatchObject({ field: 'start[2]', value: 1 })
  })
})

describe('explain', () => {
  /** Small problems with a load of the plan, and its truck. */
  const asked = (supply: number) =>
    fc.tuple(problems(6, 6, supply), fc.nat(5)).map(([{ nodes, truckCount }, any]) => {
      const problem = problemOf(
        nodes.map((one) => ({ ...one, arcs: one.arcs.toSorted(([, a], [, b]) => a - b) })),
        truckCount,
      )
      const plan = solve(problem)
      const trucks = Array.from(plan.nodeOfTruck.keys()).filter((truck) => plan.nodeOfTruck[truck]! >= 0)
      return { nodes, truckCount, problem, plan, truck: trucks[any % Math.max(1, trucks.length)] }
    })

  it('says exactly what the plan loses when the load does not have its truck', () => {
    fc.assert(
      fc.property(asked(2), ({ nodes, truckCount, problem, plan, truck }) => {
        if (truck === undefined) return
        const node = plan.nodeOfTruck[truck]!
        const denied = nodes.map((one, i) =>
          i === node ? { ...one, arcs: one.arcs.filter(([id]) => id !== truck) } : one,
        )
        const loss = solve(problemOf(denied, truckCount)).cost - plan.cost
        expect(explain(problem, plan).next(node, truck).extraCost).toBe(loss)
      }),
      { numRuns: 500 },
    )
  })

  it('says exactly what the plan loses when the load has another truck', () => {
    fc.assert(
      fc.property(asked(1), fc.nat(5), ({ nodes, truckCount, problem, plan, truck }, any) => {
        if (truck === undefined) return
        const node = plan.nodeOfTruck[truck]!
        const others = nodes[node]!.arcs.filter(([id]) => id !== truck)
        const chosen = others[any % Math.max(1, others.length)]
        if (!chosen) return
        const forced = nodes.map((one, i) => (i === node ? { ...one, arcs: [chosen], dropCost: 100_000 } : one))
        const loss = solve(problemOf(forced, truckCount)).cost - plan.cost
        expect(explain(problem, plan).instead(node, truck, chosen[0])).toBe(loss)
      }),
      { numRuns: 500 },
    )
  })

  it('knows no way to a truck that is no candidate, and answers for no load without its truck', () => {
    const problem = problemOf([{ supply: 1, dropCost: 90, arcs: [[0, 10]] }], 2)
    const why = explain(problem, solve(problem))
    expect(why.instead(0, 0, 1)).toBe(Infinity)
    expect(() => why.next(0, 1)).toThrow(RangeError)
  })

  it('names the next truck and what it costs', () => {
    const problem = problemOf(
      [
        {
          supply: 1,
          dropCost: 90,
          arcs: [
            [0, 10],
            [1, 25],
            [2, 25],
          ],
        },
      ],
      3,
    )

    expect(explain(problem, solve(problem)).next(0, 0)).toEqual({ truck: 1, extraCost: 15, cost: 25 })
  })

  it('says that leaving out comes next when it does', () => {
    const problem = problemOf(
      [
        {
          supply: 1,
          dropCost: 20,
          arcs: [
            [0, 10],
            [1, 25],
          ],
        },
      ],
      2,
    )

    expect(explain(problem, solve(problem)).next(0, 0)).toEqual({ truck: -1, extraCost: 10, cost: 20 })
  })
})

describe('certify', () => {
  const plan = solve(
    problemOf(
      [
        { supply: 1, dropCost: 90, arcs: [[0, 10]] },
        { supply: 1, dropCost: 90, arcs: [[0, 20]] },
      ],
      1,
    ),
  )

  it('proves a plan when no truck outside the rows is cheaper than the prices', () => {
    expect(certify(plan, Float64Array.of(90, 90))).toEqual({ isOptimal: true, toGrow: Int32Array.of() })
  })

  it('names the rows that must grow', () => {
    expect(certify(plan, Float64Array.of(Infinity, 30))).toEqual({ isOptimal: false, toGrow: Int32Array.of(1) })
  })
})
