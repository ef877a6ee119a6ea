import { setImmediate } from 'node:timers/promises'
import { sql, type Selectable } from 'kysely'
import { ComputeFailed } from '@tingzhou/compute'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type CommandReused, type Tables, type Tx } from '@tingzhou/db'
import { answerFinder, type RequestContext } from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { Saved } from '@tingzhou/records'
import { unitOf, type Explanation } from '@tingzhou/text'
import { checkDeal, insertDeals, proposedOnce, usualEnd, type NewDeal } from '../deal/deal.ts'
import { goodsOfPair, leftOf, lockPostings, type Pair, type Posting } from '../deal/pair.ts'
import { isLive, marketOf, postingOf, publicRivals } from '../posting/market-index.ts'
import { matchSettings } from '../posting/settings.ts'
import type { MarketError } from '../problems.ts'
import { drawNumbers, note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import { proposalJob, type Plan, type PlanArc, type PlanInput } from './plan.ts'
import { needsMax } from './words.ts'

type Deps = RequestContext['deps']
type Wish = { readonly productCode: string | null; readonly commandId: string }

const objectKind = 'market_proposal'
const secondsMax = 60

/** A pair that matching found, with its reasons. */
type Candidate = {
  readonly need: Posting
  readonly offerId: string
  readonly score: number
  readonly explanation: Explanation
  /** Of the product as it is now: what the matcher's cost is of one of. */
  readonly unit: string
}

/** What a proposal was made of. */
export type Drafted = {
  readonly plan: Plan
  readonly input: PlanInput
  readonly needs: readonly Posting[]
  readonly offers: readonly Posting[]
  readonly candidates: readonly Candidate[]
  readonly numbers: Readonly<Record<string, number>>
  readonly leftOut: readonly { readonly needId: string; readonly number: string; readonly rule: string }[]
  readonly readMs: number
  readonly solveMs: number
}

/** What this command was answered before, or null: for it works long before its transaction. */
export const proposedBefore = (deps: Deps, actor: Actor, wish: Wish): Promise<Result<Saved, CommandReused> | null> =>
  answerFinder('market')<Saved>({ deps }, actor, 'make_proposal', wish)

/**
 * Finds offers for all needs of a product, or of all, and reckons who best serves whom. Nothing is written, and nothing is offered to
 * anybody. Four statements, then memory alone, giving way between needs; the reckoning is done by a thread.
 * @returns `field_refused` when there is nothing to reckon, or it came to no answer
 */
export async function draftProposal(
  deps: Deps,
  actor: Actor,
  { productCode }: Pick<Wish, 'productCode'>,
): Promise<Result<Drafted, MarketError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const { db, zoneId, compute, log } = deps
  const begun = performance.now()
  const { numbers } = await matchSettings(db, zoneId)
  const needs = await openNeeds(deps, productCode)
  if (needs.length === 0)
    return err({ kind: 'field_refused', field: 'productCode', value: productCode ?? '', rule: 'some_open_need' })
  const candidates = await candidatesFor(deps, needs, numbers.perNeed)
  const offers = await offersById(deps, candidates)
  const offerAt = new Map(offers.map((offer, place) => [offer.id, place]))
  const needAt = new Map(needs.map((need, place) => [need.id, place]))
  const usable: Candidate[] = []
  const arcs: PlanArc[] = []
  for (const candidate of candidates) {
    const arc = arcOf(candidate, needAt.get(candidate.need.id), offerAt.get(candidate.offerId), offers)
    if (!arc) continue
    usable.push(candidate)
    arcs.push(arc)
  }
  const input = {
    needs: needs.map((need) => ({ id: need.id, lacks: leftOf(need) ?? 0, isSingle: need.is_single })),
    offers: offers.map((offer) => ({ id: offer.id, free: leftOf(offer) ?? 0, minimum: offer.min_quantity ?? 0 })),
    arcs,
    unmetPct: numbers.unmetPct,
  }
  const read = performance.now()
  try {
    const plan = await compute.run(proposalJob, input, { seconds: secondsMax })
    const served = new Set(arcs.map(({ need }) => need))
    const refusedRules = new Map(plan.refused.map(({ need, rule }) => [need, rule]))
    const leftOut = needs.flatMap((need, place) => {
      const rule = refusedRules.get(place) ?? (served.has(place) ? null : 'no_comparable_offer')
      return rule === null ? [] : [{ needId: need.id, number: need.number, rule }]
    })
    const solveMs = Math.round(performance.now() - read)
    return ok({
      plan,
      input,
      needs,
      offers,
      candidates: usable,
      numbers,
      leftOut,
      readMs: Math.round(read - begun),
      solveMs,
    })
  } catch (error) {
    if (!(error instanceof ComputeFailed)) throw error
    log.error({ err: error }, 'a proposal came to no answer')
    return err({ kind: 'field_refused', field: 'seconds', value: String(secondsMax), rule: 'plan_stopped' })
  }
}

