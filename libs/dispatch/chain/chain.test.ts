import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventTowns, scatter, seeded } from '../spot/testing.ts'
import { emptyBound } from './bound.ts'
import { chainLoads, type ChainPlan } from './chain.ts'
import { chainRules, planeLegs, type ChainLoad, type ChainProblem, type ChainTruck } from './model.ts'

const hour = 3_600

/** Loads over three days between sites around towns, some heavier, some for another class. */
function invent(seed: number, loadCount: number, truckCount: number, windowH = 4): ChainProblem {
  const random = seeded(seed)
  const places = scatter(inventTowns(5, random), 12 + truckCount, 10_000, random)
  const pick = (): number => Math.floor(random() * 12)
  const loads = Array.from({ length: loadCount }, (_, i): ChainLoad => {
    const earliestS = Math.floor(random() * 48 * hour)
    return {
      id: `load ${i}`,
      pickup: pick(),
      delivery: pick(),
      kg: random() < 0.2 ? 36_000 : 32_000,
      classes: random() < 0.2 ? 0b10 : 0b11,
      earliestS,
      latestS: earliestS + Math.floor(windowH * hour * random()),
      dueS: earliestS + (windowH + 10) * hour,
      loadS: 1_200,
      unloadS: 1_200,
      dropCostM: 300_000,
    }
  })
  const trucks = Array.from({ length: truckCount }, (_, i): ChainTruck => {
    const freeAtS = Math.floor(random() * 12 * hour)
    return {
      id: `truck ${i}`,
      place: 12 + i,
      freeAtS,
      shiftEndS: freeAtS + 40 * hour,
      drivenS: Math.floor(random() * 3 * hour),
      payloadKg: random() < 0.5 ? 33_000 : 40_000,
      vehicleClass: random() < 0.5 ? 0b01 : 0b10,
      home: i % 3 === 0 ? 12 : null,
    }
  })
  return { places, loads, trucks, legs: planeLegs(places, 1.3, 65), rules: chainRules }
}

