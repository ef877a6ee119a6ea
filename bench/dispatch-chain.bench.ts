// npm run bench -- dispatch-chain: which load follows which, beside nearest-first and the bound no plan can beat; CPU seconds of one thread.
import { emptyBound, loadedRatio, type EmptyBound } from '../libs/dispatch/chain/bound.ts'
import { chainLoads, type ChainPlan } from '../libs/dispatch/chain/chain.ts'
import {
  chainRules,
  planeLegs,
  type ChainLoad,
  type ChainProblem,
  type ChainTruck,
} from '../libs/dispatch/chain/model.ts'
import { driveLoad } from '../libs/dispatch/chain/tour.ts'
import { draw, inventTowns, scatter, seeded } from '../libs/dispatch/spot/testing.ts'
import { figure, report, type Figure, type Say } from './harness.ts'

const [loadCount, truckCount, siteCount] = [10_000, 6_000, 1_500]
const hour = 3_600

await report('bench', 'dispatch-chain', async (say) => measure(say))

function measure(say: Say): readonly Figure[] {
  const runs = [1, 2, 3].map((seed) => {
    const run = runSeed(seed)
    say(`seed ${seed}: ${JSON.stringify(run)}`)
    return run
  })
  const worst = (key: keyof ReturnType<typeof runSeed>): number => Math.max(...runs.map((run) => run[key]))
  const least = (key: keyof ReturnType<typeof runSeed>): number => Math.min(...runs.map((run) => run[key]))
  return [
    figure('10,000 loads over 72 h, 6,000 trucks: graph, chains, driving', worst('cpuS'), 'CPU s', '<= 3'),
    figure('arcs', worst('arcs'), ''),
    figure('loads served', least('served'), 'loads', '>= 10000'),
    figure('loads whose first chain broke, and which were chained anew', worst('broken'), 'loads'),
    figure('trucks used, each held equal to 50 km', worst('tours'), ''),
    figure('empty km a load', worst('emptyKm'), 'km'),
    figure('empty km a load of nearest first over the same trucks', least('greedyKm'), 'km'),
    figure('loads it leaves out', least('greedyLeft'), 'loads'),
    figure('empty km over those of nearest first', worst('overGreedy'), '', '<= 1'),
    figure('empty km a load, trucks and waiting held for nothing', worst('freeKm'), 'km'),
    figure('empty km a load of nearest first over all trucks', least('freeGreedyKm'), 'km'),
    figure('empty km over those of nearest first, all trucks', worst('overFreeGreedy'), '', '<= 1'),
    figure('empty km a load that no plan can drive less than', worst('boundKm'), 'km'),
    figure('plans below the bound', worst('belowBound'), '', '<= 0'),
    figure('loaded share of all km', least('ratio'), ''),
    figure('loaded share over the bound on it', least('ratioOverBound'), '', '>= 0.9'),
    figure('CPU time of the bound', worst('boundS'), 'CPU s'),
  ]
}

function runSeed(seed: number) {
  const problem = invent(seed)
  const before = cpuS()
  const plan = chainsOf(problem)
  const between = cpuS()
  const bound = boundOf(problem, plan)
  const after = cpuS()
  const used = problem.trucks.filter((_, truck) => plan.tours.some((tour) => tour.truck === truck))
  const greedy = nearestFirst({ ...problem, trucks: used })
  const free = chainsOf({ ...problem, rules: { ...problem.rules, activationM: 0, waitCostMPerHour: 0 } })
  const freeGreedy = nearestFirst(problem)
  const ratio = loadedRatio(plan.emptyM, plan.loadedM)
  const [emptyKm, freeKm] = [emptyKmOf(plan), emptyKmOf(free)]
  const [greedyKm, freeGreedyKm] = [greedy.emptyM / greedy.served / 1e3, freeGreedy.emptyM / freeGreedy.served / 1e3]
  return {
    cpuS: between - before,
    arcs: plan.arcs,
    served: servedOf(plan).length,
    broken: plan.broken.reduce((sum, { loads }) => sum + loads.length, 0),
    tours: plan.tours.length,
    emptyKm,
    greedyKm,
    greedyLeft: loadCount - greedy.served,
    overGreedy: emptyKm / greedyKm,
    freeKm,
    freeGreedyKm,
    overFreeGreedy: freeKm / freeGreedyKm,
    boundKm: bound.emptyM / servedOf(plan).length / 1e3,
    belowBound: plan.emptyM < bound.emptyM || free.emptyM < boundOf(problem, free).emptyM ? 1 : 0,
    ratio,
    ratioOverBound: ratio / bound.loadedRatio,
    boundS: after - between,
  }
}

