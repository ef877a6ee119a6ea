import { sql, type Selectable } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type Tables, type Tx } from '@tingzhou/db'
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import { indexObjects } from '@tingzhou/search'
import { unitOf, type Explanation } from '@tingzhou/text'
import { firmNames } from '../firm.ts'
import { refused, type MarketError } from '../problems.ts'
import { actsFor } from '../reach.ts'
import { drawNumbers, note, noteAll, type MarketKind } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import type { DealSource, DealState } from '../words.ts'
import { tellFirms, type FirmLine } from '../told.ts'
import {
  checkPair,
  checkQuantity,
  goodsOfPair,
  lockPostings,
  reserve,
  shownQuantity,
  type Pair,
  type Posting,
} from './pair.ts'
import { loadOfDeal } from './load-stand.ts'
import { sidesOf, speaksFor, type Sides } from './side.ts'
import { standDays, standDaysMax, type Said, type Side } from './words.ts'

export type Deal = Selectable<Tables['market_deal']>

/** What matching said of the pair when it was proposed. */
export type Judged = { readonly score: number; readonly explanation: Explanation }

const dayMs = 86_400_000

/** What a deal is made of besides its pair. */
export type DealFields = {
  /** Whole base units. */
  readonly quantity: number
  readonly priceMilliFen: number | null
  readonly pricePer: string | null
  /** Milliseconds since the epoch. */
  readonly standsUntil: number
}

/** A deal that is to be made: who said yes already, from where it comes. */
export type NewDeal = DealFields & {
  readonly id: string
  readonly pair: Pair
  readonly said: readonly Side[]
  readonly source: DealSource
  readonly sourceId: string | null
  readonly judged: Judged | null
  readonly synthetic: boolean
}

/** Until when a proposal stands that does not say. Pure. */
export const usualEnd = (now: EpochMs): EpochMs => epochMs(now + standDays * dayMs)

/** What the rules say of a deal's pair, quantity and price. Pure. */
export function checkDeal(pair: Pair, fields: DealFields, now: EpochMs): Result<void, MarketError> {
  const fits = checkPair(pair, localDateOf(now))
  if (!fits.ok) return fits
  const { dimension } = goodsOfPair(pair)
  if (dimension === null) return refused('quantity', fields.quantity, 'quantity_said')
  const { priceMilliFen, pricePer, standsUntil } = fields
  if ((priceMilliFen === null) !== (pricePer === null)) return refused('pricePer', pricePer, 'price_and_unit')
  if (pricePer !== null && unitOf(pricePer)?.dimension !== dimension)
    return refused('pricePer', pricePer, 'per_of_dimension')
  if (standsUntil <= now) return refused('standsUntil', standsUntil, 'stands_from_now')
  const last = epochMs(now + standDaysMax * dayMs)
  if (standsUntil > last) return refused('standsUntil', standsUntil, `stands_at_most ${localDateOf(last)}`)
  return checkQuantity(pair, fields.quantity)
}

/** Proposes an offer for a need. Whoever belongs to a side says yes for it by proposing. */
export async function proposeDeal(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Omit<DealFields, 'standsUntil'> & {
    readonly needId: string
    readonly offerId: string
    readonly standsUntil?: number | undefined
  },
  judged: Judged | null,
): Promise<Result<Saved & { readonly number: string }, MarketError>> {
  const { zoneId, clock } = deps
  const { needId, offerId } = input
  const postings = await lockPostings(tx, zoneId, [needId, offerId])
  const seen = await reachedOf(tx, zoneId, actor, [needId, offerId])
  const [need, offer] = [postings.get(needId), postings.get(offerId)]
  if (!need || !seen.has(needId)) return refused('needId', needId, 'within_reach')
  if (!offer || !seen.has(offerId)) return refused('offerId', offerId, 'within_reach')
  if (!actsFor(actor, need.firm_id) && !actsFor(actor, offer.firm_id)) return err({ kind: 'not_permitted' })
  const pair = { need, offer }
  const now = clock()
  const fields = { ...input, standsUntil: input.standsUntil ?? usualEnd(now) }
  const checked = checkDeal(pair, fields, now)
  if (!checked.ok) return checked
  const once = (await proposedOnce(tx, zoneId, [needId]))(pair)
  if (!once.ok) return once
  const said = sidesOf(actor, sidesOfPair(pair))
  const [made] = await insertDeals(tx, deps, actor, [
    {
      ...fields,
      id: newId(),
      pair,
      said: said.length === 2 ? [] : said,
      source: 'firm',
      sourceId: null,
      judged,
      synthetic: need.synthetic || offer.synthetic,
    },
  ])
  return made ? ok({ id: made.id, number: made.number, rev: 1 }) : err({ kind: 'not_found' })
}

