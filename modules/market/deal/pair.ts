import type { Selectable } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, type Tables, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { unitOf } from '@tingzhou/text'
import { changesBetween, type RecordDeps } from '@tingzhou/records'
import { refused, type MarketError } from '../problems.ts'
import { noteAll } from '../record.ts'
import type { PostingState } from '../words.ts'
import '../tables.ts'

export type Posting = Selectable<Tables['market_posting']>

/** A need and an offer for it, both locked. */
export type Pair = { readonly need: Posting; readonly offer: Posting }

/**
 * Postings by their ids, locked. Whoever locks several locks them here, in the order of their ids, so that no two wait for each other.
 * One statement.
 */
export async function lockPostings(
  tx: Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Posting>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('market_posting')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** What is left of a posting; null: it names no quantity. A need that takes from one offer only has nothing left once it took. Pure. */
export const leftOf = ({ kind, is_single, quantity, reserved }: Posting): number | null =>
  kind === 'need' && is_single && reserved > 0 ? 0 : quantity === null ? null : quantity - reserved

/** A quantity in a unit as people read it: 40 t. Pure. */
export function shownQuantity(quantity: number, unit: string): string {
  const known = unitOf(unit)
  const number = known ? quantity / known.base : quantity
  return `${String(Math.round(number * 1_000) / 1_000)} ${known?.unit ?? unit}`
}

/** What a pair trades, and in what it is shown: what the need says, else what the offer says. Pure. */
export const goodsOfPair = ({ need, offer }: Pair) => ({
  product: need.product_code ?? offer.product_code,
  dimension: need.dimension ?? offer.dimension,
  unit: need.unit || offer.unit,
})

/** Whether a posting is in the market on a day. Pure. */
export const isOpenOn = ({ state, valid_to }: Pick<Posting, 'state' | 'valid_to'>, today: string): boolean =>
  (state === 'open' || state === 'matched') && valid_to >= today

/** Whether an offer may serve a need at all, now; of nothing else than the two. Pure. */
export function checkPair({ need, offer }: Pair, today: string): Result<void, MarketError> {
  if (need.kind !== 'need') return refused('needId', need.number, 'a_need')
  if (offer.kind !== 'offer') return refused('offerId', offer.number, 'an_offer')
  if (need.firm_id === offer.firm_id) return refused('offerId', offer.number, 'another_firm')
  if (need.subject !== offer.subject) return refused('offerId', offer.subject, 'same_subject')
  if (need.dimension !== null && offer.dimension !== null && need.dimension !== offer.dimension)
    return refused('offerId', `${need.unit} – ${offer.unit}`, 'same_dimension')
  // 200 t each day are not served by 200 t in stock.
  if ((need.period ?? 'once') !== (offer.period ?? 'once')) return refused('offerId', offer.period, 'same_period')
  for (const [field, posting] of [
    ['needId', need],
    ['offerId', offer],
  ] as const)
    if (!isOpenOn(posting, today))
      return err({ kind: 'posting_state', field, value: posting.state, rule: `still_open_posting ${posting.number}` })
  return ok(undefined)
}

/** Whether so much of an offer may go to a need. Pure. */
export function checkQuantity({ need, offer }: Pair, quantity: number): Result<void, MarketError> {
  const [free, lacking] = [leftOf(offer), leftOf(need)]
  for (const [left, rule, posting] of [
    [free, 'left_of_offer', offer],
    [lacking, 'left_of_need', need],
  ] as const)
    if (left !== null && quantity > left)
      return err({
        kind: 'not_enough',
        field: 'quantity',
        value: shownQuantity(quantity, posting.unit),
        rule: `${rule} ${shownQuantity(left, posting.unit)}`,
      })
  if (offer.min_quantity !== null && quantity < offer.min_quantity)
    return refused(
      'quantity',
      shownQuantity(quantity, offer.unit),
      `minimum_of_offer ${shownQuantity(offer.min_quantity, offer.unit)}`,
    )
  return ok(undefined)
}

/**
 * How a posting stands once so much more, or less, of it is reserved. What ended in another way than by being used up stays as it ended.
 * Pure.
 */
export function reservedState(posting: Posting, change: number, today: string) {
  const reserved = posting.reserved + change
  const after = { ...posting, reserved }
  const isUsedUp = leftOf(after) === 0
  const ended = posting.state === 'withdrawn' || posting.state === 'expired'
  const wasClosedByHand = posting.state === 'closed' && leftOf(posting) !== 0
  const live: PostingState = isUsedUp
    ? 'closed'
    : posting.valid_to < today
      ? 'expired'
      : reserved > 0
        ? 'matched'
        : 'open'
  return { reserved, state: ended || wasClosedByHand ? posting.state : live }
}

/** Reserves on both postings of a pair for a deal, or gives back with a quantity below 0. Four statements, in the order of the locks. */
export async function reserve(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { need, offer }: Pair,
  quantity: number,
  dealNumber: string,
): Promise<void> {
  const now = deps.clock()
  const postings = [need, offer].toSorted((one, other) => (one.id < other.id ? -1 : 1))
  for (const posting of postings)
    await tx
      .updateTable('market_posting')
      .set({
        ...reservedState(posting, quantity, localDateOf(now)),
        rev: posting.rev + 1,
        updated_at: at(now),
        updated_by: actor.name,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', posting.id)
      .execute()
  await noteAll(
    tx,
    deps,
    actor,
    postings.map((posting) => ({
      objectKind: 'market_posting',
      objectId: posting.id,
      verb: quantity > 0 ? 'reserve' : 'give_back',
      to: [need.firm_id, offer.firm_id],
      data: changesBetween({}, { deal: dealNumber, quantity: shownQuantity(Math.abs(quantity), posting.unit) }),
    })),
  )
}
