import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadedRatio } from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import { flowsOf, leastEmptyM } from './bound.ts'
import { changesBetween } from './changes.ts'
import { legsOf, sumsOf, type Trip } from './flows.ts'

const bend = { bendPct: 125 }
// A degree of longitude at the equator, for distances that are easy to see.
const kmDeg = 1 / 111.195
const at = (km: number): LonLat => ({ lon: km * kmDeg, lat: 0 })
const trip = (vehicleId: string, fromKm: number, toKm: number, over: Partial<Trip> = {}): Trip => ({
  vehicleId,
  fromId: `place ${fromKm}`,
  toId: `place ${toKm}`,
  from: at(fromKm),
  to: at(toKm),
  distanceM: Math.abs(toKm - fromKm) * 1_250,
  fix: null,
  isLeftOut: false,
  ...over,
})
const km = (metres: number | null) => (metres === null ? null : Math.round(metres / 1_000))

const someTrips = fc.array(
  fc.record({
    vehicle: fc.integer({ min: 1, max: 4 }),
    from: fc.integer({ min: 0, max: 6 }),
    way: fc.integer({ min: 1, max: 6 }),
    fix: fc.option(fc.integer({ min: 0, max: 60 })),
    isLeftOut: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
)
const legsFrom = (
  wishes: readonly { vehicle: number; from: number; way: number; fix: number | null; isLeftOut: boolean }[],
) =>
  legsOf(
    wishes.map(({ vehicle, from, way, fix, isLeftOut }) =>
      trip(`truck ${vehicle}`, from * 10, ((from + way) % 7) * 10, { fix: fix === null ? null : at(fix), isLeftOut }),
    ),
    bend,
  )
const ratioOf = (legs: ReturnType<typeof legsFrom>) => {
  const { emptyM, loadedM } = sumsOf(legs)
  return loadedRatio(emptyM, loadedM)
}

describe('loaded and empty ways', () => {
  it('begin at the unloading before, or at the terminal’s fix; without either nobody knows', () => {
    const legs = legsOf(
      [
        trip('A', 0, 40, { fix: at(-8) }),
        trip('B', 0, 40),
        trip('A', 24, 0),
        trip('B', 40, 0),
        trip('C', 0, 40, { fix: at(0), distanceM: null }),
      ],
      bend,
    )

    // By 1.25: 8 km, unknown, back from 40 to 24, none, none.
    expect(legs.map(({ emptyM }) => km(emptyM))).toEqual([10, null, 20, 0, 0])
    expect(legs.map(({ loadedM }) => km(loadedM))).toEqual([50, 50, 30, 50, 50])
    const { loadedM, emptyM, ...counts } = sumsOf(legs)
    expect(counts).toEqual({ trips: 4, unknown: 1, leftOut: 0 })
    expect([km(loadedM), km(emptyM)]).toEqual([180, 30])
  })

  it('leave out loads that share a truck, which stands afterwards where it unloaded them', () => {
    const shared = { isLeftOut: true, fix: at(0) }
    const legs = legsOf(
      [trip('A', 0, 40, shared), trip('A', 0, 48, shared), trip('A', 40, 0), trip('B', 0, 40, shared)],
      bend,
    )

    // By 1.25: back from 48 to 40.
    expect(legs.map(({ emptyM }) => km(emptyM))).toEqual([null, null, 10, null])
    const { loadedM, emptyM, ...counts } = sumsOf(legs)
    expect(counts).toEqual({ trips: 1, unknown: 0, leftOut: 3 })
    expect([km(loadedM), km(emptyM)]).toEqual([50, 10])
    // B stood beside what A drove back for.
    expect(leastEmptyM(flowsOf(legs), bend)).toBe(0)
    expect(changesBetween(legs, legs).map(({ fromId }) => fromId)).toEqual(['place 40'])
  })
})

describe('the bound', () => {
  it('sends whoever unloads to what is loaded nearest, whoever really went', () => {
    // Two trucks that crossed: each drove 50 km for what the other stood beside.
    const legs = legsOf([trip('A', 0, 10, { fix: at(40) }), trip('B', 40, 50, { fix: at(0) })], bend)

    expect(km(sumsOf(legs).emptyM)).toBe(100)
    expect(leastEmptyM(flowsOf(legs), bend)).toBe(0)
  })

  it('is never above what was driven', () => {
    fc.assert(
      fc.property(someTrips, (wishes) => {
        const legs = legsFrom(wishes)
        const least = leastEmptyM(flowsOf(legs), bend)
        const { trips, emptyM } = sumsOf(legs)
        if (trips === 0) expect(least).toBeNull()
        // Ways are rounded to metres.
        else expect(least).toBeLessThanOrEqual(emptyM + trips)
        expect(ratioOf(legs)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('what changed a ratio', () => {
  it('is said lane by lane: one that drives less empty, one that drives more of all', () => {
    const before = legsOf([trip('A', 0, 40, { fix: at(40) }), trip('B', 60, 100, { fix: at(60) })], bend)
    const now = legsOf([trip('A', 0, 40, { fix: at(0) }), trip('B', 60, 100, { fix: at(60) })], bend)

    // 100 of 150 km, then 100 of 100.
    const changes = changesBetween(now, before)

    expect(changes.map(({ fromId }) => fromId)).toEqual(['place 0', 'place 60'])
    expect(changes[0]?.points).toBeGreaterThan(0)
    expect(changes.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(100 / 3, 4)
  })

  it('adds up to the whole difference, whatever was driven', () => {
    fc.assert(
      fc.property(someTrips, someTrips, (today, yesterday) => {
        const [now, before] = [legsFrom(today), legsFrom(yesterday)]
        const changes = changesBetween(now, before)
        if (sumsOf(now).trips === 0 || sumsOf(before).trips === 0) {
          expect(changes).toEqual([])
          return
        }
        const sum = changes.reduce((all, { points }) => all + points, 0)
        expect(sum).toBeCloseTo(100 * (ratioOf(now) - ratioOf(before)), 9)
      }),
    )
  })
})
