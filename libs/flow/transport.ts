import { createHeap, pop, push, type Heap } from './heap.ts'
import { addEntry, createLists, dropEntry, findEntry, type Lists } from './lists.ts'

/**
 * Arcs in rows, one row a left node: the arcs of row i are `start[i] .. start[i + 1] - 1`. A solver wants each row's arcs cheapest first,
 * equal costs by right node.
 */
export type Rows = {
  readonly start: Int32Array
  readonly right: Int32Array
  /** Whole numbers from 0. */
  readonly cost: Float64Array
}

/**
 * A transport problem and what is known of its solution. Left nodes have units to place, right nodes have room; a unit costs its arc,
 * or the left node's `dropCost` when it is left out. Prices prove the solution: `leftPrice + rightPrice <= cost` on every arc, equal where
 * units flow; `leftPrice <= dropCost`, equal where units are left out; `rightPrice <= 0`, 0 where room is left.
 */
export type Transport = {
  lefts: number
  rights: number
  /** The arcs of left node i are `rowStart[i] .. rowEnd[i] - 1` of `arcRight` and `arcCost`. */
  rowStart: Int32Array
  rowEnd: Int32Array
  arcRight: Int32Array
  arcCost: Float64Array
  dropCost: Float64Array
  dropped: Float64Array
  leftPrice: Float64Array
  capacity: Float64Array
  used: Float64Array
  rightPrice: Float64Array
  /** The units that flow into each right node, by left node. */
  flow: Lists
  search: Search
}

/** What one search for the cheapest way writes; marks instead of clearing. */
export type Search = {
  heap: Heap
  mark: number
  leftMark: Int32Array
  /** Length of the way to a left node, and the right node and flow it was reached through. */
  leftAt: Float64Array
  viaRight: Int32Array
  viaFlow: Int32Array
  viaCost: Float64Array
  rightMark: Int32Array
  rightAt: Float64Array
  fromLeft: Int32Array
  fromCost: Float64Array
  leftsSeen: Int32Array
  leftsCount: number
  rightsSeen: Int32Array
  rightsCount: number
  /** The cheapest end so far: a right node with room, or, when -1, a left node that leaves a unit out. */
  best: number
  endRight: number
  endLeft: number
}

/**
 * A transport problem of which nothing is placed yet.
 * @param rows      cheapest first; used, not copied
 * @param dropCost  of a unit left out, one a left node, whole numbers from 0
 * @param capacity  of the right nodes, units
 * Source: own. O(lefts + rights).
 */
export function createTransport(rows: Rows, dropCost: Float64Array, capacity: Float64Array): Transport {
  const [lefts, rights] = [dropCost.length, capacity.length]
  return {
    lefts,
    rights,
    rowStart: rows.start.slice(0, lefts),
    rowEnd: rows.start.slice(1),
    arcRight: rows.right,
    arcCost: rows.cost,
    dropCost,
    dropped: new Float64Array(lefts),
    leftPrice: new Float64Array(lefts),
    capacity,
    used: new Float64Array(rights),
    rightPrice: new Float64Array(rights),
    flow: createLists(rights, 1_024),
    search: createSearch(lefts, rights),
  }
}

/** Room for searches. O(lefts + rights). */
export const createSearch = (lefts: number, rights: number): Search => ({
  heap: createHeap(1_024),
  mark: 0,
  leftMark: new Int32Array(lefts),
  leftAt: new Float64Array(lefts),
  viaRight: new Int32Array(lefts),
  viaFlow: new Int32Array(lefts),
  viaCost: new Float64Array(lefts),
  rightMark: new Int32Array(rights),
  rightAt: new Float64Array(rights),
  fromLeft: new Int32Array(rights),
  fromCost: new Float64Array(rights),
  leftsSeen: new Int32Array(lefts),
  leftsCount: 0,
  rightsSeen: new Int32Array(rights),
  rightsCount: 0,
  best: 0,
  endRight: -1,
  endLeft: -1,
})

/**
 * Places more units of a left node as cheaply as the whole allows, moving or leaving out others where that is cheaper. What was optimal
 * before is optimal after, so pouring every node's supply, in any order, solves the problem.
 * @param source  left node
 * @param amount  units, above 0
 * Source: successive shortest paths with prices, R. Jonker, A. Volgenant (1987) and J. Edmonds, R. M. Karp (1972); the units left out are
 * one more end of a way. A way O(arcs log arcs) at worst, a row when room is plentiful; at most `amount` ways.
 */
export function pour(net: Transport, source: number, amount: number): void {
  for (let rest = amount; rest > 0;) {
    findWay(net, source)
    reprice(net, source)
    rest -= sendAlong(net, source, rest)
  }
}

// In the loops below nodes, arcs and flows come from the problem's own lists, so every read of an array is in range.

