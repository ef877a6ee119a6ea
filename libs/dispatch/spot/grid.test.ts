import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGrid, eachWorthwhile, largestOf, movePlace, nearest, removePlace } from './grid.ts'

const distanceM = (ax: number, ay: number, bx: number, by: number): number => Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2)

// Crowded and empty land together, places outside the box the grid was made for, and places that are not there.
const coordinate = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -50_000, max: 100_000 }))
const fleets = fc.array(
  fc.record({
    x: fc.oneof(coordinate, fc.constantFrom(Number.NaN, Infinity)),
    y: fc.oneof(coordinate, fc.constant(Number.NaN)),
  }),
  {
    minLength: 1,
    maxLength: 120,
  },
)
const moves = fc.array(fc.record({ pick: fc.nat(), x: fc.option(coordinate), y: coordinate }), { maxLength: 30 })
const questions = fc.record({
  x: coordinate,
  y: coordinate,
  k: fc.integer({ min: 1, max: 30 }),
  radiusM: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60_000 })),
  everyNth: fc.integer({ min: 1, max: 3 }),
})

describe('nearest', () => {
  it('finds what looking at every place finds, however places move', () => {
    fc.assert(
      fc.property(fleets, moves, questions, (fleet, moves, { x, y, k, radiusM, everyNth }) => {
        const now = fleet.map((place) => ({ ...place }))
        const grid = createGrid(
          Float64Array.from(now, ({ x }) => x),
          Float64Array.from(now, ({ y }) => y),
        )
        for (const move of moves) {
          const id = move.pick % now.length
          if (move.x === null) removePlace(grid, id)
          else movePlace(grid, id, move.x, move.y)
          now[id] = { x: move.x ?? Number.NaN, y: move.y }
        }
        const weigh = (id: number, far: number): number => (id % everyNth === 0 ? far + (id % 5) : Infinity)

        const found = nearest(grid, x, y, k, radiusM, weigh)

        const expected = now
          .flatMap((place, id) => {
            const far = distanceM(x, y, place.x, place.y)
            const key = weigh(id, far)
            return far <= radiusM && far < Infinity && key < Infinity ? [{ id, key }] : []
          })
          .toSorted((a, b) => a.key - b.key || a.id - b.id)
        expect(Array.from(found.ids.subarray(0, found.count))).toEqual(expected.slice(0, k).map(({ id }) => id))
        for (const { key } of expected.slice(k)) expect(key).toBeGreaterThanOrEqual(found.beyond)
      }),
      { numRuns: 500 },
    )
  })

  it('finds nothing where there is nothing', () => {
    expect(
      nearest(createGrid(Float64Array.of(Number.NaN), Float64Array.of(0)), 0, 0, 3, Infinity, (_, far) => far).count,
    ).toBe(0)
  })
})

describe('eachWorthwhile', () => {
  it('passes by no place that is near enough for its worth', () => {
    fc.assert(
      fc.property(
        fleets,
        fc.array(fc.integer({ min: -40_000, max: 0 }), { minLength: 120, maxLength: 120 }),
        questions,
        (fleet, worths, { x, y }) => {
          const worth = Float64Array.from(fleet, (_, id) => worths[id] ?? 0)
          const grid = createGrid(
            Float64Array.from(fleet, ({ x }) => x),
            Float64Array.from(fleet, ({ y }) => y),
          )
          const seen = new Set<number>()

          eachWorthwhile(
            grid,
            x,
            y,
            largestOf(grid, worth),
            (one) => 30_000 + one,
            (id, far) => {
              if (far <= 30_000 + worth[id]!) seen.add(id) // a place of the fleet
            },
          )

          const expected = fleet.flatMap((place, id) =>
            distanceM(x, y, place.x, place.y) <= 30_000 + worth[id]! ? [id] : [],
          ) // likewise
          expect([...seen].toSorted((a, b) => a - b)).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })
})
