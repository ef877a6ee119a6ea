import { rowsOf } from './columns.ts'
import type { Chain, Economy } from './economy.ts'
import { figureOf, type Figure } from './figure.ts'
import { linkFen, linkFreightFen } from './money.ts'
import type { ProductFigures } from './products.ts'
import type { ChainSettings } from './settings.ts'

/** The indicators of a chain. */
export type ChainFigures = {
  readonly chain: string
  /** Σ w·s over required products / Σ w, products without need left out. */
  readonly completeness: Figure
  /** The same with 1 for every product whose sufficiency is at least the settings' `presentAt`. */
  readonly present: Figure
  /** Of all the chain's products, by value. */
  readonly actualLocal: Figure
  readonly leaders: readonly LeaderPull[]
  /** What it costs to carry all that local firms buy of the chain's products, fen a year. */
  readonly inboundFreight: Figure
}

/** What a lead firm buys from local suppliers, over all that it buys. */
export type LeaderPull = { readonly firm: number; readonly pull: Figure }

/**
 * The indicators of a chain.
 * @param products  of `productFigures`
 * Source: own. O(links of the chain's products).
 */
export function chainFigures(
  economy: Economy,
  chain: Chain,
  products: readonly ProductFigures[],
  settings: ChainSettings,
): ChainFigures {
  const { links } = economy
  const numbers = [...new Set(chain.products.map(({ product }) => product))]
  // A chain's products are products of the economy.
  const inward = Int32Array.from(numbers.flatMap((product) => [...products[product]!.actualLocal.links]))
  let [boughtFen, localFen, freight, kg] = [0, 0, 0, 0]
  for (const link of inward) {
    const fen = linkFen(links, link)
    boughtFen += fen
    if (economy.firms.isLocal[links.seller[link]!]) localFen += fen
    freight += linkFreightFen(economy, link, settings.handlingFen)
    kg += links.volume[link]! * economy.products.kgPerUnit[links.product[link]!]!
  }
  return {
    chain: chain.code,
    completeness: completenessOf(chain, products, (sufficiency) => sufficiency),
    present: completenessOf(chain, products, (sufficiency) => (sufficiency >= settings.presentAt ? 1 : 0)),
    actualLocal: figureOf(localFen / boughtFen, { localFen, boughtFen }, inward),
    leaders: chain.leaders.map((firm) => ({ firm, pull: pullOf(economy, firm) })),
    inboundFreight: figureOf(freight, { kg, handlingFen: settings.handlingFen, links: inward.length }, inward),
  }
}

function completenessOf(
  { products }: Chain,
  figures: readonly ProductFigures[],
  counts: (sufficiency: number) => number,
): Figure {
  let [weighted, weights, required] = [0, 0, 0]
  for (const { product, weight, isRequired } of products) {
    const sufficiency = figures[product]?.sufficiency.value ?? null
    if (!isRequired || sufficiency === null) continue
    required++
    weights += weight
    weighted += weight * counts(sufficiency)
  }
  return figureOf(weighted / weights, { weighted, weights, required })
}

function pullOf({ links, firms }: Economy, firm: number): Figure {
  const bought = rowsOf(links.byBuyer, firm)
  const suppliers = new Set<number>()
  let [boughtFen, localFen] = [0, 0]
  for (const link of bought) {
    const [seller, fen] = [links.seller[link]!, linkFen(links, link)] // a link of the firm
    boughtFen += fen
    if (!firms.isLocal[seller]) continue
    localFen += fen
    suppliers.add(seller)
  }
  const parts = { localFen, boughtFen, localSuppliers: suppliers.size }
  return figureOf(localFen / boughtFen, parts, bought, Int32Array.from(suppliers))
}
