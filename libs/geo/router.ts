import { createHeap, type Heap } from './heap.ts'
import type { Arcs, RoadGraph } from './road-graph.ts'
import type { RoadPlace } from './snap.ts'

/** A way over the roads. */
export type Route = {
  readonly distanceM: number
  readonly durationS: number
  /** Nodes on the way, in their order. */
  readonly nodes: readonly number[]
  /** Edges on the way, partly driven ones included. */
  readonly edges: readonly number[]
}

/** What a way shall have little of. */
export type RouteBy = 'distance' | 'time'

/** Ways over one graph: holds the arrays that a search fills, so it answers one question at a time. */
export type Router = {
  /**
   * The shortest or fastest way between nodes.
   * @returns null when there is none
   * @throws RangeError when a node is none of the graph
   */
  readonly route: (from: number, to: number, by: RouteBy) => Route | null
  /** The same between places on roads, which may lie on one edge. */
  readonly routeBetween: (from: RoadPlace, to: RoadPlace, by: RouteBy) => Route | null
}

/** A place to begin or end at: a node, what it costs to get there, and the edge that this is on. */
type Seed = { readonly node: number; readonly cost: number; readonly edge: number; readonly share: number }

/** One direction of a search. */
type Side = {
  readonly arcs: Arcs
  readonly cost: Float64Array
  /** The edge by which a node was reached, -1 for a seed. */
  readonly by: Int32Array
  readonly before: Int32Array
  /** The question in which the node was reached. */
  readonly asked: Int32Array
  readonly heap: Heap
}

/**
 * Makes a router.
 * Memory: about 60 bytes a node and 24 an arc.
 * Source: E. W. Dijkstra (1959) from both ends at once, after T. A. J. Nicholson (1966). A question O((nodes + arcs) log arcs), in road
 * networks about half of what a search from one end looks at.
 */
