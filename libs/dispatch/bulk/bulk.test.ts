import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { laneRate, legS, restRule, tripsPerHour, type Lane } from './lane.ts'
import { bulkOptions, planBulk, type BulkOptions, type BulkOrder, type BulkPlan, type BulkSite } from './plan.ts'
import { serveInOrder } from './queue.ts'
import { bucketS, bucketStartS, driftSlot, firstFree, releaseSlot, slotBook, takeSlot } from './slots.ts'
import { splitOrder } from './split.ts'

const minute = 60
const hour = 3_600
// 120 km, out at 60 km/h, back at 70 km/h: the example of three thousand tonnes of coal.
const coal: Lane = {
  load: { docks: 2, serviceS: 8 * minute },
  unload: { docks: 2, serviceS: 10 * minute },
  outS: 2 * hour,
  backS: Math.round((120 / 70) * hour),
}

describe('a lane', () => {
  it('of the example takes 53 trucks, whose cycle is 261 minutes with one rest', () => {
    const rate = laneRate(coal)
    expect(rate).toMatchObject({ loadPerHour: 15, unloadPerHour: 12, restS: 20 * minute, trucksNeeded: 53 })
    expect(Math.round(rate.cycleS / minute)).toBe(261)
    expect(tripsPerHour(rate, 53)).toBe(12)
    expect(tripsPerHour(rate, 500)).toBe(12)
    expect(tripsPerHour(rate, 26)).toBeCloseTo((26 * 60) / 261, 1)
  })

  it('rests as often as four hours of driving ask', () => {
    const restsOf = (outS: number, backS: number) => laneRate({ ...coal, outS, backS }).restS / restRule.restS
    expect(restsOf(hour, hour)).toBe(0.5)
    expect(restsOf(4 * hour, 4 * hour)).toBe(2)
    expect(restsOf(9 * hour, hour)).toBe(3)
    expect(restsOf(0, 0)).toBe(0)
  })

  it('has rests inside a leg that is longer than four hours', () => {
    expect([4 * hour, 4 * hour + 1, 8 * hour, 8 * hour + 1].map((s) => legS(s) - s)).toEqual(
      [0, 1, 1, 2].map((rests) => rests * 20 * minute),
    )
  })
})

describe('an order', () => {
  it('is split into full truckloads and the rest', () => {
    expect(splitOrder(3_000_000, 32_000)).toEqual({ trips: 94, fullKg: 32_000, lastKg: 24_000, leftKg: 0 })
    expect(splitOrder(3_000_000, 32_000, 0.01)).toEqual({ trips: 93, fullKg: 32_000, lastKg: 32_000, leftKg: 24_000 })
    expect(splitOrder(64_000, 32_000)).toEqual({ trips: 2, fullKg: 32_000, lastKg: 32_000, leftKg: 0 })
    expect(splitOrder(10, 32_000, 1)).toEqual({ trips: 1, fullKg: 32_000, lastKg: 10, leftKg: 0 })
    expect(splitOrder(0, 32_000).trips).toBe(0)
  })

  it('is never split into more or less than it is', () => {
    const kg = fc.integer({ min: 0, max: 10_000_000 })
    fc.assert(
      fc.property(
        kg,
        fc.integer({ min: 1, max: 50_000 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (ordered, payload, share) => {
          const { trips, fullKg, lastKg, leftKg } = splitOrder(ordered, payload, share)
          expect(Math.max(0, trips - 1) * fullKg + lastKg + leftKg).toBe(ordered)
          expect(lastKg).toBeLessThanOrEqual(payload)
          expect(leftKg).toBeLessThanOrEqual(ordered * share)
        },
      ),
    )
  })
})

describe('docks', () => {
  it('serve 53 trucks that come at once one after the other: the last waits 208 minutes', () => {
    const served = serveInOrder(
      Array.from({ length: 53 }, () => ({ atS: 0 })),
      2,
      8 * minute,
    )
    expect(Math.max(...served.map(({ waitS }) => waitS))).toBe(208 * minute)
  })

  it('never serve more at once than there are, nobody before they came, and stand idle for no one', () => {
    const arrival = fc.record(
      { atS: fc.nat(5_000), slotS: fc.option(fc.nat(5_000), { nil: undefined }) },
      { requiredKeys: ['atS'] },
    )
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (given, docks) => {
        const arrivals = given.map(({ atS, slotS }) => (slotS === undefined ? { atS } : { atS, slotS }))
        const served = serveInOrder(arrivals, docks, 300)
        for (const [i, { startS, endS, waitS }] of served.entries()) {
          const arrived = arrivals[i]! // one for each
          const readyS = Math.max(arrived.atS, arrived.slotS ?? 0)
          expect(startS).toBeGreaterThanOrEqual(readyS)
          expect([endS - startS, startS - waitS]).toEqual([300, arrived.atS])
          const during = (s: number) => served.filter((other) => other.startS <= s && s < other.endS).length
          expect(during(startS)).toBeLessThanOrEqual(docks)
          if (startS > readyS) expect(during(startS - 1)).toBe(docks)
        }
      }),
    )
  })
})

