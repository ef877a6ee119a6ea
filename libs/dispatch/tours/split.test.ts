import { describe, expect, it } from 'vitest'
import { checkSolution } from './check.ts'
import type { PdptwInstance, PdptwPlan, TourRules } from './instance.ts'
import { solvePdptw } from './solve.ts'
import { joinTours, splitTours } from './split.ts'

const rest: TourRules = { rest: { drivingMaxS: 14_400, restS: 1_200 } }

/** Small loads between 200 places of a region of 200 × 200 km, and trucks of three sizes anywhere in it. Seeded. */
function region(requestCount: number, truckCount: number) {
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const siteCount = 200 + truckCount
  const x = Float64Array.from({ length: siteCount }, () => random(200_000))
  const y = Float64Array.from({ length: siteCount }, () => random(200_000))
  const distanceM = new Float64Array(siteCount ** 2)
  for (let a = 0; a < siteCount; a++)
    for (let b = 0; b < siteCount; b++)
      distanceM[a * siteCount + b] = Math.hypot((x[a] ?? 0) - (x[b] ?? 0), (y[a] ?? 0) - (y[b] ?? 0)) * 1.25
  const visit = (site: number) => ({ site, readyS: 0, dueS: 86_400, serviceS: 1_200 })
  const instance: PdptwInstance = {
    siteCount,
    distanceM,
    durationS: distanceM.map((metres) => metres / 16),
    requests: Array.from({ length: requestCount }, (_, n) => ({
      id: `r${n}`,
      massKg: 2_000 + random(8_000),
      pickup: visit(random(200)),
      delivery: visit(random(200)),
      dropCostM: 600_000,
      ...(n % 10 === 0 ? { vehicleTypes: Array.from({ length: truckCount / 2 }, (_type, t) => `t${2 * t}`) } : {}),
    })),
    vehicleTypes: Array.from({ length: truckCount }, (_, n) => ({
      id: `t${n}`,
      startSite: 200 + n,
      endSite: null,
      shiftStartS: 0,
      shiftEndS: 86_400,
      capacityKg: [10_000, 18_000, 31_000][n % 3] ?? 10_000,
      fixedCostM: 50_000,
      count: 1,
    })),
  }
  return { instance, places: { x, y } }
}

const solved = (instance: PdptwInstance, iterations: number): PdptwPlan => {
  const plan = solvePdptw(instance, { objective: 'distance', iterations, seed: 1, rules: rest })
  if (!plan.ok) throw new Error(JSON.stringify(plan.error))
  return plan.value
}
const partsOf = (...args: Parameters<typeof splitTours>) => {
  const parts = splitTours(...args)
  if (!parts.ok) throw new Error(JSON.stringify(parts.error))
  return parts.value
}

describe('parts of a region', () => {
  it('give a valid plan of 320 requests that is little dearer than one plan of all, and get better by rounds', () => {
    const { instance, places } = region(320, 60)
    const iterations = 12_000
    const whole = solved(instance, iterations)
    const costs: number[] = []
    let plan: PdptwPlan | null = null
    for (let round = 0; round < 4; round++) {
      const parts = partsOf(instance, { places, requestsMax: 110, round, plan })
      expect(parts.length).toBeGreaterThan(1)
      const plans = parts.map((part) => solved(part, iterations / 3))
      plan = joinTours(instance, parts, plans, plan)
      expect(checkSolution(instance, plan, rest)).toEqual([])
      costs.push(plan.costM)
    }
    expect(costs).toEqual(costs.toSorted((a, b) => b - a))
    expect(costs.at(-1)).toBeLessThan(costs[0] ?? 0)
    // 12,000 changes of the whole against as many over the parts, in each of four rounds.
    expect(costs.at(-1)).toBeLessThan(whole.costM * 1.05)
  }, 120_000)

  it('share out requests and vehicles without a rest, and draw other borders in another round', () => {
    const { instance, places } = region(300, 60)
    const borders = [0, 1].map((round) => {
      const parts = partsOf(instance, { places, requestsMax: 100, round, plan: null })
      const ids = parts.flatMap(({ requests }) => requests.map(({ id }) => id))
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBe(300)
      expect(Math.max(...parts.map(({ requests }) => requests.length))).toBeLessThanOrEqual(100)
      const trucks = parts.flatMap(({ vehicleTypes }) => vehicleTypes.map(({ id }) => id))
      expect(trucks.toSorted()).toEqual(instance.vehicleTypes.map(({ id }) => id).toSorted())
      return parts
        .map(({ requests }) =>
          requests
            .map(({ id }) => id)
            .toSorted()
            .join(),
        )
        .toSorted()
    })
    expect(borders[0]).not.toEqual(borders[1])
  })

  it('leave what was when a part has no plan, and what no part has a vehicle for is left out', () => {
    const { instance, places } = region(40, 10)
    const plan = solved(instance, 2_000)
    const parts = partsOf(instance, { places, requestsMax: 10, round: 1, plan })
    const same = joinTours(instance, parts, [], plan)
    expect([same.unserved, checkSolution(instance, same, rest)]).toEqual([plan.unserved, []])
    expect(same.costM).toBeCloseTo(plan.costM, 3)

    const nobody = joinTours(instance, parts, [], null)
    expect(nobody.unserved.length).toBe(40)
    expect(checkSolution(instance, nobody, rest)).toEqual([])
    const must = {
      ...instance,
      requests: instance.requests.map(({ dropCostM: _drop, ...request }) => request),
    }
    expect(joinTours(must, parts, [], null).isComplete).toBe(false)
  })

  it('refuse what cannot be split, by name', () => {
    const { instance, places } = region(20, 4)
    const options = { places, requestsMax: 10, round: 0, plan: null }
    const fault = (over: Partial<PdptwInstance>, more: object = {}) => {
      const parts = splitTours({ ...instance, ...over }, { ...options, ...more })
      return parts.ok ? null : parts.error
    }
    expect(fault({ requests: [] })).toEqual({ kind: 'no_requests' })
    expect(fault({ vehicleTypes: [] })).toEqual({ kind: 'no_vehicles' })
    expect(fault({}, { requestsMax: 0 })).toMatchObject({ field: 'requestsMax' })
    expect(fault({}, { round: 0.5 })).toMatchObject({ field: 'round' })
    expect(fault({}, { places: { x: places.x.slice(1), y: places.y } })).toMatchObject({ field: 'places.x.length' })
    expect(fault({}, { places: { x: places.x, y: places.y.map(() => NaN) } })).toMatchObject({ field: 'places.y[0]' })
    expect(fault({ started: [{ vehicleType: 't0', doneStops: [], leftS: 0, drivenS: 0 }] })).toMatchObject({
      field: 'started',
    })
    const first = instance.requests[0]
    expect(fault({ requests: first ? [{ ...first, pickup: { ...first.pickup, site: 999 } }] : [] })).toMatchObject({
      field: 'requests[0].pickup.site',
    })
  })
})
