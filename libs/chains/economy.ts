import { err, ok, type Result } from '@tingzhou/kernel'
import { append, closed, column, groupBy, type Groups } from './columns.ts'
import { boundedSum, Refused, refuse, wholeWithin, within, type ChainFault } from './fault.ts'
import { freightFen } from './freight.ts'
import { readRecipes, type Recipes } from './recipes.ts'
import type { ChainRow, EconomyRows, FirmRow, LinkRow, PositionRow, ProductRow } from './rows.ts'
import { settingBounds } from './settings.ts'
import { bitsOf, createDigest } from './version.ts'

/** Products, by their number. */
export type Products = {
  readonly code: readonly string[]
  readonly kgPerUnit: Float64Array
  readonly priceFen: Float64Array
  /** -1 where the settings' margin holds. */
  readonly marginShare: Float64Array
  readonly family: readonly string[]
  readonly industry: readonly string[]
}

/** Firms, by their number. Places are degrees, not a number where they are not known. */
export type Firms = {
  readonly id: readonly string[]
  readonly isLocal: Uint8Array
  readonly isStrong: Uint8Array
  readonly lon: Float64Array
  readonly lat: Float64Array
  readonly expansion: Float64Array
  readonly industry: readonly string[]
}

/** Positions, by their number; `role` is a place in `roles`. */
export type Positions = {
  readonly firm: Int32Array
  readonly product: Int32Array
  readonly role: Uint8Array
  readonly isQualified: Uint8Array
  readonly capacity: Float64Array
  readonly output: Float64Array
  /** By firm, and in a firm by product. */
  readonly byFirm: Groups
  readonly byProduct: Groups
}

/** Supply links, by their number. */
export type Links = {
  readonly seller: Int32Array
  readonly buyer: Int32Array
  readonly product: Int32Array
  readonly isContract: Uint8Array
  readonly volume: Float64Array
  readonly priceFen: Float64Array
  readonly distanceKm: Float64Array
  readonly rateFen: Float64Array
  /** By firm, and in a firm by product. */
  readonly bySeller: Groups
  readonly byBuyer: Groups
  /** By product, and in a product by buyer. */
  readonly byProduct: Groups
}

/** A chain whose products are numbers. */
export type Chain = {
  readonly code: string
  readonly products: readonly {
    readonly segment: string
    readonly product: number
    readonly weight: number
    readonly isRequired: boolean
    readonly mes: number
  }[]
  readonly leaders: readonly number[]
}

/** A period's economy in columns, checked, and its version: equal rows in equal order have the same. */
export type Economy = {
  readonly version: string
  readonly products: Products
  readonly recipes: Recipes
  readonly firms: Firms
  readonly positions: Positions
  readonly links: Links
  /** Final local demand of each product, units a year. */
  readonly demand: Float64Array
  readonly chains: readonly Chain[]
}

/** What a firm may do with a product; `Positions.role` counts in this order. */
export const roles = ['produce', 'consume', 'serve'] as const
/** The place of `produce` in `roles`. */
export const produces = 0

/** Sizes above which an economy is refused. */
export const economyLimits = {
  products: 20_000,
  recipes: 50_000,
  firms: 5_000_000,
  positions: 20_000_000,
  links: 40_000_000,
  chains: 1_000,
} as const

// The largest volumes, prices and ways a sane row has.
const [volumeMax, priceMax, kmMax] = [1e12, 1e12, 20_000]
// Whole fen add up exactly to 2^53 − 1; output is counted for ten years of a shock at most. Each row may be off by half a fen.
const [sumMax, yearMax] = [
  Number.MAX_SAFE_INTEGER - economyLimits.links,
  Number.MAX_SAFE_INTEGER / 10 - economyLimits.positions,
]

/**
 * Reads an economy.
 * @returns columns, or the first row that cannot be: field with position, value and rule
 * Source: own. O(rows); of links 60 bytes are held each.
 */
export function readEconomy(rows: EconomyRows): Result<Economy, ChainFault> {
  try {
    return ok(read(rows))
  } catch (error) {
    if (error instanceof Refused) return err(error.fault)
    throw error
  }
}

function read(rows: EconomyRows): Economy {
  const products = readProducts(rows.products)
  const productOf = numbersOf('products', 'code', products.code)
  if (rows.recipes.length > economyLimits.recipes)
    refuse('too_large', 'recipes.length', rows.recipes.length, `is at most ${economyLimits.recipes}`)
  const recipes = readRecipes(rows.recipes, productOf, products.code)
  const firms = readFirms(rows.firms)
  const firmOf = numbersOf('firms', 'id', firms.id)
  const positions = readPositions(rows.positions, firmOf, productOf, products)
  const links = readLinks(rows.links, firmOf, productOf, products)
  const demand = readDemand(rows, productOf)
  const chains = readChains(rows.chains, firmOf, productOf)
  const economy = { products, recipes, firms, positions, links, demand, chains }
  return { version: versionOf(economy), ...economy }
}

type Numbers = ReadonlyMap<string, number>

