import { err, ok, type Result } from '@tingzhou/kernel'
import { placeFault, type LonLat } from './point.ts'

/** A crossing or town. */
export type RoadNode = LonLat & { readonly id: string }

/** A road between two nodes. */
export type RoadEdge = {
  readonly from: string
  readonly to: string
  readonly distanceM: number
  readonly durationS: number
  /** Only from `from` to `to`. */
  readonly isOneWay?: boolean
  /** Places between the ends, in their order. */
  readonly shape?: readonly LonLat[]
}

/** What is wrong with roads. `field` is a path such as `edges[3].km`. */
export type RoadFault = { readonly field: string; readonly value: string; readonly rule: string }

/** Arcs by the node they leave or reach: those of node n stand from `first[n]` to `first[n + 1]`. */
export type Arcs = {
  readonly first: Int32Array
  /** The node at the other end. */
  readonly node: Int32Array
  readonly edge: Int32Array
}

/** Roads as typed arrays; nodes and edges are the indices of what was given. */
export type RoadGraph = {
  readonly nodeIds: readonly string[]
  readonly lon: Float64Array
  readonly lat: Float64Array
  readonly edgeFrom: Int32Array
  readonly edgeTo: Int32Array
  readonly isOneWay: Uint8Array
  readonly distanceM: Float64Array
  readonly durationS: Float64Array
  readonly leaving: Arcs
  readonly reaching: Arcs
  /** The line of each edge, ends included. */
  readonly lines: readonly (readonly LonLat[])[]
  readonly findNode: (id: string) => number | null
}

/**
 * Makes a graph of roads.
 * @param nodes  places with ids that differ
 * @param edges  between known nodes; lengths in metres and times in seconds, above 0
 * @returns the graph, or the first fault with field, value and rule
 * Source: own; compressed sparse rows. O(nodes + edges).
 */
export function buildRoadGraph(nodes: readonly RoadNode[], edges: readonly RoadEdge[]): Result<RoadGraph, RoadFault> {
  const indexOf = new Map<string, number>()
  for (const [i, node] of nodes.entries()) {
    const wrong = placeFault(node)
    if (wrong) return fault(`nodes[${i}].${wrong.field}`, wrong.value, wrong.rule)
    if (indexOf.has(node.id)) return fault(`nodes[${i}].id`, node.id, 'is the id of one node only')
    indexOf.set(node.id, i)
  }
  for (const [i, edge] of edges.entries()) {
    const wrong = wrongEdge(edge, indexOf)
    if (wrong) return err({ ...wrong, field: `edges[${i}].${wrong.field}` })
  }
  const edgeFrom = Int32Array.from(edges, ({ from }) => indexOf.get(from) ?? 0)
  const edgeTo = Int32Array.from(edges, ({ to }) => indexOf.get(to) ?? 0)
  const isOneWay = Uint8Array.from(edges, (edge) => (edge.isOneWay ? 1 : 0))
  const lineOf = ({ shape = [] }: RoadEdge, i: number): readonly LonLat[] =>
    [nodes[edgeFrom[i] ?? 0], ...shape, nodes[edgeTo[i] ?? 0]].flatMap((place) =>
      place ? [{ lon: place.lon, lat: place.lat }] : [],
    )
  return ok({
    nodeIds: nodes.map(({ id }) => id),
    lon: Float64Array.from(nodes, ({ lon }) => lon),
    lat: Float64Array.from(nodes, ({ lat }) => lat),
    edgeFrom,
    edgeTo,
    isOneWay,
    distanceM: Float64Array.from(edges, ({ distanceM }) => distanceM),
    durationS: Float64Array.from(edges, ({ durationS }) => durationS),
    leaving: arcsOf(nodes.length, edgeFrom, edgeTo, isOneWay),
    reaching: arcsOf(nodes.length, edgeTo, edgeFrom, isOneWay),
    lines: edges.map(lineOf),
    findNode: (id) => indexOf.get(id) ?? null,
  })
}

