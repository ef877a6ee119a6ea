import { rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'
import { figureOf, type Figure } from './figure.ts'
import type { ChainSettings } from './settings.ts'

/** Where what a buyer gets comes from, one tier behind its suppliers. */
export type SourcesBehind = {
  readonly buyer: number
  /** What the buyer buys, and the input of it that is followed; the same product where suppliers pass it on. */
  readonly product: number
  readonly input: number
  /** Sum of squared shares of the sources, 0 to 1; with the direct suppliers' own sum, and how much could be followed. */
  readonly concentration: Figure
  readonly source: number
  readonly sourceShare: number
  /** Whether the suppliers look many and the sources are few, by the settings' `hiddenAt`. */
  readonly isHidden: boolean
}

/**
 * Hidden single sources: local buyers with several suppliers of a product behind whom there is one source.
 * @returns only what is hidden, by buyer and product
 * Source: own; shares along a path are multiplied. A supplier that buys nothing of the input, or makes part of it, is a source itself.
 * O(links x inputs x links of a supplier) at worst.
 */
export function hiddenSources(economy: Economy, settings: ChainSettings): readonly SourcesBehind[] {
  const { firms } = economy
  const found: SourcesBehind[] = []
  const walk = createWalk(economy)
  for (let buyer = 0; buyer < firms.id.length; buyer++)
    if (firms.isLocal[buyer])
      for (const bought of productsBought(economy, buyer))
        for (const input of inputsBehind(economy, bought.product)) {
          const behind = walk(buyer, bought, input, settings.hiddenAt, true)
          if (behind) found.push(behind)
        }
  return found
}

/**
 * Where a product that a firm buys comes from, one entry an input behind it.
 * Source: own, as `hiddenSources`.
 */
export function sourcesBehind(
  economy: Economy,
  buyer: number,
  product: number,
  settings: ChainSettings,
): readonly SourcesBehind[] {
  const bought = productsBought(economy, buyer).find((one) => one.product === product)
  if (!bought) return []
  const walk = createWalk(economy)
  return inputsBehind(economy, product).flatMap((input) => walk(buyer, bought, input, settings.hiddenAt, false) ?? [])
}

type Bought = { readonly product: number; readonly links: Int32Array }

// Links, products and firms come from the economy, so every read of an array below is in range.

function productsBought({ links }: Economy, buyer: number): readonly Bought[] {
  const rows = rowsOf(links.byBuyer, buyer)
  const bought: Bought[] = []
  for (let from = 0, to = 0; from < rows.length; from = to) {
    const product = links.product[rows[from]!]!
    while (to < rows.length && links.product[rows[to]!] === product) to++
    bought.push({ product, links: rows.subarray(from, to) })
  }
  return bought
}

/** The product itself, which traders pass on, and what it is made of. */
function inputsBehind({ recipes }: Economy, product: number): readonly number[] {
  const inputs = [product]
  for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++)
    if (recipes.coefficient[at]! > 0 && recipes.input[at] !== product) inputs.push(recipes.input[at]!)
  return inputs
}

function createWalk(economy: Economy) {
  const { links } = economy
  const behind = createShares(economy.firms.id.length)
  const direct = createShares(economy.firms.id.length)
  /** @returns null when nothing is bought, or when only what is hidden is wanted and it is not */
  return (
    buyer: number,
    { product, links: own }: Bought,
    input: number,
    hiddenAt: number,
    onlyHidden: boolean,
  ): SourcesBehind | null => {
    let volume = 0
    for (const link of own) volume += links.volume[link]!
    if (volume === 0) return null
    for (const link of own) add(direct, links.seller[link]!, links.volume[link]! / volume)
    const directSquares = squaresOf(direct)
    const looksMany = direct.firms.length > 1 && directSquares < hiddenAt
    if (onlyHidden && !looksMany) {
      clear(direct)
      return null
    }
    let followed = 0
    for (const supplier of direct.firms) {
      const share = direct.of[supplier]!
      const bought = boughtOf(economy, supplier, input)
      let units = 0
      // What comes from the buyer itself is no source behind the supplier.
      for (const link of bought) if (links.seller[link] !== buyer) units += links.volume[link]!
      const passed = units === 0 ? 0 : input === product ? passedOn(economy, supplier, input, units) : 1
      add(behind, supplier, share * (1 - passed))
      followed += share * passed
      for (const link of bought)
        if (links.seller[link] !== buyer && passed > 0)
          add(behind, links.seller[link]!, (share * passed * links.volume[link]!) / units)
    }
    const squares = squaresOf(behind)
    const isHidden = looksMany && followed > 0 && squares >= hiddenAt
    const told = isHidden || !onlyHidden
    const source = told ? largestOf(behind) : -1
    const parts = {
      directSquares,
      followed,
      suppliers: direct.firms.length,
      sources: behind.firms.length,
      sourceShare: behind.of[source] ?? 0,
    }
    const found = told
      ? {
          buyer,
          product,
          input,
          concentration: figureOf(
            squares,
            parts,
            linksUsed(economy, buyer, own, direct.firms, input),
            Int32Array.from(behind.firms),
          ),
          source,
          sourceShare: parts.sourceShare,
          isHidden,
        }
      : null
    clear(direct)
    clear(behind)
    return found
  }
}

/** Shares by firm, and the firms that have one. */
type Shares = { readonly of: Float64Array; firms: number[] }

const createShares = (firms: number): Shares => ({ of: new Float64Array(firms), firms: [] })

function add({ of, firms }: Shares, firm: number, share: number): void {
  if (share <= 0) return
  if (of[firm] === 0) firms.push(firm)
  of[firm]! += share
}

function clear(shares: Shares): void {
  for (const firm of shares.firms) shares.of[firm] = 0
  shares.firms = []
}

function squaresOf({ of, firms }: Shares): number {
  let sum = 0
  for (const firm of firms) sum += of[firm]! ** 2
  return sum
}

/** The firm with the largest share, of equal ones the first by number; -1 when there is none. */
function largestOf({ of, firms }: Shares): number {
  let largest = -1
  for (const firm of firms)
    if (largest < 0 || of[firm]! > of[largest]! || (of[firm] === of[largest] && firm < largest)) largest = firm
  return largest
}

/** The buyer's own links and those by which its suppliers buy the input. */
function linksUsed(
  economy: Economy,
  buyer: number,
  own: Int32Array,
  suppliers: readonly number[],
  input: number,
): Int32Array {
  const behind = suppliers.flatMap((supplier) => [...boughtOf(economy, supplier, input)])
  return Int32Array.from([...own, ...behind.filter((link) => economy.links.seller[link] !== buyer)])
}

/** The links by which a firm buys a product: a stretch of its own, which are in order of products. */
function boughtOf({ links }: Economy, firm: number, product: number): Int32Array {
  const rows = rowsOf(links.byBuyer, firm)
  const before = (wanted: number): number => {
    let [low, high] = [0, rows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (links.product[rows[middle]!]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  return rows.subarray(before(product), before(product + 1))
}

/** How much of what a firm sells of a product it bought, where it makes some itself. */
function passedOn({ positions }: Economy, firm: number, product: number, bought: number): number {
  let output = 0
  for (const position of rowsOf(positions.byFirm, firm))
    if (positions.product[position] === product && positions.role[position] === produces)
      output += positions.output[position]!
  return bought / (bought + output)
}
