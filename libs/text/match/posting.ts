import { err, ok, type Result } from '@tingzhou/kernel'
import type { Catalogue, Product } from '../catalogue.ts'
import type { Amount, Price } from '../measures.ts'
import type { Resolution, Resolver } from '../resolve.ts'
import { readDetails, specOfValue, type Details, type SpecToken } from '../specs.ts'
import { unitOf, type TextRefusal } from '../units.ts'

/**
 * An offer or a need. What is not given is read from the text; what a person confirmed is given and wins.
 * `product`: a code, or null when a person said that it is none of the catalogue.
 * `quantity`: what is needed, or free, in base units of its dimension. `price`: milli-fen for one `per`. `record`: share of good deals in [0, 1].
 */
export type Posting = {
  readonly id: string
  readonly text: string
  readonly product?: string | null
  readonly spec?: readonly string[]
  readonly quantity?: Amount
  readonly price?: { readonly milliFen: number; readonly per: string }
  readonly leadDays?: number
  readonly record?: number
  /** Whatever the caller's `freight` understands. */
  readonly place?: string
}

/** A posting as it was read, once, when it came. */
export type ReadPosting = {
  readonly posting: Posting
  readonly text: string
  readonly resolution: Resolution
  readonly product: Product | null
  readonly isSure: boolean
  readonly specs: readonly SpecToken[]
  readonly quantity: Amount | null
  readonly price: { readonly milliFen: number; readonly per: string } | null
}

/**
 * Reads a posting.
 * @param isNeed  it asks; what its writer can make is no quantity of it
 * @returns refusals by field, value and rule: `product_known`, `not_negative`, `safe_integer`, `unit_known`, `share_of_one`
 */
export function readPosting(
  posting: Posting,
  catalogue: Catalogue,
  resolver: Resolver,
  isNeed: boolean,
): Result<ReadPosting, TextRefusal> {
  const refusal = refusalOf(posting, catalogue)
  if (refusal) return err(refusal)
  const resolution = resolver.resolve(posting.text)
  const code = posting.product === undefined ? resolution.product : posting.product
  const product = code === null ? null : (catalogue.products.get(code) ?? null)
  return ok(
    readAs(
      { posting, text: resolution.text, resolution },
      product,
      posting.product !== undefined || resolution.certainty === 'sure',
      isNeed,
    ),
  )
}

/** The posting read as being about a product. */
export function readAs(
  { posting, text, resolution }: Pick<ReadPosting, 'posting' | 'text' | 'resolution'>,
  product: Product | null,
  isSure: boolean,
  isNeed: boolean,
): ReadPosting {
  const names = resolution.mentions.filter(({ code }) => code === product?.code)
  const details: Details = product
    ? readDetails(text, product, names, isNeed)
    : { specs: [], quantity: null, price: null }
  return {
    posting,
    text,
    resolution,
    product,
    isSure,
    specs: product && posting.spec ? posting.spec.flatMap((value) => specOfValue(value, product)) : details.specs,
    quantity: posting.quantity ?? details.quantity,
    price: posting.price ?? priceOf(details.price),
  }
}

// Of a range the lower end is what is asked first.
const priceOf = (price: Price | null) => (price && price.low > 0 ? { milliFen: price.low, per: price.per } : null)

function refusalOf({ product, quantity, price, leadDays, record }: Posting, catalogue: Catalogue): TextRefusal | null {
  if (typeof product === 'string' && !catalogue.products.has(product))
    return { field: 'product', value: product, rule: 'product_known' }
  const figures = { 'quantity.value': quantity?.value, 'price.milliFen': price?.milliFen, leadDays } as const
  for (const [field, value] of Object.entries(figures)) {
    if (value === undefined) continue
    if (!Number.isSafeInteger(value)) return { field, value: String(value), rule: 'safe_integer' }
    if (value < 0) return { field, value: String(value), rule: 'not_negative' }
  }
  if (price && !unitOf(price.per)) return { field: 'price.per', value: price.per, rule: 'unit_known' }
  if (record !== undefined && !(record >= 0 && record <= 1))
    return { field: 'record', value: String(record), rule: 'share_of_one' }
  return null
}
