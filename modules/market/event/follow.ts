import { sql } from 'kysely'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, type CommandDeps, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { clockwork, type Actor } from '@tingzhou/parties'
import { changesBetween, type RecordDeps, type Saved } from '@tingzhou/records'
import type { JobHandler } from '@tingzhou/timers'
import type { MarketError } from '../problems.ts'
import { noteAll, note } from '../record.ts'
import { tellFirms, tellOfficers } from '../told.ts'
import { refused, wrongState } from './event.ts'
import { lockMeeting } from './meeting.ts'
import './tables.ts'
import { linesOf, toldOf } from './lines.ts'
import { followDays, type FollowDays, type Outcome } from './words.ts'

const objectKind = 'market_event'
const lastDays = Math.max(...followDays)

/** Says what came of a meeting so far: an officer, or either firm. An answer may be put right until the day is followed. */
export async function answerFollowUp(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly meetingId: string
    readonly rev: number
    readonly days: FollowDays
    readonly outcome: Outcome
    readonly valueFen: number | null
    readonly reason: string
  },
): Promise<Result<Saved, MarketError>> {
  const { zoneId } = deps
  const locked = await lockMeeting(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { event, meeting } = locked.value
  const row = await tx
    .selectFrom('market_event_follow')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('meeting_id', '=', meeting.id)
    .where('days', '=', input.days)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (event.state !== 'held') return wrongState(event.state, 'event_until_followed')
  const now = deps.clock()
  if (localDateOf(now) < row.due) return refused('days', localDateOf(now), `not_before ${row.due}`)
  const { outcome, valueFen, reason } = input
  const hasValue = outcome === 'delivered' || outcome === 'partly'
  if (hasValue && valueFen === null) return refused('valueFen', '', 'event_value_needed')
  if (!hasValue && valueFen !== null) return refused('valueFen', valueFen, 'event_value_of_delivered')
  if (outcome === 'fallen' && reason === '') return refused('reason', '', 'event_say_why')
  const after = { outcome, value_fen: valueFen, reason }
  await tx
    .updateTable('market_event_follow')
    .set({ ...after, answered_at: at(now), answered_by: actor.name, rev: row.rev + 1 })
    .where('zone_id', '=', zoneId)
    .where('meeting_id', '=', meeting.id)
    .where('days', '=', input.days)
    .execute()
  const data = { meetingId: meeting.id, days: input.days, ...(changesBetween(row, after) as object) }
  const to = [meeting.buyer_id, meeting.seller_id]
  await note(tx, deps, actor, { objectKind, objectId: event.id, verb: 'follow', data, to })
  await closeFollowed(tx, deps, actor, event.id)
  return ok({ id: meeting.id, rev: row.rev + 1 })
}

/**
 * Days that are over for 90 days and of which every question was answered are followed. One statement, two more where there are some.
 * @param eventId  that day alone: whoever answers closes no other
 */
export async function closeFollowed(tx: Tx, deps: RecordDeps, actor: Actor, eventId?: string): Promise<number> {
  const { zoneId, clock } = deps
  const now = at(clock())
  const since = addDays(localDateOf(clock()), -lastDays)
  const { rows } = await sql<{ id: string }>`update market_event e
    set state = 'followed', followed_at = ${now}::timestamptz, rev = rev + 1, updated_at = ${now}::timestamptz, updated_by = ${actor.name}
    where e.zone_id = ${zoneId} and ${eventId === undefined ? sql`true` : sql`e.id = ${eventId}`} and e.state = 'held' and e.day <= ${since}::date and not exists (
      select from market_event_follow f where f.zone_id = e.zone_id and f.event_id = e.id and f.outcome is null)
    returning e.id`.execute(tx)
  await noteAll(
    tx,
    deps,
    actor,
    rows.map(({ id }) => ({ objectKind, objectId: id, verb: 'followed' }) as const),
  )
  return rows.length
}

const batchRows = 500
type Asked = {
  readonly eventId: string
  readonly days: FollowDays
  readonly buyerId: string
  readonly sellerId: string
}

/** Each morning: asks what is due, once; closes days that are followed. */
export const morningJob = (deps: CommandDeps): JobHandler => ({
  kind: 'market.event_morning',
  recurs: { dailyAt: '08:20' },
  run: async (tx) => {
    while ((await askDue(tx, deps)) === batchRows);
    await closeFollowed(tx, deps, clockwork)
  },
})

/**
 * Asks up to 500 questions whose day has come: the firms of the meeting, and officers once a matchmaking day.
 * @returns questions
 * Source: own. By market_event_follow_open; two statements, and some for each day.
 */
export async function askDue(tx: Tx, deps: RecordDeps): Promise<number> {
  const { zoneId, clock } = deps
  const today = localDateOf(clock())
  const { rows } = await sql<Asked>`
    with due as (
      select f.zone_id, f.meeting_id, f.days from market_event_follow f
      where f.zone_id = ${zoneId} and f.outcome is null and f.asked_at is null and f.due <= ${today}::date
      order by f.due, f.meeting_id, f.days limit ${batchRows} for update skip locked
    )
    update market_event_follow f set asked_at = ${at(clock())}::timestamptz
    from due, market_event_meeting m
    where f.zone_id = due.zone_id and f.meeting_id = due.meeting_id and f.days = due.days
      and m.zone_id = f.zone_id and m.id = f.meeting_id
    returning f.event_id as "eventId", f.days, m.buyer_id as "buyerId", m.seller_id as "sellerId"`.execute(tx)
  if (rows.length === 0) return 0
  const events = await tx
    .selectFrom('market_event')
    .select(['id', 'name', 'day', 'place'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...new Set(rows.map(({ eventId }) => eventId))])
    .execute()
  for (const event of events) {
    const asked = rows.filter(({ eventId }) => eventId === event.id)
    const firms = [...new Set(asked.flatMap(({ buyerId, sellerId }) => [buyerId, sellerId]))]
    const days = [...new Set(asked.map((one) => one.days))].toSorted((a, b) => a - b).join(' / ')
    await tellFirms(
      tx,
      deps,
      linesOf(event, firms, 'event_follow', () => ({ days })),
    )
    await tellOfficers(tx, deps, toldOf(event, 'event_follow_officer', { days, meetings: String(asked.length) }))
  }
  return rows.length
}
