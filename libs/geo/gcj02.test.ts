import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromGcj02, haversineM, inShiftedRectangle, toGcj02 } from './index.ts'

// Published with googollee/eviltransform.
const pairs = [
  ['Shanghai', { lat: 31.177_427_6, lon: 121.527_210_6 }, { lat: 31.175_303_983_645_97, lon: 121.531_541_859_215 }],
  ['Shenzhen', { lat: 22.543_847, lon: 113.912_316 }, { lat: 22.540_796_131_694_766, lon: 113.917_176_480_836_3 }],
  ['Beijing', { lat: 39.911_954, lon: 116.377_817 }, { lat: 39.913_345_455_360_69, lon: 116.384_047_224_556_57 }],
] as const

describe('toGcj02', () => {
  it.each(pairs)('shifts %s as published', (_name, wgs, gcj) => {
    const found = toGcj02(wgs)

    expect(found.lon).toBeCloseTo(gcj.lon, 9)
    expect(found.lat).toBeCloseTo(gcj.lat, 9)
  })

  it('leaves places outside as they are, both ways', () => {
    for (const place of [
      { lon: -104.9903, lat: 39.7392 },
      { lon: 153.0251, lat: -27.4698 },
      { lon: 69.6, lat: 42.3 },
    ]) {
      expect(toGcj02(place)).toBe(place)
      expect(fromGcj02(place)).toBe(place)
    }
  })

  it('asks who knows the border better than the rectangle', () => {
    const almaty = { lon: 76.95, lat: 43.25 }

    expect(inShiftedRectangle(almaty)).toBe(true)
    expect(toGcj02(almaty, ({ lon }) => lon > 80.2)).toBe(almaty)
    expect(fromGcj02(almaty, ({ lon }) => lon > 80.2)).toBe(almaty)
  })
})

describe('fromGcj02', () => {
  it.each(pairs)('finds %s again', (_name, wgs, gcj) => {
    expect(haversineM(fromGcj02(gcj), wgs)).toBeLessThan(1e-4)
  })

  it('undoes the shift within 1e-9 degrees everywhere, and the shift is below 1 km', () => {
    const place = fc.record({
      lon: fc.double({ min: 72.1, max: 137.7, noNaN: true }),
      lat: fc.double({ min: 1, max: 55.7, noNaN: true }),
    })

    fc.assert(
      fc.property(place, (place) => {
        const gcj = toGcj02(place)
        const back = fromGcj02(gcj)
        const shiftM = haversineM(place, gcj)
        expect(Math.abs(back.lon - place.lon)).toBeLessThan(1e-9)
        expect(Math.abs(back.lat - place.lat)).toBeLessThan(1e-9)
        expect(shiftM).toBeLessThan(1_000)
      }),
      { numRuns: 2_000 },
    )
  })
})
