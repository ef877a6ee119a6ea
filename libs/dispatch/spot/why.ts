import type { SpotPlan } from './assign.ts'
import type { SpotProblem } from './problem.ts'

/** The truck that comes next for a load. */
export type RunnerUp = {
  /** -1: leaving the load out comes next. */
  readonly truck: number
  /** The least by which the whole plan would cost more. */
  readonly extraCost: number
  /** What the load itself would cost with it. */
  readonly cost: number
}

/**
 * Why this truck: the next best thing for a load that the plan gives a truck.
 * @param node  of the problem
 * @returns null when no load of the node is served, or the node has no other arc and cannot be left out at a finite cost
 * Source: own; the smallest reduced cost among the arcs not used. O(arcs of the row).
 */
export function runnerUp(problem: SpotProblem, plan: SpotPlan, node: number): RunnerUp | null {
  const { start, truck, cost, dropCost } = problem
  if (plan.truckStart[node] === plan.truckStart[node + 1]) return null
  const price = plan.nodePrice[node]! // the node is one of the problem, so its arcs, their trucks and prices are in range
  let best: RunnerUp = { truck: -1, extraCost: dropCost[node]! - price, cost: dropCost[node]! }
  for (let arc = start[node]!; arc < start[node + 1]!; arc++) {
    const id = truck[arc]!
    const extraCost = cost[arc]! - price - plan.truckPrice[id]!
    if (plan.nodeOfTruck[id] === node || extraCost > best.extraCost) continue
    if (extraCost === best.extraCost && best.truck >= 0 && best.truck < id) continue
    best = { truck: id, extraCost, cost: cost[arc]! }
  }
  return best
}

/** Whether the listed arcs were enough. */
export type Certificate = {
  /** True: no arc outside the lists could improve the plan, so it is the optimum over all trucks. */
  readonly isOptimal: boolean
  /** Nodes whose rows must grow before that can be said. */
  readonly toGrow: Int32Array
}

/**
 * Says whether arcs that are not listed could improve a plan.
 * @param leastBeyond  for each node the least that a truck outside its row can cost; Infinity when there is none
 * @returns the certificate
 * Source: linear programming duality: an arc improves only when cost < nodePrice + truckPrice, and no truck's price is above 0. O(nodes).
 */
export function certify(plan: SpotPlan, leastBeyond: Float64Array): Certificate {
  const toGrow = Int32Array.from(plan.nodePrice.keys()).filter((node) => leastBeyond[node]! < plan.nodePrice[node]!) // one a node
  return { isOptimal: toGrow.length === 0, toGrow }
}
