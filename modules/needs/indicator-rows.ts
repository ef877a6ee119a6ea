import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { addDays, instantOf } from '@tingzhou/calendar'
import { localDate, type EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { SourceId } from './indicators.ts'
import { unclassified } from './taxonomy.ts'

/** The days that figures speak of, both included, and the instant at which they are told. */
export type Period = { readonly from: string; readonly to: string; readonly now: EpochMs }

/** Whose rows are counted. */
export type Span = {
  readonly zoneId: string
  readonly period: Period
  /** Only what this actor may read; null when the query around it sees to that. */
  readonly reader: Actor | null
}

type Sql = RawBuilder<unknown>

const startOf = ({ from }: Period): Date => new Date(instantOf(localDate(from), '00:00'))
const endOf = ({ to }: Period): Date => new Date(instantOf(addDays(localDate(to), 1), '00:00'))

const inPeriod = (column: Sql, { period }: Span): Sql =>
  sql`${column} >= ${startOf(period)}::timestamptz and ${column} < ${endOf(period)}::timestamptz`

const mayRead = ({ reader, zoneId }: Span, kind: string, objectId: Expression<unknown>): Sql | RawBuilder<SqlBool> =>
  reader ? reaches(reader, kind, { zoneId, objectId }) : sql`true`

// Withdrawn and declined appeals leave all counts; merged followers count in callbacks and ratings, not in orders.
const counted = (span: Span): Sql =>
  sql`a.zone_id = ${span.zoneId} and a.state not in ('draft', 'withdrawn', 'declined') and ${mayRead(span, 'appeal', sql.ref('a.id'))}`
const ownOrders = (span: Span): Sql => sql`${counted(span)} and a.state <> 'merged'`

const nowOf = ({ period }: Span): Sql => sql`${new Date(period.now)}::timestamptz`
const noTimes = sql`null::timestamptz as time_from, null::timestamptz as time_to`
const fromAppeal = sql`a.id::text as appeal_id, a.area_id::text as area_id, null::text as party_id`
const ofOrder = sql`o.id::text as unit_id, ${fromAppeal}, o.owner_id::text as owner_id`
const ofAppeal = sql`a.id::text as unit_id, ${fromAppeal}, a.owner_id::text as owner_id`
const joinOrders = sql`from work_order o join appeal a on a.zone_id = o.zone_id and a.id = o.appeal_id`
// A round that begins again after a callback is not dispatched: it has no time for signing.
const dispatched = sql`o.due_sign_at is not null`

/**
 * The rows of a source, one a counted unit: unit_id, appeal_id, area_id, party_id, owner_id, at, time_from, time_to, and a flag a part.
 * Source: casework.md §8.
 */
export function sourceRows(source: SourceId, span: Span): Sql {
  return sql`(${queries[source](span)})`
}

const queries: Readonly<Record<SourceId, (span: Span) => Sql>> = {
  // Returned orders belong to the next owner. What is neither done nor late yet is not counted.
  contact_due: (span) => sql`
    select ${ofOrder}, o.due_contact_at as at, ${noTimes}, true as base,
      coalesce(o.contacted_at <= o.due_contact_at, false) as in_time,
      not coalesce(o.contacted_at <= o.due_contact_at, false) as late
    ${joinOrders}
    where ${ownOrders(span)} and ${inPeriod(sql`o.due_contact_at`, span)} and o.return_decision is distinct from 'accepted'
      and (o.contacted_at is not null or o.due_contact_at < ${nowOf(span)})`,
  // While an appeal waits for the applicant its due time stands still.
  result_due: (span) => sql`
    select ${ofOrder}, o.due_result_at as at, ${noTimes}, true as base,
      coalesce(o.replied_at <= o.due_result_at, false) as on_time,
      coalesce(o.replied_at <= o.original_due_result_at, false) as first_on_time,
      coalesce(o.replied_at <= o.due_result_at and o.replied_at > o.original_due_result_at, false) as extended,
      not coalesce(o.replied_at <= o.due_result_at, false) as late
    ${joinOrders}
    where ${ownOrders(span)} and ${inPeriod(sql`o.due_result_at`, span)} and o.return_decision is distinct from 'accepted'
      and (o.replied_at is not null or (o.due_result_at < ${nowOf(span)} and not (o.active and a.paused_at is not null)))`,
  dispatches: (span) => sql`
    select ${ofOrder}, o.dispatched_at as at, ${noTimes}, true as base,
      o.return_decision is not distinct from 'accepted' as accepted_return,
      not ${dispatchedBefore} as first, ${dispatchedBefore} as again
    ${joinOrders}
    where ${ownOrders(span)} and ${dispatched} and ${inPeriod(sql`o.dispatched_at`, span)}`,
  returns: (span) => sql`
    select ${ofOrder}, o.returned_at as at, ${noTimes}, true as base, o.return_decision = 'refused' as refused,
      o.return_decision = 'accepted' as accepted, coalesce(o.return_decision, 'pending') = 'pending' as pending
    ${joinOrders}
    where ${ownOrders(span)} and ${inPeriod(sql`o.returned_at`, span)}`,
  callbacks: (span) => sql`
    select c.id::text as unit_id, ${fromAppeal}, c.owner_id::text as owner_id, c.at, ${noTimes}, true as base,
      coalesce(c.solved = 'yes', false) as yes, coalesce(c.solved = 'partly', false) as partly,
      coalesce(c.solved = 'no', false) as no, c.reopened
    from callback c join appeal a on a.zone_id = c.zone_id and a.id = c.appeal_id
    where ${counted(span)} and c.reached and ${inPeriod(sql`c.at`, span)}`,
  ratings: ratingRows,
  due_callbacks: (span) => sql`
    select r.id::text as unit_id, ${fromAppeal}, r.by_party::text as owner_id, r.at, ${noTimes}, true as base,
      ${reachedAfterReply} as reached, not ${reachedAfterReply} as unreached
    from reply r join appeal a on a.zone_id = r.zone_id and a.id = r.appeal_id
    where ${counted(span)} and ${inPeriod(sql`r.at`, span)} and r.rejected_reason is null
      and not (a.state = 'replied' and not ${repliedAgain(sql`'infinity'::timestamptz`)})
      and not (r.result = 'planned' and exists (
        select from planned_item p where p.zone_id = a.zone_id and p.appeal_id = a.id))`,
  closed: (span) => sql`
    select ${ofAppeal}, a.closed_at as at, ${noTimes}, true as base,
      exists (select from appeal n where n.zone_id = a.zone_id and n.enterprise_id = a.enterprise_id
        and n.category = a.category and n.id <> a.id and n.state not in ('draft', 'withdrawn', 'declined')
        and n.received_at > a.closed_at and n.received_at <= a.closed_at + interval '90 days') as repeated,
      coalesce(a.category = ${unclassified}, true) as unclassified,
      a.first_category is not null and a.first_category is distinct from a.category as reclassified
    from appeal a
    where ${counted(span)} and a.state in ('closed', 'archived') and ${inPeriod(sql`a.closed_at`, span)}`,
  registered: (span) => sql`
    select ${ofAppeal}, a.received_at as at, ${noTimes}, true as base, a.merged_into is not null as merged
    from appeal a where ${counted(span)} and ${inPeriod(sql`a.received_at`, span)}`,
  // What is parked on the planned list counts as unresolved; a follower closes with its leader.
  registered_30d: (span) => sql`
    select ${ofAppeal}, a.received_at as at, ${noTimes}, true as base, ${loopClosed} as closed, not ${loopClosed} as open
    from appeal a
    where ${ownOrders(span)} and ${inPeriod(sql`a.received_at`, span)}
      and a.received_at <= ${nowOf(span)} - interval '30 days'`,
  contacted: (span) => sql`
    select ${ofOrder}, o.contacted_at as at, a.received_at as time_from, o.contacted_at as time_to, true as base
    ${joinOrders}
    where ${ownOrders(span)} and ${dispatched} and ${inPeriod(sql`o.contacted_at`, span)}`,
  replied: (span) => sql`
    select ${ofOrder}, o.replied_at as at, case when ${dispatched} then a.received_at else o.dispatched_at end as time_from,
      o.replied_at as time_to, true as base
    ${joinOrders}
    where ${ownOrders(span)} and ${inPeriod(sql`o.replied_at`, span)}`,
  backlog: (span) => sql`
    select ${ofAppeal}, a.received_at as at, ${noTimes}, true as base, ${agedBetween(span, null, 3)} as days0_3,
      ${agedBetween(span, 3, 7)} as days3_7, ${agedBetween(span, 7, 15)} as days7_15,
      ${agedBetween(span, 15, 30)} as days15_30, ${agedBetween(span, 30, null)} as days30
    from appeal a
    where ${ownOrders(span)} and a.state not in ('closed', 'archived') and a.received_at < ${endOf(span.period)}::timestamptz`,
  enterprises: (span) => sql`
    select e.id as unit_id, null::text as appeal_id, e.area_id, e.id as party_id, null::text as owner_id, e.created_at as at,
      ${noTimes}, true as base,
      exists (select from visit v where v.zone_id = e.zone_id and v.enterprise_id = e.id and v.state = 'done'
        and v.day between ${span.period.from}::date and ${span.period.to}::date) as visited
    from enterprise e
    where e.zone_id = ${span.zoneId} and e.merged_into is null and e.status not in ('closed', 'moved')
      and ${mayRead(span, 'enterprise', sql.ref('e.id'))}`,
  visits: (span) => sql`
    select v.id::text as unit_id, null::text as appeal_id, v.area_id, v.enterprise_id as party_id, null::text as owner_id,
      v.done_at as at, ${noTimes}, true as base
    from visit v where ${doneVisits(span)}`,
  findings: (span) => sql`
    select v.id::text || '.' || f.number as unit_id, a.id::text as appeal_id, v.area_id, v.enterprise_id as party_id,
      null::text as owner_id, v.done_at as at, ${noTimes}, true as base,
      a.state in ('closed', 'archived') and coalesce(a.solved = 'yes', false) as solved
    from visit_finding f
    join visit v on v.zone_id = f.zone_id and v.id = f.visit_id
    join appeal a on a.zone_id = f.zone_id and a.id = f.appeal_id
    where ${doneVisits(span)} and ${counted(span)}`,
  p0_missed: (span) => sql`
    select s.id::text as unit_id, ${fromAppeal}, s.owner_id::text as owner_id, s.opened_at as at, ${noTimes}, true as base
    from supervision s
    join appeal a on a.zone_id = s.zone_id and a.id = s.appeal_id
    left join work_order o on o.zone_id = s.zone_id and o.id = s.order_id
    where ${counted(span)} and s.auto and coalesce(o.class, a.class) = 'P0' and ${inPeriod(sql`s.opened_at`, span)}`,
}

// An applicant may rate anew after the callback: the last word counts for the last callback, earlier ones stand.
// Somebody who was never reached may rate too: that counts on the day of closing.
function ratingRows(span: Span): Sql {
  const flags = sql`rating is not null as base, coalesce(rating >= 3, false) as satisfied,
    coalesce(rating = 5, false) as stars5, coalesce(rating = 4, false) as stars4, coalesce(rating = 3, false) as stars3,
    coalesce(rating = 2, false) as stars2, coalesce(rating = 1, false) as stars1, rating is null as unrated`
  return sql`
    select unit_id, appeal_id, area_id, party_id, owner_id, at, ${noTimes}, ${flags} from (
      select c.id::text as unit_id, ${fromAppeal}, c.owner_id::text as owner_id, c.at,
        case when exists (select from callback n where n.zone_id = c.zone_id and n.appeal_id = c.appeal_id and n.reached
          and (n.at, n.id) > (c.at, c.id)) then c.rating else coalesce(a.rating, c.rating) end as rating
      from callback c join appeal a on a.zone_id = c.zone_id and a.id = c.appeal_id
      where ${counted(span)} and c.reached and ${inPeriod(sql`c.at`, span)}
      union all
      select ${ofAppeal}, a.closed_at as at, a.rating from appeal a
      where ${counted(span)} and a.rating is not null and ${inPeriod(sql`a.closed_at`, span)}
        and not exists (select from callback c where c.zone_id = a.zone_id and c.appeal_id = a.id and c.reached)
    ) rated`
}

const dispatchedBefore = sql`exists (select from work_order p where p.zone_id = o.zone_id and p.appeal_id = o.appeal_id
  and p.due_sign_at is not null and (p.dispatched_at, p.id) < (o.dispatched_at, o.id))`

const repliedAgain = (before: Sql): Sql => sql`exists (select from reply n where n.zone_id = r.zone_id
  and n.appeal_id = r.appeal_id and n.rejected_reason is null and n.at > r.at and n.at <= ${before})`

const reachedAfterReply = sql`exists (select from callback c where c.zone_id = r.zone_id and c.appeal_id = r.appeal_id
  and c.reached and c.at >= r.at and not ${repliedAgain(sql`c.at`)})`

const loopClosed = sql`(a.state in ('closed', 'archived') and not exists (
  select from planned_item p where p.zone_id = a.zone_id and p.appeal_id = a.id and p.state = 'open'))`

const agedBetween = (span: Span, fromDays: number | null, toDays: number | null): Sql => {
  const ageOver = (days: number) => sql`a.received_at <= ${nowOf(span)} - ${days}::int * interval '1 day'`
  return sql`(${fromDays === null ? sql`true` : ageOver(fromDays)} and ${toDays === null ? sql`true` : sql`not ${ageOver(toDays)}`})`
}

const doneVisits = (span: Span): Sql => sql`v.zone_id = ${span.zoneId} and v.state = 'done'
  and v.day between ${span.period.from}::date and ${span.period.to}::date and ${mayRead(span, 'visit', sql.ref('v.id'))}`