/**
 * Reads the compact form of roads: `{ nodes: [{ id, lng, lat }], edges: [{ a, b, road, km }] }`, every road in both directions.
 * @param value       parsed JSON
 * @param speedKmhOf  the speed to reckon with on a road, kilometres an hour: the form holds none
 * @returns the graph, or the first fault with field, value and rule
 * Source: own. O(nodes + edges).
 */
export function readRoadGraph(value: unknown, speedKmhOf: (road: string) => number): Result<RoadGraph, RoadFault> {
  const { nodes, edges } = asRecord(value)
  if (!Array.isArray(nodes)) return fault('nodes', nodes, 'is a list')
  if (!Array.isArray(edges)) return fault('edges', edges, 'is a list')
  const roadNodes: RoadNode[] = []
  for (const [i, node] of nodes.entries()) {
    const { id, lng, lat } = asRecord(node)
    if (typeof id !== 'string') return fault(`nodes[${i}].id`, id, 'is a text')
    if (typeof lng !== 'number') return fault(`nodes[${i}].lng`, lng, 'is a number of degrees')
    if (typeof lat !== 'number') return fault(`nodes[${i}].lat`, lat, 'is a number of degrees')
    roadNodes.push({ id, lon: lng, lat })
  }
  const roadEdges: RoadEdge[] = []
  for (const [i, edge] of edges.entries()) {
    const { a, b, road, km } = asRecord(edge)
    if (typeof a !== 'string') return fault(`edges[${i}].a`, a, 'is the id of a node')
    if (typeof b !== 'string') return fault(`edges[${i}].b`, b, 'is the id of a node')
    if (typeof road !== 'string') return fault(`edges[${i}].road`, road, 'is a text')
    if (typeof km !== 'number') return fault(`edges[${i}].km`, km, 'is a number of kilometres')
    const distanceM = km * 1_000
    roadEdges.push({ from: a, to: b, distanceM, durationS: distanceM / (speedKmhOf(road) / 3.6) })
  }
  return buildRoadGraph(roadNodes, roadEdges)
}

const fault = (field: string, value: unknown, rule: string) => err({ field, value: String(value), rule })

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

function wrongEdge(edge: RoadEdge, indexOf: ReadonlyMap<string, number>): RoadFault | null {
  const { from, to, distanceM, durationS, shape = [] } = edge
  if (!indexOf.has(from)) return { field: 'from', value: from, rule: 'is the id of a node' }
  if (!indexOf.has(to)) return { field: 'to', value: to, rule: 'is the id of a node' }
  for (const [field, value] of [
    ['distanceM', distanceM],
    ['durationS', durationS],
  ] as const)
    if (!(value > 0 && Number.isFinite(value))) return { field, value: String(value), rule: 'is a number above 0' }
  const at = shape.findIndex(placeFault)
  const wrong = shape[at] && placeFault(shape[at])
  return wrong ? { field: `shape[${at}].${wrong.field}`, value: String(wrong.value), rule: wrong.rule } : null
}

/** Arcs of each node along the edges, and against them where a road is open both ways. */
function arcsOf(nodes: number, tails: Int32Array, heads: Int32Array, isOneWay: Uint8Array): Arcs {
  const first = new Int32Array(nodes + 1)
  const forArcs = (each: (tail: number, head: number, edge: number) => void): void => {
    for (const [edge, tail] of tails.entries()) {
      const head = heads[edge] ?? 0
      each(tail, head, edge)
      if (isOneWay[edge] === 0) each(head, tail, edge)
    }
  }
  forArcs((tail) => void first[tail + 1]!++) // tail is below nodes
  for (let node = 0; node < nodes; node++) first[node + 1]! += first[node]! // both are in range
  const node = new Int32Array(first[nodes] ?? 0)
  const edge = new Int32Array(node.length)
  const next = first.slice(0, nodes)
  forArcs((tail, head, own) => {
    const at = next[tail]!++ // tail is below nodes
    node[at] = head
    edge[at] = own
  })
  return { first, node, edge }
}