describe('slots', () => {
  it('carry what is left of a bucket to the next: 15 trucks an hour are 2 and 3 a bucket in turn', () => {
    const { capacity } = slotBook(coal.load, 0, 12)
    expect([...capacity]).toEqual(Array.from({ length: 6 }, () => [2, 3]).flat())
    expect(capacity.reduce((sum, trucks) => sum + trucks)).toBe(30)
    expect(slotBook(coal.load, 0, 12, 0.9).capacity.reduce((sum, trucks) => sum + trucks)).toBe(27)
  })

  it('are none when the docks are closed', () => {
    const { capacity } = slotBook(coal.unload, 0, 6, 1, [{ fromS: 900, toS: 2_400 }])
    expect([...capacity]).toEqual([0, 1, 2, 2, 0, 0])
  })

  it('move with a truck that is late by more than a bucket, and let an early one wait', () => {
    const book = slotBook(coal.unload, 0, 6)
    for (const bucket of [1, 4, 4]) takeSlot(book, bucket)
    expect(driftSlot(book, 1, 100)).toEqual({ kind: 'early', waitS: 500 })
    expect(driftSlot(book, 1, 2 * bucketS + 599)).toEqual({ kind: 'kept' })
    expect(driftSlot(book, 1, 4 * bucketS)).toEqual({ kind: 'moved', bucket: 5 })
    expect([...book.booked]).toEqual([0, 0, 0, 0, 2, 1])
    expect(driftSlot(book, 4, 100 * bucketS)).toEqual({ kind: 'lost' })
    expect([...book.booked]).toEqual([0, 0, 0, 0, 1, 1])
  })

  it('are not booked twice nor given back twice', () => {
    const book = slotBook({ docks: 1, serviceS: bucketS }, 0, 1)
    takeSlot(book, 0)
    expect(firstFree(book, 0)).toBeNull()
    expect(() => takeSlot(book, 0)).toThrow(RangeError)
    expect(() => takeSlot(book, 1)).toThrow(RangeError)
    releaseSlot(book, 0)
    expect(() => releaseSlot(book, 0)).toThrow(RangeError)
  })
})

const mine: BulkSite = { id: 'mine', load: coal.load, unload: null, openings: null }
const plant: BulkSite = { id: 'plant', load: null, unload: coal.unload, openings: null }
const threeThousand: BulkOrder = {
  id: 'coal',
  from: 'mine',
  to: 'plant',
  remainingKg: 3_000_000,
  payloadKg: 32_000,
  toleranceShare: 0,
  priority: 0,
  earliestS: 0,
  deadlineS: 24 * hour,
  outS: coal.outS,
  backS: coal.backS,
}
const aDay: BulkOptions = { ...bulkOptions, fromS: 0, toS: 24 * hour }

function planned(orders: readonly BulkOrder[], options = aDay, sites: readonly BulkSite[] = [mine, plant]): BulkPlan {
  const plan = planBulk(sites, orders, options)
  if (!plan.ok) throw new Error(JSON.stringify(plan.error))
  return plan.value
}