/**
 * A pair is proposed once: what refuses it while a proposal for the two waits for an answer. One statement, by market_deal_pair.
 * @param needIds  of the pairs that will be asked about
 */
export async function proposedOnce(
  tx: Tx,
  zoneId: string,
  needIds: readonly string[],
): Promise<(pair: Pair) => Result<void, MarketError>> {
  const rows = await tx
    .selectFrom('market_deal')
    .select(['number', 'need_id', 'offer_id'])
    .where('zone_id', '=', zoneId)
    .where('need_id', '=', sql<string>`any(${[...needIds]}::uuid[])`)
    .where('state', '=', 'proposed')
    .execute()
  const numbers = new Map(rows.map((row) => [`${row.need_id} ${row.offer_id}`, row.number]))
  return ({ need, offer }) => {
    const value = numbers.get(`${need.id} ${offer.id}`)
    return value === undefined ? ok(undefined) : err({ kind: 'taken', field: 'offerId', value, rule: 'proposed_once' })
  }
}

export const sidesOfPair = ({ need, offer }: Pair): Sides => ({
  buyer: { id: need.firm_id, isOutside: need.firm_outside },
  seller: { id: offer.firm_id, isOutside: offer.firm_outside },
})

/** Those of the postings that the actor may read. One statement. */
async function reachedOf(tx: Tx, zoneId: string, actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('market_posting as p')
    .select('p.id')
    .where('p.zone_id', '=', zoneId)
    .where('p.id', 'in', [...ids])
    .where(reaches(actor, 'market_posting', { zoneId, objectId: sql.ref('p.id') }))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/**
 * Writes deals whose rules were looked at and whose postings are locked. Deals to which both sides said yes are agreed; whoever calls
 * reserves for them. Seven statements at most, however many deals.
 */
export async function insertDeals(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  deals: readonly NewDeal[],
): Promise<readonly { readonly id: string; readonly number: string }[]> {
  if (deals.length === 0) return []
  const { zoneId, clock } = deps
  const now = clock()
  const numbers = await drawNumbers(tx, 'CJ', deals.length, now)
  const rows = deals.map((deal, place) => {
    const { need, offer } = deal.pair
    const goods = goodsOfPair(deal.pair)
    const saidBy = (side: Side) => (deal.said.includes(side) ? ('yes' as const) : null)
    return {
      id: deal.id,
      number: numbers[place] ?? '', // one a deal
      need_id: need.id,
      offer_id: offer.id,
      buyer_id: need.firm_id,
      seller_id: offer.firm_id,
      quantity: deal.quantity,
      product_code: goods.product,
      dimension: goods.dimension ?? '',
      price_milli_fen: deal.priceMilliFen,
      price_per: deal.pricePer,
      source: deal.source,
      source_id: deal.sourceId,
      score: deal.judged?.score ?? null,
      explanation: deal.judged ? jsonb(deal.judged.explanation) : null,
      buyer_said: saidBy('buyer'),
      buyer_said_at: saidBy('buyer') && at(now),
      seller_said: saidBy('seller'),
      seller_said_at: saidBy('seller') && at(now),
      state: isAgreed(deal) ? ('agreed' as const) : ('proposed' as const),
      stands_until: at(epochMs(deal.standsUntil)),
      load_id: null,
      synthetic: deal.synthetic,
      ...writtenBy(actor, now),
    }
  })
  await tx
    .insertInto('market_deal')
    .values(rows.map((row) => ({ zone_id: zoneId, ...row })))
    .execute()
  await grantReach(
    tx,
    zoneId,
    rows.flatMap(({ id, need_id, offer_id, buyer_id, seller_id }) => [
      reachOf('market_deal', id, buyer_id),
      reachOf('market_deal', id, seller_id),
      // A firm that is asked reads what it is asked about, also where it was shown to few.
      reachOf('market_posting', need_id, seller_id),
      reachOf('market_posting', offer_id, buyer_id),
    ]),
  )
  await indexObjects(
    tx,
    zoneId,
    deals.map(({ id, pair }, place) => ({
      objectKind: 'market_deal',
      objectId: id,
      title: pair.need.text.slice(0, 80),
      number: numbers[place] ?? '', // one a deal
      updatedAt: now,
    })),
  )
  await noteAll(
    tx,
    deps,
    actor,
    deals.map((deal) => ({
      objectKind: 'market_deal' as const,
      objectId: deal.id,
      verb: isAgreed(deal) ? 'agree' : 'propose',
      data: changesBetween(
        {},
        {
          need: deal.pair.need.number,
          offer: deal.pair.offer.number,
          quantity: shownQuantity(deal.quantity, goodsOfPair(deal.pair).unit),
          price_milli_fen: deal.priceMilliFen,
          price_per: deal.pricePer,
          source: deal.source,
          score: deal.judged?.score ?? null,
        },
      ),
      to: [deal.pair.need.firm_id, deal.pair.offer.firm_id],
    })),
  )
  const names = await namesOf(
    tx,
    zoneId,
    deals.map(({ pair }) => pair),
  )
  await tellFirms(
    tx,
    deps,
    deals.flatMap((deal, place) => {
      const number = numbers[place] ?? '' // one a deal
      const lines = linesOf(
        isAgreed(deal) ? 'deal_agreed' : 'deal_proposed',
        { id: deal.id, number },
        deal.quantity,
        deal.pair,
        names,
      )
      // Whoever proposed knows.
      return lines.filter(
        ({ firmId }) => isAgreed(deal) || !deal.said.some((side) => firmId === firmOf(deal.pair, side)),
      )
    }),
  )
  return rows.map(({ id, number }) => ({ id, number }))
}

const reachOf = (objectKind: MarketKind, objectId: string, partyId: string) =>
  ({ objectKind, objectId, partyId, relation: 'enterprise' }) as const

const isAgreed = ({ said }: NewDeal): boolean => said.length === 2

const firmOf = ({ need, offer }: Pair, side: Side): string => (side === 'buyer' ? need.firm_id : offer.firm_id)

/** Names of the firms of pairs. Two statements at most. */
const namesOf = (tx: Tx, zoneId: string, pairs: readonly Pair[]) =>
  firmNames(
    tx,
    zoneId,
    pairs.map(sidesOfPair).flatMap(({ buyer, seller }) => [buyer, seller]),
  )

function linesOf(
  text: 'deal_proposed' | 'deal_agreed' | 'deal_refused' | 'deal_lapsed' | 'deal_cancelled' | 'deal_delivered',
  { id, number }: { readonly id: string; readonly number: string },
  quantity: number,
  pair: Pair,
  names: ReadonlyMap<string, string>,
): readonly FirmLine[] {
  const goods = `${pair.need.text.slice(0, 40)} ${shownQuantity(quantity, goodsOfPair(pair).unit)}`
  return (['buyer', 'seller'] as const).map((side) => ({
    text,
    needsMe: text === 'deal_proposed',
    firmId: firmOf(pair, side),
    params: { number, goods, other: names.get(firmOf(pair, side === 'buyer' ? 'seller' : 'buyer')) ?? '' },
    objectKind: 'market_deal',
    objectId: id,
    path: `/market-deals/${id}`,
  }))
}

type Locked = { readonly deal: Deal; readonly pair: Pair }

/**
 * A deal and its postings, locked: the deal first, then the postings in the order of their ids. Two statements.
 * @param rev  null: as it stands
 */
export async function lockDeal(
  tx: Tx,
  { zoneId }: RecordDeps,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number | null },
): Promise<Result<Locked, MarketError>> {
  const deal = await tx
    .selectFrom('market_deal')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'market_deal', { zoneId, objectId: sql.ref('market_deal.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!deal) return err({ kind: 'not_found' })
  const fresh = expectRevision(deal.rev, rev ?? deal.rev)
  if (!fresh.ok) return fresh
  return ok({ deal, pair: pairAmong(await lockPostings(tx, zoneId, [deal.need_id, deal.offer_id]), deal) })
}

/** The pair of a deal among locked postings. */
export function pairAmong(postings: ReadonlyMap<string, Posting>, deal: Pick<Deal, 'need_id' | 'offer_id'>): Pair {
  const [need, offer] = [postings.get(deal.need_id), postings.get(deal.offer_id)]
  assert(need && offer, 'a foreign key holds the postings of a deal')
  return { need, offer }
}

const wrongState = ({ state }: Deal, rule: string) =>
  err({ kind: 'posting_state', field: 'state', value: state, rule } as const)

/** One side says yes or no. The second yes reserves the quantity on both postings; the first no ends the proposal. */
export async function answerDeal(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly side: Side; readonly said: Said; readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const locked = await lockDeal(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { deal, pair } = locked.value
  const { side, said, why } = input
  if (!sidesOf(actor, sidesOfPair(pair)).includes(side)) return err({ kind: 'not_permitted' })
  if (deal.state !== 'proposed') return wrongState(deal, 'deal_proposed')
  const now = deps.clock()
  if (deal.stands_until <= now) return wrongState(deal, 'still_stands')
  const before = side === 'buyer' ? deal.buyer_said : deal.seller_said
  if (before === said) return wrongState(deal, 'not_said_yet')
  // A yes is to what was proposed.
  const goods = goodsOfPair(pair)
  if (said === 'yes' && (goods.product !== deal.product_code || goods.dimension !== deal.dimension))
    return refused('productCode', goods.product, 'same_product')
  const other = side === 'buyer' ? deal.seller_said : deal.buyer_said
  const state: DealState = said === 'no' ? 'refused' : other === 'yes' ? 'agreed' : 'proposed'
  if (state === 'agreed') {
    const fits = checkPair(pair, localDateOf(now))
    if (!fits.ok) return fits
    const enough = checkQuantity(pair, deal.quantity)
    if (!enough.ok) return enough
  }
  const words =
    side === 'buyer' ? { buyer_said: said, buyer_said_at: at(now) } : { seller_said: said, seller_said_at: at(now) }
  return settle(
    tx,
    deps,
    actor,
    locked.value,
    { ...words, state, why: said === 'no' ? why : '' },
    {
      verb: said === 'no' ? `refuse_${side}` : state === 'agreed' ? 'agree' : `accept_${side}`,
      why,
    },
  )
}

/** Either side takes an agreed deal back, and the quantity is free again; whoever proposes takes a proposal back. */
export async function cancelDeal(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const locked = await lockDeal(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { deal, pair } = locked.value
  const isOfSide = sidesOf(actor, sidesOfPair(pair)).length > 0
  // Officers take back what they proposed, not what two firms agreed on.
  if (!isOfSide && !(deal.state === 'proposed' && hasRole(actor, ...keepingRoles)))
    return err({ kind: 'not_permitted' })
  if (deal.state !== 'agreed' && deal.state !== 'proposed') return wrongState(deal, 'deal_agreed')
  const load = await loadOfDeal(tx, deps.zoneId, deal)
  if (load) return wrongState(deal, `with_load ${load.number}`)
  return settle(
    tx,
    deps,
    actor,
    locked.value,
    { state: 'cancelled', why: input.why },
    { verb: 'cancel', why: input.why },
  )
}

/** The buyer has it. */
export async function deliverDeal(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number },
): Promise<Result<Saved, MarketError>> {
  const locked = await lockDeal(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { deal, pair } = locked.value
  if (!speaksFor(actor, deal.buyer_id, pair.need.firm_outside)) return err({ kind: 'not_permitted' })
  if (deal.state !== 'agreed') return wrongState(deal, 'deal_agreed')
  return settle(tx, deps, actor, locked.value, { state: 'delivered' }, { verb: 'deliver' })
}

const textOf = {
  agreed: 'deal_agreed',
  refused: 'deal_refused',
  lapsed: 'deal_lapsed',
  cancelled: 'deal_cancelled',
  delivered: 'deal_delivered',
} as const

/** Writes what became of a deal, reserves or gives back, and tells both sides. */
export async function settle(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { deal, pair }: Locked,
  change: {
    readonly state: DealState
    readonly why?: string
    readonly buyer_said?: Said
    readonly buyer_said_at?: Date
    readonly seller_said?: Said
    readonly seller_said_at?: Date
  },
  deed: { readonly verb: string; readonly why?: string },
): Promise<Result<Saved, MarketError>> {
  const { state } = change
  const rev = deal.rev + 1
  await tx
    .updateTable('market_deal')
    .set({ ...change, rev, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', deal.id)
    .execute()
  const holds = (one: DealState) => one === 'agreed' || one === 'delivered'
  const moved = holds(state) === holds(deal.state) ? 0 : holds(state) ? deal.quantity : -deal.quantity
  if (moved !== 0) await reserve(tx, deps, actor, pair, moved, deal.number)
  await note(tx, deps, actor, {
    objectKind: 'market_deal',
    objectId: deal.id,
    verb: deed.verb,
    ...(deed.why ? { why: deed.why } : {}),
    to: [deal.buyer_id, deal.seller_id],
    data: changesBetween({ state: deal.state }, { state }),
  })
  if (state !== 'proposed') {
    const names = await namesOf(tx, deps.zoneId, [pair])
    await tellFirms(tx, deps, linesOf(textOf[state], deal, deal.quantity, pair, names))
  }
  return ok({ id: deal.id, rev })
}
