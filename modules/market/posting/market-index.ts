import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue, type ZoneCatalogue } from '@tingzhou/chains'
import { at, type Db } from '@tingzhou/db'
import { epochMs, localDate, oneAtATime, type Clock, type EpochMs, type Turns } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { withBounds } from '@tingzhou/records/bounds'
import {
  createOfferIndex,
  type Amount,
  type FreightQuote,
  type OfferIndex,
  type Posting,
  type Weights,
} from '@tingzhou/text'
import type { PostingKind, Subject, Visibility } from '../words.ts'
import '../tables.ts'
import { tonneMilliFen, wayM } from '../way.ts'
import { matchSettings, weightsOf } from './settings.ts'
import { matchBounds, type MatchNumber } from './settings-bounds.ts'

/** Ports of reading. */
export type MarketDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

/** The one who reads, and those ports. */
export type MarketReader = { readonly deps: MarketDeps; readonly actor: Actor }

/** Whose an open posting is, and who may see it. */
export type Kept = {
  readonly rev: number
  readonly kind: PostingKind
  readonly firmId: string
  readonly subject: Subject
  readonly visibility: Visibility
  readonly validTo: string
}

/** What is open in a zone, in the memory of this server. */
export type Market = {
  readonly zone: ZoneCatalogue
  readonly index: OfferIndex
  readonly kept: Map<string, Kept>
  readonly turns: Turns
  /** Rows touched before are in. */
  mark: EpochMs | null
  day: string
  numbers: Readonly<Record<MatchNumber, number>>
}

// As long as a transaction may take from its clock to its commit, and as clocks of servers may differ. What was touched within is looked at
// again by number and revision only.
const overlapMs = 120_000
const batchRows = 500

/** Columns by which a posting is matched. */
const matched = [
  'id',
  'rev',
  'kind',
  'firm_id',
  'subject',
  'visibility',
  'text',
  'product_code',
  'spec',
  'dimension',
  'period',
  'quantity',
  'reserved',
  'price_milli_fen',
  'price_per',
  'lon',
  'lat',
  'lead_days',
  'needed_by',
  'valid_to',
] as const
type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number]
const rowsOf = (db: Db) => db.selectFrom('market_posting').select(matched)

/** A posting, as far as matching asks; not yet a row when it was not posted. */
export type Matchable = Pick<
  Row,
  | 'id'
  | 'text'
  | 'product_code'
  | 'spec'
  | 'dimension'
  | 'period'
  | 'quantity'
  | 'reserved'
  | 'price_milli_fen'
  | 'price_per'
  | 'lon'
  | 'lat'
  | 'lead_days'
  | 'needed_by'
>

const daysOf = new WeakMap<Posting, string>()

/**
 * The posting as libs/text matches it: what was confirmed, and what deals have left of it. Pure but for the day it remembers.
 * @param isConfirmed  else its product is what its text says
 */
export function postingOf({ zone }: Pick<Market, 'zone'>, row: Matchable, isConfirmed = true): Posting {
  const { quantity, dimension, price_milli_fen: milliFen, price_per: per, lon, lat } = row
  const code = row.product_code
  const posting: Posting = {
    id: row.id,
    text: row.text,
    // A product that was closed since is none of the catalogue.
    ...(isConfirmed ? { product: code !== null && zone.catalogue.products.has(code) ? code : null } : {}),
    ...(isConfirmed || row.spec.length > 0 ? { spec: row.spec } : {}),
    ...(quantity === null || dimension === null
      ? {}
      : { quantity: { value: quantity - row.reserved, dimension, period: row.period as Amount['period'] } }),
    ...(milliFen === null || per === null ? {} : { price: { milliFen, per } }),
    ...(row.lead_days === null ? {} : { leadDays: row.lead_days }),
    ...(lon === null || lat === null ? {} : { place: `${lon} ${lat}` }),
  }
  if (row.needed_by !== null) daysOf.set(posting, row.needed_by)
  return posting
}

/** Still in the market: open, valid, and something left of it. Of columns of market_posting alone. */
export const isLive = (
  today: string,
): RawBuilder<SqlBool> => sql<SqlBool>`(state in ('open', 'matched') and valid_to >= ${today}::date
  and (quantity is null or reserved < quantity) and not (kind = 'need' and is_single and reserved > 0))`

/** The market that serves, and one that is being built for a newer catalogue. */
type Serving = { now: Market; next: Market | null }
const zones = new WeakMap<Db, Map<string, Promise<Serving>>>()

/**
 * The market of the zone as it is now: built from the rows at the first question, then brought up to date by what was touched since. No event
 * is needed for it, so a lost one harms nothing, and every server does it for itself. After a change of the catalogue the old one serves until
 * the new one is built. Three statements; one more a 500 postings that changed.
 */
export async function marketOf(deps: MarketDeps): Promise<Market> {
  const zone = await chainCatalogue(deps.db, deps.zoneId)
  const entry = await entryOf(deps, zone)
  if (entry.now.zone !== zone && entry.next?.zone !== zone) renew(deps, entry, zone)
  await refresh(deps, entry.now)
  return entry.now
}

/**
 * Builds it before anybody asks: ten thousand postings take some seconds, which no reader should wait for.
 * @returns what waits until it is done; a failure is left to the first question, which builds it again
 */
export function warmMarket(deps: MarketDeps): () => Promise<void> {
  const warming = marketOf(deps).then(
    () => {},
    () => {},
  )
  return () => warming
}

