import { err, ok } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import loadHighs from 'highs'
import { describe, expect, it } from 'vitest'
import { assignSupply, type SupplyOptions, type SupplyPlan } from './assign.ts'
import { supplyLimits, type SupplyProblem } from './supply.ts'
import { flaws, highsOptimum, inventSupply, priceFlaws } from './testing.ts'

const highs = await loadHighs()

type Need = {
  readonly quantity: number
  readonly unmetCost: number
  readonly isSingle?: boolean
  readonly arcs: readonly { readonly offer: number; readonly cost: number; readonly capacity?: number }[]
}
type Offer = { readonly free: number; readonly minimum?: number }

function problemOf(needs: readonly Need[], offers: readonly Offer[]): SupplyProblem {
  const arcs = needs.flatMap((need) => need.arcs)
  const start = Int32Array.from([
    0,
    ...needs.map((_, need) => needs.slice(0, need + 1).flatMap((one) => one.arcs).length),
  ])
  return {
    start,
    offer: Int32Array.from(arcs, ({ offer }) => offer),
    cost: Float64Array.from(arcs, ({ cost }) => cost),
    capacity: Float64Array.from(arcs, ({ capacity }) => capacity ?? 2 ** 40),
    quantity: Float64Array.from(needs, ({ quantity }) => quantity),
    unmetCost: Float64Array.from(needs, ({ unmetCost }) => unmetCost),
    free: Float64Array.from(offers, ({ free }) => free),
    minimum: Float64Array.from(offers, ({ minimum }) => minimum ?? 0),
    isSingle: Uint8Array.from(needs, ({ isSingle }) => (isSingle ? 1 : 0)),
  }
}

