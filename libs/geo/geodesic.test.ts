import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearing, destination, direct, haversineM, inverse, shortDistanceM, type LonLat } from './index.ts'
import { lonDifference } from './point.ts'

const place = (lonMax = 180, latMax = 90): fc.Arbitrary<LonLat> =>
  fc.record({
    lon: fc.double({ min: -lonMax, max: lonMax, noNaN: true }),
    lat: fc.double({ min: -latMax, max: latMax, noNaN: true }),
  })
const at = (lat: number, lon: number): LonLat => ({ lon, lat })

describe('inverse', () => {
  it.each([
    // Karney (2013), section 4, tables 3 and 5; the two others are in the documentation of GeographicLib.
    ['a plain way', at(40, 0), at(41.793_310_205_06, 137.844_900_043_77), 10_000_000, 30, 149.090_169_318_07],
    ['nearly antipodal places', at(-30, 0), at(29.9, 179.8), 19_989_832.827_61, 161.890_524_736, 18.090_737_246],
    [
      'Wellington to Salamanca',
      at(-41.32, 174.81),
      at(40.96, -5.5),
      19_959_679.267_353_8,
      161.067_669_986,
      18.825_195_123,
    ],
    ['New York to London', at(40.6, -73.8), at(51.6, -0.5), 5_551_759.400_3, 51.198_882_845_6, 107.821_776_735_5],
    ['pole to pole', at(90, 0), at(-90, 0), 20_003_931.458_6, 180, 180],
  ])('gives the published distance and azimuths of %s', (_name, from, to, distanceM, start, end) => {
    const found = inverse(from, to)

    expect(Math.abs(found.distanceM - distanceM)).toBeLessThan(0.0005)
    expect(found.azimuthStart).toBeCloseTo(start, 6)
    expect(found.azimuthEnd).toBeCloseTo(end, 6)
  })

  it('goes over a pole between opposite places of the equator', () => {
    expect(inverse(at(0, 0), at(0, 180)).distanceM).toBeCloseTo(20_003_931.4586, 3)
  })

  it('goes along the equator as long as that is the shortest way', () => {
    const quarter = inverse(at(0, 0), at(0, 90))

    expect(quarter.distanceM).toBeCloseTo((Math.PI / 2) * 6_378_137, 6)
    expect(quarter.azimuthStart).toBe(90)
  })

  it('is zero for equal places only, and the same there and back', () => {
    expect(inverse(at(44, 87), at(44, 87))).toEqual({ distanceM: 0, azimuthStart: 0, azimuthEnd: 0 })
    fc.assert(
      fc.property(
        place(),
        place(),
        (from, to) => Math.abs(inverse(from, to).distanceM - inverse(to, from).distanceM) < 1e-4,
      ),
      { numRuns: 1_000 },
    )
  })

  it('is undone by direct within a millimetre, antipodes included', () => {
    const near = fc.tuple(
      place(),
      fc.double({ min: -0.6, max: 0.6, noNaN: true }),
      fc.double({ min: -0.6, max: 0.6, noNaN: true }),
    )
    const opposite = near.map(([from, east, north]): [LonLat, LonLat] => [
      from,
      { lon: lonDifference(0, from.lon + 180 + east), lat: Math.max(-90, Math.min(90, north - from.lat)) },
    ])

    fc.assert(
      fc.property(fc.oneof(fc.tuple(place(), place()), opposite), ([from, to]) => {
        const { distanceM, azimuthStart } = inverse(from, to)
        return inverse(direct(from, azimuthStart, distanceM).place, to).distanceM < 1e-3
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    [at(91, 0), 'lat 91: lat is from -90 to 90 degrees'],
    [at(0, 181), 'lon 181: lon is from -180 to 180 degrees'],
    [at(Number.NaN, 0), 'lat NaN: lat is from -90 to 90 degrees'],
  ])('refuses what is no place', (wrong, message) => {
    expect(() => inverse(at(0, 0), wrong)).toThrow(message)
  })
})

describe('direct', () => {
  it.each([
    ['Perth, 20,000 km to the south-west', at(-32.06, 115.74), 225, 20_000_000, at(32.111_955_29, -63.959_252_78)],
    ['Karney (2013), table 2', at(40, 0), 30, 10_000_000, at(41.793_310_205_06, 137.844_900_043_77)],
  ])('gives the published place of %s', (_name, from, azimuth, distanceM, expected) => {
    expect(inverse(destination(from, azimuth, distanceM), expected).distanceM).toBeLessThan(0.002)
  })

  it('goes backwards, and refuses what is no number', () => {
    const there = direct(at(44, 87), 60, 1_000_000)

    expect(inverse(destination(there.place, there.azimuthEnd, -1_000_000), at(44, 87)).distanceM).toBeLessThan(1e-3)
    expect(() => destination(at(44, 87), Number.NaN, 1)).toThrow('azimuth NaN: azimuth is a finite number')
    expect(() => destination(at(44, 87), 0, Infinity)).toThrow('distanceM Infinity')
  })
})

describe('the fast forms', () => {
  it('haversine is within 0.6 % of the ellipsoid, and 0.35 % around 35 to 50 degrees north', () => {
    const error = (from: LonLat, to: LonLat) => Math.abs(haversineM(from, to) / inverse(from, to).distanceM - 1)
    const north = fc.record({
      lon: fc.double({ min: 70, max: 130, noNaN: true }),
      lat: fc.double({ min: 35, max: 50, noNaN: true }),
    })

    fc.assert(
      fc.property(place(), place(), (a, b) => inverse(a, b).distanceM < 1 || error(a, b) < 0.006),
      { numRuns: 1_000 },
    )
    fc.assert(
      fc.property(north, north, (a, b) => inverse(a, b).distanceM < 1 || error(a, b) < 0.0035),
      { numRuns: 1_000 },
    )
  })

  it('the plane is within 0.001 % up to 10 km and 0.05 % up to 100 km', () => {
    const way = fc.tuple(place(180, 60), fc.double({ min: 0, max: 360, noNaN: true }))
    const error = (from: LonLat, azimuth: number, distanceM: number) =>
      Math.abs(shortDistanceM(from, destination(from, azimuth, distanceM)) / distanceM - 1)

    fc.assert(
      fc.property(way, ([from, azimuth]) => error(from, azimuth, 10_000) < 1e-5),
      { numRuns: 1_000 },
    )
    fc.assert(
      fc.property(way, ([from, azimuth]) => error(from, azimuth, 100_000) < 5e-4),
      { numRuns: 1_000 },
    )
  })

  it('the bearing is within 0.2° of the azimuth up to 5,000 km', () => {
    const way = fc.tuple(
      place(180, 85),
      fc.double({ min: 0, max: 360, noNaN: true }),
      fc.double({ min: 1, max: 5e6, noNaN: true }),
    )

    fc.assert(
      fc.property(way, ([from, azimuth, distanceM]) => {
        const found = bearing(from, destination(from, azimuth, distanceM))
        return Math.abs(lonDifference(found, azimuth)) < 0.2
      }),
      { numRuns: 1_000 },
    )
  })
})
