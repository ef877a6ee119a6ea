import { sql } from 'kysely'
import {
  append,
  closed,
  column,
  roles,
  type ChainRow,
  type DemandRow,
  type ProductRow,
  type RecipeRow,
} from '@tingzhou/chain-model'
import type { Db, Tx } from '@tingzhou/db'
import '@tingzhou/registry'
import strongTags from '../data/strong-tags.json' with { type: 'json' }
import '../tables.ts'
import type { PackedEconomy } from './packed.ts'

/** Rows a statement of a reading. */
const batchRows = 20_000
const firmsBatch = 5_000

/**
 * All that a reckoning of a year reads, as it stood at one instant. Firms are those that make, use, supply, buy or lead; a year's rows come
 * in the order of their ids: the same rows give the same version.
 * @param year  of positions, links, demands, and of being above scale
 * @returns what `unpackEconomy` gives as rows for `readEconomy`
 * Source: own. Statements: rows / 20,000 and firms / 5,000, each by its key (chain_position_year, chain_link_year).
 */
export const readPackedEconomy = (db: Db, zoneId: string, year: number): Promise<PackedEconomy> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((tx) => readRows(tx, zoneId, year))

async function readRows(tx: Tx, zoneId: string, year: number): Promise<PackedEconomy> {
  const products = await readProducts(tx, zoneId)
  const books: Books = {
    firms: bookOf([]),
    isOutside: column(Uint8Array),
    products: bookOf(products.map(({ code }) => code)),
  }
  const positions = await readPositions(tx, zoneId, year, books)
  const links = await readLinks(tx, zoneId, year, books)
  const chains = await readChains(tx, zoneId, books)
  return {
    products,
    recipes: await readRecipes(tx, zoneId),
    names: { firms: books.firms.list, products: books.products.list },
    firms: await readFirms(tx, zoneId, year, books),
    positions,
    links,
    demands: await readDemands(tx, zoneId, year),
    chains,
  }
}

/** Names by number, and their numbers. */
type Book = { readonly list: string[]; readonly numbers: Map<string, number> }
type Books = {
  readonly firms: Book
  readonly isOutside: ReturnType<typeof column<Uint8Array>>
  readonly products: Book
}

const bookOf = (list: string[]): Book => ({ list, numbers: new Map(list.map((name, number) => [name, number])) })

function numberOf({ list, numbers }: Book, name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  numbers.set(name, list.length)
  return list.push(name) - 1
}

function firmNumber({ firms, isOutside }: Books, id: string, outside: boolean): number {
  const number = numberOf(firms, id)
  if (number === isOutside.length) append(isOutside, outside ? 1 : 0)
  return number
}

/** A year's rows in the order of their ids, batch by batch. */
async function eachRow<Row extends { readonly id: string }>(
  read: (after: string) => Promise<readonly Row[]>,
  take: (row: Row) => void,
): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await read(after)
    for (const row of rows) take(row)
    const last = rows.at(-1)
    if (!last || rows.length < batchRows) return
    after = last.id
  }
}

async function readPositions(tx: Tx, zoneId: string, year: number, books: Books): Promise<PackedEconomy['positions']> {
  const [firm, product] = [column(Int32Array), column(Int32Array)]
  const [role, isQualified] = [column(Uint8Array), column(Uint8Array)]
  const [capacity, output] = [column(Float64Array), column(Float64Array)]
  const read = (after: string) =>
    tx
      .selectFrom('chain_position')
      .select(['id', 'firm_id', 'is_outside', 'product_code', 'role', 'capacity', 'output', 'is_qualified'])
      .where('zone_id', '=', zoneId)
      .where('year', '=', year)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchRows)
      .execute()
  await eachRow(read, (row) => {
    append(firm, firmNumber(books, row.firm_id, row.is_outside))
    append(product, numberOf(books.products, row.product_code))
    append(role, roles.indexOf(row.role))
    append(isQualified, row.is_qualified ? 1 : 0)
    append(capacity, row.capacity)
    append(output, row.output)
  })
  return {
    firm: closed(firm),
    product: closed(product),
    role: closed(role),
    isQualified: closed(isQualified),
    capacity: closed(capacity),
    output: closed(output),
  }
}

