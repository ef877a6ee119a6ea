import { append, closed, column, rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'
import { figureOf, type Figure } from './figure.ts'
import { linkFen } from './money.ts'
import { createSpares } from './spare.ts'
import type { ChainSettings } from './settings.ts'
import { useOf } from './use.ts'

/**
 * The single-source risk of every local buyer and product it buys, in columns: r = share·dependence·(1 − alternative).
 * Rows by buyer, and of a buyer by product.
 */
export type SupplyRisks = {
  readonly buyer: Int32Array
  readonly product: Int32Array
  /** The largest supplier. */
  readonly supplier: Int32Array
  /** Not a number where dependence is none. */
  readonly risk: Float64Array
  /** Its part of the volume bought. */
  readonly share: Float64Array
  /**
   * Part of the buyer's output value that needs the product: by the recipes of what it makes, else all of it when the buyer has a position
   * as consumer. Not a number where neither names the product, which is then not followed, and where the buyer makes nothing.
   */
  readonly dependence: Float64Array
  /** Part of the largest supplier's volume that others within the radius have spare. */
  readonly alternative: Float64Array
  /** Volume bought, units a year, and the output value that needs the product, fen a year. */
  readonly volume: Float64Array
  readonly dependentFen: Float64Array
  /** Part of the value bought by local firms that make something whose dependence is known; its links are the others. */
  readonly followed: Figure
}

/**
 * Single-source risks.
 * @returns risks from 0 to 1; equal suppliers: the first by number is the largest
 * Source: own. O(links + pairs of buyers and producers near each other).
 */
export function supplyRisks(economy: Economy, settings: ChainSettings): SupplyRisks {
  const { links, firms } = economy
  const keys = { buyer: column(Int32Array), product: column(Int32Array), supplier: column(Int32Array) }
  const values = {
    risk: column(Float64Array),
    share: column(Float64Array),
    dependence: column(Float64Array),
    alternative: column(Float64Array),
    volume: column(Float64Array),
    dependentFen: column(Float64Array),
  }
  const spares = createSpares(economy, settings.radiusKm)
  const bySupplier = new Float64Array(firms.id.length)
  const unknown = column(Int32Array)
  let [boughtFen, unknownFen] = [0, 0]
  // Links, firms and products come from the economy, so every read is in range.
  for (let buyer = 0; buyer < firms.id.length; buyer++) {
    if (!firms.isLocal[buyer]) continue
    const bought = rowsOf(links.byBuyer, buyer)
    for (let from = 0, to = 0; from < bought.length; from = to) {
      const product = links.product[bought[from]!]!
      while (to < bought.length && links.product[bought[to]!] === product) to++
      const { supplier, largest, volume } = largestOf(economy, bought.subarray(from, to), bySupplier)
      if (volume === 0) continue
      const { dependentFen, allFen, isKnown } = dependenceOf(economy, buyer, product)
      const dependence = allFen > 0 && isKnown ? dependentFen / allFen : Number.NaN
      if (allFen > 0)
        for (const link of bought.subarray(from, to)) {
          boughtFen += linkFen(links, link)
          if (isKnown) continue
          unknownFen += linkFen(links, link)
          append(unknown, link)
        }
      const share = largest / volume
      const alternative = Math.min(1, spares.near(buyer, supplier, product, largest) / largest)
      append(keys.buyer, buyer)
      append(keys.product, product)
      append(keys.supplier, supplier)
      append(values.risk, share * dependence * (1 - alternative))
      append(values.share, share)
      append(values.dependence, dependence)
      append(values.alternative, alternative)
      append(values.volume, volume)
      append(values.dependentFen, dependentFen)
    }
  }
  return {
    buyer: closed(keys.buyer),
    product: closed(keys.product),
    supplier: closed(keys.supplier),
    risk: closed(values.risk),
    share: closed(values.share),
    dependence: closed(values.dependence),
    alternative: closed(values.alternative),
    volume: closed(values.volume),
    dependentFen: closed(values.dependentFen),
    followed: figureOf((boughtFen - unknownFen) / boughtFen, { boughtFen, unknownFen }, closed(unknown)),
  }
}

/** A row of the risks with its formula; no value where the dependence is not known. */
export function riskFigure({ links }: Economy, risks: SupplyRisks, row: number): Figure {
  const [buyer, product, dependence] = [risks.buyer[row]!, risks.product[row]!, risks.dependence[row]!] // a row
  return figureOf(
    risks.risk[row]!,
    {
      share: risks.share[row]!,
      ...(Number.isNaN(dependence) ? {} : { dependence }),
      alternative: risks.alternative[row]!,
      volume: risks.volume[row]!,
      dependentFen: risks.dependentFen[row]!,
    },
    rowsOf(links.byBuyer, buyer).filter((link) => links.product[link] === product),
    Int32Array.of(risks.supplier[row]!),
  )
}

function largestOf({ links }: Economy, bought: Int32Array, bySupplier: Float64Array) {
  let [supplier, largest, volume] = [-1, 0, 0]
  for (const link of bought) {
    bySupplier[links.seller[link]!]! += links.volume[link]!
    volume += links.volume[link]!
  }
  for (const link of bought) {
    const [seller, units] = [links.seller[link]!, bySupplier[links.seller[link]!]!]
    if (units > largest || (units === largest && units > 0 && seller < supplier)) [supplier, largest] = [seller, units]
  }
  for (const link of bought) bySupplier[links.seller[link]!] = 0
  return { supplier, largest, volume }
}

/** How much of a firm's output value needs a product, fen a year, and whether it is known. */
function dependenceOf(economy: Economy, firm: number, input: number) {
  const { positions, products, recipes } = economy
  const use = useOf(economy, firm, input)
  let [dependentFen, allFen] = [0, 0]
  for (const position of rowsOf(positions.byFirm, firm)) {
    if (positions.role[position] !== produces) continue
    const product = positions.product[position]!
    const fen = positions.output[position]! * products.priceFen[product]!
    allFen += fen
    if (use === 'position') dependentFen += fen
    for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++)
      if (recipes.input[at] === input && recipes.coefficient[at]! > 0) dependentFen += fen
  }
  return { dependentFen, allFen, isKnown: use !== 'unknown' }
}
