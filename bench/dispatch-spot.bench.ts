// npm run bench -- dispatch-spot: trucks given to loads, in CPU seconds of one thread, each case in a process of its own.
import { execFileSync } from 'node:child_process'
import loadHighs from 'highs'
import { assignSpot, type SpotPlan } from '../libs/dispatch/spot/assign.ts'
import { createGrid, nearest, type Grid } from '../libs/dispatch/spot/grid.ts'
import { createSpotMarket, type MarketArc } from '../libs/dispatch/spot/market.ts'
import type { SpotProblem } from '../libs/dispatch/spot/problem.ts'
import { draw, flaws, highsOptimum, inventTowns, scatter, seeded } from '../libs/dispatch/spot/testing.ts'
import { solveWave, type SpotWave } from '../libs/dispatch/spot/wave.ts'
import { explain } from '../libs/dispatch/spot/why.ts'
import { figure, quantile, report, said, type Figure, type Say } from './harness.ts'

const seeds = [1, 2, 3]
const loads = 10_000

/** What a case measures, name by name; the worst of the seeds is told. */
type Measured = Readonly<Record<string, number>>

const cases: Readonly<Record<string, (seed: number) => Promise<Measured> | Measured>> = {
  plentiful: (seed) => once(seed, 210_000, 20),
  scarce: (seed) => once(seed, 9_000, 50),
  sites: (seed) => proven(invent(seed, 1_500, 210_000, true)),
  proof: (seed) => proven(invent(seed, loads, 9_000, false)),
  warmPlentiful: (seed) => warm(seed, 210_000, 20),
  warmEven: (seed) => warm(seed, 12_000, 50),
  warmScarce: (seed) => warm(seed, 9_000, 50),
  oracle: (seed) => oracle(seed),
}

const asked = said('--case')
if (asked === undefined) await report('bench', 'dispatch-spot', measure)
else console.log(JSON.stringify(await cases[asked]?.(Number(said('--seed')))))

async function measure(say: Say): Promise<readonly Figure[]> {
  const worst = (name: string): Measured => {
    const runs = seeds.map((seed) => runCase(name, seed))
    say(`${name}: ${runs.map((run) => JSON.stringify(run)).join(' ')}`)
    return Object.fromEntries(
      Object.keys(runs[0] ?? {}).map((key) => [key, Math.max(...runs.map((run) => run[key] ?? 0))]),
    )
  }
  const [plentiful, scarce, sites, proof] = [worst('plentiful'), worst('scarce'), worst('sites'), worst('proof')]
  const [warmPlentiful, warmEven, warmScarce, oracle] = [
    worst('warmPlentiful'),
    worst('warmEven'),
    worst('warmScarce'),
    worst('oracle'),
  ]
  const of = (measured: Measured, key: string): number => measured[key] ?? Number.NaN
  return [
    figure(
      '10,000 loads x 210,000 trucks, 20 candidates: grid, candidates, assignment',
      of(plentiful, 'cpuS'),
      'CPU s',
      '<= 1.5',
    ),
    figure('of that the assignment', of(plentiful, 'assignS'), 'CPU s'),
    figure('its memory at most', of(plentiful, 'rssMb'), 'MB', '<= 300'),
    figure('10,000 loads x 9,000 trucks, 50 candidates', of(scarce, 'cpuS'), 'CPU s', '<= 1'),
    figure('flaws of these plans by their own prices', of(plentiful, 'flaws') + of(scarce, 'flaws'), '', '<= 0'),
    figure(
      '10,000 loads at 1,500 sites x 210,000 trucks, proved over all trucks',
      of(sites, 'cpuS'),
      'CPU s',
      '<= 1.5',
    ),
    figure('its arcs', of(sites, 'arcs'), ''),
    figure('and why each of its loads has its truck', of(sites, 'whyS'), 'CPU s'),
    figure('10,000 loads x 9,000 trucks, proved over all trucks', of(proof, 'cpuS'), 'CPU s'),
    figure('and why each of its 9,000 loads served has its truck', of(proof, 'whyS'), 'CPU s'),
    figure('plans not proved optimal', of(sites, 'unproved') + of(proof, 'unproved'), '', '<= 0'),
    figure('left out more by 50 candidates than by all trucks', of(scarce, 'dropped') - of(proof, 'dropped'), 'loads'),
    ...warmFigures('210,000', warmPlentiful),
    ...warmFigures('12,000', warmEven),
    ...warmFigures('9,000', warmScarce),
    figure(
      'plans that cost other than HiGHS finds, 1,000 loads x 20 candidates',
      of(oracle, 'differences'),
      '',
      '<= 0',
    ),
    figure('CPU time of HiGHS over ours', of(oracle, 'times'), ''),
  ]
}