async function readLinks(tx: Tx, zoneId: string, year: number, books: Books): Promise<PackedEconomy['links']> {
  const [seller, buyer, product] = [column(Int32Array), column(Int32Array), column(Int32Array)]
  const [volume, priceFen] = [column(Float64Array), column(Float64Array)]
  const [distanceKm, rateFen] = [column(Float64Array), column(Float64Array)]
  const isContract = column(Uint8Array)
  const read = (after: string) =>
    tx
      .selectFrom('chain_link')
      .select(['id', 'seller_id', 'seller_outside', 'buyer_id', 'buyer_outside', 'product_code'])
      .select(['volume', 'price_fen', 'distance_km', 'rate_fen', 'is_contract'])
      .where('zone_id', '=', zoneId)
      .where('year', '=', year)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchRows)
      .execute()
  await eachRow(read, (row) => {
    append(seller, firmNumber(books, row.seller_id, row.seller_outside))
    append(buyer, firmNumber(books, row.buyer_id, row.buyer_outside))
    append(product, numberOf(books.products, row.product_code))
    append(volume, row.volume)
    append(priceFen, row.price_fen)
    append(distanceKm, row.distance_km)
    append(rateFen, row.rate_fen)
    append(isContract, row.is_contract ? 1 : 0)
  })
  return {
    seller: closed(seller),
    buyer: closed(buyer),
    product: closed(product),
    volume: closed(volume),
    priceFen: closed(priceFen),
    distanceKm: closed(distanceKm),
    rateFen: closed(rateFen),
    isContract: closed(isContract),
  }
}

type Facts = {
  readonly id: string
  readonly lon: number | null
  readonly lat: number | null
  readonly industry: string | null
  readonly strong: boolean
  readonly expansion: number
}

/** What is known of the firms that were met. */
async function readFirms(tx: Tx, zoneId: string, year: number, books: Books): Promise<PackedEconomy['firms']> {
  const { list, numbers } = books.firms
  const isLocal = closed(books.isOutside).map((outside) => 1 - outside)
  const [lon, lat] = [new Float64Array(list.length).fill(Number.NaN), new Float64Array(list.length).fill(Number.NaN)]
  const [isStrong, expansion] = [new Uint8Array(list.length), new Float64Array(list.length)]
  const industry = list.map(() => '')
  const take = (facts: readonly Facts[]) => {
    for (const row of facts) {
      const number = numbers.get(row.id)
      if (number === undefined) continue
      if (row.lon !== null && row.lat !== null) [lon[number], lat[number]] = [row.lon, row.lat]
      isStrong[number] = row.strong ? 1 : 0
      expansion[number] = row.expansion
      industry[number] = classOf(row.industry)
    }
  }
  const [inside, outside] = [[] as string[], [] as string[]]
  for (const [number, id] of list.entries()) (isLocal[number] === 1 ? inside : outside).push(id)
  for (let i = 0; i < inside.length; i += firmsBatch)
    take(await readEnterprises(tx, zoneId, year, inside.slice(i, i + firmsBatch)))
  for (let i = 0; i < outside.length; i += firmsBatch)
    take(await readOutside(tx, zoneId, outside.slice(i, i + firmsBatch)))
  return { id: list, isLocal, isStrong, lon, lat, expansion, industry }
}

/** The class, four digits, of a code of GB/T 4754 with or without its letter; a wider one tells no class. */
const classOf = (code: string | null): string => /^[A-T]?(\d{4})$/.exec(code ?? '')?.[1] ?? ''

async function readEnterprises(tx: Tx, zoneId: string, year: number, ids: readonly string[]) {
  const strong = sql<boolean>`(${year}::int = any(above_scale_years) or tags && ${strongTags.tags}::text[])`
  return tx
    .selectFrom('enterprise')
    .select(['id', 'lon', 'lat', 'industry', strong.as('strong'), sql<number>`0::float8`.as('expansion')])
    .where('zone_id', '=', zoneId)
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
}

