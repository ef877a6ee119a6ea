import { at, expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import { speaksFor } from '../deal/side.ts'
import { masked } from '../posting/personal.ts'
import { refused, type MarketError } from '../problems.ts'
import { note } from '../record.ts'
import { lockRfq, wrongRfqState } from './rfq.ts'

/** What a firm says to a line. */
export type AnswerLine = {
  readonly line: number
  readonly isDeclined: boolean
  /** Milli-fen for one unit of the line. */
  readonly priceMilliFen: number | null
  /** Whole base units. */
  readonly quantity: number | null
  readonly leadDays: number | null
  readonly remark: string
}

/** A firm answers, or answers anew: what it says now is all that it says. Until the time is over. */
export async function answerRfq(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly firmId: string
    /** Of its answers; as last read. */
    readonly rev: number
    readonly lines: readonly AnswerLine[]
    readonly remark: string
  },
): Promise<Result<{ readonly rev: number }, MarketError>> {
  const { zoneId, clock } = deps
  const locked = await lockRfq(tx, deps, actor, { id: input.id, rev: null })
  if (!locked.ok) return locked
  const rfq = locked.value
  const ask = await tx
    .selectFrom('market_rfq_ask')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', rfq.id)
    .where('firm_id', '=', input.firmId)
    .forUpdate()
    .executeTakeFirst()
  if (!ask || !speaksFor(actor, input.firmId, ask.is_outside)) return err({ kind: 'not_permitted' })
  const fresh = expectRevision(ask.rev, input.rev)
  if (!fresh.ok) return fresh
  const now = clock()
  if (rfq.state !== 'open' || rfq.closes_at <= now) return wrongRfqState(rfq.state, 'rfq_open')
  const known = await tx
    .selectFrom('market_rfq_line')
    .select('line')
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', rfq.id)
    .execute()
  const fault = faultOf(input.lines, new Set(known.map(({ line }) => line)))
  if (fault) return fault
  await tx
    .deleteFrom('market_rfq_answer')
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', rfq.id)
    .where('firm_id', '=', input.firmId)
    .execute()
  await tx
    .insertInto('market_rfq_answer')
    .values(
      input.lines.map((line) => ({
        zone_id: zoneId,
        rfq_id: rfq.id,
        firm_id: input.firmId,
        line: line.line,
        is_declined: line.isDeclined,
        price_milli_fen: line.isDeclined ? null : line.priceMilliFen,
        quantity: line.isDeclined ? null : line.quantity,
        lead_days: line.isDeclined ? null : line.leadDays,
        remark: masked(line.remark).text,
        deal_id: null,
      })),
    )
    .execute()
  const rev = ask.rev + 1
  await tx
    .updateTable('market_rfq_ask')
    .set({ answered_at: at(now), answered_by: actor.name, remark: masked(input.remark).text, rev })
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', rfq.id)
    .where('firm_id', '=', input.firmId)
    .execute()
  // Who answered, and what, is not for the others who were asked: the history says only that somebody did.
  await note(
    tx,
    deps,
    { ...actor, name: '' },
    { objectKind: 'market_rfq', objectId: rfq.id, verb: 'answer', to: [rfq.asker_id] },
  )
  return ok({ rev })
}

function faultOf(lines: readonly AnswerLine[], known: ReadonlySet<number>) {
  const seen = new Set<number>()
  for (const [place, { line, isDeclined, priceMilliFen, quantity }] of lines.entries()) {
    const field = `lines.${place}`
    if (!known.has(line) || seen.has(line)) return refused(`${field}.line`, line, 'line_once')
    seen.add(line)
    if (isDeclined) continue
    if (priceMilliFen === null) return refused(`${field}.priceMilliFen`, '', 'price_or_decline')
    if (quantity === null) return refused(`${field}.quantity`, '', 'price_or_decline')
  }
  return null
}