function servedOf({ tours }: ChainPlan): readonly number[] {
  return tours.flatMap(({ loads }) => loads)
}

function emptyKmOf(plan: ChainPlan): number {
  return plan.emptyM / servedOf(plan).length / 1e3
}

function boundOf({ places, loads, trucks, legs }: ChainProblem, plan: ChainPlan): EmptyBound {
  const served = servedOf(plan).map((load) => loads[load]!) // loads of the problem
  const bound = emptyBound({
    places,
    pickups: Int32Array.from(served, ({ pickup }) => pickup),
    deliveries: Int32Array.from(served, ({ delivery }) => delivery),
    trucks: Int32Array.from(trucks, ({ place }) => place),
    legs,
    straightFactor: 1.3,
  })
  if (!bound.ok) throw new Error(JSON.stringify(bound.error))
  return bound.value
}

function chainsOf(problem: ChainProblem): ChainPlan {
  const solved = chainLoads(problem)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

function cpuS(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Sites around 60 towns that send and receive as 1 / rank^0.8, in two different orders: more goes one way than comes back. */
function invent(seed: number): ChainProblem {
  const random = seeded(seed)
  const towns = inventTowns(60, random)
  const places = scatter(towns, siteCount + truckCount, 8_000, random)
  const weights = Array.from({ length: siteCount }, (_, rank) => 1 / (rank + 1) ** 0.8)
  const loads = Array.from({ length: loadCount }, (_, i): ChainLoad => {
    const earliestS = Math.floor(random() * 72 * hour)
    const latestS = earliestS + Math.floor((2 + 4 * random()) * hour)
    return {
      id: `load ${i}`,
      pickup: draw(weights, random),
      delivery: siteCount - 1 - draw(weights, random),
      kg: 32_000,
      classes: 1,
      earliestS,
      latestS,
      dueS: latestS + 24 * hour,
      loadS: 1_200,
      unloadS: 1_200,
      dropCostM: 300_000,
    }
  })
  const trucks = Array.from({ length: truckCount }, (_, i): ChainTruck => {
    const freeAtS = Math.floor(random() * 24 * hour)
    return {
      id: `truck ${i}`,
      place: siteCount + i,
      freeAtS,
      shiftEndS: 1_000 * hour,
      drivenS: 0,
      payloadKg: 33_000,
      vehicleClass: 1,
      home: null,
    }
  })
  return { places, loads, trucks, legs: planeLegs(places, 1.3, 65), rules: chainRules }
}

/** Loads in the order of their windows, each to the nearest truck that can be there in time, wherever it stands by then. */
function nearestFirst({ places: { x, y }, loads, trucks, rules }: ChainProblem): {
  readonly served: number
  readonly emptyM: number
} {
  const legTo = (from: number, to: number) => {
    const metres = Math.ceil(1.3 * Math.sqrt((x[to]! - x[from]!) ** 2 + (y[to]! - y[from]!) ** 2)) // places of the problem
    return { metres, seconds: Math.ceil((metres * 3.6) / 65) }
  }
  const stands = trucks.map(({ place, freeAtS, drivenS }) => ({ place, clock: { atS: freeAtS, drivenS } }))
  let [served, emptyM] = [0, 0]
  for (const load of loads.toSorted((a, b) => a.earliestS - b.earliestS)) {
    const onward = legTo(load.pickup, load.delivery)
    const near = { truck: -1, metres: Infinity }
    for (const [truck, { place, clock }] of stands.entries()) {
      if (clock.atS > load.latestS) continue
      const there = legTo(place, load.pickup)
      if (there.metres >= near.metres) continue
      if ('reason' in driveLoad(clock, trucks[truck]!, load, there, onward, rules)) continue // a stand for each truck
      near.truck = truck
      near.metres = there.metres
    }
    const stand = stands[near.truck]
    if (!stand || near.metres > load.dropCostM) continue
    const step = driveLoad(stand.clock, trucks[near.truck]!, load, legTo(stand.place, load.pickup), onward, rules) // as above
    if ('reason' in step) throw new Error('the nearest truck can do it')
    stand.place = load.delivery
    stand.clock = step.clock
    served++
    emptyM += near.metres
  }
  return { served, emptyM }
}
