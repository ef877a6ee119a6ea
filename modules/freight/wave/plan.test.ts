import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsFault } from '@tingzhou/records/bounds'
import { crewed, type FreeTruck } from './crew.ts'
import { assert, epochMs } from '@tingzhou/kernel'
import en from './locales/en.json' with { type: 'json' }
import type { Reason, Unserved } from './kept.ts'
import { roadMetres } from './model.ts'
import { planWave, type Plan } from './plan.ts'
import type { Mark, OpenLoad, Snapshot } from './snapshot.ts'
import { idlePinText, reasonText, staleText, unservedText } from './texts.ts'
import { idlePinKinds, numberBounds, staleKinds, waveNumbers, type WaveNumber, type WaveNumbers } from './words.ts'

const now = Date.UTC(2026, 2, 2, 2)
const hourMs = 3_600_000
const numbers: WaveNumbers = {
  // Every number has a row.
  ...(Object.fromEntries(waveNumbers.map((name) => [name, numberBounds[name].value])) as Record<WaveNumber, number>),
  fairHourM: 0,
}
// A degree of longitude at the equator, for distances that are easy to see.
const kmDeg = 1 / 111.195

let count = 0
const load = (km: number, over: Partial<OpenLoad> = {}): OpenLoad => ({
  id: `load-${++count}`,
  number: `L${count}`,
  placeId: `place-${km}`,
  place: `place ${km}`,
  lon: km * kmDeg,
  lat: 0,
  measure: 'ton',
  truckPlan: 32_000,
  left: 32_000,
  cargoClass: '0100',
  since: epochMs(now),
  loadUntil: epochMs(now + count * hourMs),
  ...over,
})
const truck = (km: number, over: Partial<FreeTruck> = {}): FreeTruck => ({
  id: `truck-${++count}`,
  plate: `P${count}`,
  ratedKg: 33_000,
  typeCode: 'H11',
  carrierId: 'carrier',
  lon: km * kmDeg,
  lat: 0,
  idleHours: 0,
  driverId: `driver-${count}`,
  lack: null,
  ...over,
})
const snapshot = (loads: readonly OpenLoad[], trucks: readonly FreeTruck[], marks: readonly Mark[] = []): Snapshot => ({
  loads,
  trucks,
  marks,
  mindsBodies: true,
  slots: [],
})
const planned = (
  shot: Snapshot,
  over: Partial<WaveNumbers> = {},
  supposed: Parameters<typeof planWave>[2] = null,
): Plan => {
  const plan = planWave(shot, { ...numbers, ...over }, supposed, now)
  assert(plan.ok, 'the wave is planned')
  return plan.value
}
const who = ({ pairs }: Plan) =>
  pairs.map((pair) => [pair.load.number, pair.ready.truck?.plate ?? `#${pair.ready.supposed}`])
const whyNot = ({ unserved }: Plan) => unserved.map(({ number, trips, kind }) => [number, trips, kind])
const kinds = (plan: Plan, at = 0) => plan.pairs[at]?.reasons.map(({ kind }) => kind)

