import { sql, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { localDate } from '@tingzhou/kernel'
import { hasRole, partiesOf } from '@tingzhou/parties'
import { countedPage } from '@tingzhou/records'
import { shownQuantity } from '../deal/pair.ts'
import { sidesOf } from '../deal/side.ts'
import type { FirmRef } from '../firm.ts'
import '../reach.ts'
import { keepingRoles } from '../roles.ts'
import type { Reader } from '../room.ts'
import { eventRows, isStaff, type Wish } from './event-rows.ts'
import { namer, topicOf } from './firm-view.ts'
import './tables.ts'
import { answerDays, timeOfSlot, type FollowDays, type FollowView, type MeetingResult, type Outcome } from './words.ts'

const meetingRows = ({ deps: { db, zoneId }, actor }: Reader, eventId: string) => {
  const query = db
    .selectFrom('market_event_meeting as m')
    .innerJoin('market_event_firm as b', (join) =>
      join
        .onRef('b.zone_id', '=', 'm.zone_id')
        .onRef('b.event_id', '=', 'm.event_id')
        .onRef('b.firm_id', '=', 'm.buyer_id'),
    )
    .innerJoin('market_event_firm as s', (join) =>
      join
        .onRef('s.zone_id', '=', 'm.zone_id')
        .onRef('s.event_id', '=', 'm.event_id')
        .onRef('s.firm_id', '=', 'm.seller_id'),
    )
    .leftJoin('market_posting as n', (join) =>
      join.onRef('n.zone_id', '=', 'm.zone_id').onRef('n.id', '=', 'm.need_id'),
    )
    .leftJoin('market_posting as o', (join) =>
      join.onRef('o.zone_id', '=', 'm.zone_id').onRef('o.id', '=', 'm.offer_id'),
    )
    .where('m.zone_id', '=', zoneId)
    .where('m.event_id', '=', eventId)
    .selectAll('m')
    .select([
      'b.firm_outside as buyer_outside',
      's.firm_outside as seller_outside',
      'n.number as need_number',
      'n.text as need_text',
      'n.product_code as need_product',
      'o.number as offer_number',
      'o.text as offer_text',
      'o.product_code as offer_product',
    ])
  if (isStaff(actor)) return query
  // Firms see the meetings at which they sit.
  const own = [...partiesOf(actor, 'enterprise')]
  return query.where(
    sql<SqlBool>`(m.buyer_id = any(${own}::text[]) or m.seller_id = any(${own}::text[])) and m.slot is not null`,
  )
}

/** What is said in the postings of a meeting or in the names of its firms; a firm of which nobody is here has its name from the chains. */
const meetingSays = (
  like: string,
) => sql<SqlBool>`(n.text ilike ${like} or n.number ilike ${like} or o.text ilike ${like}
  or o.number ilike ${like} or exists (select from party x where x.zone_id = m.zone_id and x.id in (m.buyer_id, m.seller_id)
    and x.name ilike ${like}) or exists (select from chain_outside x where x.zone_id = m.zone_id and x.name ilike ${like}
    and x.id in (case when b.firm_outside then m.buyer_id::uuid end, case when s.firm_outside then m.seller_id::uuid end)))`

type MeetingRow = Awaited<ReturnType<ReturnType<typeof meetingRows>['execute']>>[number]

const late = (due: string, today: string): boolean => addDays(localDate(due), answerDays) < today

type FollowRow = {
  readonly days: FollowDays
  readonly due: string
  readonly asked_at: number | null
  readonly outcome: Outcome | null
  readonly value_fen: number | null
  readonly reason: string
  readonly answered_at: number | null
  readonly answered_by: string | null
  readonly rev: number
}

const followView = (row: FollowRow, today: string) => ({
  days: row.days,
  due: row.due,
  askedAt: row.asked_at,
  isLate: row.outcome === null && late(row.due, today),
  outcome: row.outcome,
  valueFen: row.value_fen,
  reason: row.reason,
  answeredAt: row.answered_at,
  answeredBy: row.answered_by,
  rev: row.rev,
})

type Day = { readonly from_minute: number; readonly meeting_minutes: number }

async function meetingViews(reader: Reader, day: Day, rows: readonly MeetingRow[]) {
  const { db, zoneId, clock } = reader.deps
  const today = localDateOf(clock())
  const ids = rows.map(({ id }) => id)
  const follow =
    ids.length === 0
      ? []
      : await db
          .selectFrom('market_event_follow')
          .selectAll()
          .where('zone_id', '=', zoneId)
          .where('meeting_id', 'in', ids)
          .orderBy('days')
          .execute()
  const refs = rows.map(firmsOf).flatMap(({ buyer, seller }) => [buyer, seller])
  const outsideOf = new Map(refs.map(({ id, isOutside }) => [id, isOutside]))
  const full = rows.flatMap(({ left_out_firm, absent_firm }) =>
    [left_out_firm, absent_firm].filter((id) => id !== null),
  )
  const named = await namer(reader, [...refs, ...full.map((id) => ({ id, isOutside: outsideOf.get(id) ?? false }))])
  const one = (id: string | null) => (id === null ? null : named({ id, isOutside: outsideOf.get(id) ?? false }))
  return rows.map((row) => {
    const { buyer, seller } = firmsOf(row)
    return {
      id: row.id,
      buyer: named(buyer),
      seller: named(seller),
      need: topic(row.need_id, row.need_number, row.need_text, row.need_product),
      offer: topic(row.offer_id, row.offer_number, row.offer_text, row.offer_product),
      score: row.score,
      explanation: row.explanation,
      wishedBy: row.wished_by,
      slot: row.slot,
      from: row.slot === null ? null : timeOfSlot(day.from_minute, day.meeting_minutes, row.slot),
      table: row.table_no,
      locked: row.locked,
      leftOut: row.left_out,
      leftOutFirm: one(row.left_out_firm),
      state: row.state,
      absentFirm: one(row.absent_firm),
      result: row.result,
      quantity: row.quantity,
      dimension: row.dimension,
      unit: row.unit,
      quantityText: quantityText(row),
      amountFen: row.amount_fen,
      remark: row.remark,
      enteredBy: row.entered_by,
      buyerConfirmedAt: row.buyer_confirmed_at,
      sellerConfirmedAt: row.seller_confirmed_at,
      dealId: row.deal_id,
      follow: follow.filter(({ meeting_id }) => meeting_id === row.id).map((line) => followView(line, today)),
      mine: [...sidesOf(reader.actor, { buyer, seller })],
      rev: row.rev,
    }
  })
}
export type MeetingView = Awaited<ReturnType<typeof meetingViews>>[number]

const quantityText = ({ quantity, unit }: { readonly quantity: number | null; readonly unit: string | null }) =>
  quantity === null || unit === null ? null : shownQuantity(quantity, unit)

type Sided = Pick<MeetingRow, 'buyer_id' | 'seller_id' | 'buyer_outside' | 'seller_outside'>
const firmsOf = (row: Sided): { readonly buyer: FirmRef; readonly seller: FirmRef } => ({
  buyer: { id: row.buyer_id, isOutside: row.buyer_outside },
  seller: { id: row.seller_id, isOutside: row.seller_outside },
})

const topic = (id: string | null, number: string | null, text: string | null, product: string | null) =>
  id === null || number === null ? null : topicOf({ id, number, text: text ?? '', product_code: product })

type MeetingWish = Wish & {
  readonly id: string
  readonly firmId?: string | undefined
  readonly leftOut?: boolean | undefined
  readonly result?: MeetingResult | undefined
  readonly slotFrom?: number | undefined
  readonly slotTo?: number | undefined
}

/** A page of the meetings of a day by time and table, pairs without a slot last. Null: the day is out of reach. Five statements at most. */
export async function listMeetings(reader: Reader, wish: MeetingWish) {
  const event = await eventRows(reader).where('e.id', '=', wish.id).executeTakeFirst()
  if (!event) return null
  let query = meetingRows(reader, wish.id)
  const { firmId, leftOut, result, slotFrom, slotTo, q } = wish
  if (firmId) query = query.where((eb) => eb.or([eb('m.buyer_id', '=', firmId), eb('m.seller_id', '=', firmId)]))
  if (leftOut !== undefined) query = query.where('m.slot', leftOut ? 'is' : 'is not', null)
  if (result) query = query.where('m.result', '=', result)
  if (slotFrom !== undefined) query = query.where('m.slot', '>=', slotFrom)
  if (slotTo !== undefined) query = query.where('m.slot', '<=', slotTo)
  if (q) query = query.where(meetingSays(containing(q)))
  const last = 1_000
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql`coalesce(m.slot, ${sql.lit(last)})`, order: 'asc', kind: 'number', read: (row) => row.slot ?? last },
      { ref: sql`coalesce(m.table_no, 0)`, order: 'asc', kind: 'number', read: (row) => row.table_no ?? 0 },
      { ref: sql`coalesce(m.score, 0)`, order: 'desc', kind: 'number', read: (row) => row.score ?? 0 },
      { ref: sql.ref('m.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { ...page, rows: await meetingViews(reader, event, page.rows) }
}

/** Every meeting of a day that the reader sees, at most as many as a day can have. */
export async function allMeetings(reader: Reader, id: string, firmId?: string): Promise<readonly MeetingView[]> {
  const rows: MeetingView[] = []
  for (let cursor: string | null | undefined; cursor !== null && rows.length < exportRowsMax;) {
    const page: Awaited<ReturnType<typeof listMeetings>> = await listMeetings(reader, {
      id,
      firmId,
      cursor: cursor ?? undefined,
      limit: 200,
    })
    rows.push(...(page?.rows ?? []))
    cursor = page?.next ?? null
  }
  return rows
}
const exportRowsMax = 25_000

const followRows = ({ deps: { db, zoneId }, actor }: Reader) => {
  const query = db
    .selectFrom('market_event_follow as f')
    .innerJoin('market_event as e', (join) =>
      join.onRef('e.zone_id', '=', 'f.zone_id').onRef('e.id', '=', 'f.event_id'),
    )
    .innerJoin('market_event_meeting as m', (join) =>
      join.onRef('m.zone_id', '=', 'f.zone_id').onRef('m.id', '=', 'f.meeting_id'),
    )
    .innerJoin('market_event_firm as b', (join) =>
      join
        .onRef('b.zone_id', '=', 'm.zone_id')
        .onRef('b.event_id', '=', 'm.event_id')
        .onRef('b.firm_id', '=', 'm.buyer_id'),
    )
    .innerJoin('market_event_firm as s', (join) =>
      join
        .onRef('s.zone_id', '=', 'm.zone_id')
        .onRef('s.event_id', '=', 'm.event_id')
        .onRef('s.firm_id', '=', 'm.seller_id'),
    )
    .where('f.zone_id', '=', zoneId)
    .where(reaches(actor, 'market_event', { zoneId, objectId: sql.ref('e.id') }))
    .where('m.result', 'is not', null)
    .selectAll('f')
    .select([
      'e.name as event_name',
      'e.day as event_day',
      'e.state as event_state',
      'm.buyer_id',
      'm.seller_id',
      'm.result',
      'm.quantity',
      'm.unit',
      'm.amount_fen',
      'b.firm_outside as buyer_outside',
      's.firm_outside as seller_outside',
    ])
  if (isStaff(actor)) return query
  const own = [...partiesOf(actor, 'enterprise')]
  return query.where(sql<SqlBool>`(m.buyer_id = any(${own}::text[]) or m.seller_id = any(${own}::text[]))`)
}

/** A page of the questions within reach, by the day they are due. Three statements, two more for names. */
export async function listFollowUps(
  reader: Reader,
  wish: Wish & { readonly view: FollowView; readonly eventId?: string | undefined },
) {
  const today = localDateOf(reader.deps.clock())
  let query = followRows(reader)
  const { view, eventId, q } = wish
  if (eventId) query = query.where('f.event_id', '=', eventId)
  if (q) query = query.where('e.name', 'ilike', containing(q))
  query = query.where('f.outcome', view === 'answered' ? 'is not' : 'is', null)
  if (view === 'today') query = query.where('f.due', '<=', today)
  if (view === 'overdue') query = query.where('f.due', '<', addDays(localDate(today), -answerDays))
  const page = await countedPage(
    reader.deps.db,
    query,
    [
      { ref: sql.ref('f.due'), order: 'asc', kind: 'string', read: (row) => row.due },
      { ref: sql.ref('f.meeting_id'), order: 'asc', kind: 'string', read: (row) => row.meeting_id },
      { ref: sql.ref('f.days'), order: 'asc', kind: 'number', read: (row) => row.days },
    ],
    wish,
  )
  const refs = page.rows.map(firmsOf).flatMap(({ buyer, seller }) => [buyer, seller])
  const named = await namer(reader, refs)
  const mayKeep = hasRole(reader.actor, ...keepingRoles)
  const rows = page.rows.flatMap((row) => {
    if (row.result === null) return []
    const { buyer, seller } = firmsOf(row)
    const isMine = sidesOf(reader.actor, { buyer, seller }).length > 0
    return [
      {
        ...followView(row, today),
        event: { id: row.event_id, name: row.event_name, day: row.event_day },
        meeting: {
          id: row.meeting_id,
          buyer: named(buyer),
          seller: named(seller),
          result: row.result,
          quantityText: quantityText(row),
          amountFen: row.amount_fen,
        },
        mayAnswer: row.event_state === 'held' && row.due <= today && (mayKeep || isMine),
      },
    ]
  })
  return { ...page, rows }
}
