import { epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  coverage,
  destination,
  fastLegs,
  inverse,
  meanSpeedKmh,
  medianSeparationM,
  orderFixes,
  positionAt,
  simplify,
  simplifyTrack,
  trackLengthM,
  type Fix,
  type LonLat,
} from './index.ts'

const start = Date.parse('2026-07-03T00:00:00Z')
const second = (count: number) => epochMs(start + count * 1_000)
const depot = { lon: 87.3, lat: 44 }
/** One fix a minute, each so many metres east of the depot. */
const drive = (...metres: readonly number[]): readonly Fix[] =>
  metres.map((east, i) => ({ at: second(60 * i), ...destination(depot, 90, east) }))

const places = fc.array(
  fc.record({
    lon: fc.double({ min: 87, max: 87.3, noNaN: true }),
    lat: fc.double({ min: 44, max: 44.3, noNaN: true }),
  }),
  { minLength: 2, maxLength: 60 },
)
const tracks = places.map((list) => list.map((place, i): Fix => ({ at: second(30 * i), ...place })))
const tolerance = fc.constantFrom(0, 10, 500, 5_000)

/** Distance to a segment by trying 2,000 points of it on the ellipsoid. */
const triedDistanceM = (place: LonLat, from: LonLat, to: LonLat): number => {
  const tried = Array.from({ length: 2_001 }, (_, i) => ({
    lon: from.lon + (i / 2_000) * (to.lon - from.lon),
    lat: from.lat + (i / 2_000) * (to.lat - from.lat),
  }))
  return Math.min(...tried.map((point) => inverse(place, point).distanceM))
}

describe('simplify', () => {
  it('leaves every place within the tolerance of what replaces it, by the ellipsoid', () => {
    fc.assert(
      fc.property(
        places.filter((list) => list.length < 15),
        fc.constantFrom(500, 5_000),
        (line, toleranceM) => {
          const kept = simplify(line, toleranceM)
          expect([kept[0], kept.at(-1)]).toEqual([line[0], line.at(-1)])
          let segment = 0
          for (const place of line) {
            if (place === kept[segment + 1]) segment++
            const [from, to] = [kept[segment], kept[Math.min(segment + 1, kept.length - 1)]]
            // 0.1 % for the plane, 12 m for the points tried.
            if (from && to) expect(triedDistanceM(place, from, to)).toBeLessThan(toleranceM * 1.001 + 12)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('keeps places of the line in their order, and only those it needs', () => {
    fc.assert(
      fc.property(places, tolerance, (line, toleranceM) => {
        const kept = simplify(line, toleranceM)
        expect(kept).toEqual(line.filter((place) => kept.includes(place)))
      }),
    )
    expect(simplify(drive(0, 100, 200, 300), 1)).toHaveLength(2)
  })

  it('takes a line of 200,000 places that bends everywhere', () => {
    const line = Array.from({ length: 200_000 }, (_, i) => ({ lon: 80 + i * 1e-5, lat: 44 + 0.01 * Math.sin(i / 50) }))

    expect(simplify(line, 100).length).toBeGreaterThan(1_000)
  })

  it('refuses a tolerance below 0', () => {
    expect(() => simplify(drive(0, 1, 2), -1)).toThrow('toleranceM -1: toleranceM is 0 or more metres')
    expect(() => simplify(drive(0, 1, 2), Number.NaN)).toThrow('toleranceM NaN')
  })
})

describe('simplifyTrack', () => {
  it('keeps the place at every time within the tolerance', () => {
    fc.assert(
      fc.property(tracks, tolerance, (track, toleranceM) => {
        const kept = simplifyTrack(track, toleranceM)
        for (const fix of track) {
          const place = positionAt(kept, fix.at)
          expect(place && inverse(place, fix).distanceM).toBeLessThan(toleranceM * 1.001 + 0.01)
        }
      }),
    )
  })

  it('keeps the halt that simplify loses', () => {
    const track = drive(0, 1_000, 2_000, 2_000, 2_000, 2_000, 3_000, 4_000)

    expect(simplify(track, 50)).toHaveLength(2)
    const kept = simplifyTrack(track, 50)
    expect(kept).toEqual([track[0], track[2], track[5], track[7]])
  })
})

describe('tracks', () => {
  it('are put in order without duplicates', () => {
    const [a, b, c] = drive(0, 1_000, 2_000)

    expect(a && b && c && orderFixes([c, a, b, { ...a, lon: 0 }, c])).toEqual([a, b, c])
  })

  it('have a length and a mean speed', () => {
    const track = drive(0, 1_000, 2_000, 1_000)

    expect(trackLengthM(track)).toBeCloseTo(3_000, 1)
    expect(meanSpeedKmh(track)).toBeCloseTo(60, 2)
    expect(meanSpeedKmh(track.slice(0, 1))).toBeNull()
    expect(trackLengthM([])).toBe(0)
  })

  it('cover a trip but for the gaps', () => {
    const track = [...drive(0, 1, 2, 3), { at: second(3_000), ...depot }]

    expect(coverage(track, second(0), second(3_600), 300_000)).toEqual({
      wholeMs: 3_600_000,
      coveredMs: 180_000,
      gaps: [
        { from: second(180), to: second(3_000), ms: 2_820_000 },
        { from: second(3_000), to: second(3_600), ms: 600_000 },
      ],
    })
    expect(coverage([], second(0), second(10), 60_000).coveredMs).toBe(10_000)
    expect(() => coverage(track, second(1), second(1), 1)).toThrow('to is after from')
    expect(() => coverage(track, second(0), second(1), 0)).toThrow('gapMs 0')
  })

  it('show jumps as legs that are too fast', () => {
    const track = drive(0, 1_000, 60_000, 61_000)

    expect(fastLegs(track, 130)).toMatchObject([{ from: track[1], to: track[2] }])
    expect(fastLegs(track, 130)[0]?.speedKmh).toBeCloseTo(3_540, 0)
    expect(fastLegs(track, 130, 100_000)).toEqual([])
  })

  it('are apart by the median of their distances at the same times', () => {
    const track = drive(0, 1_000, 2_000, 3_000)
    const shifted = track.map((fix, i) => ({ at: fix.at, ...destination(fix, 0, i === 3 ? 50_000 : 300) }))

    expect(medianSeparationM(track, shifted)).toBeCloseTo(300, 0)
    expect(medianSeparationM(track, [])).toBeNull()
  })

  it('have a place at every time between their ends', () => {
    const track = drive(0, 1_000)

    expect(positionAt(track, second(30))?.lon).toBeCloseTo(destination(depot, 90, 500).lon, 6)
    expect(positionAt(track, second(61))).toBeNull()
    expect(positionAt(track, second(-1))).toBeNull()
    expect(positionAt([], second(0))).toBeNull()
  })
})
