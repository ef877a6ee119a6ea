/** A product as the catalogue has it. */
export type ProductRow = {
  readonly code: string
  /** Mass of a unit; 0 for what is not carried by road, such as power and services. */
  readonly kgPerUnit: number
  /** Regional price of a unit, whole fen. */
  readonly priceFen: number
  /** Substitutes carry the same name. */
  readonly family?: string
  /** Class of GB/T 4754 of the firms that make it. */
  readonly industry?: string
  /** Regional margin over the price, 0 to 1; the settings' when it is not told. */
  readonly marginShare?: number
}

/** How one unit of a product is made. A product with several routes has a row for each; their shares sum to 1. */
export type RecipeRow = {
  readonly output: string
  /** Part of the local output made this way, above 0; 1 when it is not told. */
  readonly share?: number
  /** Units of input a unit of output; by-products negative. */
  readonly inputs: readonly { readonly product: string; readonly coefficient: number }[]
}

/** An enterprise, in the zone or outside. */
export type FirmRow = {
  readonly id: string
  readonly isLocal: boolean
  readonly lon?: number
  readonly lat?: number
  /** Main class of GB/T 4754. */
  readonly industry?: string
  /** Above scale, high-tech or specialised (S, G, H). */
  readonly isStrong?: boolean
  /** Signal that it wants to expand, 0 to 1, as somebody entered it. */
  readonly expansion?: number
}

/** What an enterprise does with a product; once for each firm, product and role. */
export type PositionRow = {
  readonly firm: string
  readonly product: string
  readonly role: 'produce' | 'consume' | 'serve'
  /** Units a year; of a consumer, what it can use and uses. */
  readonly capacity: number
  readonly output: number
  /** Whether buyers may change to it; true when it is not told. */
  readonly isQualified?: boolean
}

/** What a firm bought from another in the year. */
export type LinkRow = {
  readonly seller: string
  readonly buyer: string
  readonly product: string
  /** Units a year. */
  readonly volume: number
  /** Whole fen a unit. */
  readonly priceFen: number
  readonly distanceKm: number
  /** Fen a tonne and kilometre. */
  readonly rateFen: number
  /** Whether the volume is promised. */
  readonly isContract: boolean
}

/** Final demand in the zone, units a year; once a product. */
export type DemandRow = { readonly product: string; readonly volume: number }

/** A product's part in a segment. */
export type SegmentProductRow = {
  readonly product: string
  readonly weight: number
  readonly isRequired: boolean
  /** Minimum efficient scale, units a year. */
  readonly mes: number
}

/** An industry chain. */
export type ChainRow = {
  readonly code: string
  readonly segments: readonly { readonly key: string; readonly products: readonly SegmentProductRow[] }[]
  /** Lead firms 链主. */
  readonly leaders: readonly string[]
}

/** All that is known of a period. Firms, positions and links may be streams: each row is read once, in order, and not kept. */
export type EconomyRows = {
  readonly products: readonly ProductRow[]
  readonly recipes: readonly RecipeRow[]
  readonly firms: Iterable<FirmRow>
  readonly positions: Iterable<PositionRow>
  readonly links: Iterable<LinkRow>
  readonly demands: readonly DemandRow[]
  readonly chains: readonly ChainRow[]
}
