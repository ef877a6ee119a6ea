import { DirectedGraph } from 'graphology'
import forceAtlas2 from 'graphology-layout-forceatlas2'
import type { Economy } from '@tingzhou/chain-model'
import { networkMax } from './words.ts'

/** The firms with most links, their places on the page and the links among them; columns of equal length, edges by place in them. */
export type NetworkBody = {
  readonly firms: readonly string[]
  readonly isLocal: readonly boolean[]
  readonly x: readonly number[]
  readonly y: readonly number[]
  /** Links of each firm, all that it has. */
  readonly links: readonly number[]
  /** Place in the order of criticality from 1; 0 without one. */
  readonly critical: readonly number[]
  /** Chains in whose products it trades most, by code. */
  readonly chains: readonly (readonly string[])[]
  /** Seller and buyer by turns. */
  readonly edges: readonly number[]
  /** How many firms and links there are in all. */
  readonly allFirms: number
  readonly allLinks: number
}

const rounds = 200
// A spiral by this angle lays any number of firms evenly.
const goldenAngle = Math.PI * (3 - Math.sqrt(5))

/**
 * The network page of an economy.
 * @param critical  firms by their criticality, the greatest first; they are always on it
 * @returns places between -1,000 and 1,000, the same for the same economy
 * Source: M. Jacomy et al., ForceAtlas2 (2014), from a spiral by number of links. O(rounds x firms log firms).
 */
export function networkOf(economy: Economy, critical: readonly number[]): NetworkBody {
  const { firms, links } = economy
  const degree = new Int32Array(firms.id.length)
  for (let link = 0; link < links.seller.length; link++) {
    degree[links.seller[link]!]!++ // firms of the economy
    degree[links.buyer[link]!]!++
  }
  const rank = new Map(critical.map((firm, place) => [firm, place + 1]))
  const leaders = new Set(economy.chains.flatMap((chain) => chain.leaders))
  const weight = (firm: number): number => degree[firm]! + (rank.has(firm) || leaders.has(firm) ? 1e9 : 0)
  const chosen = [...degree.keys()]
    .filter((firm) => degree[firm]! > 0)
    .toSorted((a, b) => weight(b) - weight(a) || a - b)
    .slice(0, networkMax.firms)
  const place = new Map(chosen.map((firm, at) => [firm, at]))
  const edges = edgesOf(economy, place)
  const { x, y } = placesOf(chosen.length, edges)
  const chains = chainsOf(economy, place)
  return {
    firms: chosen.map((firm) => firms.id[firm]!),
    isLocal: chosen.map((firm) => firms.isLocal[firm] === 1),
    x,
    y,
    links: chosen.map((firm) => degree[firm]!),
    critical: chosen.map((firm) => rank.get(firm) ?? 0),
    chains,
    edges,
    allFirms: firms.id.length,
    allLinks: links.seller.length,
  }
}

/** Pairs of chosen firms that trade, of too many those of greatest value; by their numbers, for the order of values is the firms' own. */
function edgesOf({ links, firms }: Economy, place: ReadonlyMap<number, number>): readonly number[] {
  const value = new Map<number, number>()
  for (let link = 0; link < links.seller.length; link++) {
    const [from, to] = [place.get(links.seller[link]!), place.get(links.buyer[link]!)]
    if (from === undefined || to === undefined) continue
    const key = from * firms.id.length + to
    value.set(key, (value.get(key) ?? 0) + links.volume[link]! * links.priceFen[link]!)
  }
  return [...value]
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, networkMax.links)
    .toSorted((a, b) => a[0] - b[0])
    .flatMap(([key]) => [Math.floor(key / firms.id.length), key % firms.id.length])
}

function placesOf(count: number, edges: readonly number[]) {
  const graph = new DirectedGraph()
  for (let at = 0; at < count; at++) {
    const radius = 10 * Math.sqrt(at + 1)
    graph.addNode(at, { x: radius * Math.cos(at * goldenAngle), y: radius * Math.sin(at * goldenAngle) })
  }
  for (let at = 0; at + 1 < edges.length; at += 2) graph.addEdge(edges[at], edges[at + 1])
  if (count > 1) {
    const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: count > 500 }
    forceAtlas2.assign(graph, { iterations: rounds, settings })
  }
  const x: number[] = []
  const y: number[] = []
  graph.forEachNode((_, node) => {
    x.push(Number(node['x']))
    y.push(Number(node['y']))
  })
  const reach = Math.max(1, ...x.map(Math.abs), ...y.map(Math.abs))
  const scaled = (value: number): number => Math.round((10_000 * value) / reach) / 10
  return { x: x.map(scaled), y: y.map(scaled) }
}

const chainsMax = 3

function chainsOf({ chains, links }: Economy, place: ReadonlyMap<number, number>): readonly (readonly string[])[] {
  const ofProduct = new Map<number, string[]>()
  for (const { code, products } of chains)
    for (const product of new Set(products.map((one) => one.product)))
      ofProduct.set(product, [...(ofProduct.get(product) ?? []), code])
  const worth = Array.from({ length: place.size }, () => new Map<string, number>())
  const add = (firm: number, link: number): void => {
    const own = worth[place.get(firm) ?? -1]
    if (!own) return
    const value = links.volume[link]! * links.priceFen[link]!
    for (const code of ofProduct.get(links.product[link]!) ?? []) own.set(code, (own.get(code) ?? 0) + value)
  }
  for (let link = 0; link < links.seller.length; link++) {
    add(links.seller[link]!, link)
    add(links.buyer[link]!, link)
  }
  return worth.map((own) =>
    [...own]
      .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, chainsMax)
      .map(([code]) => code)
      .toSorted(),
  )
}
