import moreNames from './data/aliases.json' with { type: 'json' }
import grades from './data/grades.json' with { type: 'json' }
import starter from './data/products.json' with { type: 'json' }

/** A product of the catalogue. */
export type Product = {
  readonly code: string
  /** What it is traded in: a unit of `unitOf`. */
  readonly unit: string
  /** Products of one family can stand in for each other. */
  readonly family: string
  /** The node above it in the tree of products, when the catalogue has one. */
  readonly parent?: string
  readonly zh: readonly string[]
  readonly en: readonly string[]
  /** The axis by which it is specified, with the usual values. */
  readonly spec?: { readonly axis: string; readonly values: readonly string[] }
  /** What the trade calls these values: 三级抗震 → HRB400E. */
  readonly grades?: Readonly<Record<string, readonly string[]>>
  /** The kind of service it is, when it is one: goods followed by a word of this kind are a need for it. */
  readonly service?: string
}

/** Products by code, and every name of each. */
export type Catalogue = { readonly products: ReadonlyMap<string, Product> }

/**
 * A catalogue of products.
 * @throws RangeError when a code stands twice
 */
export function catalogueOf(products: readonly Product[]): Catalogue {
  const byCode = new Map(products.map((product) => [product.code, product]))
  if (byCode.size !== products.length) throw new RangeError('a code of the catalogue stands twice')
  return { products: byCode }
}

/** The 100 products of the starter catalogue, invented for this project (data/README.md). */
export const starterProducts: readonly Product[] = starter.map((product) => {
  const [more, called] = [(moreNames as Names)[product.code], (grades as Grades)[product.code]]
  const { service } = product as { readonly service?: string }
  return {
    code: product.code,
    unit: product.unit,
    family: product.family,
    zh: [...product.zh, ...(more?.zh ?? [])],
    en: [...product.en, ...(more?.en ?? [])],
    spec: product.spec,
    ...(called ? { grades: called } : {}),
    ...(service === undefined ? {} : { service }),
  }
})

type Names = Readonly<Record<string, { readonly zh: readonly string[]; readonly en: readonly string[] } | undefined>>
type Grades = Readonly<Record<string, Readonly<Record<string, readonly string[]>> | undefined>>