async function entryOf(deps: MarketDeps, zone: ZoneCatalogue): Promise<Serving> {
  const byZone = zones.get(deps.db) ?? new Map<string, Promise<Serving>>()
  zones.set(deps.db, byZone)
  const kept = byZone.get(deps.zoneId)
  if (kept) return kept
  const built = buildMarket(deps, zone).then((now) => ({ now, next: null }))
  byZone.set(deps.zoneId, built)
  // Whoever asks next builds it again.
  built.catch(() => byZone.delete(deps.zoneId))
  return built
}

function renew(deps: MarketDeps, entry: Serving, zone: ZoneCatalogue): void {
  const next = createMarket(deps, zone)
  entry.next = next
  refresh(deps, next).then(
    () => {
      if (entry.next === next) Object.assign(entry, { now: next, next: null })
    },
    () => {
      if (entry.next === next) entry.next = null
    },
  )
}

async function buildMarket(deps: MarketDeps, zone: ZoneCatalogue): Promise<Market> {
  const market = createMarket(deps, zone)
  await refresh(deps, market)
  return market
}

function createMarket({ clock }: MarketDeps, zone: ZoneCatalogue): Market {
  const options = {
    get weights(): Weights {
      return weightsOf(market.numbers)
    },
    freight: (offer: Posting, need: Posting) => freightOf(market.numbers, offer, need),
    allowedDays: (need: Posting) => {
      const day = daysOf.get(need)
      return day === undefined ? null : Math.max(0, daysBetween(localDateOf(clock()), day))
    },
  }
  const market: Market = {
    zone,
    index: createOfferIndex(zone.catalogue, options),
    kept: new Map(),
    turns: oneAtATime(),
    mark: null,
    day: '',
    // As the file says until it is refreshed.
    numbers: withBounds(matchBounds, {}),
  }
  return market
}

const dayMs = 86_400_000
const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(localDate(to)) - Date.parse(localDate(from))) / dayMs)

/** The offers that everybody sees and that may be held against a need: of another firm, of the same subject. Pure. */
export const publicRivals =
  ({ kept }: Pick<Market, 'kept'>, need: { readonly firm_id: string; readonly subject: Subject }) =>
  (id: string): boolean => {
    const other = kept.get(id)
    return other?.visibility === 'zone' && other.firmId !== need.firm_id && other.subject === need.subject
  }

/** The way from an offer to a need, in whole kilometres, by the zone's rate. Null where a place is not known. Pure. */
function freightOf(numbers: Market['numbers'], offer: Posting, need: Posting): FreightQuote | null {
  const [from, to] = [spotOf(offer), spotOf(need)]
  if (!from || !to) return null
  const km = Math.round(wayM(from, to, numbers) / 1_000)
  const { rateFen, handlingFen, bendPct } = numbers
  return { km, milliFenPerTonne: tonneMilliFen(km, numbers), rate: `${handlingFen} ${rateFen} ${bendPct}` }
}

function spotOf({ place }: Posting) {
  const [lon, lat] = (place ?? '').split(' ').map(Number)
  return place === undefined || lon === undefined || lat === undefined ? null : { lon, lat }
}

/** One at a time, so that no older answer comes after a newer. */
const refresh = (deps: MarketDeps, market: Market): Promise<void> =>
  market.turns(async () => {
    const now = deps.clock()
    const today = localDateOf(now)
    market.numbers = (await matchSettings(deps.db, deps.zoneId)).numbers
    if (market.mark === null) await fill(deps, market, today)
    else await catchUp(deps, market, epochMs(market.mark - overlapMs), today)
    if (market.day !== today) dropEnded(market, today)
    market.mark = now
    market.day = today
  })

/** Every posting that is open; a statement a 500. */
async function fill({ db, zoneId }: MarketDeps, market: Market, today: string): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await rowsOf(db)
      .where('zone_id', '=', zoneId)
      .where('id', '>', after)
      .where(isLive(today))
      .orderBy('id')
      .limit(batchRows)
      .execute()
    for (const row of rows) put(market, row)
    const last = rows.at(-1)
    if (!last || rows.length < batchRows) return
    after = last.id
  }
}

/** What was touched since: by index market_posting_touched, then the rows of those that are new or another revision. */
async function catchUp({ db, zoneId }: MarketDeps, market: Market, since: EpochMs, today: string): Promise<void> {
  const touched = await db
    .selectFrom('market_posting')
    .select(['id', 'rev', isLive(today).as('live')])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`updated_at >= ${at(since)}::timestamptz`)
    .execute()
  for (const { id, live } of touched) if (!live) drop(market, id)
  const changed = touched.filter(({ id, rev, live }) => live && market.kept.get(id)?.rev !== rev).map(({ id }) => id)
  for (let i = 0; i < changed.length; i += batchRows) {
    const some = changed.slice(i, i + batchRows)
    const rows = await rowsOf(db).where('zone_id', '=', zoneId).where('id', 'in', some).where(isLive(today)).execute()
    for (const row of rows) put(market, row)
  }
}

function put(market: Market, row: Row): void {
  const side = row.kind === 'offer' ? market.index.offers : market.index.needs
  if (!side.put(postingOf(market, row)).ok) return
  const { rev, kind, firm_id: firmId, subject, visibility, valid_to: validTo } = row
  market.kept.set(row.id, { rev, kind, firmId, subject, visibility, validTo })
}

function drop(market: Market, id: string): void {
  const kept = market.kept.get(id)
  if (!kept) return
  market.kept.delete(id)
  if (kept.kind === 'offer') market.index.offers.remove(id)
  else market.index.needs.remove(id)
}

// Nothing touches a posting at midnight.
function dropEnded(market: Market, today: string): void {
  for (const [id, { validTo }] of market.kept) if (validTo < today) drop(market, id)
}