function solve(problem: SupplyProblem, options?: SupplyOptions): SupplyPlan {
  const solved = assignSupply(problem, options)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

/** Needs and offers with few and with many units, some arcs narrow, offers often scarce. */
const problems = (rules: { hasMinima: boolean; hasSingles: boolean }) =>
  fc
    .record({
      offers: fc.integer({ min: 1, max: 6 }),
      needs: fc.integer({ min: 1, max: 6 }),
      most: fc.constantFrom(5, 40, 9_000),
    })
    .chain(({ offers, needs, most }) =>
      fc
        .tuple(
          fc.array(
            fc.record({
              quantity: fc.integer({ min: 1, max: most }),
              unmetCost: fc.integer({ min: 0, max: 200 }),
              isSingle: rules.hasSingles ? fc.boolean() : fc.constant(false),
              arcs: fc.uniqueArray(
                fc.record({
                  offer: fc.integer({ min: 0, max: offers - 1 }),
                  cost: fc.integer({ min: 0, max: 100 }),
                  capacity: fc.oneof(fc.integer({ min: 0, max: most }), fc.constant(2 ** 40)),
                }),
                { selector: ({ offer }) => offer, maxLength: offers },
              ),
            }),
            { minLength: needs, maxLength: needs },
          ),
          fc.array(
            fc.record({
              free: fc.integer({ min: 0, max: 2 * most }),
              minimum: rules.hasMinima ? fc.integer({ min: 0, max: most }) : fc.constant(0),
            }),
            { minLength: offers, maxLength: offers },
          ),
        )
        .map(([needs, offers]) => problemOf(needs, offers)),
    )

describe('assignSupply', () => {
  it('costs what HiGHS finds, and proves it by prices, with narrow arcs and scarce offers', () => {
    fc.assert(
      fc.property(problems({ hasMinima: false, hasSingles: false }), (problem) => {
        const plan = solve(problem)

        expect([...flaws(problem, plan), ...priceFlaws(problem, plan)]).toEqual([])
        expect(plan.isOptimal).toBe(true)
        expect(plan.cost).toBe(highsOptimum(highs, problem))
      }),
      { numRuns: 400 },
    )
  })

  it('keeps minima and single suppliers, and is optimal when it says so', () => {
    let proved = 0
    fc.assert(
      fc.property(problems({ hasMinima: true, hasSingles: true }), (problem) => {
        const plan = solve(problem)
        const optimum = highsOptimum(highs, problem)

        expect(flaws(problem, plan)).toEqual([])
        expect(plan.lowerBound).toBeLessThanOrEqual(optimum)
        expect(plan.cost).toBeGreaterThanOrEqual(optimum)
        if (plan.isOptimal) expect(plan.cost).toBe(optimum)
        proved += plan.isOptimal ? 1 : 0
      }),
      { numRuns: 300 },
    )
    expect(proved).toBeGreaterThan(250)
  })

  it('is optimal with minima and single suppliers once it may branch as long as it takes', () => {
    fc.assert(
      fc.property(problems({ hasMinima: true, hasSingles: true }), (problem) => {
        const plan = solve(problem, { branchesMax: 5_000 })

        expect(plan.isOptimal).toBe(true)
        expect(plan.cost).toBe(highsOptimum(highs, problem))
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    ['plenty', 1.6],
    ['scarcity', 0.8],
  ])('costs what HiGHS finds with thousands of units, in %s', (_, plenty) => {
    const problem = inventSupply(7, { needs: 40, offers: 150, arcsOfNeed: 12, plenty, hasMinima: false })
    const plan = solve(problem)

    expect([...flaws(problem, plan), ...priceFlaws(problem, plan)]).toEqual([])
    expect(plan.cost).toBe(highsOptimum(highs, problem))
  })

  it('sends the cheap units to whom the dear ones would hurt most', () => {
    const problem = problemOf(
      [
        {
          quantity: 3_000,
          unmetCost: 100,
          arcs: [
            { offer: 0, cost: 10 },
            { offer: 1, cost: 12 },
          ],
        },
        {
          quantity: 4_000,
          unmetCost: 100,
          arcs: [
            { offer: 0, cost: 20 },
            { offer: 1, cost: 90 },
          ],
        },
      ],
      [{ free: 4_000 }, { free: 9_000 }],
    )

    const plan = solve(problem)

    expect([...plan.units]).toEqual([0, 3_000, 4_000, 0])
    expect(plan.cost).toBe(3_000 * 12 + 4_000 * 20)
  })

  it('advises where a minimum stands in the way, and takes the other offer', () => {
    const problem = problemOf(
      [
        {
          quantity: 30,
          unmetCost: 100,
          arcs: [
            { offer: 0, cost: 1 },
            { offer: 1, cost: 2 },
          ],
        },
      ],
      [{ free: 80, minimum: 50 }, { free: 80 }],
    )
    const other = { ...problem, quantity: Float64Array.of(60), free: Float64Array.of(80, 20) }

    expect([...solve(problem).units]).toEqual([0, 30])
    expect([...solve(other).units]).toEqual([60, 0])
  })

  it('takes from one offer when the need says so, and says what it broke for', () => {
    const problem = problemOf(
      [
        {
          quantity: 60,
          unmetCost: 100,
          isSingle: true,
          arcs: [
            { offer: 0, cost: 1 },
            { offer: 1, cost: 2 },
          ],
        },
      ],
      [{ free: 40 }, { free: 60 }],
    )

    const plan = solve(problem)

    expect([...plan.units]).toEqual([0, 60])
    expect(plan).toMatchObject({ isOptimal: true, cost: 120, lowerBound: 120 })
    expect(plan.advice).toEqual([
      { kind: 'several_suppliers', need: 0, offer: 0, arc: 0, units: 40 },
      { kind: 'several_suppliers', need: 0, offer: 1, arc: 1, units: 20 },
    ])
  })

  it('gives equal plans for equal problems', () => {
    const problem = inventSupply(3, { needs: 20, offers: 60, arcsOfNeed: 8, plenty: 1, hasMinima: true })

    expect(solve(problem)).toEqual(solve(structuredClone(problem)))
  })

  it('stops before there is a plan, and keeps the best one after', () => {
    const problem = inventSupply(3, { needs: 40, offers: 120, arcsOfNeed: 8, plenty: 0.9, hasMinima: true })
    let asked = 0
    const whole = solve(problem, { shouldStop: () => ++asked < 0 })

    expect(assignSupply(problem, { shouldStop: () => true })).toMatchObject(err({ kind: 'stopped' }))
    // Told to stop in the very last search: the branch is lost, the plan is not.
    const late = assignSupply(problem, { shouldStop: () => --asked <= 0 })
    expect(late.ok && flaws(problem, late.value)).toEqual([])
    expect(late.ok && late.value.cost).toBeGreaterThanOrEqual(whole.lowerBound)
  })

  const good = problemOf([{ quantity: 5, unmetCost: 9, arcs: [{ offer: 0, cost: 1 }] }], [{ free: 5 }])
  it.each<[string, Partial<SupplyProblem>, string, string]>([
    ['no need', { quantity: Float64Array.of() }, 'empty', 'quantity.length'],
    ['no offer', { free: Float64Array.of() }, 'empty', 'free.length'],
    ['a negative quantity', { quantity: Float64Array.of(-5) }, 'invalid', 'quantity[0]'],
    ['no quantity', { quantity: Float64Array.of(0) }, 'invalid', 'quantity[0]'],
    ['half a unit', { quantity: Float64Array.of(0.5) }, 'invalid', 'quantity[0]'],
    ['a quantity that is no number', { quantity: Float64Array.of(Number.NaN) }, 'invalid', 'quantity[0]'],
    ['a negative cost', { cost: Float64Array.of(-1) }, 'invalid', 'cost[0]'],
    ['an endless cost', { cost: Float64Array.of(Infinity) }, 'invalid', 'cost[0]'],
    ['a cost that is no number', { unmetCost: Float64Array.of(Number.NaN) }, 'invalid', 'unmetCost[0]'],
    ['a negative offer', { free: Float64Array.of(-1) }, 'invalid', 'free[0]'],
    ['a negative minimum', { minimum: Float64Array.of(-1) }, 'invalid', 'minimum[0]'],
    ['a negative capacity', { capacity: Float64Array.of(-1) }, 'invalid', 'capacity[0]'],
    ['an offer that is not there', { offer: Int32Array.of(1) }, 'invalid', 'offer[0]'],
    ['costs of other arcs', { cost: Float64Array.of(1, 2) }, 'invalid', 'cost.length'],
    ['rows that do not end', { start: Int32Array.of(0, 2) }, 'invalid', 'start[1]'],
    ['sums beyond 2^53', { quantity: Float64Array.of(2 ** 52) }, 'too_large', 'sum of quantity x unmetCost'],
    ['too many offers', { free: new Float64Array(supplyLimits.offers + 1) }, 'too_large', 'free.length'],
  ])('refuses %s', (_, part, kind, field) => {
    const { minimum: _minimum, ...bare } = good
    const problem = { ...bare, minimum: null, ...part }

    expect(assignSupply(problem)).toMatchObject(err({ kind, field }))
  })

  it('refuses an offer twice in a row', () => {
    const problem = problemOf(
      [
        {
          quantity: 5,
          unmetCost: 9,
          arcs: [
            { offer: 0, cost: 1 },
            { offer: 0, cost: 2 },
          ],
        },
      ],
      [{ free: 5 }],
    )

    expect(assignSupply(problem)).toMatchObject(err({ kind: 'invalid', field: 'offer[1]' }))
    expect(assignSupply(good)).toMatchObject(ok({ cost: 5 }))
  })
})