/** What any plan must keep, asked of its trips alone. */
function faultsOf(plan: BulkPlan, orders: readonly BulkOrder[], options: BulkOptions): readonly string[] {
  const faults: string[] = []
  const share = (dock: { docks: number; serviceS: number }, toS: number) =>
    Math.floor(((toS - options.fromS) * dock.docks * options.slotShare) / dock.serviceS + 1e-6)
  for (let bucket = options.fromS; bucket < options.toS; bucket += bucketS) {
    const until = bucket + bucketS
    if (plan.trips.filter((trip) => trip.loadSlotS < until).length > share(coal.load, until))
      faults.push(`loads by ${until}`)
    if (plan.trips.filter((trip) => trip.unloadSlotS < until).length > share(coal.unload, until))
      faults.push(`unloads by ${until}`)
    const out = plan.trips.filter((trip) => trip.loadSlotS <= bucket && bucket < trip.backS).length
    if (options.trucksMax !== null && out > options.trucksMax) faults.push(`${out} trucks at ${bucket}`)
  }
  for (const order of orders) {
    const own = plan.trips.filter(({ orderId }) => orderId === order.id)
    const missing = plan.unplaced.find(({ orderId }) => orderId === order.id)?.trips ?? 0
    const { trips } = splitOrder(order.remainingKg, order.payloadKg, order.toleranceShare)
    if (own.length + missing !== trips) faults.push(`${order.id} has ${own.length} and ${missing} of ${trips} trips`)
    const kg = own.reduce((sum, trip) => sum + trip.kg, 0) + (plan.leftKg.get(order.id) ?? 0)
    if (missing === 0 && kg !== order.remainingKg) faults.push(`${order.id} brings ${kg}`)
    for (const trip of own) {
      const reachesS = trip.loadSlotS + coal.load.serviceS + legS(order.outS)
      if (trip.loadSlotS < order.earliestS) faults.push(`${order.id} too early`)
      if (trip.unloadSlotS > reachesS) faults.push(`${order.id} stands before the docks`)
      if (Math.max(reachesS, trip.unloadSlotS) + coal.unload.serviceS > order.deadlineS) faults.push(`${order.id} late`)
    }
  }
  return faults
}

