import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketS } from '@tingzhou/dispatch'
import { bookOf, sumOf, type Dock } from './book.ts'
import { isLate, moveSlots, type Awaited } from './drift.ts'
import { arrivalAt, type OnTheWay } from './eta.ts'
import { clockText } from './notices.ts'
import { queueOf } from './queue.ts'
import { withBounds } from '@tingzhou/records/bounds'
import { dockBounds, dockFields, numberBounds } from './words.ts'
import { epochMs } from '@tingzhou/kernel'

const minute = 60
const hour = 3_600
// Midnight in Beijing.
const midnight = Date.UTC(2026, 2, 1, 16)
const midnightS = midnight / 1_000
const dock: Dock = {
  placeId: 'mine',
  end: 'load',
  docks: 2,
  serviceS: 8 * minute,
  sharePct: 100,
  opens: '00:00',
  closes: '24:00',
}
const capacities = (over: Partial<Dock>, fromMs: number, untilMs: number) => [
  ...bookOf({ ...dock, ...over }, fromMs, untilMs, new Map()).capacity,
]

describe('the numbers of docks', () => {
  it('lie within their bounds', () => {
    for (const { value, min, max } of [...Object.values(numberBounds), ...dockFields.map((name) => dockBounds[name])])
      expect([value >= min, value <= max]).toEqual([true, true])
  })
})

describe('the slots of a day', () => {
  it('are 2 and 3 in turn at two docks of eight minutes, and the same whoever looks when', () => {
    expect(capacities({}, midnight, midnight + 2 * hour * 1_000)).toEqual(
      Array.from({ length: 6 }, () => [2, 3]).flat(),
    )
    const moment = fc.integer({ min: 0, max: 47 * 6 })
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 5 }),
        (bucket, sharePct, docks) => {
          const over = { sharePct, docks, serviceS: 11 * minute, opens: '22:00', closes: '06:30' }
          const whole = capacities(over, midnight, midnight + 72 * hour * 1_000)
          const from = midnight + bucket * bucketS * 1_000
          expect(capacities(over, from + 599_000, from + 24 * hour * 1_000)).toEqual(whole.slice(bucket, bucket + 144))
        },
      ),
    )
  })

  it('are those of the hours in which it is open, over midnight too', () => {
    const sum = (over: Partial<Dock>) => sumOf(bookOf({ ...dock, ...over }, midnight, midnight + 86_400_000, new Map()))
    expect(sum({}).capacity).toBe(24 * 15)
    expect(sum({ opens: '08:00', closes: '20:00' }).capacity).toBe(12 * 15)
    expect(sum({ opens: '22:00', closes: '06:00' }).capacity).toBe(8 * 15)
    expect(sum({ sharePct: 90 }).capacity).toBe(324)
    const [early] = capacities(
      { opens: '08:00', closes: '20:00' },
      midnight + 8 * hour * 1_000 - 1,
      midnight + 86_400_000,
    )
    expect(early).toBe(0)
  })

  it('say what is free of what is booked', () => {
    const booked = new Map([
      [midnightS, 2],
      [midnightS + bucketS, 9],
    ])
    expect(sumOf(bookOf(dock, midnight, midnight + 1_800_000, booked))).toEqual({ capacity: 7, booked: 11, free: 2 })
  })
})

const trip: OnTheWay = {
  state: 'accepted',
  from: { lon: 87.3, lat: 44 },
  to: { lon: 87.7, lat: 44 },
  distanceM: 120_000,
  fix: null,
  departedS: null,
  loadSlotS: null,
  loadServiceS: null,
  notBeforeS: { load: null, unload: null },
}
const numbers = { ...withBounds(numberBounds, {}), loadedKmh: 60, emptyKmh: 70, bendPct: 125, serviceMinutes: 30 }
const etaOf = (end: 'load' | 'unload', over: Partial<OnTheWay> = {}) => arrivalAt(end, { ...trip, ...over }, numbers, 0)

