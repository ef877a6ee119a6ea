import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import type {} from '@tingzhou/registry'
import { countedPage } from '@tingzhou/records'
import type { Wish } from '../page.ts'
import '../reach.ts'
import type { Reader } from '../room.ts'
import '../tables.ts'
import type { NameLang, Stage, State } from '../words.ts'
import { levelsMax } from './tree.ts'

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_product as p')
    .where('p.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_product', { zoneId, objectId: sql.ref('p.code') }))
    .selectAll('p')
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row) => ({
  code: row.code,
  zh: row.zh,
  en: row.en,
  parent: row.parent,
  unit: row.unit,
  family: row.family,
  kgPerUnit: row.kg_per_unit,
  priceFen: row.price_fen,
  industry: row.industry,
  basis: row.basis,
  state: row.state,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

/** A page of the products within reach, by code; words are looked for in codes and all names. Two statements. */
export async function listProducts(
  reader: Reader,
  wish: Wish & {
    readonly state?: State | undefined
    readonly chain?: string | undefined
    readonly family?: string | undefined
    readonly parent?: string | undefined
  },
) {
  const { state, chain, family, parent, q } = wish
  const like = q ? containing(q) : null
  let query = select(reader).select([
    sql<readonly string[]>`array(select distinct s.chain_code from chain_segment_product s
      join chain c on c.zone_id = s.zone_id and c.code = s.chain_code and c.state = 'open'
      where s.zone_id = p.zone_id and s.product_code = p.code order by s.chain_code limit 200)`.as('chains'),
    sql<string | null>`(select min(a.alias) from chain_alias a
      where a.zone_id = p.zone_id and a.product_code = p.code and a.state = 'open' and a.alias ilike ${like}::text)`.as(
      'matched',
    ),
  ])
  if (state) query = query.where('p.state', '=', state)
  if (family) query = query.where('p.family', '=', family)
  if (parent) query = query.where('p.parent', '=', parent)
  if (chain)
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('chain_segment_product as s')
          .select('s.place')
          .whereRef('s.zone_id', '=', 'p.zone_id')
          .whereRef('s.product_code', '=', 'p.code')
          .where('s.chain_code', '=', chain),
      ),
    )
  if (like !== null)
    query = query.where((eb) =>
      eb.or([
        eb('p.code', 'ilike', like),
        eb('p.zh', 'ilike', like),
        eb('p.en', 'ilike', like),
        eb.exists(
          eb
            .selectFrom('chain_alias as a')
            .select('a.id')
            .whereRef('a.zone_id', '=', 'p.zone_id')
            .whereRef('a.product_code', '=', 'p.code')
            .where('a.state', '=', 'open')
            .where('a.alias', 'ilike', like),
        ),
      ]),
    )
  const page = await countedPage(
    reader.deps.db,
    query,
    [{ ref: sql.ref('p.code'), order: 'asc', kind: 'string', read: (row) => row.code }],
    wish,
  )
  return {
    ...page,
    rows: page.rows.map((row) => ({
      ...view(row),
      chains: [...row.chains],
      matched: row.zh.toLowerCase().includes((q ?? '').toLowerCase()) ? null : row.matched,
    })),
  }
}

/** Whether there is such a product within reach. One statement. */
export const hasProduct = async (reader: Reader, code: string): Promise<boolean> =>
  (await select(reader).where('p.code', '=', code).executeTakeFirst()) !== undefined

/** One product with its names, its place in the tree and in chains, or null. Five statements. */
export async function findProduct(reader: Reader, code: string) {
  const { db, zoneId } = reader.deps
  const row = await select(reader)
    .where('p.code', '=', code)
    .select(
      sql<string | null>`(select i.name from industry i where i.level = 4 and substr(i.code, 2) = p.industry)`.as(
        'industry_name',
      ),
    )
    .executeTakeFirst()
  if (!row) return null
  const aliases = await db
    .selectFrom('chain_alias')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('product_code', '=', code)
    .orderBy('state', 'desc')
    .orderBy('lang', 'desc')
    .orderBy('id')
    .limit(400)
    .execute()
  const near = await db
    .selectFrom('chain_product')
    .select(['code', 'zh', 'en', 'parent', 'family'])
    .where('zone_id', '=', zoneId)
    .where('code', '!=', code)
    .where('state', '=', 'open')
    .where((eb) => eb.or([eb('parent', '=', code), eb('family', '=', row.family)]))
    .orderBy('code')
    .limit(200)
    .execute()
  return {
    ...view(row),
    axis: row.axis,
    axisValues: row.axis_values,
    grades: mutable(row.grades),
    service: row.service,
    marginShare: row.margin_share,
    site: row.site,
    source: row.source,
    asOf: row.as_of,
    industryName: row.industry_name,
    path: await pathOf(reader, row.parent),
    children: near.filter(({ parent }) => parent === code).map(named),
    relatives: near.filter(({ family }) => family === row.family).map(named),
    aliases: aliases.map(aliasView),
    places: await placesOf(reader, code),
  }
}

