import { rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'
import { freightFen } from './freight.ts'
import type { ChainSettings } from './settings.ts'

/** What targets ask of a product's trade; each product is looked at once. */
export type Markets = {
  /** Mean freight of a unit from outside and within the zone, fen, by volume; from the settings where there is no such link. */
  readonly freight: (product: number) => Freight
  /** Local buyers, greatest volume first, at most the settings' `listMax`. */
  readonly buyers: (product: number) => readonly { readonly firm: number; readonly volume: number }[]
  readonly soldOutside: (product: number) => { readonly units: number; readonly links: Int32Array }
  /** Local makers that are above scale, high-tech or specialised. */
  readonly strongMakers: (product: number) => number
}

type Freight = { readonly outsideFen: number; readonly localFen: number; readonly inward: Int32Array }

/** Source: own. O(links of a product) when it is first asked for. */
export function createMarkets(economy: Economy, settings: ChainSettings): Markets {
  return {
    freight: once((product) => freightOf(economy, settings, product)),
    buyers: once((product) => buyersOf(economy, settings, product)),
    soldOutside: once((product) => soldOutsideOf(economy, product)),
    strongMakers: once((product) => strongMakersOf(economy, product)),
  }
}

function once<Value>(find: (product: number) => Value): (product: number) => Value {
  const found = new Map<number, Value>()
  return (product) => {
    const value = found.has(product) ? (found.get(product) as Value) : find(product) // put in below
    found.set(product, value)
    return value
  }
}

// Products, links and firms come from the economy, so every read of an array below is in range.

function freightOf({ links, firms, products }: Economy, settings: ChainSettings, product: number): Freight {
  const inward = rowsOf(links.byProduct, product).filter((link) => firms.isLocal[links.buyer[link]!])
  const kg = products.kgPerUnit[product]!
  const [units, fen] = [
    [0, 0],
    [0, 0],
  ] as [[number, number], [number, number]]
  for (const link of inward) {
    const from = firms.isLocal[links.seller[link]!] ? 1 : 0
    units[from] += links.volume[link]!
    fen[from] +=
      links.volume[link]! * freightFen(kg, settings.handlingFen, links.rateFen[link]!, links.distanceKm[link]!)
  }
  const mean = (from: 0 | 1, km: number): number =>
    units[from] > 0 ? fen[from] / units[from] : freightFen(kg, settings.handlingFen, settings.rateFen, km)
  return { outsideFen: mean(0, settings.outsideKm), localFen: mean(1, settings.localKm), inward }
}

function buyersOf({ links, firms }: Economy, { listMax }: ChainSettings, product: number) {
  const volumes = new Map<number, number>()
  for (const link of rowsOf(links.byProduct, product)) {
    const buyer = links.buyer[link]!
    if (firms.isLocal[buyer]) volumes.set(buyer, (volumes.get(buyer) ?? 0) + links.volume[link]!)
  }
  return [...volumes]
    .map(([firm, volume]) => ({ firm, volume }))
    .toSorted((a, b) => b.volume - a.volume || a.firm - b.firm)
    .slice(0, listMax)
}

function soldOutsideOf({ links, firms }: Economy, product: number) {
  const sold = rowsOf(links.byProduct, product).filter(
    (link) => firms.isLocal[links.seller[link]!] && !firms.isLocal[links.buyer[link]!],
  )
  return { units: sold.reduce((sum, link) => sum + links.volume[link]!, 0), links: sold }
}

const strongMakersOf = ({ positions, firms }: Economy, product: number): number =>
  rowsOf(positions.byProduct, product).reduce((count, position) => {
    const firm = positions.firm[position]!
    const isOne = positions.role[position] === produces && firms.isLocal[firm] && firms.isStrong[firm]
    return count + (isOne ? 1 : 0)
  }, 0)
