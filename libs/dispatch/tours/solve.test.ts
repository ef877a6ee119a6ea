import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSolution } from './check.ts'
import { anyTraits, inventInstance, rulesOf, smallInstance } from './instance.fixture.ts'
import type { PdptwFault, PdptwInstance, PdptwOptions, PdptwPlan, TourRequest, VehicleType } from './instance.ts'
import { parseLiLim } from './lilim.ts'
import { solvePdptw } from './solve.ts'

const options = { objective: 'distance', seed: 1, iterations: 300 } as const

function planned(instance: PdptwInstance, chosen: PdptwOptions = options): PdptwPlan {
  const result = solvePdptw(instance, chosen)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  expect(checkSolution(instance, result.value, chosen.rules)).toEqual([])
  return result.value
}

function refused(instance: PdptwInstance, chosen: PdptwOptions = options): PdptwFault | null {
  const result = solvePdptw(instance, chosen)
  return result.ok ? null : result.error
}

/** The small instance with its first request, or its type of vehicle, changed. */
const withRequest = (change: Partial<TourRequest>): PdptwInstance => ({
  ...smallInstance,
  requests: smallInstance.requests.map((request, i) => (i === 0 ? { ...request, ...change } : request)),
})
const withType = (change: Partial<VehicleType>): PdptwInstance => ({
  ...smallInstance,
  vehicleTypes: smallInstance.vehicleTypes.map((type) => ({ ...type, ...change })),
})

describe('plans', () => {
  it('keep every rule, whatever the instance has in it, and are the same for the same seed', () => {
    let served = 0
    fc.assert(
      fc.property(anyTraits, fc.constantFrom('distance', 'vehicles'), (traits, objective) => {
        const instance = inventInstance(traits)
        const chosen = { objective, seed: traits.seed, iterations: 200, rules: rulesOf(traits) }
        const result = solvePdptw(instance, chosen)
        expect(solvePdptw(instance, chosen)).toEqual(result)
        if (!result.ok) {
          expect(['impossible_window', 'malformed']).toContain(result.error.kind)
          return
        }
        served += instance.requests.length - result.value.unserved.length
        expect(checkSolution(instance, result.value, chosen.rules)).toEqual([])
      }),
      { numRuns: 100 },
    )
    expect(served).toBeGreaterThan(300)
  })

  it('take both loads of the small instance on one tour', () => {
    const plan = planned(smallInstance)

    expect(plan.routes).toHaveLength(1)
    expect(plan.distanceM).toBe(60_000)
    expect(plan.costM).toBe(65_000)
    // Loaded by 600, there at 2,400 and unloaded at 3,000; the load back is ready at 6,000 and on board at 6,600.
    expect(plan.routes[0]?.stops.map(({ leaveS }) => leaveS)).toEqual([600, 3_000, 6_600, 9_000])
  })

  it('rest as late as the rule allows', () => {
    const rules = { rest: { drivingMaxS: 2_700, restS: 1_200 } }

    const plan = planned(smallInstance, { ...options, rules })

    // The way back begins with 1,800 s driven: after 900 s more the driver rests.
    expect(plan.routes[0]?.stops.at(-1)?.arriveS).toBe(6_600 + 1_800 + 1_200)
  })

  it('count waiting as a rest where the rule says so', () => {
    const rules = { rest: { drivingMaxS: 2_700, restS: 1_200, isWaitingRest: true } }

    const plan = planned(smallInstance, { ...options, rules })

    expect(plan.routes[0]?.stops.at(-1)?.arriveS).toBe(6_600 + 1_800)
  })

  it('leave out what costs more than it is worth, and nothing that has to be served', () => {
    const cheap = withRequest({ dropCostM: 30_000 })
    const back = { ...cheap, requests: cheap.requests.map((request) => ({ ...request, dropCostM: 30_000 })) }

    expect(planned(back)).toMatchObject({ unserved: ['out', 'back'], costM: 60_000, isComplete: true })
    expect(planned(cheap)).toMatchObject({ unserved: [], isComplete: true })
  })

  it('say when something that has to be served finds no place', () => {
    const tight = withType({ count: 1, shiftEndS: 8_000 })
    const both = {
      ...tight,
      requests: ['a', 'b'].map((id) => ({
        id,
        massKg: 6_000,
        pickup: { site: 0, readyS: 0, dueS: 2_000, serviceS: 600 },
        delivery: { site: 1, readyS: 0, dueS: 8_000, serviceS: 600 },
      })),
    }

    const plan = planned(both)

    expect(plan.unserved).toHaveLength(1)
    expect(plan.isComplete).toBe(false)
  })

  it('leave what a vehicle has done at the head of its route and bring home what it has on board', () => {
    const started = [
      { vehicleType: 'truck', doneStops: [{ request: 'out', kind: 'pickup' }], leftS: 700, drivenS: 0 },
    ] as const

    const plan = planned({ ...smallInstance, started })

    expect(plan.routes).toHaveLength(1)
    expect(plan.routes[0]?.stops.map(({ request, kind }) => `${kind} ${request}`)).toEqual([
      'pickup out',
      'delivery out',
      'pickup back',
      'delivery back',
    ])
    expect(plan.routes[0]?.stops[1]?.arriveS).toBe(2_500)
  })

  it('may fill a vehicle again that is under way full', () => {
    const started = [
      { vehicleType: 'truck', doneStops: [{ request: 'out', kind: 'pickup' }], leftS: 700, drivenS: 0 },
    ] as const
    const plan = planned({ ...withType({ count: 0, capacityKg: 6_000 }), started })

    expect(plan).toMatchObject({ unserved: [], isComplete: true })
  })

  it('use the vehicle of the yard that is nearer', () => {
    const [near] = smallInstance.vehicleTypes
    const far = { ...near!, id: 'far', startSite: 1, endSite: 1 } // the small instance has a type
    const out = { ...smallInstance, requests: smallInstance.requests.slice(0, 1), vehicleTypes: [far, near!] } // as above

    expect(
      planned({ ...out, vehicleTypes: out.vehicleTypes.map((type) => ({ ...type, endSite: null })) }),
    ).toMatchObject({
      routes: [{ vehicleType: 'truck' }],
      distanceM: 30_000,
    })
  })

  it('find the shorter way over a third site', () => {
    // From 0 to 1 it is 100 km, over 2 it is 20 km: a load that is picked up at 2 on the way costs 80 km less than none.
    const way = [0, 100_000, 10_000, 100_000, 0, 100_000, 10_000, 10_000, 0]
    const visit = (site: number) => ({ site, readyS: 0, dueS: 50_000, serviceS: 0 })
    const instance = {
      siteCount: 3,
      distanceM: Int32Array.from(way),
      durationS: Int32Array.from(way, (distance) => distance / 10),
      requests: [
        { id: 'long', massKg: 1, pickup: visit(0), delivery: visit(1) },
        { id: 'on the way', massKg: 1, pickup: visit(2), delivery: visit(1), dropCostM: 0 },
      ],
      vehicleTypes: smallInstance.vehicleTypes.map((type) => ({ ...type, endSite: null })),
    }

    expect(planned(instance)).toMatchObject({ unserved: [], distanceM: 20_000 })
  })

  it('keep to the time of the clock they are given', () => {
    let asked = 0
    const cpuClock = () => asked++ / 10

    const plan = planned(smallInstance, { objective: 'distance', seed: 1, cpuSeconds: 1, cpuClock })

    // Ten looks at the clock, one every 32 times it is asked; a phase asks once more than it has changes.
    expect(plan.iterations).toBeGreaterThan(8 * 32)
    expect(plan.iterations).toBeLessThanOrEqual(9 * 32)
  })
})

