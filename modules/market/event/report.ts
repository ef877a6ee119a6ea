import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { fill, sendWorkbook } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { nowhere } from '@tingzhou/records'
import { writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import type { Reader } from '../room.ts'
import { textsOf } from '../texts.ts'
import './tables.ts'
import { findEvent } from './event-view.ts'
import { allMeetings, type MeetingView } from './meeting-view.ts'
import { followDays, type FollowDays } from './words.ts'

type Counts = {
  readonly registered: number
  readonly arrived: number
  readonly planned: number
  readonly held: number
  readonly noShow: number
  readonly leftOut: number
  readonly agreed: number
  readonly talks: number
  readonly confirmed: number
  readonly stated: number
  readonly statedFen: number
  readonly deals: number
}
type Follow = {
  readonly days: FollowDays
  readonly asked: number
  readonly answered: number
  readonly delivered: number
  readonly fallen: number
  readonly valueFen: number
}

/**
 * What a day brought, each share with its base. `cameTrue`: of agreements with a stated amount that were answered after 90 days.
 * Three statements.
 */
export async function reportOf({ deps: { db, zoneId, clock } }: Reader, eventId: string) {
  const today = localDateOf(clock())
  const counts = await sql<Counts>`select
      (select count(*)::integer from market_event_firm f where f.zone_id = ${zoneId} and f.event_id = ${eventId}::uuid
        and f.state = 'registered') as registered,
      (select count(*)::integer from market_event_firm f where f.zone_id = ${zoneId} and f.event_id = ${eventId}::uuid
        and f.state = 'registered' and f.arrived_at is not null) as arrived,
      count(*) filter (where slot is not null)::integer as planned,
      count(*) filter (where state = 'held')::integer as held,
      count(*) filter (where state = 'no_show')::integer as "noShow",
      count(*) filter (where slot is null)::integer as "leftOut",
      count(*) filter (where result = 'agreed')::integer as agreed,
      count(*) filter (where result = 'talks')::integer as talks,
      count(*) filter (where result = 'agreed' and buyer_confirmed_at is not null and seller_confirmed_at is not null)::integer as confirmed,
      count(*) filter (where amount_fen is not null)::integer as stated,
      coalesce(sum(amount_fen), 0)::bigint as "statedFen",
      count(deal_id)::integer as deals
    from market_event_meeting where zone_id = ${zoneId} and event_id = ${eventId}::uuid`.execute(db)
  const follow = await sql<Follow>`select days, count(*) filter (where due <= ${today}::date)::integer as asked,
      count(outcome)::integer as answered,
      count(*) filter (where outcome in ('delivered', 'partly'))::integer as delivered,
      count(*) filter (where outcome = 'fallen')::integer as fallen,
      coalesce(sum(value_fen), 0)::bigint as "valueFen"
    from market_event_follow where zone_id = ${zoneId} and event_id = ${eventId}::uuid group by days order by days`.execute(
    db,
  )
  const last = Math.max(...followDays)
  const cameTrue = await sql<{ valueFen: number; statedFen: number; meetings: number }>`
    select coalesce(sum(f.value_fen), 0)::bigint as "valueFen", coalesce(sum(m.amount_fen), 0)::bigint as "statedFen",
      count(*)::integer as meetings
    from market_event_follow f join market_event_meeting m on m.zone_id = f.zone_id and m.id = f.meeting_id
    where f.zone_id = ${zoneId} and f.event_id = ${eventId}::uuid and f.days = ${last} and f.outcome is not null
      and m.amount_fen is not null`.execute(db)
  const n = counts.rows[0]
  const of = (part: number | undefined, base: number | undefined) => ({ part: part ?? 0, of: base ?? 0 })
  return {
    firmsRegistered: n?.registered ?? 0,
    firmsArrived: of(n?.arrived, n?.registered),
    meetingsPlanned: n?.planned ?? 0,
    meetingsHeld: of(n?.held, n?.planned),
    noShows: of(n?.noShow, n?.planned),
    leftOut: n?.leftOut ?? 0,
    agreements: of(n?.agreed, n?.held),
    talks: of(n?.talks, n?.held),
    confirmed: of(n?.confirmed, n?.agreed),
    statedFen: n?.statedFen ?? 0,
    statedOf: of(n?.stated, n?.agreed),
    deals: n?.deals ?? 0,
    follow: followDays.map((days) => {
      const line = follow.rows.find((row) => row.days === days)
      return {
        days,
        asked: line?.asked ?? 0,
        answered: of(line?.answered, line?.asked),
        delivered: of(line?.delivered, line?.answered),
        fallen: of(line?.fallen, line?.answered),
        valueFen: line?.valueFen ?? 0,
      }
    }),
    cameTrue: cameTrue.rows[0] ?? { valueFen: 0, statedFen: 0, meetings: 0 },
  }
}
export type Report = Awaited<ReturnType<typeof reportOf>>

/** Meetings, results and follow-up of a day as a workbook; what the day brought and when it was written stands on the second sheet. */
export async function exportEvent(reader: Reader, lang: Lang, id: string) {
  const event = await findEvent(reader, id)
  if (!event) return nowhere(id)
  const text = textsOf(lang).event_sheet
  const rows = await allMeetings(reader, id)
  const yuan = (fen: number | null) => (fen === null ? null : fen / 100)
  const word = (value: string | null, words: Readonly<Record<string, string>>) =>
    value === null ? null : (words[value] ?? value)
  const column = (header: string, value: ExportColumn<MeetingView>['value']) => ({ header, value, width: 18 })
  const followed = (days: FollowDays) => (row: MeetingView) => row.follow.find((line) => line.days === days)
  const columns: readonly ExportColumn<MeetingView>[] = [
    column(text.time, (row) => row.from),
    column(text.table, (row) => row.table),
    column(text.buyer, (row) => row.buyer.name),
    column(text.seller, (row) => row.seller.name),
    column(text.need, (row) => row.need?.text ?? null),
    column(text.offer, (row) => row.offer?.text ?? null),
    column(text.score, (row) => row.score),
    column(text.left_out, (row) => word(row.leftOut, text.left_outs)),
    column(text.state, (row) => word(row.state, text.states)),
    column(text.result, (row) => word(row.result, text.results)),
    column(text.quantity, (row) => row.quantityText),
    column(text.amount, (row) => yuan(row.amountFen)),
    column(text.confirmed, (row) => [row.buyerConfirmedAt, row.sellerConfirmedAt].filter((at) => at !== null).length),
    ...followDays.flatMap((days) => [
      column(fill(text.outcome, { days }), (row) => word(followed(days)(row)?.outcome ?? null, text.outcomes)),
      column(fill(text.value, { days }), (row) => yuan(followed(days)(row)?.valueFen ?? null)),
      column(fill(text.reason, { days }), (row) => followed(days)(row)?.reason ?? null),
    ]),
  ]
  const report = await reportOf(reader, id)
  const of = ({ part, of: base }: { readonly part: number; readonly of: number }) => `${part} / ${base}`
  const lines: readonly (readonly [string, string])[] = [
    [text.event, `${event.number} ${event.name}`],
    [text.day, `${event.day} ${event.from}–${event.to}`],
    [text.exported_on, localDateOf(reader.deps.clock())],
    [text.exported_by, reader.actor.name],
    [text.firms, of(report.firmsArrived)],
    [text.held, of(report.meetingsHeld)],
    [text.agreements, of(report.agreements)],
    [text.stated, `${(report.statedFen / 100).toFixed(2)} (${of(report.statedOf)})`],
    ...report.follow.map(({ days, valueFen, answered }): readonly [string, string] => [
      fill(text.value, { days }),
      `${(valueFen / 100).toFixed(2)} (${of(answered)})`,
    ]),
    [
      text.came_true,
      `${(report.cameTrue.valueFen / 100).toFixed(2)} / ${(report.cameTrue.statedFen / 100).toFixed(2)}`,
    ],
  ]
  const bytes = await writeXlsx(columns, rows, { sheetName: text.meetings, notesSheet: { name: text.notes, lines } })
  return sendWorkbook(bytes, `${event.number} ${event.name}`)
}