const named = ({ code, zh, en }: { readonly code: string; readonly zh: string; readonly en: string }) => ({
  code,
  zh,
  en,
})
const mutable = (grades: Row['grades']) =>
  Object.fromEntries(Object.entries(grades).map(([name, values]) => [name, [...values]]))

/** The products above, top first. One statement. */
async function pathOf({ deps: { db, zoneId } }: Reader, parent: string | null) {
  if (parent === null) return []
  const { rows } = await sql<ReturnType<typeof named>>`with recursive above as (
      select code, zh, en, parent, 1 as up from chain_product where zone_id = ${zoneId} and code = ${parent}
      union all
      select p.code, p.zh, p.en, p.parent, a.up + 1 from chain_product p join above a on p.code = a.parent
      where p.zone_id = ${zoneId} and a.up < ${levelsMax})
    select code, zh, en from above order by up desc`.execute(db)
  return rows
}

type PlaceRow = {
  readonly chain: string
  readonly chainZh: string
  readonly chainEn: string
  readonly segment: string
  readonly zh: string
  readonly en: string
  readonly stage: Stage
  readonly weight: number
  readonly isRequired: boolean
  readonly mes: number
}

/** Segments of open chains that a product stands in. One statement. */
async function placesOf({ deps: { db, zoneId } }: Reader, code: string) {
  const { rows } =
    await sql<PlaceRow>`select c.code as chain, c.zh as "chainZh", c.en as "chainEn", s.key as segment, s.zh, s.en, s.stage,
      p.weight, p.is_required as "isRequired", p.mes
    from chain_segment_product p
    join chain_segment s on s.zone_id = p.zone_id and s.chain_code = p.chain_code and s.key = p.segment_key
    join chain c on c.zone_id = p.zone_id and c.code = p.chain_code and c.state = 'open'
    where p.zone_id = ${zoneId} and p.product_code = ${code}
    order by c.code, s.place limit 200`.execute(db)
  return rows.map(({ chain, chainZh, chainEn, ...place }) => ({
    ...place,
    chain: { code: chain, zh: chainZh, en: chainEn },
  }))
}

const aliases = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('chain_alias as a')
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 'a.zone_id').onRef('p.code', '=', 'a.product_code'),
    )
    .where('a.zone_id', '=', zoneId)
    .where(reaches(actor, 'chain_product', { zoneId, objectId: sql.ref('a.product_code') }))
    .selectAll('a')
    .select(['p.zh', 'p.en'])
type AliasRow = Awaited<ReturnType<ReturnType<typeof aliases>['execute']>>[number]

const aliasView = (row: Omit<AliasRow, 'zh' | 'en'>) => ({
  id: row.id,
  lang: row.lang,
  alias: row.alias,
  basis: row.basis,
  state: row.state,
  rev: row.rev,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

/** A page of the names of products within reach. Two statements. */
export async function listAliases(
  reader: Reader,
  wish: Wish & {
    readonly state?: State | undefined
    readonly productCode?: string | undefined
    readonly lang?: NameLang | undefined
  },
) {
  let query = aliases(reader)
  const { state, productCode, lang, q } = wish
  if (state) query = query.where('a.state', '=', state)
  if (productCode) query = query.where('a.product_code', '=', productCode)
  if (lang) query = query.where('a.lang', '=', lang)
  if (q) query = query.where('a.alias', 'ilike', containing(q))
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('a.product_code'), order: 'asc', kind: 'string', read: (row) => row.product_code },
      { ref: sql.ref('a.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return {
    ...page,
    rows: page.rows.map((row) => ({ ...aliasView(row), product: { code: row.product_code, zh: row.zh, en: row.en } })),
  }
}
