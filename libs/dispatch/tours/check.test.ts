import { describe, expect, it } from 'vitest'
import { checkSolution, type PlanFault } from './check.ts'
import { smallInstance } from './instance.fixture.ts'
import type { PdptwInstance, PdptwPlan, PlannedRoute, PlannedStop, StartedRoute, TourRules } from './instance.ts'

const stops: readonly PlannedStop[] = [
  { request: 'out', kind: 'pickup', arriveS: 0, leaveS: 600 },
  { request: 'out', kind: 'delivery', arriveS: 2_400, leaveS: 3_000 },
  { request: 'back', kind: 'pickup', arriveS: 3_000, leaveS: 6_600 },
  { request: 'back', kind: 'delivery', arriveS: 8_400, leaveS: 9_000 },
]
const route: PlannedRoute = { vehicleType: 'truck', started: null, stops, distanceM: 60_000, endS: 9_000 }
const plan: PdptwPlan = {
  routes: [route],
  unserved: [],
  isComplete: true,
  distanceM: 60_000,
  costM: 65_000,
  iterations: 1,
}
const withRoute = (change: Partial<PlannedRoute>): PdptwPlan => ({ ...plan, routes: [{ ...route, ...change }] })
const withStop = (at: number, change: Partial<PlannedStop>): PdptwPlan =>
  withRoute({ stops: stops.map((stop, i) => (i === at ? { ...stop, ...change } : stop)) })
const of = (change: Partial<PdptwInstance>): PdptwInstance => ({ ...smallInstance, ...change })
const narrowed = (request: number, end: 'pickup' | 'delivery', dueS: number): PdptwInstance =>
  of({
    requests: smallInstance.requests.map((one, i) => (i === request ? { ...one, [end]: { ...one[end], dueS } } : one)),
  })
const fleetOf = (change: object): PdptwInstance =>
  of({ vehicleTypes: smallInstance.vehicleTypes.map((type) => ({ ...type, ...change })) })

const begun: readonly StartedRoute[] = [
  { vehicleType: 'truck', doneStops: [{ request: 'out', kind: 'pickup' }], leftS: 600, drivenS: 0 },
]
const done = { request: 'out', kind: 'pickup', arriveS: null, leaveS: null } as const
const continued = withRoute({ started: 0, stops: [done, ...stops.slice(1)] })