const solve = (problem: ChainProblem): ChainPlan => {
  const solved = chainLoads(problem)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

/** The road between two places, asked for alone. */
function road({ legs }: ChainProblem, from: number, to: number) {
  const { metres, seconds } = legs(Int32Array.of(from), Int32Array.of(to))
  return { metres: metres[0]!, seconds: seconds[0]! } // one leg was asked for
}

/** Drives a tour second by second in stretches of at most a minute; says what it breaks. */
function offences(
  problem: ChainProblem,
  { truck: id, loads: chain, home, emptyM, loadedM, finishS }: ChainPlan['tours'][number],
): readonly string[] {
  const { trucks, loads, rules } = problem
  const truck = trucks[id]!
  const said: string[] = []
  let [at, now, driven, emptied, carried] = [truck.place, truck.freeAtS, truck.drivenS, 0, 0]
  const go = (to: number): number => {
    const { metres, seconds } = road(problem, at, to)
    for (let left = seconds; left > 0;) {
      if (driven === rules.driveMaxS) [now, driven] = [now + rules.restS, 0]
      const stretch = Math.min(left, 60, rules.driveMaxS - driven)
      ;[now, driven, left] = [now + stretch, driven + stretch, left - stretch]
      if (driven > rules.driveMaxS) said.push('drives without rest')
    }
    at = to
    return metres
  }
  for (const index of chain) {
    const load = loads[index]!
    if (load.kg > truck.payloadKg) said.push(`${load.id} is too heavy`)
    if ((load.classes & truck.vehicleClass) === 0) said.push(`${load.id} needs another class`)
    emptied += go(load.pickup)
    if (now > load.latestS) said.push(`${load.id} loads too late`)
    now = Math.max(now, load.earliestS) + load.loadS
    carried += go(load.delivery)
    if (now > load.dueS) said.push(`${load.id} unloads too late`)
    now += load.unloadS
  }
  if (home !== null) emptied += go(home)
  if (now > truck.shiftEndS) said.push('the shift is over')
  if (now !== finishS) said.push(`finishS is ${now}`)
  if (emptied !== emptyM || carried !== loadedM) said.push('metres differ')
  return said
}

describe('chainLoads', () => {
  it('makes tours that hold under the full rules, and tells of every load once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.constantFrom(0, 50, 100),
        (seed, loads, trucks, withHomes, plannedPct) => {
          const problem = invent(seed, loads, trucks)
          const rules = { ...chainRules, homeWorthM: withHomes ? 80_000 : 0, plannedPct }

          const { tours, unserved } = solve({ ...problem, rules })

          for (const tour of tours) expect(offences(problem, tour)).toEqual([])
          const told = [...tours.flatMap(({ loads }) => loads), ...unserved]
          expect(told.toSorted((a, b) => a - b)).toEqual([...problem.loads.keys()])
          expect(new Set(tours.map(({ truck }) => truck)).size).toBe(tours.length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('serves no fewer loads than nearest first and drives less empty', () => {
    const problem = invent(11, 200, 60)
    const { tours, emptyM } = solve(problem)
    const greedy = nearestFirst(problem)
    const served = tours.reduce((sum, { loads }) => sum + loads.length, 0)

    expect(served).toBeGreaterThanOrEqual(greedy.served)
    expect(emptyM / served).toBeLessThan(greedy.emptyM / greedy.served)
  })

  it('is never below the bound on empty metres', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const problem = invent(seed, 40, 15)
        const { tours, emptyM, loadedM } = solve(problem)
        const served = tours.flatMap(({ loads }) => loads.map((load) => problem.loads[load]!)) // loads of the problem
        fc.pre(served.length > 0)

        const bound = emptyBound({
          places: problem.places,
          pickups: Int32Array.from(served, ({ pickup }) => pickup),
          deliveries: Int32Array.from(served, ({ delivery }) => delivery),
          trucks: Int32Array.from(problem.trucks, ({ place }) => place),
          legs: problem.legs,
          straightFactor: 1,
        })

        expect(bound).toMatchObject({ ok: true, value: { loadedM } })
        expect(bound.ok && bound.value.emptyM).toBeLessThanOrEqual(emptyM)
      }),
      { numRuns: 40 },
    )
  })

  // A line of places 10 km apart; 36 km/h are 10 m a second.
  const line: ChainProblem = {
    places: { x: Float64Array.of(0, 10_000, 20_000, 200_000), y: new Float64Array(4) },
    loads: [
      {
        id: 'out',
        pickup: 0,
        delivery: 1,
        kg: 1,
        classes: 1,
        earliestS: 0,
        latestS: 9_000,
        dueS: 90_000,
        loadS: 100,
        unloadS: 100,
        dropCostM: 900_000,
      },
      {
        id: 'back',
        pickup: 1,
        delivery: 0,
        kg: 1,
        classes: 1,
        earliestS: 0,
        latestS: 20_000,
        dueS: 90_000,
        loadS: 100,
        unloadS: 100,
        dropCostM: 900_000,
      },
    ],
    trucks: [
      { id: 'a', place: 0, freeAtS: 0, shiftEndS: 90_000, drivenS: 0, payloadKg: 1, vehicleClass: 1, home: null },
      { id: 'b', place: 2, freeAtS: 0, shiftEndS: 90_000, drivenS: 0, payloadKg: 1, vehicleClass: 1, home: null },
    ],
    legs: planeLegs({ x: Float64Array.of(0, 10_000, 20_000, 200_000), y: new Float64Array(4) }, 1, 36),
    rules: chainRules,
  }

  it('gives the way back to the truck that went out', () => {
    const { tours, relaxedCostM } = solve(line)

    expect(tours).toEqual([
      { truck: 0, loads: [0, 1], emptyM: 0, loadedM: 20_000, waitedS: 0, finishS: 2_400, home: null },
    ])
    expect(relaxedCostM).toBe(50_000)
  })

  it('sends a second truck when one more is cheap', () => {
    const rules = { ...chainRules, activationM: 0 }
    const [out, back] = line.loads

    const early = { ...line, rules, loads: [out!, { ...back!, latestS: 1_150 }] } // there are two
    expect(solve(early).tours.map(({ truck, emptyM }) => [truck, emptyM])).toEqual([
      [0, 0],
      [1, 10_000],
    ])
  })

  it('cuts a chain where the shift ends and tells of the rest', () => {
    const trucks = line.trucks.slice(0, 1).map((truck) => ({ ...truck, shiftEndS: 1_500 }))

    const { tours, broken, unserved } = solve({ ...line, trucks })

    expect(tours).toEqual([
      { truck: 0, loads: [0], emptyM: 0, loadedM: 10_000, waitedS: 0, finishS: 1_200, home: null },
    ])
    expect(broken).toEqual([{ truck: 0, loads: [1], reason: 'after_the_shift' }])
    expect(unserved).toEqual([1])
  })

  it('waits for a window, and rests after four hours', () => {
    const [out, back] = line.loads
    const late = { ...back!, pickup: 3, delivery: 0, earliestS: 30_000, latestS: 40_000 } // there are two

    const { tours } = solve({ ...line, loads: [out!, late], trucks: line.trucks.slice(0, 1) })

    // 1,200 s out, 19,000 s there with one rest of 1,200 s: at 21,400; 20,000 s back with 5,600 s driven since the rest.
    expect(tours).toEqual([
      {
        truck: 0,
        loads: [0, 1],
        emptyM: 190_000,
        loadedM: 210_000,
        waitedS: 8_600,
        finishS: 30_000 + 100 + 20_000 + 1_200 + 100,
        home: null,
      },
    ])
  })

  it('drives home when that is worth it', () => {
    const trucks = line.trucks.slice(0, 1).map((truck) => ({ ...truck, home: 2 }))
    const loads = line.loads.slice(0, 1)
    const rules = { ...chainRules, homeWorthM: 15_000 }

    expect(solve({ ...line, trucks, loads, rules }).tours).toMatchObject([{ emptyM: 10_000, finishS: 2_200, home: 2 }])
    expect(solve({ ...line, trucks, loads }).tours).toMatchObject([{ emptyM: 0, home: null }])
  })

  it('names loads that no truck can take', () => {
    const [out, back] = line.loads
    const { impossible, unserved } = solve({
      ...line,
      loads: [
        { ...out!, kg: 2 },
        { ...back!, classes: 2 },
      ],
    }) // there are two

    expect(impossible).toEqual([0, 1])
    expect(unserved).toEqual([0, 1])
  })

  it('gives equal problems equal plans', () => {
    expect(solve(invent(12, 80, 30))).toEqual(solve(invent(12, 80, 30)))
  })

  it('stops when asked to', () => {
    expect(chainLoads(line, { shouldStop: () => true })).toMatchObject({ ok: false, error: { kind: 'stopped' } })
  })

  const [out] = line.loads
  const [first] = line.trucks
  const cases: readonly (readonly [string, Partial<ChainProblem>, object])[] = [
    ['no loads', { loads: [] }, { kind: 'empty', field: 'loads.length' }],
    ['no trucks', { trucks: [] }, { kind: 'empty', field: 'trucks.length' }],
    ['a load twice', { loads: [out!, out!] }, { field: 'loads[1].id', value: 'out' }],
    ['a truck twice', { trucks: [first!, first!] }, { field: 'trucks[1].id', value: 'a' }],
    ['a place that does not exist', { loads: [{ ...out!, delivery: 4 }] }, { field: 'loads[0].delivery', value: 4 }],
    ['a truck nowhere', { trucks: [{ ...first!, place: -1 }] }, { field: 'trucks[0].place', value: -1 }],
    ['a home nowhere', { trucks: [{ ...first!, home: 1.5 }] }, { field: 'trucks[0].home', value: 1.5 }],
    ['a mass that is no number', { loads: [{ ...out!, kg: Number.NaN }] }, { field: 'loads[0].kg', value: Number.NaN }],
    [
      'a window that ends before it begins',
      { loads: [{ ...out!, earliestS: 9_001 }] },
      { field: 'loads[0].latestS', value: 9_000 },
    ],
    ['drop costs that are not exact', { loads: [{ ...out!, dropCostM: 2 ** 53 }] }, { field: 'loads[0].dropCostM' }],
    ['a payload below 0', { trucks: [{ ...first!, payloadKg: -1 }] }, { field: 'trucks[0].payloadKg', value: -1 }],
    ['no driving at all', { rules: { ...chainRules, driveMaxS: 0 } }, { field: 'rules.driveMaxS', value: 0 }],
    ['a rest of half a second', { rules: { ...chainRules, restS: 0.5 } }, { field: 'rules.restS', value: 0.5 }],
    [
      'a plan after the window',
      { rules: { ...chainRules, plannedPct: 101 } },
      { field: 'rules.plannedPct', value: 101 },
    ],
    ['no neighbours', { rules: { ...chainRules, neighbours: 0 } }, { field: 'rules.neighbours', value: 0 }],
    [
      'too many neighbours',
      { rules: { ...chainRules, neighbours: 101 } },
      { kind: 'too_large', field: 'rules.neighbours' },
    ],
    [
      'roads of no length',
      {
        legs: (from) => ({
          metres: new Float64Array(from.length).fill(Number.NaN),
          seconds: new Float64Array(from.length),
        }),
      },
      { kind: 'invalid', field: 'legs: metres' },
    ],
  ]

  it.each(cases)('refuses %s', (_name, change, said) => {
    expect(chainLoads({ ...line, ...change })).toMatchObject({ ok: false, error: said })
  })
})

/** Each truck in turn takes the nearest load it can still do, until there is none. */
function nearestFirst(problem: ChainProblem): { readonly served: number; readonly emptyM: number } {
  const left = new Set(problem.loads.keys())
  let [served, emptyM] = [0, 0]
  for (const [truck, { place }] of problem.trucks.entries()) {
    const chain: number[] = []
    for (;;) {
      const at = chain.length === 0 ? place : problem.loads[chain.at(-1)!]!.delivery // loads of the problem
      const near = [...left].toSorted(
        (a, b) =>
          road(problem, at, problem.loads[a]!.pickup).metres - road(problem, at, problem.loads[b]!.pickup).metres,
      ) // likewise
      const next = near.find((load) => isDriveable(problem, truck, [...chain, load]))
      if (next === undefined) break
      emptyM += road(problem, at, problem.loads[next]!.pickup).metres // likewise
      left.delete(next)
      chain.push(next)
      served++
    }
  }
  return { served, emptyM }
}

const isDriveable = (problem: ChainProblem, truck: number, loads: readonly number[]): boolean =>
  offences(problem, { truck, loads, home: null, emptyM: 0, loadedM: 0, waitedS: 0, finishS: 0 }).every((offence) =>
    /^(finishS|metres)/.test(offence),
  )
