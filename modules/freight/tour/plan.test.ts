import { describe, expect, it } from 'vitest'
import { capacityOf, instanceOf, lawfulGrossKg, type TourLoad, type TourTruck, type TourWish } from './model.ts'
import { planTours, solvePart, tourJob, type TourPart, type TourPlan } from './plan.ts'
import { tourBounds, tourNumbers, type TourNumbers } from './words.ts'

const now = Date.UTC(2026, 2, 2, 2)
const hourMs = 3_600_000
// Half a second of a clock that goes a millisecond each time it is asked: the same plan on every machine.
const numbers = {
  ...(Object.fromEntries(tourNumbers.map((name) => [name, tourBounds[name].value])) as TourNumbers),
  solveSeconds: 1,
}
const ticking = () => {
  let asked = 0
  return () => asked++ / 1_000
}

const place = (id: string, lon: number, lat = 44) => ({ id, name: id, lon, lat })
let count = 0
const load = (kg: number, from: number, to: number, over: Partial<TourLoad> = {}): TourLoad => {
  const id = `L${++count}`
  return {
    id,
    number: id,
    goods: '合成原煤',
    cargoClass: '0100',
    measure: 'ton',
    left: kg,
    from: place(`at ${from}`, from),
    to: place(`at ${to}`, to),
    loadFrom: now,
    loadUntil: now + 10 * hourMs,
    deadline: null,
    isOpen: true,
    forbidden: [],
    ...over,
  }
}
const truck = (id: string, lon: number, ratedKg = 32_000, over: Partial<TourTruck> = {}): TourTruck => ({
  id,
  plate: id,
  driverId: `${id} driver`,
  carrierId: 'carrier',
  typeCode: 'H17',
  ratedKg,
  lon,
  lat: 44,
  isCombination: false,
  axles: null,
  driveAxles: null,
  tareKg: null,
  volumeDm3: null,
  ...over,
})
const wishOf = (loads: readonly TourLoad[], trucks: readonly TourTruck[], over: Partial<TourWish> = {}): TourWish => ({
  loads,
  trucks,
  mindsBodies: true,
  numbers,
  bendPct: 125,
  now,
  seed: 1,
  ...over,
})
const solver = (threads = 1) => ({ threads, solve: async (part: TourPart) => solvePart(part, ticking()) })
const planned = async (...args: Parameters<typeof wishOf>): Promise<TourPlan> => {
  const plan = await planTours(wishOf(...args), solver())
  if (!plan.ok) throw new Error(JSON.stringify(plan.error))
  return plan.value
}
const kinds = ({ left }: TourPlan) => left.map(({ kind }) => kind)

