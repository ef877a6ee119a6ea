import {
  costOf,
  createTransport,
  pour,
  pourFromRoom,
  sortRows,
  stopped,
  type FlowRefusal,
  type Transport,
} from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'
import { rowsOf, spotFault, type SpotProblem } from './problem.ts'

/** Which truck takes which load, at the least cost there is, and the prices that prove it. */
export type SpotPlan = {
  /** The node whose load a truck takes, -1 when it takes none. */
  readonly nodeOfTruck: Int32Array
  /** The trucks of node i are `truckStart[i] .. truckStart[i + 1] - 1` of `truck`, ascending. */
  readonly truckStart: Int32Array
  readonly truck: Int32Array
  /** Loads of each node that are left out in this wave. */
  readonly dropped: Int32Array
  /** What the plan would cost less with one load of the node less. */
  readonly nodePrice: Float64Array
  /** Minus what the plan would cost less with one more truck at this truck's place; 0 where a truck is free. */
  readonly truckPrice: Float64Array
  readonly cost: number
}

/** How a run is watched: asked now and then; when it answers true, the run ends with the refusal `stopped`. */
export type RunOptions = { readonly shouldStop?: () => boolean }

/**
 * Assigns trucks to loads at the least cost: sparse, exact, with loads grouped by node.
 * @param problem  costs whole and from 0; sum of supply x dropCost below 2^53; sizes within `spotLimits`
 * @returns the plan; equal problems give equal plans, among equally cheap ways the one over trucks of smaller numbers is looked at first
 * Source: own; shortest augmenting paths with prices after R. Jonker, A. Volgenant, Computing 38 (1987), with groups on the left and
 * leaving out as one more end. O(loads x arcs log arcs) at worst; where trucks are plentiful about O(arcs).
 */
export function assignSpot(
  problem: SpotProblem,
  { shouldStop = () => false }: RunOptions = {},
): Result<SpotPlan, FlowRefusal> {
  const fault = spotFault(problem)
  if (fault) return err(fault)
  const net = createTransport(sortRows(rowsOf(problem)), problem.dropCost, new Float64Array(problem.truckCount).fill(1))
  const placed = placeAll(net, problem.supply, byReach, shouldStop)
  return placed.ok ? ok(planOf(net)) : placed
}

/** Room for a unit below which placing from the side of the room is faster: measured for 10,000 loads with 50 candidates each. */
const scarceBelow = 1.5

/**
 * Places the supply of every node, from the side on which that is shorter.
 * @param orderOf  every node once; any order is right
 * Source: own. As `assignSpot`.
 */
export function placeAll(
  net: Transport,
  supply: Int32Array,
  orderOf: (net: Transport) => Int32Array,
  shouldStop: () => boolean,
): Result<void, FlowRefusal> {
  const units = supply.reduce((sum, one) => sum + one, 0)
  const room = net.capacity.reduce((sum, one) => sum + one, 0)
  const isScarce = room < scarceBelow * units
  const done = isScarce ? pourFromRoom(net, supply, shouldStop) : pourAll(net, supply, orderOf(net), shouldStop)
  const toDo = isScarce ? net.rights : net.lefts
  return done < toDo ? err(stopped(done, toDo)) : ok(undefined)
}

/**
 * Places the supply of every node.
 * @param order  every node once; any order is right
 * @returns nodes done, fewer than there are when `shouldStop` said so
 * Source: own. As `assignSpot`.
 */
export function pourAll(
  net: Transport,
  supply: ArrayLike<number>,
  order: Int32Array,
  shouldStop: () => boolean,
): number {
  for (const [done, left] of order.entries()) {
    // 64 searches take well under a tenth of a second.
    if (done % 64 === 0 && shouldStop()) return done
    pour(net, left, supply[left]!) // a supply for each left node
  }
  return net.lefts
}

/** Nodes, widest reach first: measured a third faster than as they come. */
function byReach({ rowStart, rowEnd, arcCost, lefts }: Transport): Int32Array {
  const order = Int32Array.from({ length: lefts }, (_, left) => left)
  const reach = Float64Array.from(
    order,
    (left) => (rowEnd[left] === rowStart[left] ? 0 : arcCost[rowEnd[left]! - 1]!), // the row's last arc
  )
  return order.toSorted((a, b) => reach[b]! - reach[a]! || a - b) // nodes of the problem
}

/**
 * The solution of a problem whose right nodes are trucks.
 * Source: own. O(nodes + trucks).
 */
export function planOf(net: Transport): SpotPlan {
  const { lefts, rights, flow } = net
  // Trucks have room for one load, so the first entry is the only one; -1 stands for none in both lists.
  const nodeOfTruck = Int32Array.from({ length: rights }, (_, truck) => flow.left[flow.first[truck]!] ?? -1)
  const truckStart = new Int32Array(lefts + 1)
  for (const node of nodeOfTruck) if (node >= 0) truckStart[node + 1]!++ // a node of the problem
  for (let node = 0; node < lefts; node++) truckStart[node + 1]! += truckStart[node]! // likewise
  const truck = new Int32Array(truckStart[lefts]!) // it has lefts + 1 entries
  const next = truckStart.slice()
  for (const [id, node] of nodeOfTruck.entries()) if (node >= 0) truck[next[node]!++] = id // a node of the problem
  return {
    nodeOfTruck,
    truckStart,
    truck,
    dropped: Int32Array.from(net.dropped.subarray(0, lefts)),
    nodePrice: net.leftPrice.slice(0, lefts),
    truckPrice: net.rightPrice.slice(0, rights),
    cost: costOf(net),
  }
}
