import type { Selectable } from 'kysely'
import { economyLimits } from '@tingzhou/chain-model'
import type { Db, Tables, Tx } from '@tingzhou/db'
import { catalogueOf, type Catalogue, type Product, type ServiceKind } from '@tingzhou/text'
import '../tables.ts'
import type { Basis, SiteNeeds, State } from '../words.ts'

/** Products of a zone, as many as indicators can be reckoned with, and names of one. */
export const productsMax = economyLimits.products
export const aliasesMax = 200

/** A product of the zone's catalogue. */
export type ChainProduct = {
  readonly code: string
  readonly parent: string | null
  readonly zh: string
  readonly en: string
  readonly unit: string
  readonly family: string
  /** The kind of service it is, when it is one. */
  readonly service: ServiceKind | null
  /** 0 for what is not carried by road. */
  readonly kgPerUnit: number
  readonly priceFen: number
  /** Class of GB/T 4754 of its makers, four digits. */
  readonly industry: string | null
  /** Regional margin over the price; the zone's setting when it is not told. */
  readonly marginShare: number | null
  readonly site: SiteNeeds | null
  /** Of the price and the mass. */
  readonly basis: Basis
  readonly state: State
}

/** The zone's catalogue as it was at a version. */
export type ZoneCatalogue = {
  readonly version: number
  /** What matching reads: products that are open, with every name that is. */
  readonly catalogue: Catalogue
  /** All products by code, closed ones too. */
  readonly products: ReadonlyMap<string, ChainProduct>
}

/** A zone's catalogue by the stamp under which it was read. */
const keptByZone = new Map<string, { readonly stamp: string; readonly zone: ZoneCatalogue }>()

const nothing: ZoneCatalogue = { version: 0, catalogue: catalogueOf([]), products: new Map() }

/**
 * The zone's catalogue, from memory while nobody changed it. The same object comes back until then: what is made of it, such as a resolver,
 * can be kept by it. One statement; two more after a change.
 */
export async function chainCatalogue(db: Db | Tx, zoneId: string): Promise<ZoneCatalogue> {
  const now = await db
    .selectFrom('chain_catalogue')
    .select(['version', 'stamp'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  if (!now) return nothing
  const kept = keptByZone.get(zoneId)
  if (kept?.stamp === now.stamp) return kept.zone
  // Rows are read after their stamp: they are of it or newer, and a newer stamp is seen the next time.
  const zone = await readAll(db, zoneId, now.version)
  keptByZone.set(zoneId, { stamp: now.stamp, zone })
  return zone
}

async function readAll(db: Db | Tx, zoneId: string, version: number): Promise<ZoneCatalogue> {
  const rows = await db
    .selectFrom('chain_product')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .orderBy('code')
    .limit(productsMax)
    .execute()
  const aliases = await db
    .selectFrom('chain_alias')
    .select(['product_code', 'lang', 'alias'])
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'open')
    .orderBy('id')
    .limit(productsMax * aliasesMax)
    .execute()
  const names = new Map(rows.map(({ code, zh, en }) => [code, { zh: [zh], en: [en] }]))
  for (const { product_code, lang, alias } of aliases) {
    const own = names.get(product_code)?.[lang]
    // A name that became the first one stands once.
    if (own && own[0] !== alias) own.push(alias)
  }
  const open = rows.filter(({ state }) => state === 'open')
  return {
    version,
    catalogue: catalogueOf(open.map((row) => productOf(row, names.get(row.code)))),
    products: new Map(rows.map((row) => [row.code, chainProductOf(row)])),
  }
}

type Row = Selectable<Tables['chain_product']>

const productOf = (row: Row, names: Pick<Product, 'zh' | 'en'> = { zh: [], en: [] }): Product => ({
  code: row.code,
  unit: row.unit,
  family: row.family,
  ...(row.parent === null ? {} : { parent: row.parent }),
  ...names,
  ...(row.axis === null ? {} : { spec: { axis: row.axis, values: row.axis_values } }),
  grades: row.grades,
  ...(row.service === null ? {} : { service: row.service }),
})

const chainProductOf = (row: Row): ChainProduct => ({
  code: row.code,
  parent: row.parent,
  zh: row.zh,
  en: row.en,
  unit: row.unit,
  family: row.family,
  service: row.service,
  kgPerUnit: row.kg_per_unit,
  priceFen: row.price_fen,
  marginShare: row.margin_share,
  industry: row.industry,
  site: row.site,
  basis: row.basis,
  state: row.state,
})