describe('a plan of tours', () => {
  it('lets three small loads share a truck, drives less than each alone, and says what is on board when', async () => {
    const loads = [load(8_000, 87.3, 87.7), load(9_000, 87.32, 87.72), load(10_000, 87.34, 87.74)]
    const plan = await planned(loads, [truck('near', 87.2), truck('far', 86.9)])

    expect(plan.left).toEqual([])
    expect(plan.tours.length).toBe(1)
    const [tour] = plan.tours
    expect(tour?.truck.id).toBe('near')
    expect(tour?.stops.map(({ kind }) => kind)).toEqual(['load', 'load', 'load', 'unload', 'unload', 'unload'])
    expect(tour?.stops.map(({ onBoardKg }) => onBoardKg)).toEqual([8_000, 17_000, 27_000, 19_000, 10_000, 0])
    expect(Math.abs((tour?.wayM ?? 0) - (tour?.stops.reduce((sum, { legM }) => sum + legM, 0) ?? 0))).toBeLessThan(10)
    expect(plan.wayM).toBeLessThan(plan.aloneM / 2)
    const times = tour?.stops.flatMap(({ arriveAt, startAt, leaveAt }) => [arriveAt, startAt, leaveAt]) ?? []
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times[0]).toBeGreaterThanOrEqual(now + numbers.leadMinutes * 60_000)
  })

  it('keeps to windows, deadlines, and the driver’s rest', async () => {
    const late = load(8_000, 87.3, 87.7, { loadFrom: now + 3 * hourMs })
    const plan = await planned([late], [truck('a', 87.3)])
    expect(plan.tours[0]?.stops[0]?.startAt).toBe(now + 3 * hourMs)

    const far = load(8_000, 87.3, 91.5, { deadline: now + 9 * hourMs })
    const [, unload] = (await planned([far], [truck('a', 87.3)])).tours[0]?.stops ?? []
    // 420 km take seven hours: one rest of twenty minutes.
    expect(unload?.restS).toBe(1_200)
    expect(unload?.arriveAt).toBeLessThanOrEqual(now + 9 * hourMs)
    expect(kinds(await planned([{ ...far, deadline: now + 5 * hourMs }], [truck('a', 87.3)]))).toEqual(['no_time'])
    expect(kinds(await planned([{ ...late, loadUntil: now + hourMs }], [truck('a', 88.9)]))).toEqual(['no_time'])
  })

  it('says of each load that is left out why', async () => {
    const trucks = [truck('a', 87.3, 20_000), truck('b', 87.4, 18_000, { typeCode: 'H14' })]
    const out = async (over: Partial<TourLoad>, kg = 8_000) =>
      kinds(await planned([load(kg, 87.3, 87.7, over)], trucks))
    expect(await out({})).toEqual([])
    expect(await out({ isOpen: false })).toEqual(['not_open'])
    expect(await out({ measure: 'truck', left: 1 })).toEqual(['whole_truck'])
    expect(await out({ cargoClass: '0200' })).toEqual(['goods_alone'])
    expect(await out({ measure: 'm3', left: 20_000 })).toEqual(['no_volume'])
    expect(await out({}, 20_001)).toEqual(['too_heavy'])
    expect(await out({ cargoClass: '1602' })).toEqual(['wrong_body'])
    expect(await out({ forbidden: ['a'] })).toEqual(['forbidden'])
    // Over the sea: the way alone is within the drop, the empty way is not.
    const dear = await planned([load(8_000, 87.3, 87.7, { loadUntil: now + 90 * hourMs })], [truck('a', 60)], {
      numbers: { ...numbers, hoursMax: 96 },
    })
    expect(kinds(dear)).toEqual(['dearer'])
    const many = Array.from({ length: 3 }, () => load(20_000, 87.3, 90.5))
    expect(kinds(await planned(many, [truck('a', 87.3, 20_000)]))).toEqual(['no_room', 'no_room'])
    expect(await planned([], trucks)).toMatchObject({ tours: [], left: [] })
  })

  it('fills beds by volume as well as by mass, never above one of them', async () => {
    const bed = { volumeDm3: 40_000 }
    const light = (dm3: number) => load(dm3, 87.3, 87.7, { measure: 'm3' })
    const plan = await planned([light(20_000), light(20_000)], [truck('a', 87.3, 20_000, bed)])
    expect(plan.tours[0]?.stops.map(({ onBoardDm3 }) => onBoardDm3)).toContain(40_000)
    // Half the bed by volume and half by mass fill it.
    const [one] = (
      await planned([light(20_000), load(10_000, 87.3, 87.7), load(1_000, 87.3, 87.7)], [truck('a', 87.3, 20_000, bed)])
    ).tours
    for (const { onBoardKg, onBoardDm3 } of one?.stops ?? [])
      expect(onBoardKg / 20_000 + onBoardDm3 / 40_000).toBeLessThanOrEqual(1)
    expect(kinds(await planned([light(40_001)], [truck('a', 87.3, 20_000, bed)]))).toEqual(['too_heavy'])
    for (let dm3 = 30_000; dm3 < 30_200; dm3++)
      expect(instanceOf(wishOf([light(dm3)], [truck('a', 87.3, 20_000, { volumeDm3: dm3 })])).left).toEqual([])
  })

  it('counts volume by the trucks that could have some of it, and says when another truck’s bed is what hinders', async () => {
    const light = (dm3: number) => load(dm3, 87.3, 87.7, { measure: 'm3' })
    const roomy = truck('roomy', 87.3, 20_000, { volumeDm3: 40_000 })
    const dense = truck('dense', 87.3, 20_000, { volumeDm3: 10_000 })
    const tank = truck('tank', 87.3, 40_000, { volumeDm3: 31_000, typeCode: 'H14' })
    for (const other of [dense, tank]) expect((await planned([light(30_000)], [roomy, other])).left).toEqual([])
    const [big, little] = [light(30_000), light(5_000)]
    const plan = await planned([big, little], [roomy, dense])
    expect(plan.left).toMatchObject([
      { loadId: big.id, kind: 'beds_differ', numbers: { dm3: 30_000, mostDm3: 40_000 } },
    ])
    expect(kinds(await planned([big], [dense]))).toEqual(['too_heavy'])
  })

  it('names what the solver refuses', async () => {
    const wish = wishOf([load(8_000, 87.3, 87.7)], [truck('a', 87.3)], { numbers: { ...numbers, loadMinutes: -1 } })
    expect(await planTours(wish, solver())).toMatchObject({
      ok: false,
      error: { value: 'malformed', rule: 'tour_sound' },
    })
  })

  it('plans many loads in parts, which together keep every rule', async () => {
    const loads = Array.from({ length: 60 }, (_, n) =>
      load(4_000 + (n % 7) * 900, 87 + (n % 10) / 10, 87.3 + ((n * 7) % 10) / 10),
    )
    const trucks = Array.from({ length: 12 }, (_, n) => truck(`t${n}`, 87 + n / 10, 18_000 + (n % 3) * 6_000))
    const plan = await planned(loads, trucks, { numbers: { ...numbers, partMax: 20 } })
    expect(plan.parts).toBeGreaterThan(1)
    const stops = plan.tours.flatMap((tour) => tour.stops)
    expect(new Set(stops.map(({ loadId, kind }) => `${loadId} ${kind}`)).size).toBe(stops.length)
    expect(stops.length / 2 + plan.left.length).toBe(60)
    expect(new Set(plan.tours.map((tour) => tour.truck.id)).size).toBe(plan.tours.length)
  })

  it('plans the parts of a round at once, with a share of the seconds for each turn of the threads', async () => {
    const loads = Array.from({ length: 60 }, (_, n) => load(4_000, 87 + (n % 10) / 10, 87.4))
    const asked: TourPart[] = []
    let [now, most] = [0, 0]
    const plan = await planTours(
      wishOf(loads, [truck('a', 87), truck('b', 87.5), truck('c', 88)], { numbers: { ...numbers, partMax: 20 } }),
      {
        threads: 2,
        solve: async (part) => {
          asked.push(part)
          most = Math.max(most, ++now)
          await Promise.resolve()
          now--
          return solvePart(part, ticking())
        },
      },
    )
    expect(plan).toMatchObject({ ok: true, value: { parts: 3 } })
    expect(most).toBe(3)
    // Three parts on two threads take two turns of each of the rounds.
    expect(new Set(asked.map(({ seconds }) => seconds))).toEqual(new Set([1 / (numbers.partRounds * 2)]))
  })

  it('ends at once when it is told to stop', () => {
    const wish = wishOf([load(8_000, 87.3, 87.7)], [truck('a', 87.3)])
    const { instance } = instanceOf(wish)
    const plan = tourJob.run({ instance, rules: {}, seed: 1, seconds: 60 }, () => true)
    expect(plan).toMatchObject({ ok: true })
  })
})

