import fc from 'fast-check'
import type { PdptwInstance, StartedRoute, TourRequest, TourRules, TourStop, VehicleType, Visit } from './instance.ts'
import { createRandom } from './random.ts'

/** What an invented instance has in it. */
export type Traits = {
  readonly seed: number
  readonly requests: number
  readonly types: number
  /** Ways there and back differ; a way over a third site may be the shorter one. */
  readonly isAsymmetric: boolean
  readonly isMetric: boolean
  readonly started: number
  readonly canDrop: boolean
  readonly rest: 'none' | 'strict' | 'waiting'
}

/** Traits of small instances; the search over them shrinks towards plain ones. */
export const anyTraits: fc.Arbitrary<Traits> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  requests: fc.integer({ min: 1, max: 20 }),
  types: fc.integer({ min: 1, max: 4 }),
  isAsymmetric: fc.boolean(),
  isMetric: fc.boolean(),
  started: fc.integer({ min: 0, max: 3 }),
  canDrop: fc.boolean(),
  rest: fc.constantFrom('none', 'strict', 'waiting'),
})

/** The rules that go with the traits. */
export const rulesOf = ({ rest, seed }: Traits): TourRules =>
  rest === 'none'
    ? {}
    : { rest: { drivingMaxS: 3_000 + (seed % 12_000), restS: 300 + (seed % 1_500), isWaitingRest: rest === 'waiting' } }

/** Invents a day on a square of 100 km: whole metres, seconds and kilograms. */
export function inventInstance(traits: Traits): PdptwInstance {
  const random = createRandom(traits.seed)
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  const siteCount = whole(3, 25)
  const places = Array.from({ length: siteCount }, () => ({ x: whole(0, 100_000), y: whole(0, 100_000) }))
  const distanceM = new Int32Array(siteCount ** 2)
  for (const [a, from] of places.entries())
    for (const [b, to] of places.entries()) {
      const winding = (traits.isAsymmetric ? 1 + 0.2 * random() : 1) * (traits.isMetric ? 1 : 0.3 + 2 * random())
      distanceM[a * siteCount + b] = Math.round(Math.hypot(from.x - to.x, from.y - to.y) * winding)
    }
  const durationS = distanceM.map((distance) =>
    Math.round((distance / 15) * (traits.isAsymmetric ? 1 + 0.1 * random() : 1)),
  )
  const vehicleTypes = Array.from({ length: traits.types }, (_, i): VehicleType => ({
    id: `type ${i}`,
    startSite: whole(0, siteCount - 1),
    endSite: random() < 0.3 ? null : whole(0, siteCount - 1),
    shiftStartS: whole(0, 5_000),
    shiftEndS: whole(60_000, 90_000),
    capacityKg: whole(8_000, 30_000),
    fixedCostM: random() < 0.5 ? 0 : whole(0, 50_000),
    count: whole(1, 4),
  }))
  const visit = (): Visit => {
    const readyS = whole(0, 30_000)
    return { site: whole(0, siteCount - 1), readyS, dueS: readyS + whole(10_000, 40_000), serviceS: whole(0, 1_800) }
  }
  const requests = Array.from({ length: traits.requests }, (_, i): TourRequest => ({
    id: `request ${i}`,
    massKg: whole(0, 8_000),
    pickup: visit(),
    delivery: visit(),
    ...(traits.canDrop && random() < 0.7 ? { dropCostM: whole(0, 200_000) } : {}),
    ...(random() < 0.2 ? { vehicleTypes: [`type ${whole(0, traits.types - 1)}`] } : {}),
  }))
  const waiting = [...requests]
  const started = Array.from({ length: traits.started }, (): StartedRoute => {
    const type = vehicleTypes[whole(0, traits.types - 1)] ?? vehicleTypes[0]! // there is a first type
    return {
      vehicleType: type.id,
      doneStops: inventDone(waiting, type, whole, whole(0, 5)),
      leftS: whole(0, 30_000),
      drivenS: whole(0, 3_000),
    }
  })
  return { siteCount, distanceM, durationS, requests, vehicleTypes, started }
}

/** Stops that a vehicle has left behind; some of what it loaded may still be on board. */
function inventDone(
  waiting: TourRequest[],
  { capacityKg }: VehicleType,
  whole: (least: number, most: number) => number,
  count: number,
): readonly TourStop[] {
  const stops: TourStop[] = []
  const onBoard: TourRequest[] = []
  let massKg = 0
  for (let i = 0; i < count; i++) {
    const next = waiting[0]
    if (onBoard.length > 0 && whole(0, 1) === 0) {
      const [request] = onBoard.splice(whole(0, onBoard.length - 1), 1)
      if (request) stops.push({ request: request.id, kind: 'delivery' })
      massKg -= request?.massKg ?? 0
    } else if (next && massKg + next.massKg <= capacityKg) {
      waiting.shift()
      onBoard.push(next)
      stops.push({ request: next.id, kind: 'pickup' })
      massKg += next.massKg
    }
  }
  return stops
}

/** Two sites 30 km apart, a yard at the first, one vehicle of 10 t, a request each way. */
export const smallInstance: PdptwInstance = {
  siteCount: 2,
  distanceM: Int32Array.of(0, 30_000, 30_000, 0),
  durationS: Int32Array.of(0, 1_800, 1_800, 0),
  requests: [
    {
      id: 'out',
      massKg: 6_000,
      pickup: { site: 0, readyS: 0, dueS: 10_000, serviceS: 600 },
      delivery: { site: 1, readyS: 0, dueS: 20_000, serviceS: 600 },
    },
    {
      id: 'back',
      massKg: 5_000,
      pickup: { site: 1, readyS: 6_000, dueS: 20_000, serviceS: 600 },
      delivery: { site: 0, readyS: 0, dueS: 30_000, serviceS: 600 },
    },
  ],
  vehicleTypes: [
    {
      id: 'truck',
      startSite: 0,
      endSite: 0,
      shiftStartS: 0,
      shiftEndS: 36_000,
      capacityKg: 10_000,
      fixedCostM: 5_000,
      count: 2,
    },
  ],
}
