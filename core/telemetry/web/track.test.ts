import { describe, expect, it } from 'vitest'
import { alarmsOf, piecesOf, placeAt, stopsOf, type TrackFix } from './track.ts'

const minute = 60_000
const fix = (at: number, more: Partial<TrackFix> = {}): TrackFix => ({
  at,
  lonDeg: 87 + at / minute / 100,
  latDeg: 44,
  speedKmh: 62,
  headingDeg: 90,
  alarm: 0,
  flags: 0,
  ...more,
})

describe('a track', () => {
  it('is one line while speed keeps its class, and two when it changes', () => {
    const pieces = piecesOf([fix(0), fix(minute), fix(2 * minute), fix(3 * minute, { speedKmh: 81 })])

    expect(pieces.map(({ speedClass, line }) => [speedClass, line.length])).toEqual([
      [2, 3],
      [3, 2],
    ])
  })

  it('has a gap where nothing was heard for over five minutes, and leaves out what has no place', () => {
    expect(piecesOf([fix(0), fix(6 * minute)])).toEqual([])
    expect(piecesOf([fix(0), fix(minute, { flags: 2 }), fix(2 * minute)])).toHaveLength(1)
    expect(piecesOf([fix(0), fix(minute, { flags: 4, lonDeg: 120 })])).toEqual([])
  })

  it('tells what was sent late from what was sent at once', () => {
    const pieces = piecesOf([fix(0), fix(minute), fix(2 * minute, { flags: 1 })])

    expect(pieces.map(({ late }) => late)).toEqual([false, true])
  })

  it('stops where it stood five minutes, not where it waited four', () => {
    const stands = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => fix(from + index * minute, { speedKmh: 0, lonDeg: 87 }))

    expect(stopsOf([...stands(0, 6), fix(6 * minute)])).toEqual([{ from: 0, to: 5 * minute, place: [87, 44] }])
    expect(stopsOf([...stands(0, 5), fix(5 * minute)])).toEqual([])
    expect(stopsOf(stands(0, 7))).toEqual([{ from: 0, to: 6 * minute, place: [87, 44] }])
  })

  it('marks an alarm where it begins, once, also in the highest bit', () => {
    const high = 0x8000_0000
    const alarms = alarmsOf([
      fix(0),
      fix(1, { alarm: high + 2 }),
      fix(2, { alarm: high + 2 }),
      fix(3),
      fix(4, { alarm: 2 }),
    ])

    expect(alarms.map(({ at, kinds }) => [at, kinds])).toEqual([
      [1, ['overspeed', 'illegal_door_open']],
      [4, ['overspeed']],
    ])
  })

  it('is between two fixes at the time between, and at the last one in a gap', () => {
    const fixes = [fix(0, { lonDeg: 87 }), fix(minute, { lonDeg: 88 }), fix(20 * minute, { lonDeg: 90 })]

    expect(placeAt(fixes, minute / 4)?.place).toEqual([87.25, 44])
    expect(placeAt(fixes, 10 * minute)?.place).toEqual([88, 44])
    expect(placeAt(fixes, -1)).toBeNull()
  })
})
