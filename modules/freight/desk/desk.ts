import { sql, type RawBuilder } from 'kysely'
import { at } from '@tingzhou/db'
import { reaches } from '@tingzhou/access'
import { localDateOf, addDays } from '@tingzhou/calendar'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Reader } from '../papers-view.ts'
import { lightGrossMaxKg } from '../light.ts'
import type { LoadMode, Measure, WaybillState } from '../words.ts'
import {
  expectedAt,
  isLate,
  isRunning,
  lastFixes,
  lateSince,
  metres,
  placeColumns,
  spotOf,
  tripColumns,
  tripTables,
  type PlaceRow,
  type TripRow,
} from './parts.ts'
import {
  deskCountMax,
  deskRowsMax,
  offerHoursMax,
  positionHoursMax,
  silentMinutes,
  standingKmh,
  troubleKinds,
  type OfferOutcome,
  type TroubleKind,
} from './words.ts'
import '../upload/tables.ts'

type Counted = { readonly count: number }
const counted = <Row extends Counted>(rows: readonly Row[]) => ({ count: rows[0]?.count ?? 0, rows })

const minuteMs = 60_000
const instant = (now: EpochMs, minutes = 0): RawBuilder<unknown> =>
  sql`${at(epochMs(now + minutes * minuteMs))}::timestamptz`

/**
 * What a dispatcher has to do now. Four statements, one a list; the docstring of each says what it walks.
 * What is counted is counted up to `deskCountMax`, and one more stands for all beyond.
 */
export async function findDesk(reader: Reader) {
  const now = reader.deps.clock()
  return {
    at: now,
    loads: counted(await shortLoads(reader)),
    offers: counted(await openOffers(reader, now)),
    troubles: byKind(await findTroubles(reader, now)),
    running: counted(await runningTrips(reader, now)),
  }
}

type ShortLoad = Counted & {
  readonly id: string
  readonly number: string
  readonly goods: string
  readonly mode: LoadMode
  readonly measure: Measure
  readonly left: number
  readonly trucks: number
  readonly truckPlan: number
  readonly offered: number
  readonly from: PlaceRow
  readonly to: PlaceRow
  readonly loadUntil: EpochMs
}

/** Published loads of which something is left, the soonest end of loading first. By freight_load_open. O(published loads). */
async function shortLoads({ deps: { db, zoneId }, actor }: Reader): Promise<readonly ShortLoad[]> {
  const { rows } = await sql<ShortLoad>`
    with short as (
      select l.* from freight_load l
      where l.zone_id = ${zoneId} and l.state = 'published' and l.taken < l.quantity
        and ${reaches(actor, 'freight_load', { zoneId, objectId: sql.ref('l.id') })}
      order by l.load_until, l.id limit ${deskCountMax + 1}),
    first as (select short.*, count(*) over () as n from short order by load_until, id limit ${deskRowsMax})
    select l.id, l.number, l.goods, l.mode, l.measure, (l.quantity - l.taken) as left,
      ceil((l.quantity - l.taken)::numeric / l.truck_plan)::bigint as trucks, l.truck_plan as "truckPlan",
      (select count(*) from freight_waybill w
        where w.zone_id = l.zone_id and w.load_id = l.id and w.state = 'offered') as offered,
      ${placeColumns('a')} as "from", ${placeColumns('b')} as "to", l.load_until as "loadUntil", l.n as count
    from first l
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id
    join freight_place b on b.zone_id = l.zone_id and b.id = l.to_id
    order by l.load_until, l.id`.execute(db)
  return rows
}

type Offer = Counted &
  TripRow & {
    readonly state: WaybillState
    readonly loadId: string
    readonly outcome: OfferOutcome
    readonly at: EpochMs
    readonly reason: string
  }

/**
 * Offers that were refused or that nobody answered while their load still lacks a truck, the latest first, then those that wait, the
 * soonest end first. By freight_waybill_state and the key of the history. O(offers of two days).
 */
