import {
  addArc,
  costRule,
  createHeap,
  createTransport,
  invalid,
  isCost,
  openForEdits,
  pop,
  pour,
  push,
  sortPairs,
  stopped,
  takeBack,
  tooLarge,
  type FlowRefusal,
  type EditableTransport,
  type Heap,
  type Rows,
  type Transport,
} from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'
import { placeAll } from './assign.ts'
import { eachWorthwhile, largestOf, nearest, type Grid, type Largest } from './grid.ts'
import { spotLimits } from './problem.ts'
import type { Certificate } from './why.ts'

/** Left nodes and right nodes as places on a plane, and what it costs to bring one to the other. */
export type Places = {
  /** Left nodes: metres, units, cost of a unit left out. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly supply: Int32Array
  readonly dropCost: Float64Array
  /** The right nodes, and units each has room for. */
  readonly grid: Grid
  readonly capacity: Float64Array
  /** Hard rules; asked before a candidate counts. */
  readonly allows: (left: number, right: number) => boolean
  /**
   * Writes what a unit of the left node costs at each right node: whole numbers from 0, or Infinity for no way.
   * `rights` and `costs` hold `count` entries and are the solver's: not to be kept.
   */
  readonly costs: (left: number, rights: Int32Array, count: number, costs: Float64Array) => void
  /** No cost is below `leastCostPerM` x straight metres - `bonusMax`. */
  readonly leastCostPerM: number
  readonly bonusMax: number
  /** Candidates are looked for within the first radius, doubled up to the last while they are fewer than the units; beyond that never. */
  readonly radiusM: number
  readonly radiusMaxM: number
}

/** How far the solver may go. */
export type PlacesLimits = {
  /** Candidates of a node with that many units, at first. */
  readonly candidates: (supply: number) => number
  /** Times that rows may grow; 0 solves over the first candidates only. */
  readonly roundsMax: number
  readonly shouldStop: () => boolean
}

/** The solution, and what is known of it. */
export type SolvedPlaces = {
  readonly net: Transport
  readonly certificate: Certificate
  /** Times rows grew, and arcs at the end. */
  readonly rounds: number
  readonly arcs: number
}

/**
 * Solves a transport problem between places exactly without listing all its arcs: nearest candidates first, then every arc outside the
 * lists that the prices say could improve, until there is none.
 * @param places  fields as their comments say; what they hold is checked here only as far as it comes back from callbacks
 * @returns the solution with its certificate; refusals `invalid` of a cost, `too_large` of arcs, `stopped`
 * Source: own; column generation with bounds by cells: an arc improves only when its cost is below the sum of both prices, and a cell is
 * passed by when its distance and its dearest place say that none can. O(nodes log) for candidates, then as `assignSpot`.
 */
export function solvePlaces(places: Places, limits: PlacesLimits): Result<SolvedPlaces, FlowRefusal> {
  const rows = candidateRows(places, limits)
  if (!rows.ok) return rows
  const net = createTransport(rows.value, places.dropCost, places.capacity)
  const placed = placeAll(net, places.supply, () => sweep(places), limits.shouldStop)
  return placed.ok ? grow(places, net, limits) : placed
}

/** Left nodes from west to east: what is placed one after the other is near to each other, and moves little of the rest. */
const sweep = ({ x }: Places): Int32Array => Int32Array.from(x.keys()).toSorted((a, b) => x[a]! - x[b]! || a - b) // nodes of the problem

/** The nearest candidates of every left node, cheapest first. */
function candidateRows(places: Places, { candidates, shouldStop }: PlacesLimits): Result<Rows, FlowRefusal> {
  const { supply, capacity } = places
  const wanted = supply.reduce((sum, units) => sum + Math.min(candidates(units), capacity.length), 0)
  if (wanted > spotLimits.arcs) return err(tooLarge('candidate arcs', wanted, spotLimits.arcs))
  const start = new Int32Array(supply.length + 1)
  const [right, cost] = [new Int32Array(wanted), new Float64Array(wanted)]
  let end = 0
  for (const [left, units] of supply.entries()) {
    if (left % 256 === 0 && shouldStop()) return err(stopped(left, supply.length))
    const found = candidatesOf(places, left, units, candidates(units))
    places.costs(left, found.ids, found.count, found.keys)
    for (let i = 0; i < found.count; i++) {
      const price = found.keys[i]! // of the candidates found
      if (price === Infinity) continue
      if (!isCost(price)) return err(invalid(`costs(${left}, ${found.ids[i]})`, price, costRule))
      right[end] = found.ids[i]! // likewise
      cost[end++] = price
    }
    start[left + 1] = end
    sortPairs(cost, right, start[left]!, end) // the row just filled
  }
  return ok({ start, right: right.subarray(0, end), cost: cost.subarray(0, end) })
}