export function createRouter(graph: RoadGraph): Router {
  const nodes = graph.nodeIds.length
  const sideOf = (arcs: Arcs): Side => ({
    arcs,
    cost: new Float64Array(nodes),
    by: new Int32Array(nodes),
    before: new Int32Array(nodes),
    asked: new Int32Array(nodes),
    heap: createHeap(arcs.node.length + 4),
  })
  const [ahead, back] = [sideOf(graph.leaving), sideOf(graph.reaching)]
  let question = 0

  const reach = (side: Side, node: number, cost: number, by: number, before: number): boolean => {
    if (side.asked[node] === question && side.cost[node]! <= cost) return false // node is one of the graph
    side.asked[node] = question
    side.cost[node] = cost
    side.by[node] = by
    side.before[node] = before
    side.heap.push(cost, node)
    return true
  }

  /** Settles the nearest node of a side; answers the best way that meets the other side there. */
  const settle = (side: Side, other: Side, costs: Float64Array, best: number, meet: (node: number) => void): number => {
    const least = side.heap.least()
    const node = side.heap.pop()
    if (least > side.cost[node]!) return best // an older, dearer entry of a node that was settled
    for (let arc = side.arcs.first[node]!; arc < side.arcs.first[node + 1]!; arc++) {
      const [next, edge] = [side.arcs.node[arc]!, side.arcs.edge[arc]!] // arc is one of the graph
      const cost = least + costs[edge]!
      if (!reach(side, next, cost, edge, node) || other.asked[next] !== question) continue
      if (cost + other.cost[next]! >= best) continue
      best = cost + other.cost[next]!
      meet(next)
    }
    return best
  }

  const search = (starts: readonly Seed[], ends: readonly Seed[], costs: Float64Array) => {
    question++
    let best = Infinity
    let meeting = -1
    for (const side of [ahead, back]) side.heap.clear()
    for (const { node, cost } of starts) reach(ahead, node, cost, -1, -1)
    for (const { node, cost } of ends) {
      reach(back, node, cost, -1, -1)
      const whole = ahead.asked[node] === question ? ahead.cost[node]! + back.cost[node]! : Infinity
      if (whole < best) [best, meeting] = [whole, node]
    }
    const meet = (node: number): void => void (meeting = node)
    while (ahead.heap.least() + back.heap.least() < best)
      best =
        ahead.heap.least() <= back.heap.least()
          ? settle(ahead, back, costs, best, meet)
          : settle(back, ahead, costs, best, meet)
    return { cost: best, meeting }
  }

  /** Nodes and edges from a seed to a node, nearest to the node first. */
  const trace = (side: Side, from: number): { readonly nodes: number[]; readonly edges: number[] } => {
    const way = { nodes: [from], edges: [] as number[] }
    for (let node = from; side.by[node]! >= 0; node = side.before[node]!) {
      way.edges.push(side.by[node]!)
      way.nodes.push(side.before[node]!)
    }
    return way
  }

  const solve = (starts: readonly Seed[], ends: readonly Seed[], by: RouteBy) => {
    const costs = by === 'distance' ? graph.distanceM : graph.durationS
    const { cost, meeting } = search(starts, ends, costs)
    if (meeting < 0) return null
    const [there, onward] = [trace(ahead, meeting), trace(back, meeting)]
    const nodes = [...there.nodes.toReversed(), ...onward.nodes.slice(1)]
    const start = starts.find(({ node }) => node === nodes[0])
    const end = ends.find(({ node }) => node === nodes.at(-1))
    return { cost, nodes, edges: [...there.edges.toReversed(), ...onward.edges], start, end }
  }

  const sum = (values: Float64Array, edges: readonly number[]): number =>
    edges.reduce((total, edge) => total + (values[edge] ?? 0), 0)

  const route = (from: number, to: number, by: RouteBy): Route | null => {
    for (const [name, node] of [
      ['from', from],
      ['to', to],
    ] as const)
      if (!(Number.isInteger(node) && node >= 0 && node < nodes))
        throw new RangeError(`${name} ${node}: ${name} is a node from 0 to ${nodes - 1}`)
    const seed = (node: number): Seed => ({ node, cost: 0, edge: -1, share: 0 })
    const found = solve([seed(from)], [seed(to)], by)
    if (!found) return null
    const { nodes: way, edges } = found
    return { distanceM: sum(graph.distanceM, edges), durationS: sum(graph.durationS, edges), nodes: way, edges }
  }

  const routeBetween = (from: RoadPlace, to: RoadPlace, by: RouteBy): Route | null => {
    const costs = by === 'distance' ? graph.distanceM : graph.durationS
    const along = alongOneEdge(graph, from, to)
    const found = solve(seedsOf(graph, from, costs, true), seedsOf(graph, to, costs, false), by)
    const alongCost = along && (by === 'distance' ? along.distanceM : along.durationS)
    if (!found || (alongCost !== null && alongCost <= found.cost)) return along
    const ends = [found.start, found.end].flatMap((seed) => (seed ? [seed] : []))
    const partly = (values: Float64Array): number =>
      ends.reduce((total, { edge, share }) => total + share * (values[edge] ?? 0), 0)
    return {
      distanceM: sum(graph.distanceM, found.edges) + partly(graph.distanceM),
      durationS: sum(graph.durationS, found.edges) + partly(graph.durationS),
      nodes: found.nodes,
      edges: [from.edge, ...found.edges, to.edge],
    }
  }

  return { route, routeBetween }
}

/** The ends of a place's edge, and the part of the edge that lies between. */
function seedsOf(graph: RoadGraph, { edge, share }: RoadPlace, costs: Float64Array, isStart: boolean): readonly Seed[] {
  const [from, to, cost] = [graph.edgeFrom[edge] ?? 0, graph.edgeTo[edge] ?? 0, costs[edge] ?? 0]
  const toFrom: Seed = { node: from, cost: share * cost, edge, share }
  const toTo: Seed = { node: to, cost: (1 - share) * cost, edge, share: 1 - share }
  if (graph.isOneWay[edge] === 0) return [toFrom, toTo]
  return isStart ? [toTo] : [toFrom]
}

/** The way along one edge, when both places lie on it and it may be driven so. */
function alongOneEdge(graph: RoadGraph, from: RoadPlace, to: RoadPlace): Route | null {
  const { edge } = from
  const part = to.share - from.share
  if (edge !== to.edge || (part < 0 && graph.isOneWay[edge] === 1)) return null
  const share = Math.abs(part)
  return {
    distanceM: share * (graph.distanceM[edge] ?? 0),
    durationS: share * (graph.durationS[edge] ?? 0),
    nodes: [],
    edges: [edge],
  }
}