describe('when a truck comes', () => {
  it('to load: now at the earliest, or the way from where it is', () => {
    expect(etaOf('load')).toEqual({ atS: 0, isKnown: false })
    // 32 km as the crow flies, 40 by road at 70 km/h.
    expect(etaOf('load', { fix: trip.to })?.atS).toBeCloseTo(34 * minute + 18, -2)
    expect(etaOf('load', { state: 'loaded' })).toBeNull()
  })

  it('not before it is planned there, where it has something else to do first; nobody knows then when it leaves', () => {
    const notBeforeS = { load: 2 * hour, unload: 9 * hour }
    expect(etaOf('load', { fix: trip.to, notBeforeS })).toEqual({ atS: 2 * hour, isKnown: false })
    expect(etaOf('load', { fix: trip.to, notBeforeS: { load: minute, unload: null } })?.atS).toBeGreaterThan(
      30 * minute,
    )
    expect(etaOf('unload', { fix: trip.to, notBeforeS: { load: 2 * hour, unload: null } })).toEqual({
      atS: 2 * hour + 30 * minute + 2 * hour,
      isKnown: false,
    })
    expect(etaOf('unload', { state: 'loaded', notBeforeS })).toEqual({ atS: 9 * hour, isKnown: false })
    expect(etaOf('load', { state: 'loaded', notBeforeS })).toBeNull()
  })

  it('to unload: after the slot, the loading and two hours of driving; then from where it is', () => {
    expect(etaOf('unload', { loadSlotS: hour, loadServiceS: 480 })?.atS).toBe(hour + 480 + 2 * hour)
    expect(etaOf('unload', { state: 'at_load' })?.atS).toBe(30 * minute + 2 * hour)
    expect(etaOf('unload', { state: 'loaded' })).toEqual({ atS: 2 * hour, isKnown: true })
    expect(etaOf('unload', { state: 'in_transit', departedS: -hour })).toEqual({ atS: hour, isKnown: false })
    expect(etaOf('unload', { state: 'in_transit', fix: trip.from })?.atS).toBeCloseTo(40 * minute, -2)
    expect(etaOf('unload', { state: 'accident' })).toBeNull()
    // Nine hours of driving have two rests.
    expect(etaOf('unload', { state: 'loaded', distanceM: 540_000 })?.atS).toBe(9 * hour + 2 * 20 * minute)
  })
})