function numbersOf(list: string, key: string, names: readonly string[]): Numbers {
  const numbers = new Map<string, number>()
  for (const [number, name] of names.entries()) {
    if (name === '') refuse('invalid', `${list}[${number}].${key}`, name, 'is not empty')
    if (numbers.has(name)) refuse('duplicate', `${list}[${number}].${key}`, name, `stands once in ${list}`)
    numbers.set(name, number)
  }
  return numbers
}

const known = (numbers: Numbers, list: string, field: string, name: string): number =>
  numbers.get(name) ?? refuse('unknown', field, name, `is one of ${list}`)

function readProducts(rows: readonly ProductRow[]): Products {
  if (rows.length > economyLimits.products)
    refuse('too_large', 'products.length', rows.length, `is at most ${economyLimits.products}`)
  const field = (row: number, key: keyof ProductRow): string => `products[${row}].${key}`
  return {
    code: rows.map(({ code }) => code),
    kgPerUnit: Float64Array.from(rows, ({ kgPerUnit }, row) => within(field(row, 'kgPerUnit'), kgPerUnit, 0, 1e9)),
    priceFen: Float64Array.from(rows, ({ priceFen }, row) =>
      wholeWithin(field(row, 'priceFen'), priceFen, 0, priceMax),
    ),
    marginShare: Float64Array.from(rows, ({ marginShare }, row) =>
      marginShare === undefined ? -1 : within(field(row, 'marginShare'), marginShare, 0, 1),
    ),
    family: rows.map(({ family }) => family ?? ''),
    industry: rows.map(({ industry }) => industry ?? ''),
  }
}

function readFirms(rows: Iterable<FirmRow>): Firms {
  const [id, industry]: [string[], string[]] = [[], []]
  const [isLocal, isStrong] = [column(Uint8Array), column(Uint8Array)]
  const [lon, lat, expansion] = [column(Float64Array), column(Float64Array), column(Float64Array)]
  for (const row of rows) {
    const at = `firms[${id.length}]`
    if (id.length === economyLimits.firms)
      refuse('too_large', 'firms.length', id.length + 1, `is at most ${economyLimits.firms}`)
    id.push(row.id)
    industry.push(row.industry ?? '')
    append(isLocal, row.isLocal ? 1 : 0)
    append(isStrong, row.isStrong ? 1 : 0)
    append(lon, row.lon === undefined ? Number.NaN : within(`${at}.lon`, row.lon, -180, 180))
    append(lat, row.lat === undefined ? Number.NaN : within(`${at}.lat`, row.lat, -90, 90))
    append(expansion, within(`${at}.expansion`, row.expansion ?? 0, 0, 1))
  }
  return {
    id,
    industry,
    isLocal: closed(isLocal),
    isStrong: closed(isStrong),
    lon: closed(lon),
    lat: closed(lat),
    expansion: closed(expansion),
  }
}

function readPositions(
  rows: Iterable<PositionRow>,
  firmOf: Numbers,
  productOf: Numbers,
  { priceFen }: Products,
): Positions {
  const [firm, product] = [column(Int32Array), column(Int32Array)]
  const [role, isQualified] = [column(Uint8Array), column(Uint8Array)]
  const [capacity, output] = [column(Float64Array), column(Float64Array)]
  const addOutput = boundedSum('output x price', yearMax)
  for (const row of rows) {
    const at = `positions[${firm.length}]`
    if (firm.length === economyLimits.positions)
      refuse('too_large', 'positions.length', firm.length + 1, `is at most ${economyLimits.positions}`)
    const kind = roles.indexOf(row.role)
    if (kind < 0) refuse('invalid', `${at}.role`, row.role, `is one of ${roles.join(', ')}`)
    append(firm, known(firmOf, 'firms', `${at}.firm`, row.firm))
    const number = known(productOf, 'products', `${at}.product`, row.product)
    append(product, number)
    append(role, kind)
    append(isQualified, row.isQualified === false ? 0 : 1)
    append(capacity, within(`${at}.capacity`, row.capacity, 0, volumeMax))
    append(output, within(`${at}.output`, row.output, 0, volumeMax))
    if (kind === produces) addOutput(`${at}.output`, row.output * priceFen[number]!) // a product's number
  }
  const keys = { firm: closed(firm), product: closed(product) }
  const byProduct = groupBy(keys.product, productOf.size)
  const positions = {
    ...keys,
    role: closed(role),
    isQualified: closed(isQualified),
    capacity: closed(capacity),
    output: closed(output),
    byFirm: groupBy(keys.firm, firmOf.size, byProduct.order),
    byProduct,
  }
  refuseTwice(positions)
  return positions
}

/** In a firm positions of a product stand together, so twins are neighbours or one role apart. */
function refuseTwice({ byFirm, firm, product, role }: Positions): void {
  const { order } = byFirm
  // Positions come from the groups, so every read is in range.
  for (let i = 0; i < order.length; i++)
    for (let j = i - 1; j >= 0; j--) {
      const [one, other] = [order[i]!, order[j]!]
      if (firm[one] !== firm[other] || product[one] !== product[other]) break
      if (role[one] === role[other])
        refuse(
          'duplicate',
          `positions[${one}]`,
          roles[role[one]!]!,
          `stands once for a firm and product, as positions[${other}]`,
        )
    }
}

