import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { createPlaceGrid } from './place-grid.ts'

const lon = fc.double({ min: -180, max: 180, noNaN: true })
const lat = fc.double({ min: -90, max: 90, noNaN: true })

describe('the grid of places', () => {
  it('finds everything that is in a box, wherever it was before, and each once', () => {
    const move = fc.record({ point: fc.integer({ min: 1, max: 20 }), lon, lat })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), lon, lon, lat, lat, (moves, a, b, c, d) => {
        const grid = createPlaceGrid()
        const places = new Map<number, { lon: number; lat: number }>()
        for (const { point, ...place } of moves) {
          grid.put(point, place.lon, place.lat)
          places.set(point, place)
        }
        const box = { west: Math.min(a, b), east: Math.max(a, b), south: Math.min(c, d), north: Math.max(c, d) }
        const near = [...grid.near(box)]

        expect(new Set(near).size).toBe(near.length)
        for (const [point, place] of places)
          if (place.lon >= box.west && place.lon <= box.east && place.lat >= box.south && place.lat <= box.north)
            expect(near).toContain(point)
      }),
    )
  })
})
