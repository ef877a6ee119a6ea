import { createHeap, pop, push } from '@tingzhou/flow'
import type { Economy } from './economy.ts'

/** How often each firm lies on the cheapest ways between others. */
export type Betweenness = {
  /** By firm: the sum over pairs of others of the share of their cheapest ways through it; from 0. */
  readonly value: Float64Array
  /** Firms from which ways were followed; with fewer than all, values are estimates. */
  readonly pivots: number
  readonly isExact: boolean
}

/** How betweenness is bounded. */
export type BetweennessOptions = {
  /** Firms from which ways are followed at most. */
  readonly pivotsMax: number
  readonly shouldStop?: () => boolean
}

/**
 * Criticality: betweenness of firms along links from seller to buyer, an edge as long as 1 over its volume. Links of one seller, buyer and
 * product are one edge; volumes stand in the units of their products.
 * @returns null when told to stop
 * Source: U. Brandes, J. Math. Sociology 25 (2001); with pivots, U. Brandes, C. Pich (2007), every (n / pivots)th firm, scaled up.
 * O(pivots x links log links).
 */
export function betweenness(
  economy: Economy,
  { pivotsMax, shouldStop = () => false }: BetweennessOptions,
): Betweenness | null {
  const graph = edgesOf(economy)
  const count = economy.firms.id.length
  const value = new Float64Array(count)
  const pivots = Math.min(count, pivotsMax)
  const work = createWork(count)
  for (let pivot = 0; pivot < pivots; pivot++) {
    if (pivot % 8 === 0 && shouldStop()) return null
    follow(graph, Math.floor((pivot * count) / pivots), work, value)
  }
  const scale = pivots === 0 ? 0 : count / pivots
  return { value: scale === 1 ? value : value.map((sum) => sum * scale), pivots, isExact: pivots === count }
}

type Graph = { readonly start: Int32Array; readonly to: Int32Array; readonly length: Float64Array }

// Firms and edges come from the economy, so every read of an array below is in range.

/** One edge a seller, buyer and product, in the order of the sellers' links. */
function edgesOf({ links, firms }: Economy): Graph {
  const { start, order } = links.bySeller
  const [edgeStart, to, length] = [
    new Int32Array(firms.id.length + 1),
    new Int32Array(order.length),
    new Float64Array(order.length),
  ]
  let edges = 0
  const edgeTo = new Int32Array(firms.id.length).fill(-1)
  for (let seller = 0; seller < firms.id.length; seller++) {
    let [product, productEdge] = [-1, edges]
    for (let i = start[seller]!; i < start[seller + 1]!; i++) {
      const [link, buyer] = [order[i]!, links.buyer[order[i]!]!]
      if (links.volume[link] === 0) continue
      if (links.product[link] !== product) [product, productEdge] = [links.product[link]!, edges]
      // An edge of the same seller and product, if one was made since it began.
      const known = edgeTo[buyer]!
      if (known >= productEdge && to[known] === buyer) length[known]! += links.volume[link]!
      else {
        to[edges] = buyer
        length[edges] = links.volume[link]!
        edgeTo[buyer] = edges++
      }
    }
    edgeStart[seller + 1] = edges
  }
  for (let edge = 0; edge < edges; edge++) length[edge] = 1 / length[edge]!
  return { start: edgeStart, to: to.slice(0, edges), length: length.slice(0, edges) }
}

type Work = ReturnType<typeof createWork>

const createWork = (count: number) => ({
  heap: createHeap(1_024),
  at: new Float64Array(count).fill(Infinity),
  ways: new Float64Array(count),
  share: new Float64Array(count),
  /** In which place a firm was done, from 1; 0 while it is not. */
  place: new Int32Array(count),
  done: new Int32Array(count),
})

/** The cheapest ways from one firm, and what each firm on them is worth. */
function follow({ start, to, length }: Graph, source: number, work: Work, value: Float64Array): void {
  const { heap, at, ways, share, place, done } = work
  if (start[source] === start[source + 1]) return
  let count = 0
  at[source] = 0
  ways[source] = 1
  push(heap, 0, source)
  while (heap.size > 0) {
    const [reached, firm] = [heap.keys[0]!, heap.nodes[0]!]
    pop(heap)
    if (place[firm]! > 0) continue
    done[count++] = firm
    place[firm] = count
    for (let edge = start[firm]!; edge < start[firm + 1]!; edge++) {
      const [next, way] = [to[edge]!, reached + length[edge]!]
      if (way < at[next]!) {
        at[next] = way
        ways[next] = ways[firm]!
        push(heap, way, next)
      } else if (way === at[next]! && place[next] === 0) ways[next]! += ways[firm]!
    }
  }
  for (let i = count - 1; i >= 0; i--) {
    const firm = done[i]!
    // Every firm behind it on a cheapest way was done later, so its share stands.
    for (let edge = start[firm]!; edge < start[firm + 1]!; edge++) {
      const next = to[edge]!
      // An edge too short to be seen beside the way to it may lead back to a firm that was done before.
      if (at[firm]! + length[edge]! === at[next] && place[next]! > place[firm]!)
        share[firm]! += (ways[firm]! / ways[next]!) * (1 + share[next]!)
    }
    if (firm !== source) value[firm]! += share[firm]!
  }
  for (let i = 0; i < count; i++) {
    const firm = done[i]!
    at[firm] = Infinity
    ways[firm] = share[firm] = place[firm] = 0
  }
}