async function readOutside(tx: Tx, zoneId: string, ids: readonly string[]) {
  return tx
    .selectFrom('chain_outside')
    .select(['id', 'lon', 'lat', 'industry', 'is_strong as strong', 'expansion'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}

/** Closed products too: positions of former years speak of them. */
async function readProducts(tx: Tx, zoneId: string): Promise<readonly ProductRow[]> {
  const rows = await tx
    .selectFrom('chain_product')
    .select(['code', 'kg_per_unit', 'price_fen', 'family', 'industry', 'margin_share'])
    .where('zone_id', '=', zoneId)
    .orderBy('code')
    .execute()
  return rows.map((row) => ({
    code: row.code,
    kgPerUnit: row.kg_per_unit,
    priceFen: row.price_fen,
    family: row.family,
    ...(row.industry === null ? {} : { industry: row.industry }),
    ...(row.margin_share === null ? {} : { marginShare: row.margin_share }),
  }))
}

async function readRecipes(tx: Tx, zoneId: string): Promise<readonly RecipeRow[]> {
  const rows = await tx
    .selectFrom('chain_recipe as r')
    .innerJoin('chain_recipe_input as i', (join) =>
      join.onRef('i.zone_id', '=', 'r.zone_id').onRef('i.recipe_id', '=', 'r.id'),
    )
    .select(['r.id', 'r.output_code', 'r.share', 'i.product_code', 'i.coefficient'])
    .where('r.zone_id', '=', zoneId)
    .where('r.state', '=', 'open')
    .orderBy('r.output_code')
    .orderBy('r.route')
    .orderBy('r.id')
    .orderBy('i.product_code')
    .execute()
  return [...groups(rows, ({ id }) => id).values()].flatMap((inputs) =>
    inputs.slice(0, 1).map(({ output_code: output, share }) => ({
      output,
      share,
      inputs: inputs.map((input) => ({ product: input.product_code, coefficient: input.coefficient })),
    })),
  )
}

async function readDemands(tx: Tx, zoneId: string, year: number): Promise<readonly DemandRow[]> {
  return tx
    .selectFrom('chain_demand')
    .select(['product_code as product', 'volume'])
    .where('zone_id', '=', zoneId)
    .where('year', '=', year)
    .orderBy('product_code')
    .execute()
}

/** Rows by key, in the order in which keys were met. */
function groups<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const group = found.get(keyOf(row))
    if (group) group.push(row)
    else found.set(keyOf(row), [row])
  }
  return found
}

/** Open chains, their segments in order, and who leads them now. Three statements. */
async function readChains(tx: Tx, zoneId: string, books: Books): Promise<readonly ChainRow[]> {
  const chains = await tx
    .selectFrom('chain')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'open')
    .orderBy('code')
    .execute()
  const rows = await tx
    .selectFrom('chain_segment as s')
    .innerJoin('chain_segment_product as p', (join) =>
      join
        .onRef('p.zone_id', '=', 's.zone_id')
        .onRef('p.chain_code', '=', 's.chain_code')
        .onRef('p.segment_key', '=', 's.key'),
    )
    .select(['s.chain_code', 's.key', 'p.product_code', 'p.weight', 'p.is_required', 'p.mes'])
    .where('s.zone_id', '=', zoneId)
    .orderBy('s.chain_code')
    .orderBy('s.place')
    .orderBy('s.key')
    .orderBy('p.place')
    .orderBy('p.product_code')
    .execute()
  const leaders = await tx
    .selectFrom('chain_leader as l')
    .leftJoin('chain_outside as o', (join) =>
      join.onRef('o.zone_id', '=', 'l.zone_id').on(sql<boolean>`o.id::text = l.firm_id`),
    )
    .select(['l.chain_code', 'l.firm_id', sql<boolean>`o.id is not null`.as('outside')])
    .where('l.zone_id', '=', zoneId)
    .where('l.valid_to', 'is', null)
    .orderBy('l.is_main', 'desc')
    .orderBy('l.id')
    .execute()
  const [ofChain, led] = [groups(rows, (row) => row.chain_code), groups(leaders, (row) => row.chain_code)]
  return chains.map(({ code }) => ({
    code,
    segments: [...groups(ofChain.get(code) ?? [], ({ key }) => key)].map(([key, products]) => ({
      key,
      products: products.map((row) => ({
        product: row.product_code,
        weight: row.weight,
        isRequired: row.is_required,
        mes: row.mes,
      })),
    })),
    leaders: (led.get(code) ?? []).map((row) => {
      firmNumber(books, row.firm_id, row.outside)
      return row.firm_id
    }),
  }))
}
