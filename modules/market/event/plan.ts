import { sql, type Selectable } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, jsonb, newId, type Tables, type Tx } from '@tingzhou/db'
import { ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps, Saved } from '@tingzhou/records'
import type { Market } from '../posting/market-index.ts'
import type { MarketError } from '../problems.ts'
import { note } from '../record.ts'
import { tellFirms, tellOfficers } from '../told.ts'
import { arrange, type Place, type Standing } from './arrange.ts'
import { keptEvent, refused, saveEvent, wrongState, type EventRow } from './event.ts'
import { pairKey, proposePairs, type Proposed } from './pairs.ts'
import './tables.ts'
import { postingsOf } from './theme.ts'
import { linesOf, toldOf } from './lines.ts'
import { slotsOf } from './words.ts'

export type MeetingRow = Selectable<Tables['market_event_meeting']>
type FirmRow = Selectable<Tables['market_event_firm']>
type Planned = { readonly rev: number; readonly planned: number; readonly leftOut: number }

const objectKind = 'market_event'

/** Whether a meeting stays when the day is planned anew: a person locked it, or it took place. Pure. */
const stays = ({ locked, state, slot }: MeetingRow): boolean => slot !== null && (locked || state !== 'planned')

const standingOf = (rows: readonly MeetingRow[]): readonly Standing[] =>
  rows.flatMap(({ buyer_id: buyerId, seller_id: sellerId, slot, table_no: table }) =>
    slot === null || table === null ? [] : [{ buyerId, sellerId, slot, table }],
  )

/** The firms of a day that come. One statement. */
async function comersOf(tx: Tx, { zoneId }: RecordDeps, eventId: string): Promise<readonly FirmRow[]> {
  return tx
    .selectFrom('market_event_firm')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', eventId)
    .where('state', '=', 'registered')
    .orderBy('firm_id')
    .execute()
}

/** The meetings of a day, locked. One statement. */
async function meetingsOf(tx: Tx, { zoneId }: RecordDeps, eventId: string): Promise<readonly MeetingRow[]> {
  return tx
    .selectFrom('market_event_meeting')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', eventId)
    .orderBy('id')
    .forUpdate()
    .execute()
}

const slotsOfDay = (event: EventRow): number => slotsOf(event.from_minute, event.to_minute, event.meeting_minutes)

/**
 * Plans the day, or plans it anew around what is locked and what took place: pairs from matching and wishes, then the timetable. A pair that
 * somebody took the slot from comes back. Whoever meets somebody else now, or at another time or table, is told.
 */
export const planEvent =
  (market: Market) =>
  async (tx: Tx, deps: RecordDeps, actor: Actor, input: Saved): Promise<Result<Planned, MarketError>> => {
    const kept = await keptEvent(tx, deps, actor, input)
    if (!kept.ok) return kept
    const event = kept.value
    if (event.state !== 'open' && event.state !== 'planned') return wrongState(event.state, 'event_before_the_day')
    const firms = await comersOf(tx, deps, event.id)
    if (firms.length < 2) return refused('id', firms.length, 'event_two_firms')
    const before = await meetingsOf(tx, deps, event.id)
    const standing = before.filter(stays)
    const wanted = await wantedOf(tx, deps, market, event, firms, standingOf(standing))
    const coming = firms.map(({ firm_id: firmId, away }) => ({ firmId, away }))
    const day = { slots: slotsOfDay(event), tables: event.tables }
    const { places, slotsBound } = arrange(day, coming, standingOf(standing), wanted)
    await replaceMeetings(tx, deps, actor, event, before, wanted, places)
    const now = at(deps.clock())
    const saved = await saveEvent(tx, deps, actor, event, {
      state: 'planned',
      planned_at: now,
      slots_bound: slotsBound,
    })
    const planned = standing.length + places.filter((place) => 'slot' in place).length
    const leftOut = places.length + standing.length - planned
    await note(tx, deps, actor, {
      objectKind,
      objectId: event.id,
      verb: 'plan',
      data: { planned, leftOut, locked: standing.length, slotsBound },
      to: firms.map(({ firm_id }) => firm_id),
    })
    await tellChanged(tx, deps, event, before, wanted, places)
    return ok({ rev: saved.rev, planned, leftOut })
  }

