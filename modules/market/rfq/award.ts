import type { Selectable } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { newId, type Tables, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps, Saved } from '@tingzhou/records'
import { checkDeal, insertDeals, type NewDeal } from '../deal/deal.ts'
import { leftOf, reserve, reservedState, type Posting } from '../deal/pair.ts'
import { speaksFor } from '../deal/side.ts'
import { refused, type MarketError } from '../problems.ts'
import '../tables.ts'
import { postingsBehind } from './postings.ts'
import { lockRfq, setRfq, wrongRfqState } from './rfq.ts'

export type Line = Selectable<Tables['market_rfq_line']>
export type Answer = Selectable<Tables['market_rfq_answer']> & { readonly is_outside: boolean }

/** What the asker takes of a firm's answer to a line. */
export type Award = {
  readonly line: number
  readonly firmId: string
  /** Whole base units; null: as much as is answered and still lacks. */
  readonly quantity: number | null
}

const standMs = 86_400_000

/**
 * The asker takes answers: each becomes a deal to which both said yes already, the supplier by its answer, and is reserved at once. Where no
 * posting stands behind a line or an answer, one is made that only the two see.
 */
export async function awardRfq(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly awards: readonly Award[]; readonly finish: boolean },
): Promise<
  Result<Saved & { readonly deals: readonly { readonly id: string; readonly number: string }[] }, MarketError>
> {
  const { zoneId, clock } = deps
  const locked = await lockRfq(tx, deps, actor, input)
  if (!locked.ok) return locked
  const rfq = locked.value
  if (!speaksFor(actor, rfq.asker_id, false)) return err({ kind: 'not_permitted' })
  const now = clock()
  if (rfq.state !== 'closed') return wrongRfqState(rfq.state, 'rfq_closed')
  const lines = await tx
    .selectFrom('market_rfq_line')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', rfq.id)
    .orderBy('line')
    .execute()
  const answers = await answersOf(tx, zoneId, rfq.id)
  const wanted = wantedOf(lines, answers, input.awards)
  if (!wanted.ok) return wanted
  const made = await postingsBehind(tx, deps, actor, rfq, wanted.value)
  const deals: NewDeal[] = []
  const held = new Map(made.all)
  for (const [place, { line, answer, quantity }] of wanted.value.entries()) {
    const ids = made.pairs[place]
    const [need, offer] = [held.get(ids?.needId ?? ''), held.get(ids?.offerId ?? '')]
    if (!need || !offer) return refused(`awards.${place}`, line.line, 'within_reach')
    const pair = { need, offer }
    const left = leftOf(need)
    const taken = quantity ?? Math.min(answer.quantity ?? 0, left ?? Infinity)
    const fields = {
      quantity: taken,
      priceMilliFen: answer.price_milli_fen,
      pricePer: line.unit,
      standsUntil: now + standMs,
    }
    if (taken <= 0)
      return err({ kind: 'not_enough', field: `awards.${place}.quantity`, value: '0', rule: 'left_of_need 0' })
    const checked = checkDeal(pair, fields, now)
    if (!checked.ok) return checked
    const today = localDateOf(now)
    for (const posting of [need, offer])
      held.set(posting.id, { ...posting, ...reservedState(posting, taken, today), rev: posting.rev + 1 })
    deals.push({
      ...fields,
      id: newId(),
      pair,
      said: ['buyer', 'seller'],
      source: 'rfq',
      sourceId: rfq.id,
      judged: null,
      synthetic: rfq.synthetic,
    })
  }
  const written = await insertDeals(tx, deps, actor, deals)
  for (const [place, { pair, quantity }] of deals.entries())
    await reserve(tx, deps, actor, pair, quantity, written[place]?.number ?? '')
  for (const [place, { answer }] of wanted.value.entries())
    await tx
      .updateTable('market_rfq_answer')
      .set({ deal_id: written[place]?.id ?? null })
      .where('zone_id', '=', zoneId)
      .where('rfq_id', '=', rfq.id)
      .where('firm_id', '=', answer.firm_id)
      .where('line', '=', answer.line)
      .execute()
  const isDone = input.finish || lines.every((line) => isCovered(line, made.needs, held))
  const saved = await setRfq(tx, deps, actor, rfq, isDone ? 'awarded' : 'closed', { verb: 'award' })
  return ok({ ...saved, deals: written })
}

const isCovered = (line: Line, needs: ReadonlyMap<number, string>, held: ReadonlyMap<string, Posting>): boolean => {
  const need = held.get(needs.get(line.line) ?? line.need_id ?? '')
  return need !== undefined && leftOf(need) === 0
}

export type Wanted = { readonly line: Line; readonly answer: Answer; readonly quantity: number | null }

async function answersOf(tx: Tx, zoneId: string, rfqId: string): Promise<readonly Answer[]> {
  return tx
    .selectFrom('market_rfq_answer as a')
    .innerJoin('market_rfq_ask as k', (join) =>
      join.onRef('k.zone_id', '=', 'a.zone_id').onRef('k.rfq_id', '=', 'a.rfq_id').onRef('k.firm_id', '=', 'a.firm_id'),
    )
    .selectAll('a')
    .select('k.is_outside')
    .where('a.zone_id', '=', zoneId)
    .where('a.rfq_id', '=', rfqId)
    .execute()
}

/** The lines and answers that are meant; each answer is taken once. Pure. */
function wantedOf(
  lines: readonly Line[],
  answers: readonly Answer[],
  awards: readonly Award[],
): Result<readonly Wanted[], MarketError> {
  const wanted: Wanted[] = []
  for (const [place, award] of awards.entries()) {
    const line = lines.find((one) => one.line === award.line)
    const answer = answers.find((one) => one.line === award.line && one.firm_id === award.firmId)
    const isTwin = awards.findIndex((one) => one.line === award.line && one.firmId === award.firmId) !== place
    if (!line || !answer || answer.is_declined || isTwin)
      return refused(`awards.${place}.firmId`, award.firmId, 'answered_line')
    if (answer.deal_id !== null)
      return err({ kind: 'taken', field: `awards.${place}.firmId`, value: String(line.line), rule: 'awarded_once' })
    if (award.quantity !== null && award.quantity > (answer.quantity ?? 0))
      return refused(`awards.${place}.quantity`, award.quantity, `at_most ${answer.quantity ?? 0}`)
    wanted.push({ line, answer, quantity: award.quantity })
  }
  return ok(wanted)
}
