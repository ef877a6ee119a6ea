import { sql, type RawBuilder } from 'kysely'
import { reaches } from '@tingzhou/access'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { chainCatalogue, type ZoneCatalogue } from '@tingzhou/chains'
import { containing } from '@tingzhou/db'
import { listFiles } from '@tingzhou/files'
import { requireRole, type SortColumn } from '@tingzhou/http'
import { localDate } from '@tingzhou/kernel'
import { findParties, partiesOf } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import type { Amount } from '@tingzhou/text'
import { readsOwn } from '../reach.ts'
import { readingRoles } from '../roles.ts'
import '../tables.ts'
import type { PostingKind, PostingState, Subject } from '../words.ts'
import { baseOf } from './amounts.ts'
import type { MarketReader } from './market-index.ts'
import { invitedTo } from './posting.ts'
import { readIndex } from './read-index.ts'
import type { resolutionOf } from './reading.ts'
import { desks, type Desk } from './words.ts'

const all = ({ deps: { db, zoneId } }: MarketReader) =>
  db
    .selectFrom('market_posting as m')
    .leftJoin('party as e', (join) => join.onRef('e.zone_id', '=', 'm.zone_id').onRef('e.id', '=', 'm.firm_id'))
    .leftJoin('chain_outside as o', (join) =>
      join.onRef('o.zone_id', '=', 'm.zone_id').on(sql<boolean>`o.id::text = m.firm_id and m.firm_outside`),
    )
    .where('m.zone_id', '=', zoneId)
    .selectAll('m')
    .select(sql<string>`coalesce(e.name, o.name, m.firm_id)`.as('firm_name'))

const postings = (reader: MarketReader) =>
  all(reader).where(reaches(reader.actor, 'market_posting', { zoneId: reader.deps.zoneId, objectId: sql.ref('m.id') }))
type Row = Awaited<ReturnType<ReturnType<typeof all>['execute']>>[number]

/** A product as it is shown, with what stands above it. */
export type ProductView = {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly unit: string
  readonly axis: string | null
  readonly values: string[]
  readonly path: { code: string; zh: string; en: string }[]
}

const levelsMax = 4

/** The product of a code; null when the catalogue has none. Pure. */
export function productView({ catalogue, products }: ZoneCatalogue, code: string | null): ProductView | null {
  const product = products.get(code ?? '')
  if (!product) return null
  const spec = catalogue.products.get(product.code)?.spec
  const path: { code: string; zh: string; en: string }[] = []
  for (
    let above = products.get(product.parent ?? '');
    above && path.length < levelsMax;
    above = products.get(above.parent ?? '')
  )
    path.unshift({ code: above.code, zh: above.zh, en: above.en })
  const { zh, en, unit } = product
  return { code: product.code, zh, en, unit, axis: spec?.axis ?? null, values: [...(spec?.values ?? [])], path }
}

/** A posting as lists and matches show it. Pure. */
export function postingView(zone: ZoneCatalogue, row: Row) {
  const { quantity, dimension, reserved } = row
  return {
    id: row.id,
    number: row.number,
    kind: row.kind,
    subject: row.subject,
    state: row.state,
    firm: { id: row.firm_id, name: row.firm_name, isOutside: row.firm_outside },
    text: row.text,
    product: productView(zone, row.product_code),
    isConfirmed: row.confirmed_at !== null,
    spec: row.spec,
    quantity:
      quantity === null || dimension === null
        ? null
        : {
            value: quantity,
            dimension,
            period: row.period as Amount['period'],
            unit: row.unit,
            base: baseOf(row.unit),
          },
    reserved,
    left: quantity === null ? null : quantity - reserved,
    minQuantity: row.min_quantity,
    price:
      row.price_milli_fen === null || row.price_per === null
        ? null
        : { low: row.price_milli_fen, high: row.price_high_milli_fen, per: row.price_per },
    place: row.place,
    lonDeg: row.lon,
    latDeg: row.lat,
    leadDays: row.lead_days,
    neededBy: row.needed_by,
    validTo: row.valid_to,
    isSingle: row.is_single,
    visibility: row.visibility,
    appealId: row.appeal_id,
    openedAt: row.opened_at,
    createdAt: row.created_at,
    synthetic: row.synthetic,
    rev: row.rev,
    updatedAt: row.updated_at,
  }
}
export type PostingView = ReturnType<typeof postingView>