function readLinks(rows: Iterable<LinkRow>, firmOf: Numbers, productOf: Numbers, { kgPerUnit }: Products): Links {
  const [seller, buyer, product, isContract] = [
    column(Int32Array),
    column(Int32Array),
    column(Int32Array),
    column(Uint8Array),
  ]
  const [volume, priceFen] = [column(Float64Array), column(Float64Array)]
  const [distanceKm, rateFen] = [column(Float64Array), column(Float64Array)]
  const [addValue, addFreight] = [boundedSum('volume x price', sumMax), boundedSum('freight', sumMax)]
  const [, handlingMax] = settingBounds.handlingFen
  for (const row of rows) {
    const at = `links[${seller.length}]`
    if (seller.length === economyLimits.links)
      refuse('too_large', 'links.length', seller.length + 1, `is at most ${economyLimits.links}`)
    if (row.seller === row.buyer) refuse('self_link', `${at}.buyer`, row.buyer, 'is another firm than the seller')
    append(seller, known(firmOf, 'firms', `${at}.seller`, row.seller))
    append(buyer, known(firmOf, 'firms', `${at}.buyer`, row.buyer))
    const number = known(productOf, 'products', `${at}.product`, row.product)
    append(product, number)
    append(isContract, row.isContract ? 1 : 0)
    append(volume, within(`${at}.volume`, row.volume, 0, volumeMax))
    append(priceFen, wholeWithin(`${at}.priceFen`, row.priceFen, 0, priceMax))
    append(distanceKm, within(`${at}.distanceKm`, row.distanceKm, 0, kmMax))
    append(rateFen, within(`${at}.rateFen`, row.rateFen, 0, 10_000))
    addValue(`${at}.volume`, row.volume * row.priceFen)
    const kg = row.volume * kgPerUnit[number]! // a product's number
    addFreight(`${at}.volume`, freightFen(kg, handlingMax, row.rateFen, row.distanceKm))
  }
  const keys = { seller: closed(seller), buyer: closed(buyer), product: closed(product) }
  const first = groupBy(keys.product, productOf.size)
  const byBuyer = groupBy(keys.buyer, firmOf.size, first.order)
  return {
    ...keys,
    isContract: closed(isContract),
    volume: closed(volume),
    priceFen: closed(priceFen),
    distanceKm: closed(distanceKm),
    rateFen: closed(rateFen),
    bySeller: groupBy(keys.seller, firmOf.size, first.order),
    byBuyer,
    byProduct: groupBy(keys.product, productOf.size, byBuyer.order),
  }
}

function readDemand({ demands }: EconomyRows, productOf: Numbers): Float64Array {
  const demand = new Float64Array(productOf.size)
  const seen = new Set<number>()
  for (const [row, { product, volume }] of demands.entries()) {
    const number = known(productOf, 'products', `demands[${row}].product`, product)
    if (seen.has(number)) refuse('duplicate', `demands[${row}].product`, product, 'stands once in demands')
    seen.add(number)
    demand[number] = within(`demands[${row}].volume`, volume, 0, volumeMax)
  }
  return demand
}

function readChains(rows: readonly ChainRow[], firmOf: Numbers, productOf: Numbers): readonly Chain[] {
  if (rows.length > economyLimits.chains)
    refuse('too_large', 'chains.length', rows.length, `is at most ${economyLimits.chains}`)
  numbersOf(
    'chains',
    'code',
    rows.map(({ code }) => code),
  )
  return rows.map(({ code, segments, leaders }, row) => ({
    code,
    products: segments.flatMap(({ key, products }, segment) =>
      products.map(({ product, weight, isRequired, mes }, place) => {
        const at = `chains[${row}].segments[${segment}].products[${place}]`
        return {
          segment: key,
          product: known(productOf, 'products', `${at}.product`, product),
          weight: within(`${at}.weight`, weight, 0, 1_000),
          isRequired,
          mes: within(`${at}.mes`, mes, 0, volumeMax),
        }
      }),
    ),
    leaders: leaders.map((leader, place) => known(firmOf, 'firms', `chains[${row}].leaders[${place}]`, leader)),
  }))
}

function versionOf({ products, recipes, firms, positions, links, demand, chains }: Omit<Economy, 'version'>): string {
  const digest = createDigest()
  for (const texts of [products.code, products.family, products.industry, firms.id, firms.industry]) {
    digest.words([texts.length])
    for (const text of texts) digest.text(text)
  }
  const columns = [
    [products.kgPerUnit, products.priceFen, products.marginShare],
    [recipes.start, recipes.input, recipes.coefficient, demand],
    [firms.lon, firms.lat, firms.expansion],
    [positions.firm, positions.product, positions.capacity, positions.output],
    [links.seller, links.buyer, links.product, links.volume, links.priceFen, links.distanceKm, links.rateFen],
  ].flat()
  for (const numbers of columns) digest.words(bitsOf(numbers))
  for (const flags of [firms.isLocal, firms.isStrong, positions.role, positions.isQualified, links.isContract])
    digest.words(flags)
  digest.text(JSON.stringify(chains))
  return digest.end()
}
