import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, type RecordDeps, type Saved } from '@tingzhou/records'
import { resolveEnterpriseId } from '@tingzhou/registry'
import { unitOf } from '@tingzhou/text'
import { checkDeal, insertDeals, proposedOnce, sidesOfPair, type Judged } from '../deal/deal.ts'
import { goodsOfPair, lockPostings, shownQuantity } from '../deal/pair.ts'
import { sidesOf } from '../deal/side.ts'
import type { Side } from '../deal/words.ts'
import { firmNames } from '../firm.ts'
import { quantityOf } from '../posting/amounts.ts'
import type { MarketError } from '../problems.ts'
import { note } from '../record.ts'
import { tellFirms } from '../told.ts'
import { keeps, lockEvent, refused, wrongState, type EventRow } from './event.ts'
import { settleFollowUps } from './follow-rows.ts'
import type { MeetingRow } from './plan.ts'
import './tables.ts'
import { linesOf } from './lines.ts'
import { slotsOf, timeOfSlot, type EnteredBy, type MeetingResult } from './words.ts'

const objectKind = 'market_event'
/** How long a deal stands that was proposed after a meeting. */
const dealStandsMs = 7 * 86_400_000

type OfMeeting = { readonly id: string; readonly meetingId: string; readonly rev: number }
type At = { readonly event: EventRow; readonly meeting: MeetingRow; readonly mine: readonly Side[] }

/** A meeting and its day, locked, the day first; the actor keeps days or answers for one of the firms. Three statements. */
export async function lockMeeting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Omit<OfMeeting, 'rev'>,
): Promise<Result<At, MarketError>> {
  const event = await lockEvent(tx, deps, actor, input.id)
  if (!event) return err({ kind: 'not_found' })
  const meeting = await tx
    .selectFrom('market_event_meeting')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('event_id', '=', event.id)
    .where('id', '=', input.meetingId)
    .forUpdate()
    .executeTakeFirst()
  if (!meeting) return err({ kind: 'not_found' })
  const outside = await outsideOf(tx, deps, meeting)
  const firmOf = (id: string) => ({ id, isOutside: outside.has(id) })
  const mine = sidesOf(actor, { buyer: firmOf(meeting.buyer_id), seller: firmOf(meeting.seller_id) })
  // Who is not at the table knows nothing of it.
  return mine.length > 0 || keeps(actor) ? ok({ event, meeting, mine }) : err({ kind: 'not_found' })
}

async function outsideOf(tx: Tx, { zoneId }: RecordDeps, meeting: MeetingRow): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('market_event_firm')
    .select('firm_id')
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', meeting.event_id)
    .where('firm_id', 'in', [meeting.buyer_id, meeting.seller_id])
    .where('firm_outside', '=', true)
    .execute()
  return new Set(rows.map(({ firm_id }) => firm_id))
}

/** The same at the revision that was looked at. */
async function freshMeeting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OfMeeting,
): Promise<Result<At, MarketError>> {
  const locked = await lockMeeting(tx, deps, actor, input)
  if (!locked.ok) return locked
  const fresh = expectRevision(locked.value.meeting.rev, input.rev)
  return fresh.ok ? locked : fresh
}

/** The same for whoever keeps days, while a meeting may be moved. */
async function movable(tx: Tx, deps: RecordDeps, actor: Actor, input: OfMeeting): Promise<Result<At, MarketError>> {
  const locked = await freshMeeting(tx, deps, actor, input)
  if (!locked.ok) return locked
  if (!keeps(actor)) return err({ kind: 'not_permitted' })
  const { event, meeting } = locked.value
  if (event.state !== 'planned') return wrongState(event.state, 'event_planned')
  return meeting.state === 'planned' ? locked : wrongState(meeting.state, 'event_meeting_planned')
}

type MeetingChange = Partial<
  Omit<
    MeetingRow,
    'explanation' | 'entered_at' | 'buyer_confirmed_at' | 'seller_confirmed_at' | 'created_at' | 'updated_at'
  >