async function wantedOf(
  tx: Tx,
  deps: RecordDeps,
  market: Market,
  event: EventRow,
  firms: readonly FirmRow[],
  standing: readonly Standing[],
): Promise<readonly Proposed[]> {
  const ids = firms.map(({ firm_id }) => firm_id)
  const postings = await postingsOf(tx, deps.zoneId, ids, event.products, localDateOf(deps.clock()))
  const comers = firms.map(({ firm_id: firmId, wishes }) => ({ firmId, wishes }))
  return proposePairs(market, postings, comers, event.meetings_max, standing)
}

/** Writes a plan: rows of pairs that stay pairs keep their ids. Five statements. */
async function replaceMeetings(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  event: EventRow,
  before: readonly MeetingRow[],
  wanted: readonly Proposed[],
  places: readonly Place[],
): Promise<void> {
  const { zoneId } = deps
  const loose = new Map(before.filter((row) => !stays(row)).map((row) => [pairKey(row.buyer_id, row.seller_id), row]))
  const keys = new Set(wanted.map(({ buyerId, sellerId }) => pairKey(buyerId, sellerId)))
  const gone = [...loose].filter(([key]) => !keys.has(key)).map(([, { id }]) => id)
  const kept = [...loose].filter(([key]) => keys.has(key)).map(([, { id }]) => id)
  const freed = [...gone, ...kept]
  if (freed.length > 0)
    await tx.deleteFrom('market_event_seat').where('zone_id', '=', zoneId).where('meeting_id', 'in', freed).execute()
  if (gone.length > 0)
    await tx.deleteFrom('market_event_meeting').where('zone_id', '=', zoneId).where('id', 'in', gone).execute()
  // Rows change places among themselves: all stand up first, so that no two are at one table for a moment.
  if (kept.length > 0)
    await tx
      .updateTable('market_event_meeting')
      .set({ slot: null, table_no: null, left_out: 'removed', locked: false })
      .where('zone_id', '=', zoneId)
      .where('id', 'in', kept)
      .execute()
  const idOf = (pair: Proposed) => loose.get(pairKey(pair.buyerId, pair.sellerId))?.id
  await writeMeetings(tx, deps, actor, event.id, wanted, places, idOf)
}

/** Writes wanted meetings and their seats; those with an id stand already. Two statements. */
async function writeMeetings(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  eventId: string,
  wanted: readonly Proposed[],
  places: readonly Place[],
  idOf: (pair: Proposed) => string | undefined,
): Promise<void> {
  if (wanted.length === 0) return
  const { zoneId, clock } = deps
  const rows = wanted.map((pair, index) => {
    const place = places[index]
    const isPlaced = place !== undefined && 'slot' in place
    return {
      id: idOf(pair) ?? newId(),
      buyer: pair.buyerId,
      seller: pair.sellerId,
      need: pair.needId,
      offer: pair.offerId,
      score: pair.score,
      explanation: pair.explanation,
      wished: [...new Set(pair.wishedBy)],
      slot: isPlaced ? place.slot : null,
      table: isPlaced ? place.table : null,
      why: isPlaced ? null : (place?.leftOut ?? 'others_first'),
      firm: isPlaced ? null : (place?.firmId ?? null),
    }
  })
  const now = at(clock())
  await sql`insert into market_event_meeting (zone_id, id, event_id, buyer_id, seller_id, need_id, offer_id, score, explanation, wished_by,
      slot, table_no, left_out, left_out_firm, created_at, created_by, updated_at, updated_by)
    select ${zoneId}, r.id, ${eventId}::uuid, r.buyer, r.seller, r.need, r.offer, r.score, r.explanation,
      array(select jsonb_array_elements_text(r.wished)), r.slot, r."table", r.why, r.firm,
      ${now}::timestamptz, ${actor.name}, ${now}::timestamptz, ${actor.name}
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(id uuid, buyer text, seller text, need uuid, offer uuid, score float8,
      explanation jsonb, wished jsonb, slot integer, "table" integer, why text, firm text)
    on conflict (zone_id, id) do update set buyer_id = excluded.buyer_id, seller_id = excluded.seller_id, need_id = excluded.need_id,
      offer_id = excluded.offer_id, score = excluded.score, explanation = excluded.explanation, wished_by = excluded.wished_by,
      slot = excluded.slot, table_no = excluded.table_no, left_out = excluded.left_out, left_out_firm = excluded.left_out_firm,
      updated_at = excluded.updated_at, updated_by = excluded.updated_by, rev = market_event_meeting.rev + 1`.execute(
    tx,
  )
  await sql`insert into market_event_seat (zone_id, event_id, slot, firm_id, meeting_id)
    select ${zoneId}, ${eventId}::uuid, m.slot, s.firm_id, m.id
    from market_event_meeting m cross join lateral (values (m.buyer_id), (m.seller_id)) as s(firm_id)
    where m.zone_id = ${zoneId} and m.id = any(${rows.map(({ id }) => id)}::uuid[]) and m.slot is not null`.execute(tx)
}

