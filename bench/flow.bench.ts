// npm run bench -- flow: needs supplied by offers at the least cost, seconds of one thread.
import loadHighs, { type Highs } from 'highs'
import { minCostFlowForNumberNodes, type Edge } from 'min-cost-flow'
import { assignSupply, type SupplyPlan, type SupplyProblem } from '@tingzhou/flow'
import { flaws, highsOptimum, inventSupply, priceFlaws, type Invented } from '@tingzhou/flow/testing'
import { figure, median, report, type Figure, type Say } from './harness.ts'

const seeds = [1, 2, 3]
const sizes = [
  { needs: 200, offers: 2_000, arcsOfNeed: 20 },
  { needs: 500, offers: 3_000, arcsOfNeed: 20 },
]
const markets = [
  { name: 'plenty', plenty: 1.5 },
  { name: 'scarce', plenty: 0.9 },
]

await report('bench', 'flow', async (say) => {
  const highs = await loadHighs()
  return sizes.flatMap((size) => markets.flatMap((market) => sizeFigures(highs, size, market, say)))
})

type Size = Pick<Invented, 'needs' | 'offers' | 'arcsOfNeed'>

function sizeFigures(highs: Highs, size: Size, market: (typeof markets)[number], say: Say): readonly Figure[] {
  const name = `${size.needs} needs x ${size.offers.toLocaleString('en')} offers x ${size.arcsOfNeed}, ${market.name}`
  const runs = seeds.map((seed) => {
    const measured = runOne(highs, { ...size, plenty: market.plenty, hasMinima: false }, seed)
    say(`${name}, seed ${seed}: ${JSON.stringify(measured)}`)
    return measured
  })
  const worst = (key: keyof (typeof runs)[number]): number => Math.max(...runs.map((run) => run[key]))
  return [
    figure(name, worst('oursS'), 's', '<= 2'),
    figure(`${name}: units placed in all`, Math.min(...runs.map(({ units }) => units)), ''),
    figure(`${name}: plans that cost other than HiGHS finds`, sum(runs.map(({ isOther }) => isOther)), '', '<= 0'),
    figure(`${name}: flaws of the plans by their own prices`, sum(runs.map((run) => run.flaws)), '', '<= 0'),
    figure(`${name}: HiGHS`, worst('highsS'), 's'),
    figure(`${name}: npm min-cost-flow 2.1.0, one seed`, worst('npmS'), 's'),
    figure(`${name}: its plan costs other`, sum(runs.map(({ isNpmOther }) => isNpmOther)), ''),
    figure(`${name}: cheapest arc first costs more by`, 100 * (median(runs.map(({ greedy }) => greedy)) - 1), '%'),
    figure(`${name}: first come, first served costs more by`, 100 * (median(runs.map((run) => run.first)) - 1), '%'),
    figure(`${name}, minimum orders of a quarter of each offer`, worst('minimaS'), 's', '<= 2'),
    figure(`${name}, minimum orders: above the proved bound by at most`, 100 * worst('gap'), '%'),
    figure(`${name}, minimum orders: rules broken`, sum(runs.map((run) => run.broken)), '', '<= 0'),
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0)
}

function runOne(highs: Highs, invented: Invented, seed: number) {
  const problem = inventSupply(seed, invented)
  const [plan, oursS] = timed(() => must(problem))
  const [optimum, highsS] = timed(() => highsOptimum(highs, problem))
  // It takes hundreds of times as long: one seed is enough to see it.
  const [npmCost, npmS] = seed === seeds[0] ? timed(() => npmOptimum(problem)) : [optimum, 0]
  const withMinima = inventSupply(seed, { ...invented, hasMinima: true })
  const [kept, minimaS] = timed(() => must(withMinima))
  return {
    oursS,
    highsS,
    npmS,
    minimaS,
    units: sum([...plan.units]),
    isOther: plan.cost === optimum ? 0 : 1,
    isNpmOther: npmCost === optimum ? 0 : 1,
    flaws: flaws(problem, plan).length + priceFlaws(problem, plan).length,
    broken: flaws(withMinima, kept).length,
    gap: kept.cost / kept.lowerBound - 1,
    greedy: inOrder(problem, cheapestFirst(problem)) / optimum,
    first: inOrder(problem, needByNeed(problem)) / optimum,
  }
}

function timed<Value>(run: () => Value): readonly [Value, number] {
  const began = performance.now()
  const value = run()
  return [value, (performance.now() - began) / 1_000]
}

function must(problem: SupplyProblem): SupplyPlan {
  const solved = assignSupply(problem)
  if (!solved.ok) throw new Error(JSON.stringify(solved.error))
  return solved.value
}

function needOfArc({ start, quantity }: SupplyProblem): readonly number[] {
  return Array.from(quantity).flatMap((_, need) => Array<number>(start[need + 1]! - start[need]!).fill(need)) // a need's row
}

/** Source 0, needs, offers, sink last; what nobody supplies goes from the need to the sink. */
function npmOptimum(problem: SupplyProblem): number {
  const { offer, cost, quantity, unmetCost, free } = problem
  const sink = quantity.length + free.length + 1
  const offerNode = (id: number): number => quantity.length + 1 + id
  const needOf = needOfArc(problem)
  const edges: Edge<number>[] = [
    ...Array.from(quantity, (capacity, need) => ({ from: 0, to: need + 1, capacity, cost: 0 })),
    // Needs and offers of the problem's arcs.
    ...Array.from(offer, (id, arc) => ({
      from: needOf[arc]! + 1,
      to: offerNode(id),
      capacity: Math.min(quantity[needOf[arc]!]!, free[id]!),
      cost: cost[arc]!,
    })),
    ...Array.from(free, (capacity, id) => ({ from: offerNode(id), to: sink, capacity, cost: 0 })),
    ...Array.from(quantity, (capacity, need) => ({ from: need + 1, to: sink, capacity, cost: unmetCost[need]! })),
  ]
  const flows = minCostFlowForNumberNodes(edges, sum([...quantity]))
  return flows.reduce((all, edge) => all + edge.flow * edge.cost, 0)
}

function cheapestFirst({ cost }: SupplyProblem): readonly number[] {
  return [...cost.keys()].toSorted((a, b) => cost[a]! - cost[b]! || a - b) // arcs of the problem
}

/** Each need in turn takes the cheapest there still is. */
function needByNeed(problem: SupplyProblem): readonly number[] {
  const needOf = needOfArc(problem)
  return cheapestFirst(problem).toSorted((a, b) => needOf[a]! - needOf[b]!) // stable: each need's arcs stay in order of cost
}

/** What it costs when arcs are served one after the other as long as there is something. */
function inOrder(problem: SupplyProblem, arcs: readonly number[]): number {
  const { offer, cost, quantity, unmetCost, free } = problem
  const needOf = needOfArc(problem)
  const [wanted, left] = [quantity.slice(), free.slice()]
  let all = 0
  for (const arc of arcs) {
    const [need, id] = [needOf[arc]!, offer[arc]!] // of the arc
    const units = Math.min(wanted[need]!, left[id]!)
    wanted[need]! -= units
    left[id]! -= units
    all += units * cost[arc]!
  }
  return wanted.reduce((total, units, need) => total + units * unmetCost[need]!, all)
}
