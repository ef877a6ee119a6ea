import { rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'
import { figureOf, type Figure } from './figure.ts'
import { linkFen } from './money.ts'
import { needsOf, type Needs } from './need.ts'
import type { ChainSettings } from './settings.ts'

/** Whether suppliers are few: by the settings' two bounds. */
export type Band = 'open' | 'concentrated' | 'highly_concentrated'

/** The indicators of a product. */
export type ProductFigures = {
  readonly product: number
  /** N_k, C_k and Q_k, units a year. */
  readonly need: number
  readonly capacity: number
  readonly output: number
  /** s_k = min(1, C_k / N_k). */
  readonly sufficiency: Figure
  /** LSR_k: value bought locally from local firms over value bought locally. */
  readonly actualLocal: Figure
  /** P_k = min(1, (C_k − committed exports) / N_k). */
  readonly potentialLocal: Figure
  /** P_k − LSR_k. */
  readonly gap: Figure
  /** HHI_k of suppliers to local buyers, by volume, 0 to 10,000. */
  readonly concentration: Figure
  readonly band: Band | null
}

/**
 * The indicators of every product.
 * @returns one entry a product, by number, and the needs they come from
 * Source: HHI: O. Herfindahl (1950); shares are of volume, for one product has one unit. O(positions x inputs + links).
 */
export function productFigures(
  economy: Economy,
  settings: ChainSettings,
): { readonly needs: Needs; readonly products: readonly ProductFigures[] } {
  const needs = needsOf(economy)
  const bySupplier = new Float64Array(economy.firms.id.length)
  const products = economy.products.code.map((_, product) => figuresOf(economy, needs, product, bySupplier, settings))
  return { needs, products }
}

// Products, links, positions and firms come from the economy, so every read of an array below is in range.

function figuresOf(
  economy: Economy,
  needs: Needs,
  product: number,
  bySupplier: Float64Array,
  settings: ChainSettings,
): ProductFigures {
  const [need, capacity, output] = [needs.need[product]!, needs.capacity[product]!, needs.output[product]!]
  const trade = tradeOf(economy, product, bySupplier)
  const makers = makersOf(economy, product)
  const parts = {
    need,
    inputs: needs.inputs[product]!,
    demand: needs.demand[product]!,
    byProduct: needs.byProduct[product]!,
    capacity,
  }
  const sufficiency = need > 0 ? Math.min(1, capacity / need) : capacity > 0 ? 1 : Number.NaN
  const free = Math.max(0, capacity - trade.promised)
  const potential = need > 0 ? Math.min(1, free / need) : Number.NaN
  const actual = trade.localFen / trade.boughtFen
  return {
    product,
    need,
    capacity,
    output,
    sufficiency: figureOf(sufficiency, parts, undefined, makers),
    actualLocal: figureOf(actual, { localFen: trade.localFen, boughtFen: trade.boughtFen }, trade.inward),
    potentialLocal: figureOf(potential, { capacity, promised: trade.promised, need }, trade.promises, makers),
    gap: figureOf(potential - actual, { potential, actual }, trade.inward, makers),
    concentration: figureOf(trade.hhi, trade.hhiParts, trade.inward, trade.suppliers),
    band: Number.isFinite(trade.hhi) ? bandOf(trade.hhi, settings) : null,
  }
}

const bandOf = (hhi: number, { concentratedAt, highlyConcentratedAt }: ChainSettings): Band =>
  hhi > highlyConcentratedAt ? 'highly_concentrated' : hhi > concentratedAt ? 'concentrated' : 'open'

/** What local firms bought of a product, and what they promised to buyers outside. */
function tradeOf({ links, firms }: Economy, product: number, bySupplier: Float64Array) {
  const rows = rowsOf(links.byProduct, product)
  const inward = rows.filter((link) => firms.isLocal[links.buyer[link]!])
  const promises = rows.filter(
    (link) => links.isContract[link] && firms.isLocal[links.seller[link]!] && !firms.isLocal[links.buyer[link]!],
  )
  let [boughtFen, localFen, units] = [0, 0, 0]
  const suppliers: number[] = []
  for (const link of inward) {
    const [seller, fen] = [links.seller[link]!, linkFen(links, link)]
    boughtFen += fen
    if (firms.isLocal[seller]) localFen += fen
    if (links.volume[link] === 0) continue
    units += links.volume[link]!
    if (bySupplier[seller] === 0) suppliers.push(seller)
    bySupplier[seller]! += links.volume[link]!
  }
  let [squares, largest] = [0, 0]
  for (const seller of suppliers) {
    squares += ((100 * bySupplier[seller]!) / units) ** 2
    largest = Math.max(largest, bySupplier[seller]!)
    bySupplier[seller] = 0
  }
  let promised = 0
  for (const link of promises) promised += links.volume[link]!
  return {
    inward,
    promises,
    promised,
    boughtFen,
    localFen,
    suppliers: Int32Array.from(suppliers),
    hhi: suppliers.length > 0 ? squares : Number.NaN,
    hhiParts: { suppliers: suppliers.length, units, largestShare: suppliers.length > 0 ? largest / units : 0 },
  }
}

/** Local firms that make a product. */
function makersOf({ positions, firms }: Economy, product: number): Int32Array {
  return rowsOf(positions.byProduct, product)
    .filter((position) => positions.role[position] === produces && firms.isLocal[positions.firm[position]!])
    .map((position) => positions.firm[position]!)
}