describe('the Li & Lim instances', () => {
  const table = (name: string): readonly string[][] =>
    readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
  const read = (name: string): PdptwInstance => {
    const parsed = parseLiLim(readFileSync(new URL(`data/${name}.txt`, import.meta.url), 'utf8'))
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    return parsed.value
  }

  it.each(table('best_distance.csv'))(
    '%s is within three per cent of the least distance known',
    (name = '', _vehicles, distance) => {
      const plan = planned(read(name), { objective: 'distance', seed: 3, iterations: 15_000 })

      expect(plan.isComplete).toBe(true)
      expect(plan.distanceM).toBeLessThan(1.03 * Number(distance))
      expect(plan.distanceM).toBeGreaterThan(Number(distance) - 0.01)
    },
  )

  it.each(table('best_known.csv'))('%s needs no more vehicles than known', (name = '', vehicles, distance) => {
    const plan = planned(read(name), { objective: 'vehicles', seed: 3, iterations: 30_000 })

    expect(plan.routes).toHaveLength(Number(vehicles))
    expect(plan.distanceM).toBeLessThan(1.03 * Number(distance))
  })
})

describe('what is refused', () => {
  const malformed = (field: string) => ({ kind: 'malformed', field })
  const pickup = smallInstance.requests[0]!.pickup // the small instance has requests
  const broken = (matrix: 'distanceM' | 'durationS', value: number): PdptwInstance => ({
    ...smallInstance,
    [matrix]: Float64Array.of(0, value, 30_000, 0),
  })
  const started = (change: object): PdptwInstance => ({
    ...smallInstance,
    started: [{ vehicleType: 'truck', doneStops: [], leftS: 0, drivenS: 0, ...change }],
  })
  const out = (kind: 'pickup' | 'delivery', request = 'out') => ({ request, kind })

  it.each<[string, PdptwInstance, object]>([
    ['no requests', { ...smallInstance, requests: [] }, { kind: 'no_requests' }],
    ['no vehicles', withType({ count: 0 }), { kind: 'no_vehicles' }],
    ['no types of vehicles', { ...smallInstance, vehicleTypes: [] }, { kind: 'no_vehicles' }],
    [
      'two requests of one id',
      withRequest({ id: 'back' }),
      { kind: 'duplicate_id', field: 'requests[1].id', id: 'back' },
    ],
    [
      'two types of one id',
      { ...smallInstance, vehicleTypes: [...smallInstance.vehicleTypes, ...smallInstance.vehicleTypes] },
      { kind: 'duplicate_id', field: 'vehicleTypes[1].id' },
    ],
    ['a negative mass', withRequest({ massKg: -1 }), malformed('requests[0].massKg')],
    ['a mass that is no number', withRequest({ massKg: Number.NaN }), malformed('requests[0].massKg')],
    [
      'a window that ends early',
      withRequest({ pickup: { ...pickup, readyS: 10, dueS: 9 } }),
      malformed('requests[0].pickup.dueS'),
    ],
    ['a site that is none', withRequest({ pickup: { ...pickup, site: 2 } }), malformed('requests[0].pickup.site')],
    [
      'a negative service',
      withRequest({ pickup: { ...pickup, serviceS: -1 } }),
      malformed('requests[0].pickup.serviceS'),
    ],
    ['a negative drop cost', withRequest({ dropCostM: -1 }), malformed('requests[0].dropCostM')],
    ['an unknown type', withRequest({ vehicleTypes: ['ship'] }), { kind: 'unknown_id', id: 'ship' }],
    ['a type for no vehicle', withRequest({ vehicleTypes: [] }), { kind: 'too_heavy', request: 'out', capacityKg: 0 }],
    ['too heavy a request', withRequest({ massKg: 10_001 }), { kind: 'too_heavy', massKg: 10_001, capacityKg: 10_000 }],
    [
      'a window nobody meets',
      withRequest({ delivery: { ...pickup, site: 1, dueS: 2_399 } }),
      { kind: 'impossible_window', request: 'out' },
    ],
    ['a shift too short', withType({ shiftEndS: 4_000 }), { kind: 'impossible_window', request: 'out' }],
    ['a shift that ends early', withType({ shiftStartS: 5, shiftEndS: 4 }), malformed('vehicleTypes[0].shiftEndS')],
    ['a half vehicle', withType({ count: 0.5 }), malformed('vehicleTypes[0].count')],
    ['a way that is missing', broken('distanceM', -1), { kind: 'unreachable', fromSite: 0, toSite: 1 }],
    ['a way without end', broken('durationS', Infinity), { kind: 'unreachable', fromSite: 0, toSite: 1 }],
    ['a way that is no number', broken('distanceM', Number.NaN), malformed('distanceM[1]')],
    ['a matrix of another size', { ...smallInstance, distanceM: new Int32Array(5) }, malformed('distanceM.length')],
    ['a vehicle under way of no type', started({ vehicleType: 'ship' }), { kind: 'unknown_id', id: 'ship' }],
    ['an unknown stop that is done', started({ doneStops: [out('pickup', 'x')] }), { kind: 'unknown_id', id: 'x' }],
    ['a stop done twice', started({ doneStops: [out('pickup'), out('pickup')] }), { kind: 'duplicate_id', id: 'out' }],
    ['a delivery of nothing', started({ doneStops: [out('delivery')] }), malformed('started[0].doneStops[0]')],
    [
      'too much on board',
      started({ doneStops: [out('pickup'), out('pickup', 'back')] }),
      malformed('started[0].doneStops[1]'),
    ],
    ['a vehicle too late to come home', started({ leftS: 36_001 }), malformed('started[0].leftS')],
    [
      'too many requests',
      {
        ...smallInstance,
        requests: Array.from({ length: 2_001 }, (_, i) => ({ ...smallInstance.requests[0]!, id: `${i}` })),
      }, // there is one
      { kind: 'too_large', field: 'requests', count: 2_001, countMax: 2_000 },
    ],
  ])('%s', (_claim, instance, fault) => {
    expect(refused(instance)).toMatchObject(fault)
  })

  it.each<[string, PdptwOptions, string]>([
    ['no iterations', { ...options, iterations: 0 }, 'iterations'],
    ['a seed that is no whole number', { ...options, seed: 0.5 }, 'seed'],
    ['no time', { objective: 'distance', seed: 1, cpuSeconds: 0, cpuClock: () => 0 }, 'cpuSeconds'],
    ['driving without end', { ...options, rules: { rest: { drivingMaxS: 0, restS: 1 } } }, 'rules.rest.drivingMaxS'],
  ])('%s', (_claim, chosen, field) => {
    expect(refused(smallInstance, chosen)).toMatchObject(malformed(field))
  })

  it('nothing that may be left out', () => {
    expect(planned(withRequest({ massKg: 10_001, dropCostM: 7 }))).toMatchObject({
      unserved: ['out'],
      isComplete: true,
    })
    const late = withRequest({ delivery: { ...pickup, site: 1, dueS: 2_399 }, dropCostM: 7 })
    expect(planned(late)).toMatchObject({ unserved: ['out'], isComplete: true })
  })
})
