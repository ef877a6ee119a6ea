import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyBound, loadedRatio, type EmptyBoundProblem } from './bound.ts'
import { planeLegs, type PlanePlaces } from './model.ts'

const boundOf = (problem: EmptyBoundProblem): number => {
  const bound = emptyBound(problem)
  if (!bound.ok) throw new Error(JSON.stringify(bound.error))
  return bound.value.emptyM
}

/** The least sum over every way to give each pickup its own source. */
function bruteForce(
  pickups: readonly number[],
  sources: readonly number[],
  metres: (from: number, to: number) => number,
): number {
  const [first, ...rest] = pickups
  if (first === undefined) return 0
  return Math.min(
    ...sources.map(
      (source, i) =>
        metres(source, first) + bruteForce(rest, [...sources.slice(0, i), ...sources.slice(i + 1)], metres),
    ),
  )
}

const coordinates = fc.array(fc.tuple(fc.nat(100_000), fc.nat(100_000)), { minLength: 4, maxLength: 4 })

describe('emptyBound', () => {
  it('is the least over every order in which loads can follow each other', () => {
    fc.assert(
      fc.property(
        coordinates,
        fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(3), { maxLength: 2 }),
        (at, loads, trucks) => {
          const places: PlanePlaces = { x: Float64Array.from(at, ([x]) => x), y: Float64Array.from(at, ([, y]) => y) }
          const legs = planeLegs(places, 1.3, 60)
          const [pickups, deliveries] = [loads.map(([pickup]) => pickup), loads.map(([, delivery]) => delivery)]
          const metres = (from: number, to: number): number => legs(Int32Array.of(from), Int32Array.of(to)).metres[0]! // one leg

          const bound = boundOf({
            places,
            pickups: Int32Array.from(pickups),
            deliveries: Int32Array.from(deliveries),
            trucks: Int32Array.from(trucks),
            legs,
            straightFactor: 1,
          })

          expect(bound).toBe(bruteForce(pickups, [...deliveries, ...trucks], metres))
        },
      ),
      { numRuns: 200 },
    )
  })

  // Ten loads from the mine at 0 to the plant at 100 km, four back from a yard 10 km before the plant.
  const places: PlanePlaces = { x: Float64Array.of(0, 100_000, 90_000), y: new Float64Array(3) }
  const flows: EmptyBoundProblem = {
    places,
    pickups: Int32Array.of(...Array<number>(10).fill(0), ...Array<number>(4).fill(2)),
    deliveries: Int32Array.of(...Array<number>(10).fill(1), ...Array<number>(4).fill(0)),
    trucks: Int32Array.of(),
    legs: planeLegs(places, 1, 60),
    straightFactor: 1,
  }

  it('says that goods which flow one way drive back empty', () => {
    const bound = emptyBound(flows)

    // Four trucks go 10 km to the yard, six go 100 km back to the mine.
    expect(bound).toEqual({ ok: true, value: { emptyM: 640_000, loadedM: 1_360_000, loadedRatio: 0.68 } })
  })

  it('is smaller when trucks stand at the mine', () => {
    expect(boundOf({ ...flows, trucks: Int32Array.of(0, 0, 0, 0, 0, 0) })).toBe(40_000)
  })

  it('tells the loaded share of a way', () => {
    expect(loadedRatio(1, 3)).toBe(0.75)
    expect(loadedRatio(0, 0)).toBe(0)
  })

  const cases: readonly (readonly [string, Partial<EmptyBoundProblem>, object])[] = [
    ['no loads', { pickups: Int32Array.of() }, { kind: 'empty', field: 'pickups.length' }],
    ['pickups without deliveries', { deliveries: Int32Array.of(1) }, { field: 'deliveries.length', value: 1 }],
    ['a place that does not exist', { trucks: Int32Array.of(3) }, { field: 'trucks[0]', value: 3 }],
    ['no bound on legs', { straightFactor: 0 }, { field: 'straightFactor', value: 0 }],
  ]

  it.each(cases)('refuses %s', (_name, change, said) => {
    expect(emptyBound({ ...flows, ...change })).toMatchObject({ ok: false, error: said })
  })

  it('stops when asked to', () => {
    expect(emptyBound(flows, { shouldStop: () => true })).toMatchObject({ ok: false, error: { kind: 'stopped' } })
  })
})