> & {
  readonly entered_at?: Date
  readonly buyer_confirmed_at?: Date | null
  readonly seller_confirmed_at?: Date | null
}

async function saveMeeting(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  actor: Actor,
  meeting: MeetingRow,
  change: MeetingChange,
): Promise<Saved> {
  await tx
    .updateTable('market_event_meeting')
    .set({ ...change, rev: meeting.rev + 1, updated_at: at(clock()), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', meeting.id)
    .execute()
  return { id: meeting.id, rev: meeting.rev + 1 }
}

const namesOf = (tx: Tx, { zoneId }: RecordDeps, ids: readonly string[], outside: ReadonlySet<string>) =>
  firmNames(
    tx,
    zoneId,
    ids.map((id) => ({ id, isOutside: outside.has(id) })),
  )

/** Moves a meeting, and locks it there; without a slot it is taken off the timetable. A clash is refused, naming who is where then. */
export async function moveMeeting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OfMeeting & { readonly slot: number | null; readonly table: number | null; readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const locked = await movable(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { event, meeting } = locked.value
  const { zoneId } = deps
  const { slot } = input
  if (slot === null) {
    if (meeting.slot === null) return wrongState('left_out', 'event_has_slot')
    await tx
      .deleteFrom('market_event_seat')
      .where('zone_id', '=', zoneId)
      .where('meeting_id', '=', meeting.id)
      .execute()
  }
  const found = slot === null ? ok(null) : await freeTable(tx, deps, event, meeting, slot, input.table)
  if (!found.ok) return found
  const after =
    slot === null
      ? ({ slot, table_no: null, left_out: 'removed', left_out_firm: null, locked: false } as const)
      : ({ slot, table_no: found.value, left_out: null, left_out_firm: null, locked: true } as const)
  // Its seats move with it; the database refuses a firm in two places whatever was looked at here.
  const saved = await saveMeeting(tx, deps, actor, meeting, after)
  if (slot !== null && meeting.slot === null)
    await tx
      .insertInto('market_event_seat')
      .values(
        [meeting.buyer_id, meeting.seller_id].map((firmId) => ({
          zone_id: zoneId,
          event_id: event.id,
          slot,
          firm_id: firmId,
          meeting_id: meeting.id,
        })),
      )
      .execute()
  const to = [meeting.buyer_id, meeting.seller_id]
  const verb = slot === null ? 'take_off' : 'move'
  const data = { meetingId: meeting.id, ...(changesBetween(meeting, after) as object) }
  await note(tx, deps, actor, { objectKind, objectId: event.id, verb, why: input.why, data, to })
  await tellFirms(tx, deps, linesOf(event, to, 'event_moved'))
  return ok(saved)
}

/** The table at which two firms can sit in a slot. Three statements. */
async function freeTable(
  tx: Tx,
  deps: RecordDeps,
  event: EventRow,
  meeting: MeetingRow,
  slot: number,
  wanted: number | null,
): Promise<Result<number, MarketError>> {
  const { zoneId } = deps
  const slots = slotsOf(event.from_minute, event.to_minute, event.meeting_minutes)
  const time = timeOfSlot(event.from_minute, event.meeting_minutes, slot)
  if (slot >= slots) return refused('slot', slot + 1, `at_most ${slots}`)
  if (wanted !== null && wanted > event.tables) return refused('table', wanted, `at_most ${event.tables}`)
  const firms = [meeting.buyer_id, meeting.seller_id]
  const rows = await tx
    .selectFrom('market_event_firm')
    .select(['firm_id', 'firm_outside', 'away'])
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', event.id)
    .execute()
  const outside = new Set(rows.filter(({ firm_outside }) => firm_outside).map(({ firm_id }) => firm_id))
  const names = async (ids: readonly string[]): Promise<string> => {
    const known = await namesOf(tx, deps, ids, outside)
    return ids.map((id) => known.get(id) ?? id).join(' – ')
  }
  const away = rows.find(({ firm_id, away: slotsAway }) => firms.includes(firm_id) && slotsAway.includes(slot))
  if (away) return refused('slot', await names([away.firm_id]), `event_cannot_then ${time}`)
  const then = await tx
    .selectFrom('market_event_meeting')
    .select(['buyer_id', 'seller_id', 'table_no'])
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', event.id)
    .where('slot', '=', slot)
    .where('id', '<>', meeting.id)
    .orderBy('table_no')
    .execute()
  for (const firm of firms) {
    const clash = then.find(({ buyer_id, seller_id }) => [buyer_id, seller_id].includes(firm))
    if (!clash) continue
    const other = clash.buyer_id === firm ? clash.seller_id : clash.buyer_id
    const value = await names([firm])
    return err({ kind: 'taken', field: 'slot', value, rule: `event_meets_then ${time} ${await names([other])}` })
  }
  const taken = new Map(then.map((row) => [row.table_no, row]))
  const there = wanted === null ? undefined : taken.get(wanted)
  if (there) {
    const rule = `event_table_taken ${await names([there.buyer_id, there.seller_id])}`
    return err({ kind: 'taken', field: 'table', value: String(wanted), rule })
  }
  const free = wanted ?? Array.from({ length: event.tables }, (_, i) => i + 1).find((table) => !taken.has(table))
  return free === undefined ? err({ kind: 'taken', field: 'slot', value: time, rule: 'event_tables_full' }) : ok(free)
}

/** Keeps a meeting where it is when the day is planned anew, or lets go of it. */
export async function lockPlace(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OfMeeting & { readonly locked: boolean },
): Promise<Result<Saved, MarketError>> {
  const locked = await movable(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { event, meeting } = locked.value
  if (meeting.slot === null) return wrongState('left_out', 'event_has_slot')
  const saved = await saveMeeting(tx, deps, actor, meeting, { locked: input.locked })
  const verb = input.locked ? 'lock' : 'unlock'
  await note(tx, deps, actor, { objectKind, objectId: event.id, verb, data: { meetingId: meeting.id } })
  return ok(saved)
}

/** What somebody says of a meeting after it. */
export type Said = {
  readonly took: 'held' | 'no_show'
  readonly absentFirmId: string | null
  readonly result: MeetingResult | null
  readonly quantity: string
  readonly amountFen: number | null
  readonly remark: string
}

/** Enters what came of a meeting: by an officer or either firm; the other side, or both, confirm. What both confirmed only officers change. */
export async function enterResult(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OfMeeting & Said,
): Promise<Result<Saved, MarketError>> {
  const locked = await freshMeeting(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { event, meeting, mine } = locked.value
  if (event.state !== 'planned' && event.state !== 'held') return wrongState(event.state, 'event_until_followed')
  const now = deps.clock()
  if (localDateOf(now) < event.day) return refused('took', event.day, `event_not_before_the_day ${event.day}`)
  if (meeting.slot === null) return wrongState('left_out', 'event_has_slot')
  const bothSaid = meeting.buyer_confirmed_at !== null && meeting.seller_confirmed_at !== null
  if (bothSaid && !keeps(actor)) return wrongState('confirmed', 'event_not_confirmed_yet')
  if (meeting.deal_id !== null) return wrongState('deal', 'event_without_deal')
  const answered = await isAnswered(tx, deps, meeting)
  if (answered) return wrongState('followed', 'event_not_asked_yet')
  const said = await valuesOf(tx, deps, meeting, input)
  if (!said.ok) return said
  const by: EnteredBy = mine.length === 1 ? (mine[0] ?? 'officer') : 'officer'
  const after = {
    ...said.value,
    entered_by: said.value.result === null ? null : by,
    remark: input.remark,
  }
  const saved = await saveMeeting(tx, deps, actor, meeting, {
    ...after,
    entered_at: at(now),
    buyer_confirmed_at: by === 'buyer' && after.result !== null ? at(now) : null,
    seller_confirmed_at: by === 'seller' && after.result !== null ? at(now) : null,
  })
  if (event.state === 'held') await settleFollowUps(tx, deps.zoneId, event, meeting.id, after.result)
  const others = [meeting.buyer_id, meeting.seller_id].filter(
    (_, index) => !mine.includes(index === 0 ? 'buyer' : 'seller'),
  )
  const data = { meetingId: meeting.id, ...(changesBetween(meeting, after) as object) }
  await note(tx, deps, actor, { objectKind, objectId: event.id, verb: 'result', data, to: others })
  if (after.result !== null) await tellFirms(tx, deps, linesOf(event, others, 'event_result'))
  return ok(saved)
}

async function isAnswered(tx: Tx, { zoneId }: RecordDeps, { id }: MeetingRow): Promise<boolean> {
  const row = await tx
    .selectFrom('market_event_follow')
    .select('days')
    .where('zone_id', '=', zoneId)
    .where('meeting_id', '=', id)
    .where('outcome', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The columns of what was said. One statement at most. */
async function valuesOf(tx: Tx, { zoneId }: RecordDeps, meeting: MeetingRow, said: Said) {
  const nothing = { quantity: null, dimension: null, unit: null, amount_fen: null }
  if (said.took === 'no_show') {
    const { absentFirmId } = said
    if (said.result !== null) return refused('result', said.result, 'event_meeting_held')
    if (absentFirmId !== null && absentFirmId !== meeting.buyer_id && absentFirmId !== meeting.seller_id)
      return refused('absentFirmId', absentFirmId, 'event_of_the_two')
    return ok({ state: 'no_show' as const, absent_firm: absentFirmId, result: null, ...nothing })
  }
  if (said.result === null) return refused('result', '', 'event_some_result')
  const held = { state: 'held' as const, absent_firm: null, result: said.result }
  if (said.result !== 'agreed') {
    if (said.amountFen !== null) return refused('amountFen', said.amountFen, 'event_agreed_only')
    return said.quantity === '' ? ok({ ...held, ...nothing }) : refused('quantity', said.quantity, 'event_agreed_only')
  }
  if (said.quantity === '') return ok({ ...held, ...nothing, amount_fen: said.amountFen })
  const need = meeting.need_id === null ? undefined : await unitOfPosting(tx, zoneId, meeting.need_id)
  const read = quantityOf(said.quantity, need?.dimension ? need.unit : null, 'quantity')
  if (!read.ok) return err({ kind: 'field_refused', ...read.error } as const)
  const { value: quantity, dimension, unit } = read.value
  if (quantity < 1) return refused('quantity', said.quantity, 'not_zero')
  return ok({ ...held, quantity, dimension, unit, amount_fen: said.amountFen })
}

const unitOfPosting = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('market_posting')
    .select(['unit', 'dimension'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()

/** A side confirms what another entered. */
export async function confirmResult(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OfMeeting,
): Promise<Result<Saved, MarketError>> {
  const locked = await freshMeeting(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { event, meeting, mine } = locked.value
  if (mine.length === 0) return err({ kind: 'not_permitted' })
  if (meeting.result === null) return wrongState(meeting.state, 'event_some_result')
  const open = mine.filter(
    (side) => (side === 'buyer' ? meeting.buyer_confirmed_at : meeting.seller_confirmed_at) === null,
  )
  if (open.length === 0) return wrongState('confirmed', 'event_not_confirmed_yet')
  const now = at(deps.clock())
  const saved = await saveMeeting(tx, deps, actor, meeting, {
    ...(open.includes('buyer') ? { buyer_confirmed_at: now } : {}),
    ...(open.includes('seller') ? { seller_confirmed_at: now } : {}),
  })
  const to = [meeting.buyer_id, meeting.seller_id]
  await note(tx, deps, actor, { objectKind, objectId: event.id, verb: 'confirm', data: { meetingId: meeting.id }, to })
  return ok(saved)
}

/** Whether a posting's firm is the one at the table, or that into which this was merged since. */
const isOf = async (tx: Tx, { zoneId }: RecordDeps, firmId: string, atTable: string): Promise<boolean> =>
  firmId === atTable || firmId === (await resolveEnterpriseId(tx, zoneId, atTable))

/** Proposes the deal that two firms agreed on at the table. Whoever asks says yes for their own side only; the deal asks the others. */
export async function proposeAgreed(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: OfMeeting,
): Promise<Result<Saved & { readonly dealId: string }, MarketError>> {
  const locked = await freshMeeting(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { event, meeting } = locked.value
  if (meeting.result !== 'agreed') return wrongState(meeting.result ?? meeting.state, 'event_agreed_only')
  if (meeting.deal_id !== null) return wrongState('deal', 'event_without_deal')
  const { need_id: needId, offer_id: offerId, quantity, unit, amount_fen: amountFen } = meeting
  if (needId === null || offerId === null) return refused('needId', '', 'event_postings_needed')
  if (quantity === null || unit === null) return refused('quantity', '', 'event_quantity_needed')
  const postings = await lockPostings(tx, deps.zoneId, [needId, offerId])
  const [need, offer] = [postings.get(needId), postings.get(offerId)]
  if (!need || !offer) return err({ kind: 'not_found' })
  // A split of the register may have handed a posting to a firm that was not at the table.
  if (!(await isOf(tx, deps, need.firm_id, meeting.buyer_id)))
    return refused('needId', need.number, 'event_posting_of_its_side')
  if (!(await isOf(tx, deps, offer.firm_id, meeting.seller_id)))
    return refused('offerId', offer.number, 'event_posting_of_its_side')
  const base = unitOf(unit)?.base ?? 1
  // Milli-fen for one unit, rounded once; exact sums are the deal's own.
  const priceMilliFen = amountFen === null ? null : Math.round((amountFen * 1_000 * base) / quantity)
  if (priceMilliFen !== null && !Number.isSafeInteger(priceMilliFen))
    return refused('amountFen', amountFen, 'safe_integer')
  const now = deps.clock()
  const fields = {
    quantity,
    priceMilliFen,
    pricePer: priceMilliFen === null ? null : unit,
    standsUntil: epochMs(now + dealStandsMs),
  }
  const pair = { need, offer }
  // Read in its own unit where the need named none, or before a posting was changed.
  if (meeting.dimension !== goodsOfPair(pair).dimension)
    return refused('quantity', shownQuantity(quantity, unit), 'same_dimension')
  const fits = checkDeal(pair, fields, now)
  if (!fits.ok) return fits
  const once = (await proposedOnce(tx, deps.zoneId, [needId]))(pair)
  if (!once.ok) return once
  const own = sidesOf(actor, sidesOfPair(pair))
  // What was stored with the score is what the matcher explained.
  const explanation = meeting.explanation as Judged['explanation'] | null
  const judged = meeting.score === null || explanation === null ? null : { score: meeting.score, explanation }
  const [deal] = await insertDeals(tx, deps, actor, [
    {
      ...fields,
      id: newId(),
      pair,
      said: own.length === 1 ? own : [],
      source: 'event',
      sourceId: event.id,
      judged,
      synthetic: event.synthetic || need.synthetic || offer.synthetic,
    },
  ])
  if (!deal) return err({ kind: 'not_found' })
  const saved = await saveMeeting(tx, deps, actor, meeting, { deal_id: deal.id })
  await note(tx, deps, actor, {
    objectKind,
    objectId: event.id,
    verb: 'deal',
    data: { meetingId: meeting.id, deal: deal.number, quantity: shownQuantity(quantity, unit) },
    to: [meeting.buyer_id, meeting.seller_id],
  })
  return ok({ ...saved, dealId: deal.id })
}
