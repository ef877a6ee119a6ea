import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assert } from '@tingzhou/kernel'
import { withBounds } from '@tingzhou/records/bounds'
import { numberBounds } from '../wave/words.ts'
import { appendNearest } from './drive-tour.ts'
import type { ChainTotals } from './kept.ts'
import { chainJob, planChains, type ChainPlan } from './plan.ts'
import { poseProblem, type ChainSnapshot, type OpenLoad, type PlanNumbers, type PlanTruck } from './problem.ts'
import { chainBounds } from './words.ts'

const now = Date.UTC(2026, 2, 2, 2)
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const numbers: PlanNumbers = {
  chain: withBounds(chainBounds, {}),
  wave: withBounds(numberBounds, {}),
  horizonHours: 48,
}
/** A place so many kilometres of road to the east of the mine. */
const at = (km: number) => ({ id: `p${km}`, name: `p${km}`, lon: 87.3 + km / 1.25 / 79.98, lat: 44 })

const load = (id: string, fromKm: number, toKm: number, over: Partial<OpenLoad> = {}): OpenLoad => ({
  id,
  number: id,
  goods: id,
  from: at(fromKm),
  to: at(toKm),
  measure: 'ton',
  truckPlan: 32_000,
  left: 32_000,
  cargoClass: '0100',
  since: now,
  loadFrom: now,
  loadUntil: now + 24 * hourMs,
  ...over,
})
const truck = (id: string, km: number, over: Partial<PlanTruck> = {}): PlanTruck => ({
  id,
  driverId: `d${id}`,
  carrierId: 'c',
  ratedKg: 33_000,
  typeCode: 'H17',
  lon: at(km).lon,
  lat: 44,
  freeAtMs: now,
  drivenS: 0,
  afterId: null,
  home: null,
  ...over,
})
function planned(
  loads: readonly OpenLoad[],
  trucks: readonly PlanTruck[],
  over: { readonly chain?: object; readonly snapshot?: Partial<ChainSnapshot> } = {},
): ChainPlan {
  const snapshot = { loads, trucks, forbidden: {}, mindsBodies: true, ...over.snapshot }
  const plan = planChains(snapshot, { ...numbers, chain: { ...numbers.chain, ...over.chain } }, now)
  assert(plan.ok, JSON.stringify(plan))
  return plan.value
}
const chains = ({ tours }: ChainPlan) => tours.map((tour) => [tour.truck.id, tour.legs.map((leg) => leg.load.id)])

