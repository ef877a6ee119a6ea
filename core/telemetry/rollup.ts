import { sql } from 'kysely'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { at, type Db, type Tx } from '@tingzhou/db'
import { epochMs, type Clock, type EpochMs } from '@tingzhou/kernel'
import { findRetention } from './retention.ts'
import { dayMs, hourMs } from './trend-level.ts'

const hoursPerRun = 48
const dirtyPerRun = 10_000
// Minutes are written some seconds after their end; an hour is summed up when the last of them is there for sure.
const waitMs = 120_000

export type RollupDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

/** What a run did. */
export type RolledUp = { readonly hours: number; readonly mended: number }

/**
 * Sums up the hours that are over, and again those for which readings came late; their days too.
 * @returns hours summed up for the first time (at most 48), and hours of points that were mended (at most 10 000)
 * Source: plant telemetry §2. Two statements an hour; the embedded database takes about 0.3 s for 10 million samples.
 */
export async function rollUp(deps: RollupDeps): Promise<RolledUp> {
  const { db, zoneId, clock } = deps
  const end = hourOf(epochMs(clock() - waitMs))
  let hours = 0
  for (; hours < hoursPerRun; hours++) {
    const did = await db.transaction().execute((tx) => rollNext(tx, zoneId, end))
    if (!did) break
  }
  const { minuteDays } = await findRetention(db, zoneId)
  const keptSince = epochMs(Math.max(0, clock() - minuteDays * dayMs))
  const mended = await db.transaction().execute((tx) => mendDirty(tx, zoneId, keptSince))
  return { hours, mended }
}

const hourOf = (time: EpochMs): EpochMs => epochMs(Math.floor(time / hourMs) * hourMs)

/** Sums up the next hour before `end`; false when there is none. */
async function rollNext(tx: Tx, zoneId: string, end: EpochMs): Promise<boolean> {
  const hour = (await rolledUntil(tx, zoneId)) ?? (await beginRolling(tx, zoneId))
  if (hour === null || hour >= end) return false
  const over = epochMs(hour + hourMs)
  const found = await sumHours(
    tx,
    zoneId,
    sql`m.minute >= ${at(hour)}::timestamptz and m.minute < ${at(over)}::timestamptz`,
  )
  const next = found ? over : await nextHour(tx, zoneId, over, end)
  const [before, day] = [localDateOf(hour), localDateOf(next)]
  // Until it is over a day has no row: whoever reads it sums up its hours.
  if (before !== day)
    await sumDays(
      tx,
      zoneId,
      sql`h.hour >= ${at(instantOf(before, '00:00'))}::timestamptz
      and h.hour < ${at(next)}::timestamptz`,
    )
  await tx
    .updateTable('sample_rolled')
    .set({ hour: at(next) })
    .where('zone_id', '=', zoneId)
    .execute()
  return true
}

/** Hours in which nothing was measured are passed over. */
async function nextHour(tx: Tx, zoneId: string, hour: EpochMs, end: EpochMs): Promise<EpochMs> {
  const row = await tx
    .selectFrom('sample_minute')
    .select((q) => q.fn.min('minute').as('minute'))
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`minute >= ${at(hour)}::timestamptz and minute < ${at(end)}::timestamptz`)
    .executeTakeFirst()
  return row?.minute ? hourOf(row.minute) : end
}

async function rolledUntil(tx: Tx, zoneId: string): Promise<EpochMs | null> {
  const row = await tx
    .selectFrom('sample_rolled')
    .select('hour')
    .where('zone_id', '=', zoneId)
    .forUpdate()
    .executeTakeFirst()
  return row?.hour ?? null
}

/** Begins with the hour of the first minute there is; null while there is none. */
async function beginRolling(tx: Tx, zoneId: string): Promise<EpochMs | null> {
  const row = await tx
    .selectFrom('sample_minute')
    .select((q) => q.fn.min('minute').as('first'))
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  if (!row?.first) return null
  const hour = hourOf(row.first)
  await tx
    .insertInto('sample_rolled')
    .values({ zone_id: zoneId, hour: at(hour) })
    .execute()
  return hour
}

async function mendDirty(tx: Tx, zoneId: string, keptSince: EpochMs): Promise<number> {
  const { rows: marked } = await sql<{ point_id: number; hour: EpochMs }>`
    delete from sample_dirty where ctid in (
      select ctid from sample_dirty where zone_id = ${zoneId} order by hour, point_id limit ${dirtyPerRun} for update skip locked
    ) returning point_id, hour`.execute(tx)
  // Without its other minutes an hour would be summed up wrong: it stays as it was.
  const rows = marked.filter(({ hour }) => hour >= keptSince)
  if (rows.length === 0) return 0
  const dirty = unnest(rows)
  const after = await hoursAfter(tx, zoneId, dirty)
  const all = unnest([...rows, ...after])
  await sumHours(
    tx,
    zoneId,
    sql`true`,
    sql`join (select distinct d.point_id, d.hour from ${all} as d (point_id, hour)) d
      on d.point_id = m.point_id and m.minute >= d.hour and m.minute < d.hour + interval '1 hour'`,
  )
  await sumDays(
    tx,
    zoneId,
    sql`(h.point_id, h.hour) in (select d.point_id, d.hour from ${all} as d (point_id, hour))
      and (h.hour at time zone 'Asia/Shanghai')::date <
        (select (r.hour at time zone 'Asia/Shanghai')::date from sample_rolled r where r.zone_id = h.zone_id)`,
  )
  return rows.length
}

