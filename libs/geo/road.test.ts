import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildRoadGraph,
  createRouter,
  createSnapper,
  destination,
  nearestOnSegment,
  readRoadGraph,
  shortDistanceM,
  type RoadEdge,
  type RoadGraph,
  type RoadNode,
} from './index.ts'

const graphOf = (nodes: readonly RoadNode[], edges: readonly RoadEdge[]): RoadGraph => {
  const graph = buildRoadGraph(nodes, edges)
  if (!graph.ok) throw new Error(JSON.stringify(graph.error))
  return graph.value
}

// A square of towns with a fast way round and a short way across, and a one-way street back.
const towns: readonly RoadNode[] = [
  { id: 'a', lon: 87, lat: 44 },
  { id: 'b', lon: 87.1, lat: 44 },
  { id: 'c', lon: 87.1, lat: 44.1 },
  { id: 'd', lon: 87, lat: 44.1 },
  { id: 'island', lon: 90, lat: 44 },
]
const roads: readonly RoadEdge[] = [
  { from: 'a', to: 'b', distanceM: 8_000, durationS: 300 },
  { from: 'b', to: 'c', distanceM: 11_000, durationS: 400 },
  { from: 'a', to: 'c', distanceM: 14_000, durationS: 1_200 },
  { from: 'c', to: 'd', distanceM: 8_000, durationS: 500, isOneWay: true },
  { from: 'd', to: 'a', distanceM: 11_000, durationS: 600, isOneWay: true, shape: [{ lon: 86.95, lat: 44.05 }] },
]
const square = graphOf(towns, roads)