function warmFigures(
  trucks: string,
  { loadP50Ms = Number.NaN, loadP99Ms = Number.NaN, truckP99Ms = Number.NaN }: Measured,
) {
  return [
    figure(`one new load beside ${trucks} trucks, median`, loadP50Ms, 'CPU ms'),
    figure(`one new load beside ${trucks} trucks, p99`, loadP99Ms, 'CPU ms', '<= 2'),
    figure(`a truck of ${trucks} that leaves and comes back, p99`, truckP99Ms, 'CPU ms'),
  ]
}

function runCase(name: string, seed: number): Measured {
  const [, program = ''] = process.argv
  const args = ['--enable-source-maps', program, '--case', name, '--seed', String(seed)]
  const said: unknown = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 24 }))
  return said as Measured // printed by this very program
}

function cpuS(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function rssMb(): number {
  return process.resourceUsage().maxRSS / 1_024
}

/** Loads and trucks around 60 towns of one size distribution; loads of one site together or each alone. */
function invent(seed: number, nodes: number, trucks: number, isBySite: boolean): SpotWave {
  const random = seeded(seed)
  const towns = inventTowns(60, random)
  const from = scatter(towns, nodes, 8_000, random)
  const to = scatter(towns, trucks, 15_000, random)
  const supply = new Int32Array(nodes).fill(1)
  // Sites send as 1 / rank^0.8, each at least one load.
  const weights = Array.from({ length: nodes }, (_, rank) => 1 / (rank + 1) ** 0.8)
  const more = isBySite ? loads - nodes : 0
  for (let load = 0; load < more; load++) supply[draw(weights, random)]!++ // a node
  const grid = createGrid(to.x, to.y)
  return {
    ...from,
    supply,
    kg: new Float64Array(nodes).fill(32_000),
    dropCost: new Float64Array(nodes).fill(300_000),
    grid,
    payloadKg: new Float64Array(trucks).fill(33_000),
    allows: () => true,
    costs: (node, ids, count, costs) => {
      for (let i = 0; i < count; i++) costs[i] = roadM(from, node, grid, ids[i]!) // of the ids given
    },
    leastCostPerM: 1.3,
    bonusMax: 0,
    radiusM: 50_000,
    radiusMaxM: 500_000,
  }
}

type Points = { readonly x: Float64Array; readonly y: Float64Array }

/** 1.3 times the straight way. */
function roadM(from: Points, node: number, to: Points, truck: number): number {
  const [dx, dy] = [from.x[node]! - to.x[truck]!, from.y[node]! - to.y[truck]!] // nodes and trucks of the wave
  return Math.ceil(1.3 * Math.sqrt(dx * dx + dy * dy))
}

/** The k nearest trucks of each load. */
function problemOf({ x, y, supply, dropCost, grid }: SpotWave, k: number): SpotProblem {
  const start = new Int32Array(supply.length + 1)
  const [truck, cost] = [new Int32Array(supply.length * k), new Float64Array(supply.length * k)]
  for (let node = 0; node < supply.length; node++) {
    const found = nearest(grid, x[node]!, y[node]!, k, 500_000, (_, distanceM) => distanceM) // a node
    truck.set(found.ids.subarray(0, found.count), start[node])
    for (let i = 0; i < found.count; i++) cost[start[node]! + i] = Math.ceil(1.3 * found.keys[i]!) // of those found
    start[node + 1] = start[node]! + found.count // a node
  }
  const arcs = start[supply.length]! // it has one entry more
  return {
    start,
    truck: truck.subarray(0, arcs),
    cost: cost.subarray(0, arcs),
    supply,
    dropCost,
    truckCount: grid.x.length,
  }
}

function must(problem: SpotProblem): SpotPlan {
  const solved = assignSpot(problem)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

function once(seed: number, trucks: number, k: number): Measured {
  const wave = invent(seed, loads, trucks, false)
  const before = cpuS()
  const grid: Grid = createGrid(wave.grid.x, wave.grid.y)
  const problem = problemOf({ ...wave, grid }, k)
  const between = cpuS()
  const plan = must(problem)
  const after = cpuS()
  const measured = { cpuS: after - before, assignS: after - between, rssMb: rssMb() }
  return { ...measured, dropped: plan.dropped.reduce((sum, one) => sum + one, 0), flaws: flaws(problem, plan).length }
}

function proven(wave: SpotWave): Measured {
  const before = cpuS()
  const solved = solveWave({ ...wave, grid: createGrid(wave.grid.x, wave.grid.y) })
  const after = cpuS()
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  const { plan, problem, certificate, arcs, rounds } = solved.value
  const dropped = plan.dropped.reduce((sum, one) => sum + one, 0)
  const why = explain(problem, plan)
  for (const [truck, node] of plan.nodeOfTruck.entries()) if (node >= 0) why.next(node, truck)
  return {
    cpuS: after - before,
    whyS: cpuS() - after,
    arcs,
    rounds,
    dropped,
    unproved: certificate.isOptimal ? 0 : 1,
    rssMb: rssMb(),
  }
}

/** The last thousand of the loads come one by one, then a thousand trucks leave and come back. */
function warm(seed: number, trucks: number, k: number): Measured {
  const problem = problemOf(invent(seed, loads, trucks, false), k)
  const market = createSpotMarket()
  for (let truck = 0; truck < trucks; truck++) market.addTruck(String(truck), [])
  const columns = new Map<string, MarketArc[]>()
  const loadMs: number[] = []
  for (let node = 0; node < loads; node++) {
    const arcs: MarketArc[] = []
    for (let arc = problem.start[node]!; arc < problem.start[node + 1]!; arc++) {
      // Arcs of the problem's row.
      const [id, cost] = [String(problem.truck[arc]!), problem.cost[arc]!]
      arcs.push({ id, cost })
      columns.set(id, [...(columns.get(id) ?? []), { id: String(node), cost }])
    }
    const before = cpuS()
    market.addLoad({ id: String(node), units: 1, dropCost: 300_000, trucks: arcs })
    if (node >= loads - 1_000) loadMs.push(1e3 * (cpuS() - before))
  }
  const expected = must(problem).cost
  if (market.cost() !== expected) throw new Error(`the market costs ${market.cost()}, anew ${expected}`)
  const random = seeded(seed)
  const busy = [...columns.keys()]
  const truckMs = Array.from({ length: 1_000 }, () => {
    const truck = busy[Math.floor(random() * busy.length)]! // one of them
    const before = cpuS()
    market.removeTruck(truck)
    market.addTruck(truck, columns.get(truck) ?? [])
    return 1e3 * (cpuS() - before)
  })
  if (market.cost() !== expected)
    throw new Error(`after all came back the market costs ${market.cost()}, not ${expected}`)
  return { loadP50Ms: quantile(loadMs, 0.5), loadP99Ms: quantile(loadMs, 0.99), truckP99Ms: quantile(truckMs, 0.99) }
}

async function oracle(seed: number): Promise<Measured> {
  const highs = await loadHighs()
  const measured = [3_000, 1_100, 900].map((trucks) => {
    const problem = problemOf(invent(seed, 1_000, trucks, false), 20)
    const before = cpuS()
    const plan = must(problem)
    const between = cpuS()
    const isSame = highsOptimum(highs, problem) === plan.cost
    return { difference: isSame ? 0 : 1, ours: between - before, theirs: cpuS() - between }
  })
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
  return {
    differences: sum(measured.map(({ difference }) => difference)),
    times: sum(measured.map(({ theirs }) => theirs)) / sum(measured.map(({ ours }) => ours)),
  }
}