type PointHour = { readonly point_id: number; readonly hour: EpochMs }

const unnest = (rows: readonly PointHour[]): Condition =>
  sql`unnest(${rows.map((row) => row.point_id)}::integer[], ${rows.map(({ hour }) => at(hour).toISOString())}::timestamptz[])`

/** The hours in which counters went on after the mended ones: their first step is counted from what has come now. */
async function hoursAfter(tx: Tx, zoneId: string, dirty: Condition): Promise<readonly PointHour[]> {
  const { rows } = await sql<PointHour>`
    select distinct d.point_id, date_trunc('hour', n.minute, 'UTC') as hour
    from ${dirty} as d (point_id, hour)
    join telemetry_point p on p.zone_id = ${zoneId} and p.id = d.point_id and p.kind = 'counter'
    cross join lateral (
      select m.minute from sample_minute m
      where m.zone_id = ${zoneId} and m.point_id = d.point_id and m.minute >= d.hour + interval '1 hour'
        and m.minute < d.hour + interval '31 days'
      order by m.minute limit 1
    ) n
    join sample_hour h on h.zone_id = ${zoneId} and h.point_id = d.point_id and h.hour = date_trunc('hour', n.minute, 'UTC')`.execute(
    tx,
  )
  return rows
}

type Condition = ReturnType<typeof sql>

/**
 * Hours of points from their minutes. A counter's step from the minute before, in whatever hour that was, belongs to the
 * minute it was seen in; where a counter steps back it was set to zero, or went round when it is said where it ends.
 * @returns whether anything was measured
 */
async function sumHours(tx: Tx, zoneId: string, which: Condition, among: Condition = sql``): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into sample_hour (zone_id, point_id, hour, n, min, max, sum, integral, counter_delta, good_seconds, quality)
    select zone_id, point_id, date_trunc('hour', minute, 'UTC'), sum(n), min(min), max(max), sum(sum),
      sum(case when n > 0 then sum / n * 60 else 0 end),
      sum(case when not counts then 0 else step + inside end),
      60 * count(*) filter (where n > 0 and quality <= 1), max(quality)
    from (
      select m.zone_id, m.point_id, m.minute, m.n, m.min, m.max, m.sum, m.quality, p.kind = 'counter' as counts,
        case
          when m.first is null or b.last is null then 0
          when m.first >= b.last then m.first - b.last
          when p.counter_max is not null and b.last > 0.9 * p.counter_max then p.counter_max - b.last + m.first
          else 0
        end as step,
        case
          when m.first is null then 0
          when m.last >= m.first then m.last - m.first
          else m.max - m.first + m.last - m.min
        end as inside
      from sample_minute m ${among}
      left join telemetry_point p on p.zone_id = m.zone_id and p.id = m.point_id
      left join lateral (
        select s.last from sample_minute s
        where p.kind = 'counter' and s.zone_id = m.zone_id and s.point_id = m.point_id and s.minute < m.minute
          and s.minute >= m.minute - interval '31 days' and s.last is not null
        order by s.minute desc limit 1
      ) b on true
      where m.zone_id = ${zoneId} and ${which}
    ) minutes
    group by zone_id, point_id, date_trunc('hour', minute, 'UTC')
    on conflict (zone_id, point_id, hour) do update set n = excluded.n, min = excluded.min, max = excluded.max,
      sum = excluded.sum, integral = excluded.integral, counter_delta = excluded.counter_delta,
      good_seconds = excluded.good_seconds, quality = excluded.quality`.execute(tx)
  return (numAffectedRows ?? 0n) > 0n
}

/** The days of the zone's time zone that hold the hours, summed up from all their hours. */
async function sumDays(tx: Tx, zoneId: string, which: Condition): Promise<void> {
  await sql`
    insert into sample_day (zone_id, point_id, day, n, min, max, sum, integral, counter_delta, good_seconds, quality)
    select a.zone_id, a.point_id, d.day, sum(a.n), min(a.min), max(a.max), sum(a.sum), sum(a.integral),
      sum(a.counter_delta), sum(a.good_seconds), max(a.quality)
    from (
      select distinct h.point_id, (h.hour at time zone 'Asia/Shanghai')::date as day
      from sample_hour h where h.zone_id = ${zoneId} and ${which}
    ) d
    join sample_hour a on a.zone_id = ${zoneId} and a.point_id = d.point_id
      and a.hour >= d.day::timestamp at time zone 'Asia/Shanghai'
      and a.hour < (d.day + 1)::timestamp at time zone 'Asia/Shanghai'
    group by a.zone_id, a.point_id, d.day
    on conflict (zone_id, point_id, day) do update set n = excluded.n, min = excluded.min, max = excluded.max,
      sum = excluded.sum, integral = excluded.integral, counter_delta = excluded.counter_delta,
      good_seconds = excluded.good_seconds, quality = excluded.quality`.execute(tx)
}