/** The best offers that everybody sees for each need. Memory alone once the market is up to date; gives way between needs. */
async function candidatesFor(deps: Deps, needs: readonly Posting[], perNeed: number): Promise<readonly Candidate[]> {
  const market = await marketOf(deps)
  const candidates: Candidate[] = []
  for (const need of needs) {
    // Whoever else asks the server is not kept waiting.
    await setImmediate()
    const found = market.index.match(postingOf(market, need), perNeed, publicRivals(market, need))
    if (found.ok)
      for (const { id, score, explanation } of found.value) {
        const unit = market.zone.products.get(explanation.path.wanted ?? '')?.unit ?? ''
        candidates.push({ need, offerId: id, score, explanation, unit })
      }
  }
  return candidates
}

/** Needs that everybody sees and that lack something counted, the first posted first. One statement. */
const openNeeds = ({ db, zoneId, clock }: Deps, productCode: string | null): Promise<readonly Posting[]> => {
  let query = db
    .selectFrom('market_posting')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('kind', '=', 'need')
    .where('visibility', '=', 'zone')
    .where('quantity', 'is not', null)
    .where(isLive(localDateOf(clock())))
  if (productCode !== null) query = query.where('product_code', '=', productCode)
  return query.orderBy('opened_at').orderBy('id').limit(needsMax).execute()
}

async function offersById({ db, zoneId, clock }: Deps, candidates: readonly Candidate[]): Promise<readonly Posting[]> {
  const ids = [...new Set(candidates.map(({ offerId }) => offerId))]
  if (ids.length === 0) return []
  return db
    .selectFrom('market_posting')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', 'in', ids)
    .where('state', 'in', ['open', 'matched'])
    .where('valid_to', '>=', localDateOf(clock()))
    .where('quantity', 'is not', null)
    .orderBy('opened_at')
    .orderBy('id')
    .execute()
}

/**
 * A pair as an arc; null where its cost delivered is not known, its specification conflicts, or it was found by words alone. A point that it
 * lacks in product, specification and lead time weighs as one hundredth of its cost.
 */
function arcOf(
  { need, explanation, unit }: Candidate,
  needPlace: number | undefined,
  offerPlace: number | undefined,
  offers: readonly Posting[],
): PlanArc | null {
  const offer = offerPlace === undefined ? undefined : offers[offerPlace]
  if (needPlace === undefined || offerPlace === undefined || !offer) return null
  const { cost, cap, parts } = explanation
  const per = unitOf(unit)
  if (cap !== null || cost.deliveredMilliFen === null || !per || per.dimension !== need.dimension) return null
  if (offer.dimension !== need.dimension || (offer.period ?? 'once') !== (need.period ?? 'once')) return null
  const lacking = parts
    .filter(({ part }) => part === 'product' || part === 'spec' || part === 'lead')
    .reduce((sum, { points, of }) => sum + of - points, 0)
  const costMilliFen = (cost.deliveredMilliFen / per.base) * 1_000
  return { need: needPlace, offer: offerPlace, costMilliFen, weighedMilliFen: costMilliFen * (1 + lacking / 100) }
}

/** Keeps a proposal and its pairs, those of the order of posting beside. Five statements. */
export async function keepProposal(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { productCode }: Wish,
  drafted: Drafted,
): Promise<Result<Saved & { readonly number: string }, MarketError>> {
  const { zoneId, clock } = deps
  const { plan, input, needs, offers, candidates } = drafted
  const id = newId()
  const [number = ''] = await drawNumbers(tx, 'CH', 1, clock())
  const { best, first } = plan
  await tx
    .insertInto('market_proposal')
    .values({
      zone_id: zoneId,
      id,
      number,
      product_code: productCode,
      numbers: jsonb(drafted.numbers),
      needs: needs.length,
      offers: offers.length,
      arcs: input.arcs.length,
      cost_fen: best.costFen,
      penalty_fen: best.penaltyFen,
      unmet: best.unmet,
      first_cost_fen: first.costFen,
      first_penalty_fen: first.penaltyFen,
      first_unmet: first.unmet,
      is_optimal: plan.isOptimal,
      left_out: jsonb(drafted.leftOut),
      advice: jsonb(
        plan.advice.slice(0, 100).map(({ kind, need, offer, quantity }) => ({
          kind,
          need: needs[need]?.number ?? '',
          offer: offers[offer]?.number ?? '',
          quantity,
        })),
      ),
      read_ms: drafted.readMs,
      solve_ms: drafted.solveMs,
      made_at: at(clock()),
      made_by: actor.name,
      sent_at: null,
      sent_by: null,
      synthetic: needs.some(({ synthetic }) => synthetic),
    })
    .execute()
  const fenOf = (arc: number, quantity: number) =>
    Math.round(((quantity / 1_000) * (input.arcs[arc]?.costMilliFen ?? 0)) / 1_000)
  const rows = candidates.flatMap((candidate, arc) => {
    const [quantity, firstQuantity] = [best.quantities[arc] ?? 0, first.quantities[arc] ?? 0]
    const offer = offers[input.arcs[arc]?.offer ?? -1]
    if (quantity + firstQuantity === 0 || !offer) return []
    return [
      {
        need_id: candidate.need.id,
        offer_id: offer.id,
        need_product: candidate.need.product_code,
        offer_product: offer.product_code,
        dimension: candidate.need.dimension ?? '',
        quantity,
        first_quantity: firstQuantity,
        cost_fen: fenOf(arc, quantity),
        first_cost_fen: fenOf(arc, firstQuantity),
        price_milli_fen: offer.price_milli_fen,
        price_per: offer.price_per,
        score: candidate.score,
        explanation: jsonb(candidate.explanation),
        deal_id: null,
        stale: null,
      },
    ]
  })
  if (rows.length > 0)
    await tx
      .insertInto('market_proposal_pair')
      .values(rows.map((row, place) => ({ zone_id: zoneId, proposal_id: id, seq: place + 1, ...row })))
      .execute()
  await note(tx, deps, actor, {
    objectKind,
    objectId: id,
    verb: 'make',
    data: { needs: needs.length, pairs: rows.length },
  })
  return ok({ id, number, rev: 1 })
}

