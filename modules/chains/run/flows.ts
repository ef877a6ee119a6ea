import { produces, rowsOf, type Economy } from '@tingzhou/chain-model'
import { countFirm, type FirmCount } from './counting.ts'
import { sold, used, type Level } from './words.ts'

/** What flows in a chain a year, from what is sold to what is made of it. */
export type FlowRow = {
  readonly chain: string
  readonly level: Level
  /** A product, or the segment it stands in. */
  readonly from: string
  /** A product or segment; used otherwise; sold outside. */
  readonly to: string
  /** Whether it comes from outside. */
  readonly fromOutside: boolean
  readonly valueFen: number
  readonly kg: number
  readonly sellers: number
  readonly buyers: number
}

type Sum = Pick<FlowRow, 'chain' | 'level' | 'from' | 'to' | 'fromOutside'> & {
  valueFen: number
  kg: number
  readonly sellers: FirmCount
  readonly buyers: FirmCount
}

/**
 * The flows of every chain. A purchase goes to the first product of the chain that its buyer makes of it by a recipe; without one it is used
 * otherwise.
 * Source: own. O(links x chains of a product x positions of a buyer).
 */
export function chainFlows(economy: Economy): readonly FlowRow[] {
  const { links, firms, products } = economy
  const [places, sums] = [placesOf(economy), new Map<string, Sum>()]
  const add = (link: number, own: Pick<Sum, 'chain' | 'level' | 'from' | 'to' | 'fromOutside'>): void => {
    const key = `${own.chain} ${own.level} ${own.from} ${own.to} ${own.fromOutside}`
    const sum = sums.get(key) ?? { ...own, valueFen: 0, kg: 0, sellers: new Set(), buyers: new Set() }
    sums.set(key, sum)
    // A link of the economy.
    sum.valueFen += Math.round(links.volume[link]! * links.priceFen[link]!)
    sum.kg += links.volume[link]! * products.kgPerUnit[links.product[link]!]!
    countFirm(sum.sellers, links.seller[link]!)
    countFirm(sum.buyers, links.buyer[link]!)
  }
  const made = createMade(economy)
  for (let link = 0; link < links.product.length; link++) {
    const [product, buyer] = [links.product[link]!, links.buyer[link]!]
    const chains = places.get(product)
    if (!chains) continue
    const fromOutside = !firms.isLocal[links.seller[link]!]
    const into = firms.isLocal[buyer] ? made(buyer, product) : []
    for (const [chain, own] of chains) {
      const target = into.find((one) => places.get(one)?.has(chain))
      const end = firms.isLocal[buyer] ? used : sold
      const segment = target === undefined ? end : (places.get(target)?.get(chain) ?? end)
      const code = target === undefined ? end : products.code[target]!
      add(link, { chain, level: 'segment', from: own, to: segment, fromOutside })
      add(link, { chain, level: 'product', from: products.code[product]!, to: code, fromOutside })
    }
  }
  return [...sums.values()].map((sum) => ({ ...sum, sellers: sum.sellers.size, buyers: sum.buyers.size }))
}

/** Products by their number: the chains they stand in, each with the first segment. */
function placesOf({ chains }: Economy): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const places = new Map<number, Map<string, string>>()
  for (const { code, products } of chains)
    for (const { product, segment } of products) {
      const own = places.get(product) ?? new Map<string, string>()
      places.set(product, own)
      if (!own.has(code)) own.set(code, segment)
    }
  return places
}

/** What a firm makes of a product by recipes, in the order of its positions. */
function createMade({ positions, recipes }: Economy) {
  const consumers = new Map<number, Set<number>>()
  for (let output = 0; output + 1 < recipes.start.length; output++)
    for (let at = recipes.start[output]!; at < recipes.start[output + 1]!; at++) {
      if (recipes.coefficient[at]! <= 0) continue
      const known = consumers.get(recipes.input[at]!) ?? new Set<number>()
      consumers.set(recipes.input[at]!, known.add(output))
    }
  return (firm: number, product: number): readonly number[] => {
    const outputs = consumers.get(product)
    if (!outputs) return []
    return [...rowsOf(positions.byFirm, firm)]
      .filter((position) => positions.role[position] === produces)
      .map((position) => positions.product[position]!)
      .filter((own) => outputs.has(own))
  }
}
