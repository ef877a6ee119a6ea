import { addFlow, createTransport, openForEdits, wayWithout, type Transport } from '@tingzhou/flow'
import type { SpotPlan } from './assign.ts'
import { rowsOf, type SpotProblem } from './problem.ts'

/** What the cheapest plan would be if a load did not have its truck. */
export type RunnerUp = {
  /** The truck the load would have then; -1: it would be left out. */
  readonly truck: number
  /** By how much the whole plan would cost more, exactly. */
  readonly extraCost: number
  /** What the load itself would cost with it. */
  readonly cost: number
}

/** Asks of a plan why it is as it is. Each question is one search over the arcs nearby. */
export type Why = {
  /** Why this truck: what comes next for a load of the node that has it. */
  readonly next: (node: number, truck: number) => RunnerUp
  /** Why not that one: by how much the whole plan would cost more if the load had `other`; Infinity when it is no candidate. */
  readonly instead: (node: number, truck: number, other: number) => number
}

/**
 * Makes a plan ready for questions.
 * @param problem  that the plan solves, rows cheapest first
 * @param plan     optimal; it stays as it is
 * @returns the questions; a truck that a load does not have, or a node that is none, is the caller's mistake
 * @throws RangeError when the node's load does not have the truck
 * Source: own, `wayWithout`. O(nodes + trucks + arcs) once; a question O(arcs log arcs) at worst, mostly the neighbourhood.
 */
export function explain(problem: SpotProblem, plan: SpotPlan): Why {
  const edit = openForEdits(netOf(problem, plan))
  const ask = (node: number, truck: number, only: number) => {
    if (plan.nodeOfTruck[truck] !== node) throw new RangeError(`node ${node} does not have truck ${truck}`)
    return wayWithout(edit, node, truck, only)
  }
  return {
    next: (node, truck) => {
      const { firstRight, extraCost } = ask(node, truck, -1)
      // A node of the problem.
      const cost = firstRight < 0 ? problem.dropCost[node]! : costOfArc(problem, node, firstRight)
      return { truck: firstRight, extraCost, cost }
    },
    instead: (node, truck, other) => ask(node, truck, other).extraCost,
  }
}

/** The plan as a network with its flows and prices. */
function netOf(problem: SpotProblem, plan: SpotPlan): Transport {
  const net = createTransport(rowsOf(problem), problem.dropCost, new Float64Array(problem.truckCount).fill(1))
  net.leftPrice.set(plan.nodePrice)
  net.rightPrice.set(plan.truckPrice)
  net.dropped.set(plan.dropped)
  for (const [truck, node] of plan.nodeOfTruck.entries()) {
    if (node < 0) continue
    net.used[truck] = 1
    addFlow(net, node, truck, costOfArc(problem, node, truck), 1)
  }
  return net
}

function costOfArc({ start, truck, cost }: SpotProblem, node: number, id: number): number {
  // The node is one of the problem, so its arcs are in range.
  for (let arc = start[node]!; arc < start[node + 1]!; arc++) if (truck[arc] === id) return cost[arc]!
  return Infinity
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