describe('createRouter', () => {
  const router = createRouter(square)
  const [a = 0, b = 0, c = 0, d = 0, island = 0] = ['a', 'b', 'c', 'd', 'island'].map((id) => square.findNode(id) ?? -1)

  it('finds the shortest and the fastest way', () => {
    expect(router.route(a, c, 'distance')).toEqual({ distanceM: 14_000, durationS: 1_200, nodes: [a, c], edges: [2] })
    expect(router.route(a, c, 'time')).toEqual({ distanceM: 19_000, durationS: 700, nodes: [a, b, c], edges: [0, 1] })
  })

  it('keeps to one-way streets, and says when there is no way', () => {
    expect(router.route(d, c, 'distance')).toMatchObject({ distanceM: 25_000, nodes: [d, a, c] })
    expect(router.route(c, d, 'distance')).toMatchObject({ distanceM: 8_000 })
    expect(router.route(a, island, 'time')).toBeNull()
    expect(router.route(a, a, 'time')).toEqual({ distanceM: 0, durationS: 0, nodes: [a], edges: [] })
    expect(() => router.route(a, 99, 'time')).toThrow('to 99: to is a node from 0 to 4')
  })

  it('goes between places on roads, along one edge too', () => {
    const on = (edge: number, share: number) => ({ edge, share, place: { lon: 0, lat: 0 }, distanceM: 0 })

    expect(router.routeBetween(on(0, 0.25), on(0, 0.75), 'distance')).toMatchObject({
      distanceM: 4_000,
      durationS: 150,
      edges: [0],
    })
    expect(router.routeBetween(on(0, 0.5), on(1, 0.5), 'distance')).toMatchObject({ distanceM: 9_500, nodes: [b] })
    // Back along a one-way street leads around.
    expect(router.routeBetween(on(4, 0.75), on(4, 0.25), 'distance')?.distanceM).toBe(2_750 + 14_000 + 8_000 + 2_750)
    expect(router.routeBetween(on(4, 0.25), on(4, 0.75), 'distance')?.distanceM).toBe(5_500)
  })

  it('finds what relaxing every edge until nothing changes finds, in any graph', () => {
    const size = 12
    const edge = fc.record({
      from: fc.nat(size - 1).map(String),
      to: fc.nat(size - 1).map(String),
      distanceM: fc.integer({ min: 1, max: 50 }),
      durationS: fc.integer({ min: 1, max: 50 }),
      isOneWay: fc.boolean(),
    })
    const nodes = Array.from({ length: size }, (_, i) => ({ id: String(i), lon: i, lat: 0 }))

    fc.assert(
      fc.property(fc.array(edge, { maxLength: 40 }), (edges) => {
        const router = createRouter(graphOf(nodes, edges))
        for (let from = 0; from < size; from++) {
          const least = relaxed(size, edges, from)
          for (let to = 0; to < size; to++) {
            const way = router.route(from, to, 'distance')
            expect(way?.distanceM ?? Infinity).toBe(least[to])
            if (way) expect(isWay(way.nodes, way.edges, edges)).toBe(true)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

/** Bellman and Ford. */
function relaxed(size: number, edges: readonly RoadEdge[], from: number): readonly number[] {
  const least = Array.from({ length: size }, (_, node) => (node === from ? 0 : Infinity))
  const relax = (tail: number, head: number, cost: number): void =>
    void (least[head] = Math.min(least[head] ?? Infinity, (least[tail] ?? Infinity) + cost))
  for (let round = 0; round < size; round++)
    for (const { from, to, distanceM, isOneWay } of edges) {
      relax(Number(from), Number(to), distanceM)
      if (!isOneWay) relax(Number(to), Number(from), distanceM)
    }
  return least
}

const isWay = (nodes: readonly number[], way: readonly number[], edges: readonly RoadEdge[]): boolean =>
  way.length === nodes.length - 1 &&
  way.every((index, i) => {
    const edge = edges[index]
    const [tail, head] = [String(nodes[i]), String(nodes[i + 1])]
    return (
      edge && ((edge.from === tail && edge.to === head) || (!edge.isOneWay && edge.to === tail && edge.from === head))
    )
  })

describe('createSnapper', () => {
  it('finds the nearest road and how far along it', () => {
    const snapper = createSnapper(square)
    const found = snapper.nearestRoad({ lon: 87.025, lat: 43.99 }, 5_000)

    expect(found).toMatchObject({ edge: 0, place: { lat: 44 } })
    expect(found?.share).toBeCloseTo(0.25, 3)
    expect(found?.distanceM).toBeCloseTo(1_111, 0)
    expect(snapper.nearestRoad({ lon: 87.025, lat: 43.9 }, 5_000)).toBeNull()
    expect(snapper.nearestNode({ lon: 87.09, lat: 44 }, 5_000)?.node).toBe(1)
    expect(() => snapper.nearestNode({ lon: 87, lat: 44 }, 0)).toThrow('maxM 0: maxM is above 0 metres')
  })

  it('knows the share along a bent road by the length of its line', () => {
    const bend = square.lines[4]?.[1] ?? { lon: 0, lat: 0 }

    expect(createSnapper(square).nearestRoad(bend, 100)?.share).toBeCloseTo(0.5, 3)
  })

  it('finds what trying every road and node finds', () => {
    const place = fc.record({
      lon: fc.double({ min: 80, max: 84, noNaN: true }),
      lat: fc.double({ min: 42, max: 45, noNaN: true }),
    })
    const nodes = fc.uniqueArray(place, { minLength: 2, maxLength: 25, selector: ({ lon, lat }) => `${lon} ${lat}` })

    fc.assert(
      fc.property(nodes, place, fc.constantFrom(3_000, 60_000, 1_000_000), (list, asked, maxM) => {
        const graph = graphOf(
          list.map((one, i) => ({ id: String(i), ...one })),
          list.slice(1).map((_, i) => ({ from: String(i), to: String(i + 1), distanceM: 1, durationS: 1 })),
        )
        const snapper = createSnapper(graph)
        const nodeM = Math.min(...list.map((one) => shortDistanceM(asked, one)))
        const roadM = Math.min(...list.slice(1).map((to, i) => nearestOnSegment(asked, list[i] ?? to, to).distanceM))
        expect(snapper.nearestNode(asked, maxM)?.distanceM ?? null).toBe(nodeM <= maxM ? nodeM : null)
        expect(snapper.nearestRoad(asked, maxM)?.distanceM ?? null).toBe(roadM <= maxM ? roadM : null)
      }),
      { numRuns: 300 },
    )
  })
})

describe('buildRoadGraph', () => {
  it.each([
    ['a node twice', [...towns, { id: 'a', lon: 0, lat: 0 }], roads, { field: 'nodes[5].id', value: 'a' }],
    ['a latitude of 91', [{ id: 'x', lon: 0, lat: 91 }], [], { field: 'nodes[0].lat', value: '91' }],
    [
      'a road to nowhere',
      towns,
      [{ from: 'a', to: 'x', distanceM: 1, durationS: 1 }],
      { field: 'edges[0].to', value: 'x' },
    ],
    [
      'a road of no length',
      towns,
      [{ from: 'a', to: 'b', distanceM: 0, durationS: 1 }],
      { field: 'edges[0].distanceM', value: '0' },
    ],
    [
      'a road of endless time',
      towns,
      [{ from: 'a', to: 'b', distanceM: 1, durationS: Infinity }],
      { field: 'edges[0].durationS' },
    ],
    [
      'a bend that is no place',
      towns,
      [{ from: 'a', to: 'b', distanceM: 1, durationS: 1, shape: [{ lon: 181, lat: 0 }] }],
      { field: 'edges[0].shape[0].lon' },
    ],
  ])('refuses %s', (_what, nodes, edges, error) => {
    expect(buildRoadGraph(nodes, edges)).toMatchObject({ ok: false, error })
  })
})

describe('readRoadGraph', () => {
  const compact = {
    nodes: [
      { id: 'urumqi', name: 'Urumqi', lng: 87.6, lat: 43.801 },
      { id: 'changji', name: 'Changji', lng: 87.305, lat: 44.008 },
    ],
    edges: [{ a: 'urumqi', b: 'changji', road: 'G30', km: 36 }],
  }

  it('reads the compact form with a speed for each road', () => {
    const graph = readRoadGraph(compact, (road) => (road === 'G30' ? 90 : 60))
    if (!graph.ok) throw new Error(JSON.stringify(graph.error))
    const route = createRouter(graph.value).route(1, 0, 'time')

    expect(route).toMatchObject({ distanceM: 36_000, nodes: [1, 0] })
    expect(route?.durationS).toBeCloseTo(1_440, 6)
    expect(createSnapper(graph.value).nearestRoad(destination({ lon: 87.6, lat: 43.801 }, 0, 100), 500)?.edge).toBe(0)
  })

  it.each([
    ['no object', null, 'nodes'],
    ['no edges', { nodes: [] }, 'edges'],
    ['a node without id', { nodes: [{ lng: 1, lat: 1 }], edges: [] }, 'nodes[0].id'],
    ['a text for a coordinate', { nodes: [{ id: 'x', lng: '1', lat: 1 }], edges: [] }, 'nodes[0].lng'],
    ['a road without kilometres', { ...compact, edges: [{ a: 'urumqi', b: 'changji', road: 'G30' }] }, 'edges[0].km'],
  ])('refuses %s by the path of the field', (_what, value, field) => {
    expect(readRoadGraph(value, () => 60)).toMatchObject({ ok: false, error: { field } })
  })

  it('refuses a speed that makes no time', () => {
    expect(readRoadGraph(compact, () => 0)).toMatchObject({ ok: false, error: { field: 'edges[0].durationS' } })
  })
})