describe('a plan of bulk orders', () => {
  it('brings 3,000 tonnes in 94 trips at the rate of the slower docks, and no truck stands before them', () => {
    const options = { ...aDay, slotShare: 1 }
    const plan = planned([threeThousand], options)
    expect(faultsOf(plan, [threeThousand], options)).toEqual([])
    expect([plan.trips.length, plan.unplaced, plan.trips.at(-1)?.kg]).toEqual([94, [], 24_000])
    const last = Math.max(...plan.trips.map(({ unloadSlotS }) => unloadSlotS)) + coal.unload.serviceS
    expect(last / hour).toBeLessThan(94 / 12 + 2.3 + 0.5)
    const atPlant = serveInOrder(
      plan.trips.map((trip) => ({ atS: Math.max(trip.unloadSlotS, trip.loadSlotS + coal.load.serviceS + coal.outS) })),
      2,
      coal.unload.serviceS,
    )
    expect(Math.max(...atPlant.map(({ waitS }) => waitS))).toBeLessThanOrEqual(bucketS)
  })

  it('takes no more trucks than there are, and says that it lacks them', () => {
    const options = { ...aDay, trucksMax: 10 }
    const plan = planned([threeThousand], options)
    expect(faultsOf(plan, [threeThousand], options)).toEqual([])
    expect(plan.unplaced).toMatchObject([{ orderId: 'coal', blocker: expect.stringMatching(/trucks|deadline/) }])
  })

  it('says what a trip runs into', () => {
    const blocker = (order: Partial<BulkOrder>, options = aDay) =>
      planned([{ ...threeThousand, ...order }], options).unplaced
    expect(blocker({ deadlineS: 2 * hour })).toEqual([{ orderId: 'coal', trips: 94, blocker: 'deadline' }])
    expect(blocker({ deadlineS: 100 * hour, remainingKg: 30_000_000 })).toMatchObject([{ blocker: 'unload_slots' }])
    expect(blocker({ earliestS: 24 * hour, deadlineS: 48 * hour })).toMatchObject([{ blocker: 'load_slots' }])
  })

  it('serves a higher priority first and shares what equals want', () => {
    const [first, second] = [
      { ...threeThousand, id: 'first' },
      { ...threeThousand, id: 'second' },
    ]
    const both = planned([first, second], { ...aDay, toS: 12 * hour })
    const count = (plan: BulkPlan, id: string) => plan.trips.filter(({ orderId }) => orderId === id).length
    expect(Math.abs(count(both, 'first') - count(both, 'second'))).toBeLessThanOrEqual(1)
    const urgent = planned([first, { ...second, priority: 1 }], { ...aDay, toS: 12 * hour })
    expect([count(urgent, 'second'), count(urgent, 'first')]).toEqual([
      94,
      count(both, 'first') * 2 - 94 + (count(both, 'second') - count(both, 'first')),
    ])
    expect(both.waves.reduce((sum, wave) => sum + wave.trips, 0)).toBe(both.trips.length)
  })

  it('keeps every limit, whatever is asked', () => {
    const order = fc.record({
      remainingKg: fc.nat(2_000_000),
      payloadKg: fc.integer({ min: 20_000, max: 40_000 }),
      toleranceShare: fc.constantFrom(0, 0.02),
      priority: fc.nat(2),
      earliestS: fc.nat(8 * hour),
      lastS: fc.nat(12 * hour),
      outS: fc.nat(6 * hour),
      backS: fc.nat(6 * hour),
    })
    fc.assert(
      fc.property(
        fc.array(order, { minLength: 1, maxLength: 4 }),
        fc.option(fc.integer({ min: 1, max: 40 })),
        fc.constantFrom(0.5, 0.9, 1),
        (given, trucksMax, slotShare) => {
          const orders = given.map(({ lastS, ...rest }, i) => ({
            ...threeThousand,
            ...rest,
            id: `order ${i}`,
            deadlineS: rest.earliestS + lastS,
          }))
          const options = { ...aDay, trucksMax, slotShare }
          const plan = planned(orders, options)
          expect(faultsOf(plan, orders, options)).toEqual([])
          expect(planned(orders, options)).toEqual(plan)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('takes the slots that others have booked as taken, and leaves the book as it was', () => {
    const book = slotBook(coal.load, 0, 144)
    for (let bucket = 0; bucket < 6; bucket++) book.booked[bucket] = book.capacity[bucket]!
    const books = { load: book, unload: null }
    const options = { ...aDay, slotShare: 1 }
    const plan = planned([threeThousand], options, [{ ...mine, books }, plant])
    expect(plan.trips.length).toBe(94)
    expect(plan.trips[0]!.loadSlotS).toBe(hour)
    expect(book.booked.reduce((sum, trucks) => sum + trucks)).toBe(15)
    const short = planBulk([{ ...mine, books: { load: slotBook(coal.load, 0, 6), unload: null } }, plant], [], aDay)
    expect(short.ok ? null : short.error.field).toBe('sites[0].books.load')
    const late = planBulk([{ ...mine, books: { load: slotBook(coal.load, 600, 144), unload: null } }, plant], [], aDay)
    expect(late.ok ? null : late.error.field).toBe('sites[0].books.load.fromS')
  })

  it('refuses what it cannot read, by field, value and rule', () => {
    const refused = (orders: readonly BulkOrder[], options: Partial<BulkOptions> = {}, sites = [mine, plant]) => {
      const plan = planBulk(sites, orders, { ...aDay, ...options })
      return plan.ok ? null : plan.error.field
    }
    const wrong = (part: Partial<BulkOrder>) => refused([{ ...threeThousand, ...part }])
    expect(refused([threeThousand, threeThousand])).toBe('orders[1].id')
    expect(refused([threeThousand], {}, [mine, mine])).toBe('sites[1].id')
    expect(wrong({ from: 'plant' })).toBe('orders[0].from')
    expect(wrong({ to: 'nowhere' })).toBe('orders[0].to')
    expect(wrong({ remainingKg: -1 })).toBe('orders[0].remainingKg')
    expect(wrong({ payloadKg: 0 })).toBe('orders[0].payloadKg')
    expect(wrong({ toleranceShare: Number.NaN })).toBe('orders[0].toleranceShare')
    expect(wrong({ priority: Number.NaN })).toBe('orders[0].priority')
    expect(wrong({ deadlineS: -1 })).toBe('orders[0].deadlineS')
    expect(wrong({ outS: 0.5 })).toBe('orders[0].outS')
    expect(wrong({ payloadKg: 1, remainingKg: 2 ** 50 })).toBe('orders[0].remainingKg')
    expect(refused([], { toS: 2 ** 40 })).toBe('toS')
    expect(refused([], { trucksMax: 0 })).toBe('trucksMax')
    expect(refused([], { slotShare: 2 })).toBe('slotShare')
    expect(refused([], {}, [{ ...mine, load: { docks: 0, serviceS: 1 } }])).toBe('sites[0].load.docks')
    expect(refused([], {}, [{ ...mine, openings: [{ fromS: 9, toS: 5 }] }])).toBe('sites[0].openings[0].toS')
  })

  it('places every one of five thousand trips among forty sites', () => {
    const sites = Array.from({ length: 20 }, (_, i) => [
      { ...mine, id: `mine ${i}` },
      { ...plant, id: `plant ${i}` },
    ]).flat()
    const orders = Array.from({ length: 50 }, (_, i) => ({
      ...threeThousand,
      id: `order ${i}`,
      from: `mine ${i % 20}`,
      to: `plant ${(i * 7) % 20}`,
      deadlineS: 72 * hour,
    }))
    const plan = planned(orders, { ...aDay, toS: 72 * hour }, sites)
    expect(plan.trips.length).toBe(94 * 50)
  })
})

it('a bucket begins where the book says', () => {
  expect(bucketStartS(slotBook(coal.load, 7_200, 3), 2)).toBe(7_200 + 2 * bucketS)
})