describe('bookings', () => {
  const slot = (startS: number, etaS: number | null, moves = 0) => ({
    waybillId: `${startS}`,
    startS,
    etaS,
    opensS: 0,
    beforeS: Number.POSITIVE_INFINITY,
    moves,
  })
  const move = (slots: readonly Awaited[], booked: readonly (readonly [number, number])[], over: Partial<Dock> = {}) =>
    moveSlots({ ...dock, ...over }, slots, new Map(booked), midnightS, {
      ...numbers,
      horizonHours: 2,
      movesMax: 3,
    }).map(({ startS, lack }) => [startS === null ? null : (startS - midnightS) / bucketS, lack])
  const at = (bucket: number) => midnightS + bucket * bucketS

  it('bear a bucket of lateness, and move beyond it to the first that is free', () => {
    expect(isLate({ startS: 0, etaS: 1_199 })).toBe(false)
    expect(isLate({ startS: 0, etaS: 1_200 })).toBe(true)
    expect(move([slot(at(1), at(2) + 599)], [[at(1), 1]])).toEqual([])
    expect(
      move(
        [slot(at(1), at(4))],
        [
          [at(1), 1],
          [at(4), 2],
          [at(5), 3],
        ],
      ),
    ).toEqual([[6, null]])
  })

  it('are lost when nothing is free, and when they were moved too often', () => {
    const full = Array.from({ length: 40 }, (_, bucket) => [at(bucket), 3] as const)
    expect(move([slot(at(1), at(4))], full)).toEqual([[null, 'full']])
    expect(move([slot(at(1), at(4), 3)], [[at(1), 1]])).toEqual([[null, 'late']])
  })

  it('are lost when none is free before loading ends, and not taken from who comes in time', () => {
    const late = { ...slot(at(1), at(4)), beforeS: at(5) }
    const isFull = [at(4), 2] as const
    expect(move([late], [[at(1), 1]])).toEqual([[4, null]])
    expect(move([late, slot(at(2), at(5))], [[at(1), 1], [at(2), 1], isFull])).toEqual([
      [null, 'full'],
      [5, null],
    ])
    expect(move([{ ...slot(at(1), null), beforeS: at(2) }], [[at(1), 2]], { docks: 1 })).toEqual([[null, 'full']])
  })

  it('are made for who has none as soon as one is free: the first to ask first, while loading may begin', () => {
    const none = (id: string, over: Partial<Awaited> = {}): Awaited => ({
      ...slot(0, at(3)),
      waybillId: id,
      startS: null,
      ...over,
    })
    const taken = Array.from({ length: 40 }, (_, bucket) => [at(bucket), bucket % 2 ? 3 : 2] as const)
    const free = (bucket: number, n: number) =>
      taken.map(([s, count]) => (s === at(bucket) ? ([s, count - n] as const) : ([s, count] as const)))
    expect(move([none('a')], taken)).toEqual([])
    expect(move([none('a'), none('b')], free(6, 1))).toEqual([[6, null]])
    expect(move([none('a', { opensS: at(7) })], free(6, 1))).toEqual([])
    expect(move([none('a', { beforeS: at(6) }), none('b')], free(6, 2))).toEqual([[6, null]])
    expect(move([none('a', { etaS: null })], free(6, 1))).toEqual([])
  })

  it('beyond what changed docks have go to the next, and no bucket is overbooked by it', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ bucket: fc.nat(8), late: fc.nat(6) }), { maxLength: 25 }), (given) => {
        const slots = given
          .map(({ bucket, late }, n) => ({ ...slot(at(bucket), at(bucket + late)), waybillId: String(n) }))
          .toSorted((a, b) => a.startS - b.startS)
        const booked = new Map<number, number>()
        for (const { startS } of slots) booked.set(startS, (booked.get(startS) ?? 0) + 1)
        const one = { ...dock, docks: 1 }
        for (const { slot: moved, startS } of moveSlots(one, slots, booked, midnightS, numbers)) {
          booked.set(moved.startS, booked.get(moved.startS)! - 1)
          if (startS !== null) booked.set(startS, (booked.get(startS) ?? 0) + 1)
        }
        const book = bookOf(one, midnight, midnight + 86_400_000, booked)
        for (const [bucket, taken] of book.booked.entries()) expect(taken).toBeLessThanOrEqual(book.capacity[bucket]!)
        expect([...booked.values()].reduce((sum, n) => sum + n, 0)).toBe(slots.length)
      }),
    )
  })
})

describe('a queue', () => {
  const now = 10 * hour
  const starts = (trucks: Parameters<typeof queueOf>[0], freed: readonly number[] = []) =>
    queueOf(trucks, { docks: 2, serviceS: 600 }, now, freed).map(({ truck, isServed, startS, ahead }) => [
      truck,
      isServed,
      startS - now,
      ahead,
    ])

  it('serves who came first, nobody before the slot, and says when each should start', () => {
    const came = (minutes: number, slotS: number | null = null) => ({ atS: now + minutes * minute, slotS })
    expect(starts([came(-5), came(-4), came(-3), came(-2, now + hour), came(-1)])).toEqual([
      [0, true, -300, 0],
      [1, true, -240, 0],
      [2, false, 300, 0],
      [4, false, 360, 1],
      [3, false, hour, 2],
    ])
  })

  it('counts from when the docks came free, and lets what overran end now', () => {
    expect(starts([{ atS: now - hour, slotS: null }], [now - 60])).toEqual([[0, true, -hour, 0]])
    expect(
      starts(
        [
          { atS: now - hour, slotS: null },
          { atS: now - hour, slotS: null },
          { atS: now, slotS: null },
        ],
        [now - 60, now - 120],
      ),
    ).toEqual([
      [0, true, -120, 0],
      [1, true, -60, 0],
      [2, false, 480, 0],
    ])
    expect(starts([-7, -6, -5].map((hours) => ({ atS: now + hours * hour, slotS: null })))).toEqual([
      [0, true, -7 * hour, 0],
      [1, true, -6 * hour, 0],
      [2, false, 0, 0],
    ])
  })
})

it('a moment is said with its day when it is another', () => {
  const now = epochMs(midnight)
  expect(clockText(epochMs(midnight + 9.5 * 3_600_000), now)).toBe('09:30')
  expect(clockText(epochMs(midnight + 33 * 3_600_000), now)).toBe('03-03 09:00')
})
