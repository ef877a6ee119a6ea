import { costRule, empty, invalid, isCost, tooLarge, type FlowRefusal, type Rows } from '@tingzhou/flow'

/** Which trucks could take which loads, and at what cost. A node is a group of like loads: one site, one window, one vehicle class. */
export type SpotProblem = {
  /** The arcs of node i are `start[i] .. start[i + 1] - 1` of `truck` and `cost`. */
  readonly start: Int32Array
  /** Trucks from 0 to `truckCount - 1`; each at most once in a row. */
  readonly truck: Int32Array
  /** What one load of the node costs with that truck: whole numbers from 0, such as metres. */
  readonly cost: Float64Array
  /** Loads of each node, from 1. */
  readonly supply: Int32Array
  /** What leaving one load of the node out costs; dearer trucks are never taken. */
  readonly dropCost: Float64Array
  readonly truckCount: number
}

/** Sizes above which a problem is refused: at the limits the arcs take 120 MB, sorting them the same again. */
export const spotLimits = { arcs: 10_000_000, nodes: 1_000_000, trucks: 4_000_000 } as const

/** A problem's arcs as rows for the solver, in the order they came. O(1). */
export const rowsOf = ({ start, truck, cost }: SpotProblem): Rows => ({ start, right: truck, cost })

/**
 * What is wrong with a problem.
 * @returns null when it can be solved
 * Source: own. O(nodes + arcs + trucks); the sizes first, so an oversized problem costs nothing.
 */
export function spotFault(problem: SpotProblem): FlowRefusal | null {
  return sizeFault(problem) ?? nodeFault(problem) ?? arcFault(problem)
}

function sizeFault({ start, truck, cost, supply, dropCost, truckCount }: SpotProblem): FlowRefusal | null {
  const nodes = supply.length
  if (nodes === 0) return empty('supply.length')
  if (truckCount === 0) return empty('truckCount')
  if (!(Number.isSafeInteger(truckCount) && truckCount > 0))
    return invalid('truckCount', truckCount, 'is whole, from 1')
  if (nodes > spotLimits.nodes) return tooLarge('supply.length', nodes, spotLimits.nodes)
  if (truckCount > spotLimits.trucks) return tooLarge('truckCount', truckCount, spotLimits.trucks)
  if (truck.length > spotLimits.arcs) return tooLarge('truck.length', truck.length, spotLimits.arcs)
  if (cost.length !== truck.length) return invalid('cost.length', cost.length, `is truck.length, ${truck.length}`)
  if (dropCost.length !== nodes) return invalid('dropCost.length', dropCost.length, `is supply.length, ${nodes}`)
  if (start.length !== nodes + 1) return invalid('start.length', start.length, `is supply.length + 1, ${nodes + 1}`)
  if (start[0] !== 0) return invalid('start[0]', start[0]!, 'is 0') // it has nodes + 1 entries
  const end = start[nodes]! // likewise
  return end === truck.length ? null : invalid(`start[${nodes}]`, end, `is truck.length, ${truck.length}`)
}

// The sizes are right from here on, so every read below is in range.

function nodeFault({ start, supply, dropCost }: SpotProblem): FlowRefusal | null {
  let sum = 0
  for (let node = 0; node < supply.length; node++) {
    if (start[node + 1]! < start[node]!)
      return invalid(`start[${node + 1}]`, start[node + 1]!, `is at least start[${node}], ${start[node]}`)
    if (supply[node]! < 1) return invalid(`supply[${node}]`, supply[node]!, 'is at least 1')
    if (!isCost(dropCost[node]!)) return invalid(`dropCost[${node}]`, dropCost[node]!, costRule)
    sum += supply[node]! * dropCost[node]!
  }
  // Leaving everything out is a solution, so no cheaper one and no way in it sums to more.
  return sum <= Number.MAX_SAFE_INTEGER ? null : tooLarge('sum of supply x dropCost', sum, Number.MAX_SAFE_INTEGER)
}

function arcFault({ start, truck, cost, supply, truckCount }: SpotProblem): FlowRefusal | null {
  const seenBy = new Int32Array(truckCount).fill(-1)
  for (let node = 0; node < supply.length; node++)
    for (let arc = start[node]!; arc < start[node + 1]!; arc++) {
      const id = truck[arc]!
      if (id < 0 || id >= truckCount) return invalid(`truck[${arc}]`, id, `is a truck from 0 to ${truckCount - 1}`)
      if (seenBy[id] === node) return invalid(`truck[${arc}]`, id, `stands once in the row of node ${node}`)
      if (!isCost(cost[arc]!)) return invalid(`cost[${arc}]`, cost[arc]!, costRule)
      seenBy[id] = node
    }
  return null
}