/** Tells firms whose meetings are others than before, or at another time or table. */
async function tellChanged(
  tx: Tx,
  deps: RecordDeps,
  event: EventRow,
  before: readonly MeetingRow[],
  wanted: readonly Proposed[],
  places: readonly Place[],
): Promise<void> {
  const was = appointments(
    before.filter((row) => !stays(row)).map((row) => [row.buyer_id, row.seller_id, row.slot, row.table_no]),
  )
  const is = appointments(
    wanted.map(({ buyerId, sellerId }, index) => {
      const place = places[index]
      return place && 'slot' in place ? [buyerId, sellerId, place.slot, place.table] : [buyerId, sellerId, null, null]
    }),
  )
  const standing = appointments(
    before.filter(stays).map((row) => [row.buyer_id, row.seller_id, row.slot, row.table_no]),
  )
  const firms = [...new Set([...was.keys(), ...is.keys()])].filter(
    (firmId) => (was.get(firmId) ?? []).toSorted().join() !== (is.get(firmId) ?? []).toSorted().join(),
  )
  const meetingsNow = (firmId: string) => (is.get(firmId)?.length ?? 0) + (standing.get(firmId)?.length ?? 0)
  const lines = linesOf(event, firms, 'event_planned', (firmId) => ({ meetings: String(meetingsNow(firmId)) }))
  await tellFirms(tx, deps, lines)
}

type Appointment = readonly [buyer: string, seller: string, slot: number | null, table: number | null]

/** Time, table and partner of each meeting, by firm. */
function appointments(meetings: readonly Appointment[]): ReadonlyMap<string, readonly string[]> {
  const byFirm = new Map<string, string[]>()
  for (const [buyer, seller, slot, table] of meetings) {
    if (slot === null) continue
    for (const [firm, other] of [
      [buyer, seller],
      [seller, buyer],
    ] as const)
      byFirm.set(firm, [...(byFirm.get(firm) ?? []), `${slot} ${table} ${other}`])
  }
  return byFirm
}

/**
 * Gives a firm that registered late, or wishes something else now, free slots of a day that is planned; everything else stays.
 * @returns its new meetings with a slot
 */
export async function placeFirm(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  market: Market,
  event: EventRow,
  firmId: string,
): Promise<number> {
  const before = await meetingsOf(tx, deps, event.id)
  const standing = before.filter(({ slot }) => slot !== null)
  const firms = await comersOf(tx, deps, event.id)
  const all = await wantedOf(tx, deps, market, event, firms, standingOf(standing))
  // Somebody took the slot of a pair away: that it stays so is for a person to change, or for a new plan.
  const removed = new Set(
    before
      .filter(({ left_out }) => left_out === 'removed')
      .map(({ buyer_id, seller_id }) => pairKey(buyer_id, seller_id)),
  )
  const wanted = all.filter(
    ({ buyerId, sellerId }) => [buyerId, sellerId].includes(firmId) && !removed.has(pairKey(buyerId, sellerId)),
  )
  if (wanted.length === 0) return 0
  const coming = firms.map(({ firm_id, away }) => ({ firmId: firm_id, away }))
  const day = { slots: slotsOfDay(event), tables: event.tables }
  const { places } = arrange(day, coming, standingOf(standing), wanted)
  const ids = new Map(before.map((row) => [pairKey(row.buyer_id, row.seller_id), row.id]))
  const idOf = ({ buyerId, sellerId }: Proposed) => ids.get(pairKey(buyerId, sellerId))
  await writeMeetings(tx, deps, actor, event.id, wanted, places, idOf)
  const placed = wanted.filter((_, index) => 'slot' in (places[index] ?? {}))
  const others = placed.map(({ buyerId, sellerId }) => (buyerId === firmId ? sellerId : buyerId))
  await tellFirms(tx, deps, linesOf(event, others, 'event_moved'))
  await tellOfficers(tx, deps, toldOf(event, 'event_late', { meetings: String(placed.length) }))
  return placed.length
}