function candidatesOf(places: Places, left: number, units: number, k: number) {
  const { x, y, grid, allows, radiusM, radiusMaxM } = places
  const weigh = (right: number, distanceM: number): number => (allows(left, right) ? distanceM : Infinity)
  for (let withinM = radiusM; ; withinM *= 2) {
    const found = nearest(grid, x[left]!, y[left]!, k, Math.min(withinM, radiusMaxM), weigh) // a place for each left node
    if (found.count >= Math.min(units, k) || withinM >= radiusMaxM) return found
  }
}

/** Lets rows grow until no arc outside them could improve the solution. */
function grow(places: Places, net: Transport, limits: PlacesLimits): Result<SolvedPlaces, FlowRefusal> {
  const { roundsMax, shouldStop } = limits
  const pricing = createPricing(net.rights)
  let edit: EditableTransport | null = null
  for (let rounds = 0; ; rounds++) {
    const worth = largestOf(places.grid, net.rightPrice)
    const toGrow: number[] = []
    for (let left = 0; left < net.lefts; left++) {
      if (left % 64 === 0 && shouldStop()) return err(stopped(left, net.lefts))
      const count = priceOut(places, net, left, worth, pricing)
      if (count === 0) continue
      const wrong = pricing.costs.subarray(0, count).findIndex((cost) => !isCost(cost))
      if (wrong >= 0) return err(invalid(`costs(${left}, ${pricing.rights[wrong]})`, pricing.costs[wrong]!, costRule)) // found
      toGrow.push(left)
      if (rounds === roundsMax) continue
      edit ??= openForEdits(net)
      lengthen(edit, left, places.supply[left]!, pricing, count) // a supply for each left node
    }
    const certificate = { isOptimal: toGrow.length === 0, toGrow: Int32Array.from(toGrow).toSorted() }
    if (toGrow.length === 0 || rounds === roundsMax) return ok({ net, certificate, rounds, arcs: arcsOf(net) })
  }
}

const arcsOf = ({ rowStart, rowEnd, lefts }: Transport): number =>
  rowEnd.subarray(0, lefts).reduce((sum, end, left) => sum + end - rowStart[left]!, 0) // both have an entry a node

/** What pricing a row needs: which right nodes the row has, and the best it found outside. */
type Pricing = { readonly inRowOf: Int32Array; readonly heap: Heap; rights: Int32Array; costs: Float64Array }

const createPricing = (rights: number): Pricing => ({
  inRowOf: new Int32Array(rights).fill(-1),
  heap: createHeap(64),
  rights: new Int32Array(64),
  costs: new Float64Array(64),
})

// Nodes and arcs below come from the problem's own lists, so every read of an array is in range.

/**
 * Finds the arcs outside a row that would improve the solution most.
 * @returns how many; they stand in `pricing`
 */
function priceOut(places: Places, net: Transport, left: number, worth: Largest, pricing: Pricing): number {
  const { x, y, grid, allows, leastCostPerM, bonusMax, radiusMaxM } = places
  const { inRowOf, heap } = pricing
  const price = net.leftPrice[left]!
  const [from, to] = [net.rowStart[left]!, net.rowEnd[left]!]
  for (let arc = from; arc < to; arc++) inRowOf[net.arcRight[arc]!] = left
  // Rows at most double in a round: the best of what is missing is often enough.
  const room = Math.max(32, to - from)
  heap.size = 0
  let limit = price
  eachWorthwhile(
    grid,
    x[left]!,
    y[left]!,
    worth,
    (rightPrice) =>
      limit + rightPrice <= 0 ? -1 : Math.min(radiusMaxM, (limit + rightPrice + bonusMax) / leastCostPerM),
    (right, distanceM) => {
      const least = Math.max(0, distanceM * leastCostPerM - bonusMax) - net.rightPrice[right]!
      if (least >= limit || distanceM > radiusMaxM || inRowOf[right] === left || !allows(left, right)) return
      if (heap.size === room) pop(heap)
      push(heap, -least, -right)
      if (heap.size === room) limit = -heap.keys[0]!
    },
  )
  if (pricing.rights.length < heap.size) {
    pricing.rights = new Int32Array(2 * heap.size)
    pricing.costs = new Float64Array(2 * heap.size)
  }
  const found = heap.size
  for (let i = 0; i < found; i++) pricing.rights[i] = -heap.nodes[i]!
  if (found > 0) places.costs(left, pricing.rights, found, pricing.costs)
  let count = 0
  for (let i = 0; i < found; i++) {
    const [right, cost] = [pricing.rights[i]!, pricing.costs[i]!]
    if (cost - net.rightPrice[right]! >= price) continue
    pricing.rights[count] = right
    pricing.costs[count++] = cost
  }
  return count
}

/** Adds arcs to a row: its units are taken back, so that no price stands against the arcs, and placed anew. */
function lengthen(edit: EditableTransport, left: number, units: number, pricing: Pricing, count: number): void {
  takeBack(edit, left, units)
  for (let i = 0; i < count; i++) addArc(edit, left, pricing.rights[i]!, pricing.costs[i]!)
  pour(edit.net, left, units)
}