describe('what a truck may carry', () => {
  // 超限运输车辆行驶公路管理规定 Art. 3.
  const cases = [
    [2, false, null, 18_000],
    [3, false, null, 25_000],
    [3, true, null, 27_000],
    [4, false, null, 31_000],
    [4, true, null, 36_000],
    [5, true, null, 43_000],
    [5, false, null, 43_000],
    [6, true, 2, 49_000],
    [6, true, 1, 46_000],
    [6, true, null, 46_000],
    [8, true, 2, 49_000],
    [null, true, 2, null],
  ] as const
  it.each(cases)('%s axles, combination %s, driving axles %s: %s kg', (axles, isCombination, driveAxles, kg) =>
    expect(lawfulGrossKg({ axles, isCombination, driveAxles })).toBe(kg),
  )
  it('is the rated load, and no more than the law leaves above the tare', () => {
    const heavy = truck('a', 87, 33_000, { axles: 6, driveAxles: 2, isCombination: true, tareKg: 17_000 })
    expect(capacityOf(heavy)).toBe(32_000)
    expect(capacityOf({ ...heavy, tareKg: null })).toBe(33_000)
    expect(capacityOf({ ...heavy, ratedKg: 30_000 })).toBe(30_000)
    expect(capacityOf({ ...heavy, axles: 2, tareKg: 60_000 })).toBe(0)
  })
})