type Wish = {
  readonly kind?: PostingKind | undefined
  readonly subject?: Subject | undefined
  readonly state?: PostingState | undefined
  readonly productCode?: string | undefined
  readonly firmId?: string | undefined
  readonly mine?: boolean | undefined
  readonly desk?: Desk | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const latest: readonly SortColumn<Row>[] = [
  { ref: sql.ref('m.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
  { ref: sql.ref('m.id'), order: 'asc', kind: 'string', read: (row) => row.id },
]
const expiringDays = 3

/**
 * A page of the postings within reach, the latest first, and how many there are, counted to 1,000. Three statements.
 * @throws ProblemError 403 to whoever is of no firm and does not read the market
 */
export async function listPostings(reader: MarketReader, wish: Wish) {
  const { deps, actor } = reader
  requireRole(actor, ...readingRoles, 'enterprise')
  const zone = await chainCatalogue(deps.db, deps.zoneId)
  const { kind, subject, state, productCode, firmId, mine, desk, q } = wish
  let query = postings(reader)
  if (kind) query = query.where('m.kind', '=', kind)
  if (subject) query = query.where('m.subject', '=', subject)
  if (state) query = query.where('m.state', '=', state)
  if (productCode) query = query.where('m.product_code', '=', productCode)
  if (firmId) query = query.where('m.firm_id', '=', firmId)
  if (mine) query = query.where(sql<boolean>`m.firm_id = any(${[...partiesOf(actor, 'enterprise')]}::text[])`)
  if (desk) query = query.where(deskRows(desk, localDateOf(deps.clock())))
  if (q) query = query.where(saying(zone, q))
  const page = await countedPage(deps.db, query, latest, wish)
  return { ...page, rows: page.rows.map((row) => postingView(zone, row)) }
}

/** What is said in the firm's words: of the product that they name, or with these letters. */
function saying(zone: ZoneCatalogue, q: string) {
  const read = readIndex(zone).read({ id: '', text: q })
  const codes = read.ok ? read.value.resolution.mentions.filter(({ weight }) => weight > 0).map(({ code }) => code) : []
  const like = containing(q)
  return sql<boolean>`(m.product_code = any(${[...new Set(codes)]}::text[]) or m.text ilike ${like} or m.number ilike ${like}
    or coalesce(e.name, o.name) ilike ${like})`
}

function deskRows(desk: Desk, today: string): RawBuilder<boolean> {
  if (desk === 'any')
    return sql<boolean>`(${sql.join(
      desks.map((one) => deskRows(one, today)),
      sql` or `,
    )})`
  const live = sql<boolean>`m.state in ('open', 'matched') and m.valid_to >= ${today}::date`
  if (desk === 'unclassified') return sql<boolean>`(${live} and m.product_code is null and m.subject <> 'talent')`
  if (desk === 'expiring')
    return sql<boolean>`(m.state in ('draft', 'open', 'matched') and m.valid_to between ${today}::date and ${addDays(localDate(today), expiringDays)}::date)`
  // A need of which nobody in the market offers the product.
  return sql<boolean>`(${live} and m.kind = 'need' and m.product_code is not null and not exists (
    select from market_posting other where other.zone_id = m.zone_id and other.product_code = m.product_code and other.kind = 'offer'
      and other.state in ('open', 'matched') and other.valid_to >= ${today}::date and other.firm_id <> m.firm_id
      and (other.quantity is null or other.reserved < other.quantity)))`
}

/** One posting with what was understood, who is asked and its files; null when it is not within reach. Five statements. */
export async function findPosting(reader: MarketReader, id: string) {
  const { db, zoneId } = reader.deps
  const row = await postings(reader).where('m.id', '=', id).executeTakeFirst()
  if (!row) return null
  const zone = await chainCatalogue(db, zoneId)
  // Who else was asked is for whoever asked, and for officers.
  const isOwn = readsOwn(reader.actor, row.firm_id)
  const invitedIds = isOwn && row.visibility === 'invited' ? await invitedTo(db, zoneId, id) : []
  const invited = await findParties(db, zoneId, invitedIds)
  const files = (await listFiles(db, zoneId, [id])).get(id) ?? []
  return {
    ...postingView(zone, row),
    // Written by resolutionOf.
    resolution: row.resolution as unknown as ReturnType<typeof resolutionOf>,
    confirmedAt: row.confirmed_at,
    // Who did what is for its firm and those who read the market.
    confirmedBy: isOwn ? row.confirmed_by : null,
    invited: invited
      .map(({ id: firmId, name }) => ({ id: firmId, name, isOutside: false }))
      .toSorted((one, other) => one.name.localeCompare(other.name)),
    files: files.map(({ id: fileId, name, mediaType, sizeBytes }) => ({ id: fileId, name, mediaType, sizeBytes })),
  }
}

/** A posting within reach as its row; null when there is none. One statement. */
export const reachedPosting = (reader: MarketReader, id: string) =>
  postings(reader).where('m.id', '=', id).executeTakeFirst()

/** Postings by their ids, whoever asks: the caller has seen to what may be shown. One statement. */
export async function postingsById(
  reader: MarketReader,
  zone: ZoneCatalogue,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PostingView>> {
  if (ids.length === 0) return new Map()
  const rows = await all(reader)
    .where('m.id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, postingView(zone, row)]))
}
