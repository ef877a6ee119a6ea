import type { Highs } from 'highs'
import type { SpotPlan } from './assign.ts'
import type { SpotProblem } from './problem.ts'

export { seeded } from '@tingzhou/flow/testing'

/** A place that draws others to it. */
export type Town = { readonly x: number; readonly y: number; readonly weight: number }

/** Towns on 600 x 400 km whose sizes fall as 1 / rank. */
export const inventTowns = (count: number, random: () => number): readonly Town[] =>
  Array.from({ length: count }, (_, rank) => ({ x: random() * 600_000, y: random() * 400_000, weight: 1 / (rank + 1) }))

/** An index drawn by weight. O(weights). */
export function draw(weights: readonly number[], random: () => number): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0)
  const drawn = weights.findIndex((weight) => (rest -= weight) < 0)
  return drawn < 0 ? weights.length - 1 : drawn
}

/** Places scattered around towns, normally distributed. */
export function scatter(towns: readonly Town[], count: number, spreadM: number, random: () => number) {
  const weights = towns.map(({ weight }) => weight)
  const [x, y] = [new Float64Array(count), new Float64Array(count)]
  for (let i = 0; i < count; i++) {
    const town = towns[draw(weights, random)]! // drawn from the towns
    const radius = spreadM * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    x[i] = town.x + radius * Math.cos(angle)
    y[i] = town.y + radius * Math.sin(angle)
  }
  return { x, y }
}

/** The optimum of a spot problem as a linear program sees it: an independent solver's word. */
export function highsOptimum(highs: Highs, problem: SpotProblem): number {
  const { start, truck, cost, supply, dropCost, truckCount } = problem
  const [nodes, arcs] = [supply.length, truck.length]
  const nodeOf = Array.from(supply).flatMap((_, node) => Array<number>(start[node + 1]! - start[node]!).fill(node)) // rows
  const model = highs.createModel({
    numCols: arcs + nodes,
    numRows: nodes + truckCount,
    colCost: Float64Array.from([...cost, ...dropCost]),
    colLower: new Float64Array(arcs + nodes),
    colUpper: new Float64Array(arcs + nodes).fill(highs.infinity),
    rowLower: Float64Array.from([...supply, ...Array<number>(truckCount).fill(0)]),
    rowUpper: Float64Array.from([...supply, ...Array<number>(truckCount).fill(1)]),
    matrix: {
      format: 'csc',
      numRows: nodes + truckCount,
      numCols: arcs + nodes,
      starts: Int32Array.from({ length: arcs + nodes + 1 }, (_, column) => column + Math.min(column, arcs)),
      indices: Int32Array.from([...nodeOf.flatMap((node, arc) => [node, nodes + truck[arc]!]), ...supply.keys()]), // rows
      values: new Float64Array(2 * arcs + nodes).fill(1),
    },
  })
  try {
    model.options.set({ output_flag: false })
    model.run()
    return Math.round(model.getObjectiveValue())
  } finally {
    model.dispose()
  }
}

/** What keeps a plan from being proved optimal by its own prices; empty when it is. */
export function flaws(problem: SpotProblem, plan: SpotPlan): readonly string[] {
  const { start, truck, cost, supply, dropCost, truckCount } = problem
  const said: string[] = []
  const served = new Int32Array(supply.length)
  let sum = 0
  for (let node = 0; node < supply.length; node++) {
    // Nodes, arcs and trucks of the problem: every read is in range.
    const price = plan.nodePrice[node]!
    if (price > dropCost[node]!) said.push(`node ${node}: dearer than leaving it out`)
    if (plan.dropped[node]! > 0 && price !== dropCost[node]!) said.push(`node ${node}: left out, but not at its price`)
    sum += plan.dropped[node]! * dropCost[node]!
    for (let arc = start[node]!; arc < start[node + 1]!; arc++) {
      const id = truck[arc]!
      const reduced = cost[arc]! - price - plan.truckPrice[id]!
      if (reduced < 0) said.push(`arc ${arc}: would improve by ${-reduced}`)
      if (plan.nodeOfTruck[id] !== node) continue
      if (reduced !== 0) said.push(`arc ${arc}: used, but not at its price`)
      served[node]!++
      sum += cost[arc]!
    }
    if (served[node]! + plan.dropped[node]! !== supply[node]) said.push(`node ${node}: not every load is told of`)
  }
  for (let id = 0; id < truckCount; id++) {
    if (plan.truckPrice[id]! > 0) said.push(`truck ${id}: price above 0`)
    if (plan.nodeOfTruck[id]! < 0 && plan.truckPrice[id] !== 0) said.push(`truck ${id}: free, but has a price`)
  }
  if (plan.nodeOfTruck.filter((node) => node >= 0).length !== served.reduce((all, one) => all + one, 0))
    said.push('a truck drives without an arc')
  if (sum !== plan.cost) said.push(`cost ${plan.cost} is not ${sum}`)
  return said
}
