import { sql } from 'kysely'
import { containing } from '@tingzhou/db'
import { countedPage } from '@tingzhou/records'
import type { Wish as PageWish } from '../page.ts'
import type { Reader } from '../room.ts'
import type { SiteNeeds } from '../words.ts'
import { scaledSite, scaleFor, rankPlants, type FitPlant, type Spot } from './fit.ts'
import { firmOf, firmsById } from './firm-names.ts'
import './tables.ts'
import type { List } from './words.ts'

type Wish = PageWish & {
  readonly chain?: string | undefined
  readonly list?: readonly List[] | undefined
  readonly product?: string | undefined
  readonly targeted?: boolean | undefined
  readonly gone?: boolean | undefined
  readonly sort?: string | undefined
}

const openTarget = sql<OpenTarget | null>`(select jsonb_build_object('id', t.id, 'state', t.state, 'ownerName', coalesce(a.name, t.owner_id))
  from chain_target t left join account a on a.zone_id = t.zone_id and a.id = t.owner_id
  where t.zone_id = l.zone_id and t.line_key = l.key and t.closed_at is null)`
type OpenTarget = { readonly id: string; readonly state: 'idea'; readonly ownerName: string }

const lines = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('chain_line as l')
    .innerJoin('chain as c', (join) => join.onRef('c.zone_id', '=', 'l.zone_id').onRef('c.code', '=', 'l.chain_code'))
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 'l.zone_id').onRef('p.code', '=', 'l.product_code'),
    )
    .leftJoin('chain_segment as s', (join) =>
      join
        .onRef('s.zone_id', '=', 'l.zone_id')
        .onRef('s.chain_code', '=', 'l.chain_code')
        .onRef('s.key', '=', 'l.segment_key'),
    )
    .where('l.zone_id', '=', zoneId)
    .selectAll('l')
    .select([
      'c.zh as chainZh',
      'c.en as chainEn',
      'p.zh as productZh',
      'p.en as productEn',
      'p.unit',
      'p.site',
      's.zh as segmentZh',
      's.en as segmentEn',
      's.stage',
    ])
    .select(openTarget.as('target'))
type Row = Awaited<ReturnType<ReturnType<typeof lines>['execute']>>[number]

const rowView = (row: Row) => ({
  key: row.key,
  chain: { code: row.chain_code, zh: row.chainZh, en: row.chainEn },
  // A segment that the catalogue has no longer is called by its key.
  segment: {
    key: row.segment_key,
    zh: row.segmentZh ?? row.segment_key,
    en: row.segmentEn ?? row.segment_key,
    stage: row.stage,
  },
  product: { code: row.product_code, zh: row.productZh, en: row.productEn, unit: row.unit },
  list: row.list,
  valueFen: row.value_fen,
  isRounded: row.is_rounded,
  buyers: row.buyer_ids.length,
  candidates: row.candidates.length,
  target: row.target,
  reckonedAt: row.reckoned_at,
  isGone: row.gone_at !== null,
})

/** A line without a value stands behind those that have one. */
const value = sql<number>`coalesce(l.value_fen, -1)`

/** A page of the lines, the most valuable first; counted to 1,000. Two statements. */
export async function listLines(reader: Reader, wish: Wish) {
  let query = lines(reader).where('l.gone_at', wish.gone ? 'is not' : 'is', null)
  const { chain, list, product, targeted, q } = wish
  if (chain) query = query.where('l.chain_code', '=', chain)
  if (list && list.length > 0) query = query.where('l.list', 'in', [...list])
  if (product) query = query.where('l.product_code', '=', product)
  if (targeted !== undefined) query = query.where(sql<boolean>`(${openTarget} is not null) = ${targeted}`)
  if (q)
    query = query.where((eb) =>
      eb.or([
        eb('p.zh', 'ilike', containing(q)),
        eb('p.en', 'ilike', containing(q)),
        eb('p.code', 'ilike', containing(q)),
        eb('c.zh', 'ilike', containing(q)),
        eb('c.en', 'ilike', containing(q)),
      ]),
    )
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      {
        ref: value,
        order: wish.sort === 'value' ? 'asc' : 'desc',
        kind: 'number',
        read: (row) => row.value_fen ?? -1,
      },
      { ref: sql.ref('l.key'), order: 'asc', kind: 'string', read: (row) => row.key },
    ],
    wish,
  )
  return { ...page, rows: page.rows.map(rowView) }
}

const valuesMax = 60
const targetsMax = 20