async function openOffers(reader: Reader, now: EpochMs): Promise<readonly Offer[]> {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const within = reaches(actor, 'freight_waybill', { zoneId, objectId: sql.ref('w.id') })
  const { rows } = await sql<Offer>`
    with offer as (
      select w.id, 'waiting' as outcome, w.offer_until as at, '' as reason from freight_waybill w
      where w.zone_id = ${zoneId} and w.state = 'offered' and ${within}
      union all
      select w.id, case when h.verb = 'refuse' then 'refused' else 'timed_out' end, w.closed_at,
        case when h.verb = 'refuse' then w.end_reason else '' end
      from freight_waybill w
      join freight_load l on l.zone_id = w.zone_id and l.id = w.load_id and l.state = 'published' and l.taken < l.quantity
      join lateral (select verb from history h where h.zone_id = w.zone_id and h.object_id = w.id::text
        order by h.seq desc limit 1) h on h.verb in ('refuse', 'expire')
      where w.zone_id = ${zoneId} and w.state = 'cancelled' and w.accepted_at is null
        and w.created_at >= ${instant(now, -2 * offerHoursMax * 60)} and w.closed_at >= ${instant(now, -offerHoursMax * 60)}
        and ${within}
      limit ${deskCountMax + 1}),
    first as (
      select offer.*, count(*) over () as n from offer
      order by outcome = 'waiting', case when outcome = 'waiting' then at end, at desc, id limit ${deskRowsMax})
    select ${tripColumns}, w.load_id as "loadId", o.outcome, o.at, o.reason, o.n as count
    from first o join freight_waybill w on w.zone_id = ${zoneId} and w.id = o.id ${tripTables}
    order by o.outcome = 'waiting', case when o.outcome = 'waiting' then o.at end, o.at desc, o.id`.execute(db)
  return rows
}

type Trouble = TripRow & {
  readonly state: WaybillState
  readonly kind: TroubleKind
  readonly since: EpochMs | null
  readonly detail: string
}

const byKind = (rows: readonly Trouble[]) => ({
  count: rows.length,
  byKind: troubleKinds.flatMap((kind) => {
    const count = rows.filter((row) => row.kind === kind).length
    return count === 0 ? [] : [{ kind, count }]
  }),
  rows: rows.slice(0, deskRowsMax),
})

/**
 * Trips that need a hand, each with every reason, the gravest first. Running waybills by freight_waybill_vehicle_busy with the last fix
 * of their terminals; the minutes of those that stand by the key of track_minute; arrivals by the key of the history; papers by
 * freight_paper_end; refused records by freight_upload_state. O(running waybills + papers that end within two weeks + refused records).
 */