describe('a plan', () => {
  it('sends the nearest truck elsewhere when all of them drive less empty that way, and says so', () => {
    const [here, there] = [load(0), load(32)]
    const [between, behind] = [truck(13), truck(-16)]

    const plan = planned(snapshot([here, there], [between, behind]))

    expect(who(plan)).toEqual([
      [here.number, behind.plate],
      [there.number, between.plate],
    ])
    // 16 + 19 km instead of 13 + 48, by 1.25.
    expect([plan.emptyM, plan.nearest.emptyM].map((metres) => Math.round(metres / 100))).toEqual([438, 763])
    expect([plan.matched, plan.nearest.matched, plan.isOptimal]).toEqual([2, 2, true])
    expect(plan.pairs[0]?.reasons[0]).toMatchObject({
      kind: 'nearer_elsewhere',
      names: { plate: between.plate, load: there.number },
    })
    expect(kinds(plan, 1)).toEqual(['nearest', 'next_truck'])
    // The other truck instead: 48 km there, and 13 here for 16.
    expect(Math.round((plan.pairs[1]?.next?.moreM ?? 0) / 100)).toBe(325)
  })

  it('gives away as many truckloads as are left, the last one not full, and no truck twice', () => {
    const coal = load(0, { left: 80_000 })
    const trucks = [truck(1), truck(2), truck(3), truck(4)]

    const plan = planned(snapshot([coal], trucks))

    expect(plan.pairs.map((pair) => [pair.ready.truck?.plate, pair.plan])).toEqual([
      [trucks[0]?.plate, 32_000],
      [trucks[1]?.plate, 32_000],
      [trucks[2]?.plate, 16_000],
    ])
    expect([plan.loads, plan.trips, plan.trucks]).toEqual([1, 3, 4])
    expect(planned(snapshot([coal], trucks), { loadTripsMax: 2 }).pairs).toHaveLength(2)
  })

  it('prefers who has waited longer, up to the metres that it may be worth', () => {
    const [near, waiting] = [truck(10), truck(11, { idleHours: 6 })]
    const shot = snapshot([load(0)], [near, waiting])
    const first = (over: Partial<WaveNumbers>) => planned(shot, over).pairs[0]

    expect(first({ fairHourM: 200 })?.ready.truck?.plate).toBe(near.plate)
    expect(first({ fairHourM: 500 })?.ready.truck?.plate).toBe(waiting.plate)
    expect(first({ fairHourM: 500, fairMaxM: 1_000 })?.ready.truck?.plate).toBe(near.plate)
    expect(first({ fairHourM: 500 })?.reasons.map(({ kind }) => kind)).toEqual(['nearer_free', 'waited', 'next_truck'])
    expect(first({ fairHourM: 500 })).toMatchObject({ emptyM: roadMetres(waiting, load(0), numbers) })
  })

  it('values one more truck where loads wait, and a trial that supposes it saves as much', () => {
    const shot = snapshot([load(0), load(0, { placeId: 'place-0' })], [truck(20)])
    const plan = planned(shot)
    const more = planned(shot, {}, { trucks: [{ lon: 0, lat: 0, ratedKg: 33_000, count: 1 }], withoutLoads: [] })

    expect(plan.worth).toEqual([{ placeId: 'place-0', place: 'place 0', savesM: 300_000 }])
    expect(plan.costM - more.costM).toBe(300_000)
    expect(who(more).map(([, plate]) => plate)).toContain('#1')
    expect(planned(shot, {}, { trucks: [], withoutLoads: [shot.loads[0]?.id ?? ''] }).unserved).toEqual([])
  })

  it('is cheaper by leaving a load than by a truck that costs more; waiting makes it dearer to leave', () => {
    const far = truck(50)
    expect(whyNot(planned(snapshot([load(0)], [far]), { leaveM: 60_000 }))).toMatchObject([
      [expect.any(String), 1, 'dearer'],
    ])
    const old = load(0, { since: epochMs(now - 2 * hourMs) })
    expect(planned(snapshot([old], [far]), { leaveM: 60_000 }).pairs).toHaveLength(1)
    expect(planned(snapshot([old], [far]), { leaveM: 60_000, waitHoursMax: 0 }).pairs).toHaveLength(0)
  })

  it('equals the cheapest of all ways, never doubles a truck, is never worse for one truck more', () => {
    const spot = fc.integer({ min: -200, max: 200 })
    const loads = fc.array(
      fc.record({ km: spot, trips: fc.integer({ min: 1, max: 2 }), kg: fc.constantFrom(10_000, 32_000) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    const trucks = fc.array(
      fc.record({ km: spot, ratedKg: fc.constantFrom(12_000, 33_000), hours: fc.integer({ min: 0, max: 20 }) }),
      {
        maxLength: 5,
      },
    )
    fc.assert(
      fc.property(loads, trucks, (wanted, free) => {
        const shot = snapshot(
          wanted.map(({ km, trips, kg }) => load(km, { truckPlan: kg, left: trips * kg })),
          free.map(({ km, ratedKg, hours }) => truck(km, { ratedKg, idleHours: hours })),
        )
        const fair = { ...numbers, fairHourM: 500, leaveM: 150_000, candidatesMore: 1, candidatesPct: 100 }
        const plan = planned(shot, fair)
        const used = plan.pairs.map(({ ready }) => ready)

        expect(plan.isOptimal).toBe(true)
        expect(plan.costM).toBe(cheapest(shot, fair))
        expect(new Set(used).size).toBe(used.length)
        expect(plan.pairs.every(({ ready, load: one }) => ready.ratedKg >= one.truckPlan)).toBe(true)
        expect(plan.costM).toBeLessThanOrEqual(plan.nearest.costM)
        const more = planned({ ...shot, trucks: [...shot.trucks, truck(0)] }, fair)
        expect(more.costM).toBeLessThanOrEqual(plan.costM)
      }),
      { numRuns: 150 },
    )
  })
})

/** The least cost of giving each truckload some truck or none, by trying all. */
function cheapest({ loads, trucks }: Snapshot, fair: WaveNumbers): number {
  const trips = loads.flatMap((one) => Array.from({ length: one.left / one.truckPlan }, () => one))
  const best = (at: number, gone: ReadonlySet<string>): number => {
    const trip = trips[at]
    if (!trip) return 0
    const ways = trucks
      .filter(({ id, ratedKg }) => !gone.has(id) && ratedKg >= trip.truckPlan)
      .map((one) => ({ one, metres: roadMetres(one, trip, fair) }))
      .filter(({ metres }) => metres <= fair.reachM)
      .map(({ one, metres }) => {
        const bonusM = Math.min(fair.fairMaxM, fair.fairHourM * one.idleHours)
        return metres - bonusM + best(at + 1, new Set([...gone, one.id]))
      })
    return Math.min(fair.leaveM + best(at + 1, gone), ...ways)
  }
  return best(0, new Set())
}

describe('hard rules', () => {
  const cases: readonly (readonly [string, FreeTruck[], Partial<OpenLoad>, Unserved['kind']])[] = [
    ['no truck is in reach', [truck(300)], {}, 'no_truck'],
    ['none bears it', [truck(1, { ratedKg: 31_999 })], {}, 'too_light'],
    // Oil goes in tanks only; H11 is no tank.
    ['no body takes the goods', [truck(1)], { cargoClass: '0200' }, 'wrong_body'],
    ['papers or drivers are missing', [truck(1, { lack: 'papers' }), truck(2, { lack: 'driver' })], {}, 'not_ready'],
  ]
  it.each(cases)('a load waits when %s', (_claim, trucks, over, kind) => {
    const plan = planned(snapshot([load(0, over)], trucks))
    expect(plan.pairs).toEqual([])
    expect(whyNot(plan)).toMatchObject([[expect.any(String), 1, kind]])
  })

  it('say that all trucks go to truckloads of the same place', () => {
    expect(planned(snapshot([load(0, { left: 96_000 })], [truck(1), truck(2)])).unserved).toMatchObject([
      { trips: 1, kind: 'all_used', numbers: { trucks: 2 } },
    ])
  })

  it('say by name which load was outbid, and which one a later wave takes', () => {
    const [first, second] = [load(0), load(40)]
    expect(whyNot(planned(snapshot([first, second], [truck(1)])))).toEqual([[second.number, 1, 'outbid']])
    expect(whyNot(planned(snapshot([first, second], [truck(1), truck(2)]), { tripsMax: 1 }))).toEqual([
      [second.number, 1, 'over_limit'],
    ])
  })

  it('give a place no more truckloads than slots are free there, what has to be loaded first before the rest', () => {
    const here = { placeId: 'mine', left: 64_000 }
    const [first, second, elsewhere] = [load(0, here), load(0, here), load(0)]
    const trucks = Array.from({ length: 6 }, () => truck(1))
    const slots = [{ placeId: 'mine', capacity: 5, booked: 2, free: 3, hours: 4 }]
    const plan = planned({ ...snapshot([first, second, elsewhere], trucks), slots })
    expect(who(plan).map(([number]) => number)).toEqual([first.number, first.number, second.number, elsewhere.number])
    expect(plan.unserved).toMatchObject([
      { number: second.number, trips: 1, kind: 'no_slot', numbers: { capacity: 5, booked: 2, free: 3, hours: 4 } },
    ])
  })

  it('do not ask a load by the cubic metre what it weighs', () => {
    expect(planned(snapshot([load(0, { measure: 'm3' })], [truck(1, { ratedKg: 1 })])).pairs).toHaveLength(1)
  })
})

describe('pins and forbids', () => {
  it('a pinned truck takes its load whatever it costs, and only if it may', () => {
    const [wanted, other] = [load(0), load(5)]
    const [near, far, weak] = [truck(0), truck(200), truck(1, { ratedKg: 1_000 })]
    const mark = (one: FreeTruck, kind: Mark['kind'] = 'pin'): Mark => ({
      loadId: wanted.id,
      vehicleId: one.id,
      plate: one.plate,
      kind,
    })

    const plan = planned(snapshot([wanted, other], [near, far], [mark(far)]))
    expect(who(plan)).toEqual([
      [wanted.number, far.plate],
      [other.number, near.plate],
    ])
    expect(kinds(plan)).toEqual(['pinned'])

    const gone = truck(1)
    const idle = planned(snapshot([wanted], [near, weak], [mark(weak), mark(gone)]))
    expect(who(idle)).toEqual([[wanted.number, near.plate]])
    expect(idle.idlePins.map(({ number, plate, why }) => [number, plate, why])).toEqual([
      [wanted.number, weak.plate, 'too_light'],
      [wanted.number, gone.plate, 'not_free'],
    ])
    expect(whyNot(planned(snapshot([wanted], [near], [mark(near, 'forbid')])))).toEqual([
      [wanted.number, 1, 'forbidden'],
    ])
  })

  it('a forbid is of one load, also beside another of the same place', () => {
    const [one, other] = [load(0), load(0)]
    const only = truck(1)
    expect(
      who(
        planned(
          snapshot([one, other], [only], [{ loadId: one.id, vehicleId: only.id, plate: only.plate, kind: 'forbid' }]),
        ),
      ),
    ).toEqual([[other.number, only.plate]])
  })
})

describe('crews', () => {
  const vehicle = (id: string) => ({
    id,
    plate: id,
    ratedKg: 33_000,
    grossKg: 49_000,
    typeCode: 'H11',
    carrierId: 'c',
    carrierKind: 'company' as const,
    lon: 0,
    lat: 0,
    unloadedAt: null,
    papers: null,
    carrierPapers: null,
  })
  const driving = (driverId: string, vehicleId: string | null, papers: number | null = 1) => ({
    carrierId: 'c',
    vehicleId,
    driverId,
    papers,
  })
  const crews = (drivings: Parameters<typeof crewed>[1]) =>
    crewed(
      [vehicle('a'), vehicle('b')],
      drivings,
      ({ subject }, held) => subject !== 'driver' || held !== null,
      () => 0,
    ).map(({ driverId, lack }) => driverId ?? lack)

  it('nobody drives two trucks; who drives one alone comes before who drives any', () => {
    expect(crews([driving('own', 'b'), driving('any', null)])).toEqual(['any', 'own'])
    expect(crews([driving('any', null)])).toEqual(['any', 'driver'])
    expect(crews([driving('both', 'a'), driving('both', 'b'), driving('any', null)])).toEqual(['both', 'any'])
    expect(crews([driving('both', 'b'), driving('both', null)])).toEqual(['driver', 'both'])
    expect(crews([driving('lapsed', 'a', null), driving('any', null)])).toEqual(['any', 'driver'])
  })
})

describe('words', () => {
  const said = {
    numbers: { emptyM: 1, nearerM: 1, moreM: 1, bonusM: 1, costM: 1, hours: 1 },
    names: { plate: 'P', load: 'L' },
  }
  const slots = { free: 1, capacity: 1, booked: 1, hours: 1 }
  const counted = { reachM: 1, trucks: 1, kg: 1, papers: 1, driver: 1, leastM: 1, leaveM: 1, tripsMax: 1, ...slots }
  it('say every reason in both languages, with nothing left open', () => {
    for (const lang of ['zh-CN', 'en'] as const) {
      const texts = [
        // The keys of the file are the kinds.
        ...Object.keys(en.reason).map((kind) => reasonText(lang, { kind: kind as Reason['kind'], ...said })),
        ...Object.keys(en.unserved).map((kind) =>
          unservedText(lang, { loadId: '', number: '', trips: 1, kind: kind as Unserved['kind'], numbers: counted }),
        ),
        ...idlePinKinds.map((kind) => idlePinText(lang, kind)),
        ...[...staleKinds, 'load_taken'].map((kind) => staleText(lang, { kind, value: '1', rule: '' })),
      ]
      expect(texts.filter((text) => text === '' || text.includes('{') || text.includes('_'))).toEqual([])
    }
    expect(reasonText('en', { kind: 'nearest', numbers: { emptyM: 12_340 }, names: {} })).toContain('12.3 km')
  })

  it('name the number that is out of its bounds', () => {
    const rule = (name: string) => `wave_range ${name}`
    expect(boundsFault(numberBounds, numbers, rule)).toBe(null)
    for (const name of waveNumbers)
      for (const value of [numberBounds[name].min - 1, numberBounds[name].max + 1])
        expect(boundsFault(numberBounds, { ...numbers, [name]: value }, rule)).toMatchObject({
          field: `numbers.${name}`,
          rule: rule(name),
        })
  })
})