/** One line with its formula, firms, values of the latest runs and targets, or null. Five statements. */
export async function findLine(reader: Reader, key: string) {
  const { db, zoneId } = reader.deps
  const row = await lines(reader).where('l.key', '=', key).executeTakeFirst()
  if (!row) return null
  const firms = await firmsById(db, zoneId, [...row.buyer_ids, ...row.candidates.map(({ firm }) => firm)])
  const codes = [...row.inputs.map(({ product }) => product), ...(row.from_code === null ? [] : [row.from_code])]
  const products = codes.length === 0 ? [] : await productsOf(reader, codes)
  const productOf = (code: string) =>
    products.find((one) => one.code === code) ?? { code, zh: code, en: code, unit: '' }
  const values = await db
    .selectFrom('chain_line_value')
    .select(['reckoned_at as at', 'value_fen as valueFen'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .orderBy('reckoned_at', 'desc')
    .limit(valuesMax)
    .execute()
  const targets = await db
    .selectFrom('chain_target as t')
    .leftJoin('account as a', (join) => join.onRef('a.zone_id', '=', 't.zone_id').onRef('a.id', '=', 't.owner_id'))
    .select(['t.id', 't.state', 't.deadline', sql<string>`coalesce(a.name, t.owner_id)`.as('ownerName')])
    .where('t.zone_id', '=', zoneId)
    .where('t.line_key', '=', key)
    .orderBy('t.created_at', 'desc')
    .limit(targetsMax)
    .execute()
  return {
    ...rowView(row),
    parts: row.parts,
    weaknesses: row.weaknesses,
    from: row.from_code === null ? null : productOf(row.from_code),
    inputs: row.inputs.map((input) => ({ ...input, product: productOf(input.product) })),
    // By name: the order of volumes is the firms' own.
    buyerFirms: row.buyer_ids.map((id) => firmOf(firms, id)).toSorted((a, b) => a.name.localeCompare(b.name, 'zh')),
    buyersVolume: row.buyers_volume,
    kMin: row.k_min,
    candidateFirms: row.candidates.map(({ firm, rank, parts }) => ({ ...firmOf(firms, firm), rank, parts })),
    weights: row.weights,
    values: values.toReversed(),
    targets,
    firstAt: row.first_at,
  }
}

const productsOf = ({ deps: { db, zoneId } }: Reader, codes: readonly string[]) =>
  db
    .selectFrom('chain_product')
    .select(['code', 'zh', 'en', 'unit'])
    .where('zone_id', '=', zoneId)
    .where('code', 'in', [...new Set(codes)])
    .execute()

/** What a plant is looked for. */
export type SiteWish = {
  readonly chain: string
  readonly segment: string | null
  readonly product: string
  readonly units: number
  readonly buyerIds: readonly string[]
  readonly scale: number | undefined
  /** A plant that is counted as free: the one that the target has. */
  readonly own: string | null
}

const plantsMax = 1_000
const shownMax = 50
const mainBuyers = 5

/** Free plants by how well they fit, the best fifty of at most a thousand. Four statements. */
export async function fitPlants(reader: Reader, wish: SiteWish) {
  const { db, zoneId } = reader.deps
  const product = await db
    .selectFrom('chain_product')
    .select(['unit', 'site'])
    .where('zone_id', '=', zoneId)
    .where('code', '=', wish.product)
    .executeTakeFirst()
  const place = await db
    .selectFrom('chain_segment_product')
    .select(({ fn }) => fn.max('mes').as('mes'))
    .where('zone_id', '=', zoneId)
    .where('chain_code', '=', wish.chain)
    .where('product_code', '=', wish.product)
    .$if(wish.segment !== null, (query) => query.where('segment_key', '=', wish.segment ?? ''))
    .executeTakeFirst()
  const mes = place?.mes ?? 0
  const suggested = scaleFor(wish.units, mes)
  const scale = wish.scale ?? Math.min(100, suggested)
  const firms = await firmsById(db, zoneId, wish.buyerIds)
  const buyers = wish.buyerIds
    .flatMap((id): readonly Spot[] => {
      const { lon = null, lat = null } = firms.get(id) ?? {}
      return lon === null || lat === null ? [] : [{ lon, lat }]
    })
    .slice(0, mainBuyers)
  const site: SiteNeeds = scaledSite(product?.site ?? {}, scale)
  const plants = await freePlants(reader, wish.own)
  return {
    scale,
    suggested,
    mes,
    unit: product?.unit ?? '',
    site,
    of: plants.length,
    rows: rankPlants(plants, site, buyers)
      .slice(0, shownMax)
      .map(({ plant: { id, name, place: where, priceFen, areaM2, state }, fit, needs, buyersKm }) => ({
        id,
        name,
        place: where,
        priceFen,
        areaM2,
        state,
        fit,
        needs: [...needs],
        buyersKm,
      })),
  }
}

const freePlants = ({ deps: { db, zoneId } }: Reader, own: string | null) =>
  db
    .selectFrom('chain_plant')
    .select([
      'id',
      'name',
      'place',
      'lon',
      'lat',
      'area_m2 as areaM2',
      'height_m as heightM',
      'power_kw as powerKw',
      'water_m3_day as waterM3Day',
      'price_fen as priceFen',
      'state',
    ])
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('state', '=', 'open'), ...(own === null ? [] : [eb('id', '=', own)])]))
    .orderBy('area_m2', 'desc')
    .orderBy('id')
    .limit(plantsMax)
    .execute() satisfies Promise<readonly FitPlant[]>

/** The plants that fit a line, or null without such a line. Five statements. */
export async function plantsForLine(reader: Reader, key: string, scale: number | undefined) {
  const { db, zoneId } = reader.deps
  const line = await db
    .selectFrom('chain_line')
    .select(['chain_code', 'segment_key', 'product_code', 'units', 'buyer_ids'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!line) return null
  return fitPlants(reader, {
    chain: line.chain_code,
    segment: line.segment_key,
    product: line.product_code,
    units: line.units,
    buyerIds: line.buyer_ids,
    scale,
    own: null,
  })
}