async function findTroubles(reader: Reader, now: EpochMs): Promise<readonly Trouble[]> {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const silentSince = instant(now, -silentMinutes)
  const { rows } = await sql<Trouble>`
    with running as (
      select w.id, w.state, w.carrier_id, w.driver_id, w.vehicle_id, w.updated_at, greatest(w.departed_at, t.starts_at) as awaited_at,
        ${expectedAt(instant(now))} as expected_at, t.point_id, f.at as fix_at, f.speed_kmh, v.gross_kg,
        ${isLate(instant(now))} as is_late, ${lateSince(instant(now))} as late_since,
        least(${metres(spotOf('f'), spotOf('a'))} - a.fence_m, ${metres(spotOf('f'), spotOf('b'))} - b.fence_m) as outside_m
      from freight_waybill w ${tripTables} ${lastFixes(instant(now, -positionHoursMax * 60))}
      where ${isRunning(reader)}),
    trouble as (
      select id, 'accident' as kind, updated_at as since, '' as detail from running where state = 'accident'
      union all
      select id, 'silent', coalesce(fix_at, awaited_at), '' from running
      where state = 'in_transit' and point_id is not null and awaited_at < ${silentSince}
        and (fix_at is null or fix_at < ${silentSince})
      union all
      select id, 'standing', ${silentSince}, '' from running r
      where state = 'in_transit' and awaited_at < ${silentSince} and fix_at >= ${silentSince}
        and speed_kmh < ${standingKmh} and outside_m > 0
        and not exists (select from track_minute m where m.zone_id = ${zoneId} and m.point_id = r.point_id
          and m.minute >= ${silentSince} and m.speed_max_kmh >= ${standingKmh})
        and exists (select from track_minute m where m.zone_id = ${zoneId} and m.point_id = r.point_id
          and m.minute >= ${instant(now, -silentMinutes - 10)} and m.minute <= ${instant(now, -silentMinutes + 5)})
      union all
      select id, 'late', late_since, '' from running where is_late
      union all
      select r.id, 'outside', h.at, coalesce(h.reason, '') from running r
      join lateral (select at, reason, data from history h where h.zone_id = ${zoneId} and h.object_id = r.id::text
        and h.verb in ('arrive_load', 'arrive_unload') order by h.seq desc limit 1) h on h.data ->> 'inside' = 'false'
      where r.state in ('at_load', 'at_unload')
      union all
      (select r.id, 'papers', ((p.valid_to + 1)::timestamp at time zone 'Asia/Shanghai'), min(p.kind)
      from running r
      cross join lateral (values (r.vehicle_id), (r.driver_id), (r.carrier_id)) s (id)
      join freight_paper p on p.zone_id = ${zoneId} and p.subject_id = s.id and p.state = 'kept'
        and p.valid_to >= ${addDays(localDateOf(now), -30)}::date and p.valid_to <= ${addDays(localDateOf(now), 14)}::date
      join freight_paper_kind k on k.zone_id = p.zone_id and k.code = p.kind and k.required
        and not (k.light_exempt and r.gross_kg <= ${lightGrossMaxKg})
      where p.valid_to < (greatest(r.expected_at, ${instant(now)}) at time zone 'Asia/Shanghai')::date
        and not exists (select from freight_paper q where q.zone_id = p.zone_id and q.subject_id = p.subject_id
          and q.kind = p.kind and q.state = 'kept' and q.valid_to > p.valid_to)
      group by r.id, p.valid_to)
      union all
      (select u.waybill_id, 'refused', u.created_at, coalesce(u.answer_text, '') from freight_upload u
      join freight_waybill w on w.zone_id = u.zone_id and w.id = u.waybill_id
      where u.zone_id = ${zoneId} and u.state = 'rejected' and u.waybill_id is not null
        and ${reaches(actor, 'freight_waybill', { zoneId, objectId: sql.ref('w.id') })}
      order by u.created_at desc limit ${deskCountMax + 1})),
    first as (
      select *, array_position(${[...troubleKinds]}::text[], kind) as grave from trouble
      order by grave, since, id limit ${deskCountMax + 1})
    select ${tripColumns}, f.kind, f.since, f.detail
    from first f join freight_waybill w on w.zone_id = ${zoneId} and w.id = f.id ${tripTables}
    order by f.grave, f.since, f.id`.execute(db)
  return rows
}

type Running = Counted & TripRow & { readonly state: WaybillState; readonly expectedAt: EpochMs | null }

/** Trips on their way, whoever should arrive first before the others. By freight_waybill_vehicle_busy. O(running waybills). */
async function runningTrips(reader: Reader, now: EpochMs): Promise<readonly Running[]> {
  const { db, zoneId } = reader.deps
  const { rows } = await sql<Running>`
    with running as (
      select w.id, ${expectedAt(instant(now))} as expected_at, count(*) over () as n
      from freight_waybill w where ${isRunning(reader)}
      order by expected_at, w.id limit ${deskRowsMax})
    select ${tripColumns}, r.expected_at as "expectedAt", r.n as count
    from running r join freight_waybill w on w.zone_id = ${zoneId} and w.id = r.id ${tripTables}
    order by r.expected_at, r.id`.execute(db)
  return rows
}