describe('checkSolution', () => {
  it('finds nothing wrong with a right plan', () => {
    expect(checkSolution(smallInstance, plan)).toEqual([])
    expect(checkSolution(of({ started: begun }), continued)).toEqual([])
  })

  it('drives with rests, none of them before the rule asks for it', () => {
    const rules = { rest: { drivingMaxS: 1_800, restS: 1_200 } }
    const rested = withRoute({
      stops: stops.map((stop, i) => (i === 3 ? { ...stop, arriveS: 9_600, leaveS: 10_200 } : stop)),
      endS: 10_200,
    })

    expect(checkSolution(smallInstance, rested, rules)).toEqual([])
    expect(checkSolution(smallInstance, plan, rules)).toMatchObject([
      { kind: 'figure_wrong', field: 'routes[0].stops[3].arriveS', said: 8_400, is: 9_600 },
      { field: 'routes[0].stops[3].leaveS' },
      { field: 'routes[0].endS' },
    ])
    expect(checkSolution(smallInstance, plan, { rest: { ...rules.rest, isWaitingRest: true } })).toEqual([])
  })

  it('adds up what is left out', () => {
    const left = { ...plan, routes: [], distanceM: 0, costM: 12, unserved: ['out', 'back'] }
    const droppable = of({ requests: smallInstance.requests.map((request) => ({ ...request, dropCostM: 6 })) })

    expect(checkSolution(droppable, left)).toEqual([])
    expect(checkSolution(smallInstance, { ...left, costM: 0, isComplete: false })).toEqual([])
    expect(checkSolution(smallInstance, { ...left, costM: 0 })).toMatchObject([{ field: 'isComplete' }])
  })

  it.each<[PlanFault['kind'], string, PdptwInstance, PdptwPlan, TourRules?]>([
    ['unknown_vehicle', 'a type that is none', smallInstance, withRoute({ vehicleType: 'ship' })],
    ['too_many_vehicles', 'more vehicles than there are', fleetOf({ count: 0 }), plan],
    ['started_changed', 'a vehicle under way without a route', of({ started: begun }), plan],
    [
      'started_changed',
      'a route that does not begin with what is done',
      of({ started: begun }),
      withRoute({ started: 0, stops: stops.slice(2) }),
    ],
    ['started_changed', 'a vehicle under way that is none', smallInstance, withRoute({ started: 0 })],
    ['started_changed', 'another vehicle', of({ started: [{ ...begun[0]!, vehicleType: 'other' }] }), continued], // there is one
    [
      'empty_route',
      'a vehicle that does nothing',
      smallInstance,
      { ...plan, routes: [route, { ...route, stops: [] }] },
    ],
    ['unknown_request', 'a stop for nobody', smallInstance, withStop(3, { request: 'x' })],
    ['unknown_request', 'nobody left out', smallInstance, { ...plan, unserved: ['x'] }],
    ['repeated_stop', 'a stop twice', smallInstance, withRoute({ stops: [...stops, stops[3]!] })], // there are four
    ['unpaired', 'a pickup without delivery', smallInstance, withRoute({ stops: stops.slice(0, 3) })],
    ['unpaired', 'a delivery without pickup', smallInstance, withRoute({ stops: stops.slice(1) })],
    ['unpaired', 'a delivery before its pickup', smallInstance, withRoute({ stops: stops.toReversed() })],
    [
      'unpaired',
      'two vehicles for one request',
      smallInstance,
      {
        ...plan,
        routes: [
          { ...route, stops: stops.slice(0, 1) },
          { ...route, stops: stops.slice(1) },
        ],
      },
    ],
    [
      'wrong_vehicle',
      'a vehicle that may not carry it',
      of({ requests: smallInstance.requests.map((request) => ({ ...request, vehicleTypes: [] })) }),
      plan,
    ],
    ['overloaded', 'more than the vehicle holds', fleetOf({ capacityKg: 5_999 }), plan],
    ['late', 'a pickup too late', narrowed(1, 'pickup', 2_999), plan],
    ['late', 'a delivery too late', narrowed(0, 'delivery', 2_399), plan],
    [
      'late',
      'a rest that makes late',
      narrowed(0, 'delivery', 2_400),
      plan,
      { rest: { drivingMaxS: 1_000, restS: 1 } },
    ],
    ['shift_exceeded', 'a shift too long', fleetOf({ shiftEndS: 8_999 }), plan],
    ['unserved_wrong', 'a request that is forgotten', smallInstance, withRoute({ stops: stops.slice(0, 2) })],
    ['unserved_wrong', 'a request served and left out', smallInstance, { ...plan, unserved: ['out'] }],
    ['unserved_wrong', 'a request left out twice', smallInstance, { ...plan, unserved: ['out', 'out'] }],
    ['figure_wrong', 'an arrival that is none', smallInstance, withStop(1, { arriveS: 2_399 })],
    ['figure_wrong', 'a departure before the service is done', smallInstance, withStop(2, { leaveS: 6_000 })],
    ['figure_wrong', 'a time of what was done', of({ started: begun }), withRoute({ started: 0, stops })],
    ['figure_wrong', 'the distance of a route', smallInstance, withRoute({ distanceM: 59_999 })],
    ['figure_wrong', 'the end of a shift', smallInstance, withRoute({ endS: 8_999 })],
    ['figure_wrong', 'the distance of all', smallInstance, { ...plan, distanceM: 59_999, costM: 64_999 }],
    ['figure_wrong', 'the cost', smallInstance, { ...plan, costM: 60_000 }],
  ])('finds %s: %s', (kind, _claim, instance, wrong, rules) => {
    expect(checkSolution(instance, wrong, rules).map((fault) => fault.kind)).toContain(kind)
  })
})
