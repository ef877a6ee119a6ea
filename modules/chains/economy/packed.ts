import {
  roles,
  type ChainRow,
  type DemandRow,
  type Economy,
  type EconomyRows,
  type ProductRow,
  type RecipeRow,
} from '@tingzhou/chain-model'

/** Rows of an economy such that millions of them are never objects at once and a thread can be sent them: names once, the rest in columns. */
export type PackedEconomy = {
  readonly products: readonly ProductRow[]
  readonly recipes: readonly RecipeRow[]
  readonly demands: readonly DemandRow[]
  readonly chains: readonly ChainRow[]
  /** What positions and links call firms and products, by number. */
  readonly names: { readonly firms: readonly string[]; readonly products: readonly string[] }
  readonly firms: Economy['firms']
  readonly positions: Omit<Economy['positions'], 'byFirm' | 'byProduct'>
  readonly links: Omit<Economy['links'], 'bySeller' | 'byBuyer' | 'byProduct'>
}

/** The rows of a packed economy, made anew each time they are read. O(rows). */
export function unpackEconomy(packed: PackedEconomy): EconomyRows {
  const { products, recipes, demands, chains, names, firms, positions, links } = packed
  // Numbers come with their names and columns are equally long, so every read is in range.
  return {
    products,
    recipes,
    demands,
    chains,
    firms: stream(firms.id.length, (i) => ({
      id: firms.id[i]!,
      isLocal: firms.isLocal[i] === 1,
      ...(Number.isNaN(firms.lon[i]!) ? {} : { lon: firms.lon[i]!, lat: firms.lat[i]! }),
      ...(firms.industry[i] === '' ? {} : { industry: firms.industry[i]! }),
      isStrong: firms.isStrong[i] === 1,
      expansion: firms.expansion[i]!,
    })),
    positions: stream(positions.firm.length, (i) => ({
      firm: names.firms[positions.firm[i]!]!,
      product: names.products[positions.product[i]!]!,
      role: roles[positions.role[i]!]!,
      capacity: positions.capacity[i]!,
      output: positions.output[i]!,
      isQualified: positions.isQualified[i] === 1,
    })),
    links: stream(links.seller.length, (i) => ({
      seller: names.firms[links.seller[i]!]!,
      buyer: names.firms[links.buyer[i]!]!,
      product: names.products[links.product[i]!]!,
      volume: links.volume[i]!,
      priceFen: links.priceFen[i]!,
      distanceKm: links.distanceKm[i]!,
      rateFen: links.rateFen[i]!,
      isContract: links.isContract[i] === 1,
    })),
  }
}

const stream = <Row>(length: number, row: (i: number) => Row): Iterable<Row> => ({
  *[Symbol.iterator]() {
    for (let i = 0; i < length; i++) yield row(i)
  },
})