type Stale = { readonly kind: string; readonly value: string; readonly rule: string }

/** Proposes all pairs of a plan to their firms at once; those that hold no longer are named and left out. Twelve statements. */
export async function sendProposal(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number },
): Promise<Result<Saved & { readonly sent: number; readonly stale: number }, MarketError>> {
  const { zoneId, clock } = deps
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const proposal = await tx
    .selectFrom('market_proposal')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!proposal) return err({ kind: 'not_found' })
  const fresh = expectRevision(proposal.rev, input.rev)
  if (!fresh.ok) return fresh
  if (proposal.state === 'sent')
    return err({ kind: 'posting_state', field: 'state', value: 'sent', rule: 'proposal_made' })
  const pairs = await tx
    .selectFrom('market_proposal_pair')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('proposal_id', '=', input.id)
    .where('quantity', '>', 0)
    .orderBy('seq')
    .execute()
  const postings = await lockPostings(tx, zoneId, [
    ...new Set(pairs.flatMap(({ need_id, offer_id }) => [need_id, offer_id])),
  ])
  const once = await proposedOnce(
    tx,
    zoneId,
    pairs.map(({ need_id }) => need_id),
  )
  const now = clock()
  const deals: NewDeal[] = []
  const outcome: { readonly seq: number; readonly dealId: string | null; readonly stale: Stale | null }[] = []
  for (const row of pairs) {
    const [need, offer] = [postings.get(row.need_id), postings.get(row.offer_id)]
    if (!need || !offer) continue
    const deal = dealOf(row, { need, offer }, once, now)
    if (deal.ok) deals.push(deal.value)
    outcome.push({ seq: row.seq, dealId: deal.ok ? deal.value.id : null, stale: deal.ok ? null : deal.error })
  }
  const stale = outcome.length - deals.length
  await insertDeals(tx, deps, actor, deals)
  await sql`update market_proposal_pair p set deal_id = o."dealId", stale = o.stale
    from jsonb_to_recordset(${jsonb(outcome)}::jsonb) as o(seq integer, "dealId" uuid, stale jsonb)
    where p.zone_id = ${zoneId} and p.proposal_id = ${proposal.id}::uuid and p.seq = o.seq`.execute(tx)
  await tx
    .updateTable('market_proposal')
    .set({ state: 'sent', sent_at: at(now), sent_by: actor.name, rev: proposal.rev + 1 })
    .where('zone_id', '=', zoneId)
    .where('id', '=', proposal.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind,
    objectId: proposal.id,
    verb: 'send',
    data: { sent: deals.length, stale },
  })
  return ok({ id: proposal.id, rev: proposal.rev + 1, sent: deals.length, stale })
}

/** A pair as the deal that it becomes, or why it holds no longer. Pure but for the deal's id. */
function dealOf(
  row: Selectable<Tables['market_proposal_pair']>,
  pair: Pair,
  once: Awaited<ReturnType<typeof proposedOnce>>,
  now: EpochMs,
): Result<NewDeal, Stale> {
  const { need, offer } = pair
  // What was reckoned is what is proposed, also where a posting was changed since.
  const isSame =
    need.product_code === row.need_product &&
    offer.product_code === row.offer_product &&
    goodsOfPair(pair).dimension === row.dimension
  if (!isSame) return err({ kind: 'field_refused', value: offer.number, rule: 'same_product' })
  const fields = {
    quantity: row.quantity,
    priceMilliFen: row.price_milli_fen,
    pricePer: row.price_per,
    standsUntil: usualEnd(now),
  }
  const checked = checkDeal(pair, fields, now)
  if (!checked.ok) return err(staleOf(checked.error))
  const fresh = once(pair)
  if (!fresh.ok) return err(staleOf(fresh.error))
  return ok({
    ...fields,
    id: newId(),
    pair,
    said: [],
    source: 'assignment',
    sourceId: row.proposal_id,
    judged: { score: row.score, explanation: row.explanation },
    synthetic: need.synthetic || offer.synthetic,
  })
}

const staleOf = (error: MarketError): Stale =>
  'rule' in error
    ? { kind: error.kind, value: error.value, rule: error.rule }
    : { kind: error.kind, value: '', rule: '' }
