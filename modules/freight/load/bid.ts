import { sql } from 'kysely'
import { grantReach, mayReach } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { partiesOf, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { keptLoad } from './load.ts'
import { giveShares, wrongMode } from './share.ts'
import { wasOffered } from './stand.ts'
import { stateRefusal, type Load } from './take.ts'
import { carriers, tellPeople } from './told.ts'

type BidFields = {
  /** Thousandths of a fen for a ton, cubic metre or truck. */
  readonly carrierMilliFen: number
  /** In the load's measure. */
  readonly quantity: number
  readonly words: string
}

/** What the rules say of a bid at a moment of the server's clock, or null. Pure. */
function refuseBid(load: Load, bid: BidFields, now: EpochMs): FreightError | null {
  if (load.mode !== 'bid' || load.bid_until === null) return wrongMode(load)
  // Also where the timer has not yet ended the load.
  if (now >= load.bid_until) return biddingOver(load)
  const closed = stateRefusal(load, now)
  if (closed) return closed
  const ceiling = load.carrier_milli_fen
  if (ceiling > 0 && bid.carrierMilliFen > ceiling)
    return refused('carrierMilliFen', bid.carrierMilliFen, 'not_over_ceiling')
  if (bid.quantity > load.quantity) return refused('quantity', bid.quantity, 'not_over_quantity')
  return null
}

const refused = (field: string, value: number, rule: string) =>
  ({ kind: 'field_refused', field, value: String(value), rule }) as const
const biddingOver = ({ number }: Load) =>
  ({ kind: 'bidding_over', field: 'id', value: number, rule: 'before_deadline' }) as const

/** Places a carrier's bid. Only its own people do: whoever decides does not bid. */
export async function placeBid(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: BidFields & { readonly id: string; readonly carrierId: string },
): Promise<Result<{ id: string }, FreightError>> {
  const { carrierId } = input
  const { zoneId } = deps
  const load = await shareLock(tx, zoneId, input.id)
  const isOffered = load && ((await mayReach(tx, actor, zoneId, 'freight_load', load.id)) || wasOffered(load, actor))
  if (!load || !isOffered) return err({ kind: 'not_found' })
  if (!partiesOf(actor, 'carrier').includes(carrierId)) return err({ kind: 'not_allowed' })
  const now = deps.clock()
  const refusal = refuseBid(load, input, now)
  if (refusal) return err(refusal)
  const carrier = await tx
    .selectFrom('freight_carrier')
    .select(['name', 'state'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', carrierId)
    .executeTakeFirst()
  if (carrier?.state !== 'open')
    return err({ kind: 'not_open', field: 'carrierId', value: carrier?.name ?? carrierId, rule: 'still_open' })
  const id = newId()
  const added = await tx
    .insertInto('freight_bid')
    .values({
      zone_id: zoneId,
      id,
      load_id: load.id,
      carrier_id: carrierId,
      ...toRow(input),
      placed_at: at(now),
      placed_by: actor.name,
    })
    .onConflict((conflict) => conflict.columns(['zone_id', 'load_id', 'carrier_id']).where(isOpen).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'taken', field: 'carrierId', value: carrier.name, rule: 'one_bid' })
  // Whoever bade sees what becomes of the load.
  await grantReach(tx, zoneId, [
    { objectKind: 'freight_load', objectId: load.id, partyId: carrierId, relation: 'owner' },
  ])
  await noteBid(tx, deps, actor, id, carrierId, 'place', input)
  return ok({ id })
}

// Said as text: a parameter would not be known to mean the index freight_bid_open.
const isOpen = sql<boolean>`state = 'submitted'`

const toRow = ({ carrierMilliFen, quantity, words }: BidFields) => ({
  carrier_milli_fen: carrierMilliFen,
  quantity,
  words,
})

const noteBid = (
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  id: string,
  carrierId: string,
  verb: string,
  bid?: BidFields,
) =>
  note(tx, deps, actor, {
    objectKind: 'freight_bid',
    objectId: id,
    verb,
    data: bid ? toRow(bid) : {},
    // Nobody but the bidder hears of it.
    to: [carrierId],
  })

/** The load under a lock that others who bid share, so that whoever ends the bidding waits for them. */
const shareLock = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('freight_load')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst()

type BidStep = { readonly id: string; readonly rev: number }

/** Changes an open bid, before the deadline. */
export async function changeBid(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: BidStep & BidFields,
): Promise<Result<{ id: string }, FreightError>> {
  const found = await ownBid(tx, deps, actor, input)
  if (!found.ok) return found
  const { load, bid } = found.value
  const now = deps.clock()
  const refusal = refuseBid(load, input, now)
  if (refusal) return err(refusal)
  await tx
    .updateTable('freight_bid')
    .set({ ...toRow(input), placed_at: at(now), placed_by: actor.name, rev: bid.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', bid.id)
    .execute()
  await noteBid(tx, deps, actor, bid.id, bid.carrier_id, 'change', input)
  return ok({ id: bid.id })
}

/** Withdraws an open bid, before the deadline. */
export async function withdrawBid(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: BidStep,
): Promise<Result<{ id: string }, FreightError>> {
  const found = await ownBid(tx, deps, actor, input)
  if (!found.ok) return found
  const { load, bid } = found.value
  const now = deps.clock()
  if (load.bid_until !== null && now >= load.bid_until) return err(biddingOver(load))
  await tx
    .updateTable('freight_bid')
    .set({ state: 'withdrawn', decided_at: at(now), rev: bid.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', bid.id)
    .execute()
  await noteBid(tx, deps, actor, bid.id, bid.carrier_id, 'withdraw')
  return ok({ id: bid.id })
}

/** An open bid of one's own carrier and its load, locked. Three statements. */
async function ownBid(tx: Tx, { zoneId }: FreightDeps, actor: Actor, { id, rev }: BidStep) {
  const query = tx.selectFrom('freight_bid').selectAll().where('zone_id', '=', zoneId).where('id', '=', id)
  const known = await query.executeTakeFirst()
  if (!known || !partiesOf(actor, 'carrier').includes(known.carrier_id)) return err({ kind: 'not_found' } as const)
  const load = await shareLock(tx, zoneId, known.load_id)
  const bid = await query.forUpdate().executeTakeFirst()
  if (!load || !bid) return err({ kind: 'not_found' } as const)
  const fresh = expectRevision(bid.rev, rev)
  if (!fresh.ok) return fresh
  if (bid.state !== 'submitted')
    return err({ kind: 'load_state', field: 'state', value: bid.state, rule: 'bid_submitted' } as const)
  return ok({ load, bid })
}

type Award = { readonly bidId: string; readonly quantity: number | null }

/** Gives the load, after the deadline, to one or several of those who bade, at their prices; the others have lost. */
export async function awardBids(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string; readonly awards: readonly Award[] },
): Promise<Result<{ shares: readonly string[]; rev: number }, FreightError>> {
  const kept = await keptLoad(tx, deps, actor, input)
  if (!kept.ok) return kept
  const load = kept.value
  const { zoneId } = deps
  const now = deps.clock()
  if (load.mode !== 'bid' || load.bid_until === null) return err(wrongMode(load))
  if (now < load.bid_until)
    return err({ kind: 'bidding_open', field: 'id', value: load.number, rule: 'after_deadline' })
  const bids = await tx
    .selectFrom('freight_bid')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('load_id', '=', load.id)
    .where('state', '=', 'submitted')
    .forUpdate()
    .execute()
  const wanted = []
  for (const { bidId, quantity } of input.awards) {
    const bid = bids.find(({ id }) => id === bidId)
    if (!bid) return err({ kind: 'field_refused', field: 'awards', value: bidId, rule: 'within_reach' })
    if (quantity !== null && quantity > bid.quantity)
      return err({ kind: 'field_refused', field: 'awards', value: String(quantity), rule: 'not_over_bid' })
    wanted.push({
      carrierId: bid.carrier_id,
      quantity: quantity ?? bid.quantity,
      carrierMilliFen: bid.carrier_milli_fen,
      bidId,
    })
  }
  const given = await giveShares(tx, deps, actor, load, wanted)
  if (!given.ok) return given
  const won = new Set(input.awards.map(({ bidId }) => bidId))
  await tx
    .updateTable('freight_bid')
    .set((eb) => ({
      state: eb
        .case()
        .when('id', 'in', [...won])
        .then('awarded' as const)
        .else('lost' as const)
        .end(),
      decided_at: at(now),
      rev: eb('rev', '+', 1),
    }))
    .where('zone_id', '=', zoneId)
    .where('load_id', '=', load.id)
    .where('state', '=', 'submitted')
    .execute()
  await tx
    .updateTable('freight_load')
    .set({ rev: load.rev + 1, updated_at: at(now), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', load.id)
    .execute()
  const lost = bids.filter(({ id }) => !won.has(id)).map((bid) => bid.carrier_id)
  await note(tx, deps, actor, {
    objectKind: 'freight_load',
    objectId: load.id,
    verb: 'award',
    why: input.why,
    data: { bids: bids.length, awards: wanted.map(({ carrierId, quantity }) => ({ carrierId, quantity })) },
    to: [load.shipper_id, ...lost],
  })
  await tellPeople(tx, deps, load, [{ text: 'bid_lost', needsMe: false, to: carriers(lost) }])
  return ok({ shares: given.value, rev: load.rev + 1 })
}