describe('a plan of tours', () => {
  it('takes coal out and ash back with one truck, though another stands nearer to the ash', () => {
    const loads = [load('coal', 0, 100), load('ash', 100, 0)]

    const plan = planned(loads, [truck('A', 0), truck('B', 60)])

    expect(chains(plan)).toEqual([['A', ['coal', 'ash']]])
    expect(plan).toMatchObject({ served: 2, used: 1, emptyM: 0, boundEmptyM: 0, loads: 2, trips: 2, unserved: [] })
    expect(Math.round(plan.loadedM / 1_000)).toBe(200)
    const [first, second] = plan.tours[0]?.legs ?? []
    // Half an hour to load, two hours of road, half an hour to unload.
    expect(first).toMatchObject({ leaveAt: now, loadAt: now, departAt: now + 30 * minuteMs, rests: [] })
    expect(Math.round(((first?.doneAt ?? 0) - now) / minuteMs)).toBe(180)
    expect(second?.leaveAt).toBe(first?.doneAt)
    // Four hours at the wheel are allowed, and a few metres more are not.
    expect(second?.rests.length).toBeLessThanOrEqual(1)
  })

  it('goes on with trucks that are on a trip, where and when it ends', () => {
    const busy = truck('A', 100, { afterId: 'w', freeAtMs: now + 2 * hourMs })
    const plan = planned([load('ash', 100, 0)], [busy, truck('B', 0)])
    expect(chains(plan)).toEqual([['A', ['ash']]])
    expect(plan).toMatchObject({ busyTrucks: 1, freeTrucks: 1 })
    expect(plan.tours[0]).toMatchObject({ startAt: now + 2 * hourMs })
  })

  it('rests after four hours at the wheel, and the times have it', () => {
    const [tour] = planned([load('far', 10, 510)], [truck('A', 0)]).tours
    const [leg] = tour?.legs ?? []
    expect(leg?.rests).toHaveLength(2)
    const [one, two] = leg?.rests ?? []
    // 10 km empty, half an hour to load: the first rest is 4 h of driving after the start.
    expect(Math.round(((one?.at ?? 0) - now) / minuteMs)).toBe(270)
    expect((one?.until ?? 0) - (one?.at ?? 0)).toBe(20 * minuteMs)
    expect(Math.round(((two?.at ?? 0) - (one?.until ?? 0)) / minuteMs)).toBe(240)
    const driven = (leg?.unloadAt ?? 0) - (leg?.departAt ?? 0) - 40 * minuteMs
    expect(Math.round(driven / minuteMs)).toBe(600)
  })

  it('leaves for the first load as late as it may, and says what waits elsewhere', () => {
    const [tour] = planned([load('later', 50, 0, { loadFrom: now + 5 * hourMs })], [truck('A', 0)]).tours
    expect(Math.round(((tour?.startAt ?? 0) - now) / minuteMs)).toBe(240)
    expect(tour?.legs[0]?.arriveAt).toBe(tour?.legs[0]?.loadAt)
  })

  it('drives home at the end where that is worth it', () => {
    const home = at(0)
    const loads = [load('coal', 0, 40)]
    expect(planned(loads, [truck('A', 0, { home })]).tours[0]?.home).toBe(null)
    const [tour] = planned(loads, [truck('A', 0, { home })], { chain: { homeM: 50_000 } }).tours
    expect(tour?.home).toMatchObject({ name: 'p0' })
    expect(Math.round((tour?.emptyM ?? 0) / 1_000)).toBe(40)
  })

  it('says why truckloads are in no tour', () => {
    const kinds = (loads: readonly OpenLoad[], trucks: readonly PlanTruck[], snapshot: Partial<ChainSnapshot> = {}) =>
      planned(loads, trucks, { snapshot }).unserved.map(({ kind }) => kind)
    expect(kinds([load('a', 0, 10)], [])).toEqual(['no_truck'])
    expect(kinds([load('a', 0, 10)], [truck('A', 0, { ratedKg: 31_999 })])).toEqual(['too_heavy'])
    expect(kinds([load('a', 0, 10)], [truck('A', 0, { typeCode: 'H14' })])).toEqual(['wrong_body'])
    expect(kinds([load('a', 0, 10)], [truck('A', 0, { typeCode: 'H14' })], { mindsBodies: false })).toEqual([])
    expect(kinds([load('a', 0, 10)], [truck('A', 0)], { forbidden: { A: ['a'] } })).toEqual(['forbidden'])
    expect(kinds([load('a', 0, 10, { loadUntil: now + hourMs })], [truck('A', 100)])).toEqual(['too_late'])
    expect(kinds([load('a', 0, 10)], [truck('A', 400)])).toEqual(['dearer'])
  })

  it('says of what may not be planned at once which limit it is over', () => {
    const loads = [load('a', 0, 10, { left: 96_000 }), load('b', 0, 10, { left: 96_000 })]
    const over = (chain: object) =>
      planned(loads, [truck('A', 0)], { chain }).unserved.filter(({ kind }) => kind.startsWith('over'))
    expect(over({ tripsMax: 1 })).toEqual([
      { loadId: 'a', number: 'a', kind: 'over_limit', numbers: { tripsMax: 1 }, trips: 2 },
      { loadId: 'b', number: 'b', kind: 'over_limit', numbers: { tripsMax: 1 }, trips: 3 },
    ])
    expect(over({ tripsMax: 3, loadTripsMax: 2 })).toMatchObject([
      { loadId: 'a', kind: 'over_load_limit', numbers: { loadTripsMax: 2 }, trips: 1 },
      { loadId: 'b', kind: 'over_limit', numbers: { tripsMax: 3 }, trips: 2 },
    ])
    expect(over({})).toEqual([])
  })

  it('looks past trucks that may not have a load, and says of all what rules them out', () => {
    const light = Array.from({ length: 40 }, (_, n) => truck(`L${n}`, n, { ratedKg: 31_000 }))
    const small = load('small', 0, 10, { truckPlan: 30_000, left: 30_000 })
    const heavy = load('heavy', 0, 20)
    const strong = truck('S', 45)
    const carried = (trucks: readonly PlanTruck[], loads: readonly OpenLoad[], forbidden = {}) =>
      chains(planned(loads, trucks, { snapshot: { forbidden } })).flatMap(([id, ids]) => (id === 'S' ? ids : []))
    expect(carried([...light, strong], [heavy])).toEqual(['heavy'])
    expect(carried([...light, strong], [small, heavy])).toEqual(['heavy'])
    // A tank takes no coal.
    const tanks = light.map((one) => ({ ...one, ratedKg: 33_000, typeCode: 'H14' }))
    expect(carried([...tanks, strong], [heavy])).toEqual(['heavy'])
    const strangers = light.map((one) => ({ ...one, ratedKg: 33_000 }))
    const forbidden = Object.fromEntries(strangers.map(({ id }) => [id, ['heavy']]))
    expect(carried([...strangers, strong], [small, heavy], forbidden)).toEqual(['heavy'])

    const why = (trucks: readonly PlanTruck[]) => planned([heavy], trucks).unserved.map(({ kind }) => kind)
    expect(why(light)).toEqual(['too_heavy'])
    expect(why([...light, { ...strong, typeCode: 'H14' }])).toEqual(['wrong_body'])
    const mixed = planned([heavy], [...tanks, strong, truck('T', 45)], {
      snapshot: { forbidden: { S: ['heavy'], T: ['heavy'] } },
    })
    expect(mixed.unserved).toMatchObject([{ kind: 'forbidden', numbers: { trucks: 2 } }])
  })

  it('takes each truckload once, holds every rule, and is never dearer than by hand nor below the bound', () => {
    const kms = fc.integer({ min: 0, max: 400 })
    const loads = fc.array(
      fc.record({ from: kms, to: kms, trips: fc.integer({ min: 1, max: 3 }), hour: fc.integer({ min: 0, max: 40 }) }),
      { minLength: 1, maxLength: 12 },
    )
    const trucks = fc.array(fc.record({ at: kms, hour: fc.integer({ min: 0, max: 10 }) }), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(loads, trucks, (loads, trucks) => {
        const wanted = loads.map(({ from, to, trips, hour }, i) =>
          load(`l${i}`, from, to === from ? to + 1 : to, {
            left: trips * 32_000,
            loadFrom: now + hour * hourMs,
            loadUntil: now + (hour + 8) * hourMs,
          }),
        )
        const fleet = trucks.map((one, i) => truck(`t${i}`, one.at, { freeAtMs: now + one.hour * hourMs }))
        const plan = planned(wanted, fleet, { chain: { waitHourM: 0 } })
        const legs = plan.tours.flatMap((tour) => tour.legs)
        const left = plan.unserved.reduce((sum, { trips }) => sum + trips, 0)
        expect(legs.length + left).toBe(plan.trips)
        expect(new Set(plan.tours.map((tour) => tour.truck.id)).size).toBe(plan.used)
        for (const { id, loadFrom, loadUntil, left: kg } of wanted) {
          const own = legs.filter((leg) => leg.load.id === id)
          expect(own.reduce((sum, leg) => sum + leg.plan, 0)).toBeLessThanOrEqual(kg)
          for (const leg of own) expect(leg.loadAt >= loadFrom && leg.loadAt <= loadUntil).toBe(true)
        }
        for (const { truck: own, legs: chain } of plan.tours)
          chain.reduce((before, leg) => {
            expect(leg.leaveAt).toBeGreaterThanOrEqual(before)
            expect([leg.leaveAt, leg.arriveAt, leg.loadAt, leg.departAt, leg.unloadAt, leg.doneAt]).toEqual(
              [leg.leaveAt, leg.arriveAt, leg.loadAt, leg.departAt, leg.unloadAt, leg.doneAt].toSorted((a, b) => a - b),
            )
            return leg.doneAt
          }, own.freeAtMs)
        expect(plan.emptyM).toBeGreaterThanOrEqual((plan.boundEmptyM ?? 0) - legs.length)
        const costM = ({ emptyM, used, served }: ChainTotals) =>
          emptyM + used * numbers.chain.activationM + (plan.trips - served) * numbers.wave.leaveM
        expect(costM(plan)).toBeLessThanOrEqual(costM(plan.hand))
      }),
      { numRuns: 60 },
    )
  })

  it('goes to another thread and back, and ends when it is told to', () => {
    const snapshot = { loads: [load('a', 0, 10)], trucks: [truck('A', 0)], forbidden: {}, mindsBodies: true }
    const input = structuredClone({ snapshot, numbers, now })
    const plan = chainJob.run(input, () => false)
    expect(structuredClone(plan)).toEqual(plan)
    expect(planChains(snapshot, numbers, now, () => true)).toMatchObject({ ok: false, error: { kind: 'stopped' } })
  })

  it('keeps the plan by hand when the time is over before the solver is done', () => {
    const snapshot = {
      loads: [load('coal', 0, 100), load('ash', 100, 0)],
      trucks: [truck('A', 0), truck('B', 60)],
      forbidden: {},
      mindsBodies: true,
    }
    let asked = 0
    const plan = planChains(snapshot, numbers, now, () => ++asked > 1)
    assert(plan.ok, JSON.stringify(plan))
    expect(plan.value).toMatchObject({ way: 'hand', served: 2, boundEmptyM: null, hand: { served: 2 }, unserved: [] })
  })

  it('ends the plan by hand too when it is told to', () => {
    const trucks = [truck('A', 0)]
    const loads = Array.from({ length: 100 }, (_, n) => load(`l${n}`, n, n + 1))
    const posed = poseProblem({ loads, trucks, forbidden: {}, mindsBodies: true }, numbers, now)
    let asked = 0
    expect(appendNearest(posed, [], () => ++asked > 1)).toMatchObject({
      ok: false,
      error: { kind: 'stopped', value: 64 },
    })
    expect(appendNearest(posed, [], () => false)).toMatchObject({ ok: true })
  })
})