/** The shortest way from a left node to room or to a unit left out. */
function findWay(net: Transport, source: number): void {
  const { search, dropCost, leftPrice, flow } = net
  const { heap, rightAt } = search
  beginSearch(search)
  search.best = dropCost[source]!
  search.endLeft = source
  search.leftMark[source] = search.mark
  scanRow(net, source, 0)
  while (heap.size > 0 && heap.keys[0]! < search.best) {
    const [at, right] = [heap.keys[0]!, heap.nodes[0]!]
    pop(heap)
    // A shorter way was found after this entry was put in.
    if (at > rightAt[right]!) continue
    search.rightsSeen[search.rightsCount++] = right
    for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!) {
      const left = flow.left[entry]!
      if (search.leftMark[left] === search.mark) continue
      search.leftMark[left] = search.mark
      search.leftAt[left] = at
      search.viaRight[left] = right
      search.viaFlow[left] = entry
      search.leftsSeen[search.leftsCount++] = left
      const shift = at - leftPrice[left]!
      if (shift + dropCost[left]! < search.best) {
        search.best = shift + dropCost[left]!
        search.endLeft = left
        search.endRight = -1
      }
      scanRow(net, left, shift)
    }
  }
}

/** Forgets the search before. */
export function beginSearch(search: Search): void {
  if (search.mark === 2 ** 31 - 1) {
    search.mark = 0
    search.leftMark.fill(0)
    search.rightMark.fill(0)
  }
  search.mark++
  search.heap.size = 0
  search.leftsCount = 0
  search.rightsCount = 0
  search.endRight = -1
  search.endLeft = -1
}

function scanRow(net: Transport, left: number, shift: number): void {
  const { arcRight, arcCost, rightPrice, used, capacity, search } = net
  const { heap, mark, rightMark, rightAt, fromLeft, fromCost } = search
  const end = net.rowEnd[left]!
  let best = search.best
  for (let arc = net.rowStart[left]!; arc < end; arc++) {
    const cost = arcCost[arc]!
    // The row is sorted and no right price is above 0: nothing further in it is shorter.
    if (shift + cost >= best) break
    const right = arcRight[arc]!
    const at = shift + cost - rightPrice[right]!
    if (at >= best || (rightMark[right] === mark && rightAt[right]! <= at)) continue
    rightMark[right] = mark
    rightAt[right] = at
    fromLeft[right] = left
    fromCost[right] = cost
    if (used[right]! < capacity[right]!) {
      best = at
      search.endRight = right
    } else push(heap, at, right)
  }
  search.best = best
}

/** Moves the prices so that the way found costs nothing beyond them and no arc becomes too cheap. */
function reprice({ search, leftPrice, rightPrice }: Transport, source: number): void {
  const { best, leftsSeen, rightsSeen, leftAt, rightAt } = search
  for (let i = 0; i < search.rightsCount; i++) {
    const right = rightsSeen[i]!
    rightPrice[right]! += rightAt[right]! - best
  }
  for (let i = 0; i < search.leftsCount; i++) {
    const left = leftsSeen[i]!
    leftPrice[left]! += best - leftAt[left]!
  }
  leftPrice[source] = best
}

/** Sends as much as fits along the way found. */
function sendAlong(net: Transport, source: number, rest: number): number {
  const { search, flow, capacity, used, dropped } = net
  const { endRight, viaRight, viaFlow, fromLeft, fromCost } = search
  const last = endRight < 0 ? search.endLeft : fromLeft[endRight]!
  let sent = endRight < 0 ? rest : Math.min(rest, capacity[endRight]! - used[endRight]!)
  for (let left = last; left !== source; left = fromLeft[viaRight[left]!]!)
    sent = Math.min(sent, flow.amount[viaFlow[left]!]!)

  if (endRight < 0) dropped[last]! += sent
  else {
    used[endRight]! += sent
    addFlow(net, last, endRight, fromCost[endRight]!, sent)
  }
  for (let left = last; left !== source;) {
    const right = viaRight[left]!
    takeFlow(net, right, viaFlow[left]!, sent)
    left = fromLeft[right]!
    addFlow(net, left, right, fromCost[right]!, sent)
  }
  return sent
}

/** Adds units of a left node to what flows into a right node; the right node's `used` is the caller's. O(flows into it). */
export function addFlow({ flow }: Transport, left: number, right: number, cost: number, amount: number): void {
  const entry = findEntry(flow, right, left)
  if (entry < 0) addEntry(flow, right, left, cost, amount)
  else flow.amount[entry]! += amount
}

/** Takes units of one entry away from what flows into a right node; `used` is the caller's. O(flows into it). */
export function takeFlow({ flow }: Transport, right: number, entry: number, amount: number): void {
  flow.amount[entry]! -= amount
  if (flow.amount[entry] === 0) dropEntry(flow, right, entry)
}

/**
 * What the solution costs: arcs and units left out.
 * Source: own. O(lefts + rights + flows).
 */
export function costOf({ lefts, rights, dropped, dropCost, flow }: Transport): number {
  let cost = 0
  for (let left = 0; left < lefts; left++) cost += dropped[left]! * dropCost[left]!
  for (let right = 0; right < rights; right++)
    for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!)
      cost += flow.amount[entry]! * flow.cost[entry]!
  return cost
}
