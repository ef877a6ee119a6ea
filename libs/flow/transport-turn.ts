import { createHeap, pop, push } from './heap.ts'
import { sortPairs } from './rows.ts'
import { addFlow, createTransport, pour, type Rows, type Transport } from './transport.ts'

// Nodes, arcs and flows come from the problem's own lists, so every read of an array is in range.

/**
 * Places all units of a problem of which nothing is placed yet from the side of its room: what each unit of room saves against leaving
 * out. Where room is scarce that is the shorter way: a search ends at the next unit that is still left out, while one from the units looks
 * through a whole neighbourhood for the one that is best left out.
 * @param net     as `createTransport` made it; holds the solution afterwards, with the prices that `pour` would have given
 * @param supply  units of each left node
 * @returns right nodes done, fewer than there are when `shouldStop` said so; the problem is as it was then
 * Source: own; the problem with its sides exchanged, an arc costing the dearest `dropCost` less what it saves. As `pour` for every unit of
 * room that an arc leads to, and O(arcs log arcs).
 */
export function pourFromRoom(net: Transport, supply: ArrayLike<number>, shouldStop: () => boolean): number {
  const { lefts, rights, capacity, dropCost } = net
  const most = dropCost.reduce((max, cost) => Math.max(max, cost), 0)
  const turned = createTransport(turn(net, most), new Float64Array(rights).fill(most), Float64Array.from(supply))
  for (let right = 0; right < rights; right++) {
    // 64 searches take well under a tenth of a second.
    if (right % 64 === 0 && shouldStop()) return right
    pour(turned, right, capacity[right]!)
  }
  for (let left = 0; left < lefts; left++) {
    const { first, next, left: right, amount, cost } = turned.flow
    net.dropped[left] = supply[left]! - turned.used[left]!
    net.leftPrice[left] = dropCost[left]! + turned.rightPrice[left]!
    for (let entry = first[left]!; entry >= 0; entry = next[entry]!) {
      net.used[right[entry]!]! += amount[entry]!
      addFlow(net, left, right[entry]!, cost[entry]! - most + dropCost[left]!, amount[entry]!)
    }
  }
  for (let right = 0; right < rights; right++) net.rightPrice[right] = turned.leftPrice[right]! - most
  raiseRightPrices(net)
  return rights
}

/** The arcs by right node, without those that save nothing. */
function turn({ lefts, rights, rowStart, rowEnd, arcRight, arcCost, dropCost }: Transport, most: number): Rows {
  const start = new Int32Array(rights + 1)
  const eachWorthwhile = (work: (left: number, right: number, cost: number) => void): void => {
    for (let left = 0; left < lefts; left++)
      // The row is sorted: nothing further in it saves anything.
      for (let arc = rowStart[left]!; arc < rowEnd[left]! && arcCost[arc]! < dropCost[left]!; arc++)
        work(left, arcRight[arc]!, most - (dropCost[left]! - arcCost[arc]!))
  }
  eachWorthwhile((_, right) => start[right + 1]!++)
  for (let right = 0; right < rights; right++) start[right + 1]! += start[right]!
  const end = start.slice()
  const [toLeft, costs] = [new Int32Array(start[rights]!), new Float64Array(start[rights]!)]
  eachWorthwhile((left, right, cost) => {
    toLeft[end[right]!] = left
    costs[end[right]!++] = cost
  })
  for (let right = 0; right < rights; right++) sortPairs(costs, toLeft, start[right]!, start[right + 1]!)
  return { start, right: toLeft, cost: costs }
}

/**
 * Brings right prices as near to 0 as the solution allows, and with them left prices as low: each then says what one unit of room more
 * would save.
 */
function raiseRightPrices({ lefts, rights, rowStart, rowEnd, arcRight, arcCost, ...net }: Transport): void {
  const { dropped, leftPrice, rightPrice, flow } = net
  const heap = createHeap(1_024)
  // A right price rises to 0 at most, and no further than an arc from a left node whose own price stays.
  const rise = Float64Array.from(rightPrice.subarray(0, rights), (price) => -price)
  const fall = new Float64Array(lefts).fill(-1)
  const settle = (left: number, by: number): void => {
    fall[left] = by
    for (let arc = rowStart[left]!; arc < rowEnd[left]!; arc++) {
      const right = arcRight[arc]!
      const most = by + arcCost[arc]! - leftPrice[left]! - rightPrice[right]!
      if (most >= rise[right]!) continue
      rise[right] = most
      push(heap, most, right)
    }
  }
  for (let left = 0; left < lefts; left++) if (dropped[left]! > 0) settle(left, 0)
  for (let right = 0; right < rights; right++) if (flow.first[right]! >= 0) push(heap, rise[right]!, right)
  while (heap.size > 0) {
    const [by, right] = [heap.keys[0]!, heap.nodes[0]!]
    pop(heap)
    if (by > rise[right]!) continue
    for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!)
      if (fall[flow.left[entry]!]! < 0) settle(flow.left[entry]!, by)
  }
  for (let right = 0; right < rights; right++) rightPrice[right]! += rise[right]!
  for (let left = 0; left < lefts; left++) leftPrice[left]! -= Math.max(0, fall[left]!)
}
