import { sortRows } from './rows.ts'
import { addFlow, createTransport, pour, type Transport } from './transport.ts'
import type { SupplyProblem } from './supply.ts'

/** Bounds that a branch puts on arcs: units that must flow and units that may, by arc of the problem. */
export type Bounds = { readonly atLeast: Float64Array; readonly atMost: Float64Array }

/** A cheapest plan within bounds, whatever minima and single suppliers say. */
export type Relaxed = {
  readonly units: Float64Array
  readonly unmet: Float64Array
  readonly cost: number
  readonly needPrice: Float64Array
  readonly offerPrice: Float64Array
}

/** Why there is none: the bounds ask for more than there is, or the caller stopped. */
export type NoPlan = 'infeasible' | 'stopped'

// Needs, offers and arcs come from a problem that was checked, so every read of an array is in range.

/**
 * The cheapest plan within bounds.
 * @param problem  checked
 * @param bounds   whole numbers from 0, `atLeast` no more than `atMost`
 * Source: successive shortest paths with prices, `pour`; whole amounts are pushed. A way O(arcs log arcs) at worst.
 */
export function solveWithin(problem: SupplyProblem, bounds: Bounds, shouldStop: () => boolean): Relaxed | NoPlan {
  const { start, offer, quantity, free, unmetCost, cost } = problem
  const [rest, left] = [quantity.slice(), free.slice()]
  const needs = quantity.length
  for (let need = 0; need < needs; need++)
    for (let arc = start[need]!; arc < start[need + 1]!; arc++) {
      rest[need]! -= bounds.atLeast[arc]!
      left[offer[arc]!]! -= bounds.atLeast[arc]!
    }
  if (rest.some((units) => units < 0) || left.some((units) => units < 0)) return 'infeasible'
  const net = netOf(problem, bounds, rest, left)
  if (!pourNeeds(net, rest, shouldStop)) return 'stopped'

  const units = bounds.atLeast.slice()
  for (let id = 0; id < free.length; id++) addFlows(net, id, id, problem, units)
  for (const [extra, arc] of net.limited.entries()) addFlows(net, free.length + extra, offer[arc]!, problem, units)
  const unmet = net.transport.dropped.slice(0, needs)
  let sum = 0
  for (let need = 0; need < needs; need++) sum += unmet[need]! * unmetCost[need]!
  for (const [arc, amount] of units.entries()) sum += amount * cost[arc]!
  return {
    units,
    unmet,
    cost: sum,
    needPrice: net.transport.leftPrice.slice(0, needs),
    offerPrice: net.transport.rightPrice.slice(0, free.length),
  }
}

type Net = {
  readonly transport: Transport
  /** The arcs whose own limit binds. Each has one right node and one left node more, behind the problem's. */
  readonly limited: readonly number[]
  readonly room: Float64Array
}

/**
 * The problem as one without limits on arcs: an arc i → j of at most c becomes i → r with room c at r, and a filler of c units that lies in
 * r for nothing and moves on to j for nothing when i wants the room. H. M. Wagner, Oper. Res. 7 (1959).
 */
function netOf(
  { start, offer, cost, unmetCost }: SupplyProblem,
  bounds: Bounds,
  rest: Float64Array,
  left: Float64Array,
): Net {
  const limited: number[] = []
  const room: number[] = []
  const dropCost: number[] = Array.from(unmetCost)
  const [rows, right, costs]: [number[], number[], number[]] = [[0], [], []]
  for (let need = 0; need < rest.length; need++) {
    for (let arc = start[need]!; arc < start[need + 1]!; arc++) {
      const id = offer[arc]!
      const units = bounds.atMost[arc]! - bounds.atLeast[arc]!
      if (units <= 0 || rest[need] === 0) continue
      const isLimited = units < Math.min(rest[need]!, left[id]!)
      right.push(isLimited ? left.length + limited.length : id)
      costs.push(cost[arc]!)
      if (!isLimited) continue
      limited.push(arc)
      room.push(units)
      // Dearer than leaving the need's unit out, so a filler is never left out itself.
      dropCost.push(unmetCost[need]! + 1)
    }
    rows.push(right.length)
  }
  for (const [extra, arc] of limited.entries()) {
    right.push(offer[arc]!, left.length + extra)
    costs.push(0, 0)
    rows.push(right.length)
  }
  const sorted = sortRows({
    start: Int32Array.from(rows),
    right: Int32Array.from(right),
    cost: Float64Array.from(costs),
  })
  const capacity = Float64Array.from([...left, ...room])
  return {
    transport: createTransport(sorted, Float64Array.from(dropCost), capacity),
    limited,
    room: Float64Array.from(room),
  }
}

/** Fillers first, each into its own room, then the needs. @returns false when told to stop */
function pourNeeds({ transport, limited, room }: Net, rest: Float64Array, shouldStop: () => boolean): boolean {
  for (let extra = 0; extra < limited.length; extra++) {
    // Nothing else is placed yet, and its own room comes for nothing: what a search would find.
    const [node, into] = [rest.length + extra, transport.rights - limited.length + extra]
    placeFiller(transport, node, into, room[extra]!)
  }
  for (let need = 0; need < rest.length; need++) {
    // 16 needs of thousands of units take well under a tenth of a second.
    if (need % 16 === 0 && shouldStop()) return false
    if (rest[need]! > 0) pour(transport, need, rest[need]!)
  }
  return true
}

function placeFiller(transport: Transport, node: number, into: number, units: number): void {
  transport.used[into] = units
  addFlow(transport, node, into, 0, units)
}

/** Adds what needs send into a right node to the units over their arcs to the offer. */
function addFlows(
  { transport }: Net,
  right: number,
  id: number,
  { start, offer, quantity }: SupplyProblem,
  units: Float64Array,
) {
  const { flow } = transport
  for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!) {
    const need = flow.left[entry]!
    if (need >= quantity.length) continue
    let arc = start[need]!
    while (offer[arc] !== id) arc++
    units[arc]! += flow.amount[entry]!
  }
}
