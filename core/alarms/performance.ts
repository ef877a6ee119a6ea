import { sql } from 'kysely'
import type { Name } from '@tingzhou/telemetry'
import { floodFrom, floodMs } from './flood.ts'
import { shownOf, type Reader } from './list.ts'
import { reachesAlarm } from './reach.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000
const chatterCount = 3
const chatterS = 60
const topMax = 10

type Frequent = {
  readonly point: number
  readonly code: string
  readonly ruleKey: string
  readonly title: Name
  readonly level: number
  readonly alarms: number
  readonly totalS: number
  readonly meanS: number
  readonly chatters: number
}

/**
 * How alarms do their work: how many each position had to take in, how often too many at once, which say the same again and again.
 * Counts what was put before people.
 * @param from, until  milliseconds since the epoch
 * Source: ISA-18.2 and EEMUA 191 measures. Four statements by the index on when alarms were announced.
 */
export async function measure(reader: Reader, from: number, until: number) {
  const { db, zoneId, actor, now } = reader
  const span = sql<boolean>`alarm.zone_id = ${zoneId} and alarm.announced_at >= ${new Date(from)}::timestamptz
    and alarm.announced_at < ${new Date(until)}::timestamptz and ${reachesAlarm(actor)}`
  const { rows: windows } = await sql<{ owner: string; place: number; n: number }>`
    select owner, floor(extract(epoch from announced_at) * 1000 / ${floodMs})::bigint as place, count(*)::int as n
    from alarm where ${span} group by 1, 2`.execute(db)
  const { rows: levels } = await sql<{ level: number; alarms: number }>`
    select level, count(*)::int as alarms from alarm where ${span} group by level order by level`.execute(db)
  const { rows: frequent } = await sql<Frequent>`
    with named as (
      select point_id, rule_key, rule, level, announced_at, started_at, ended_at,
        extract(epoch from announced_at - lag(announced_at, ${chatterCount - 1}) over one) as since
      from alarm where ${span} window one as (partition by point_id, rule_key order by announced_at)
    ), counted as (
      select point_id, rule_key, (array_agg(rule order by announced_at desc))[1] as rule, min(level) as level, count(*)::int as alarms,
        sum(extract(epoch from coalesce(ended_at, ${new Date(now)}::timestamptz) - started_at))::float8 as total,
        count(*) filter (where since <= ${chatterS})::int as chatters
      from named group by point_id, rule_key
    ), ranked as (
      select *, row_number() over (order by alarms desc, point_id, rule_key) as often,
        row_number() over (order by chatters desc, point_id, rule_key) as noisy
      from counted
    )
    select r.point_id as point, p.code, r.rule_key as "ruleKey", r.rule -> 'name' as title, r.level, r.alarms, r.total as "totalS",
      r.total / r.alarms as "meanS", r.chatters
    from ranked r join telemetry_point p on p.zone_id = ${zoneId} and p.id = r.point_id
    where r.often <= ${topMax} or (r.noisy <= ${topMax} and r.chatters > 0)
    order by r.alarms desc, r.point_id, r.rule_key`.execute(db)
  const shown = shownOf(now)
  const { rows: standing } = await sql<{ standing: number; stale: number; quiet: number; unacknowledged: number }>`
    select count(*) filter (where ${shown.open})::int as standing, count(*) filter (where ${shown.stale})::int as stale,
      count(*) filter (where ${shown.quiet})::int as quiet, count(*) filter (where ${shown.unacknowledged})::int as unacknowledged
    from alarm where zone_id = ${zoneId} and state <> 'normal' and ${reachesAlarm(actor)}`.execute(db)
  return {
    from,
    until,
    alarms: levels.reduce((sum, { alarms }) => sum + alarms, 0),
    ...(standing[0] ?? { standing: 0, stale: 0, quiet: 0, unacknowledged: 0 }),
    positions: positionsOf(windows, from, until),
    levels,
    top: frequent.slice(0, topMax),
    chattering: frequent
      .filter(({ chatters }) => chatters > 0)
      .toSorted((a, b) => b.chatters - a.chatters)
      .slice(0, topMax)
      .map(({ point, code, ruleKey, title, chatters }) => ({ point, code, ruleKey, title, chatters })),
    windows: hoursOf(windows, from, until),
  }
}

type Window = { readonly owner: string; readonly place: number; readonly n: number }

/** What each position had to take in. Pure. O(windows with alarms). */
export function positionsOf(rows: readonly Window[], from: number, until: number) {
  const windows = Math.max(1, Math.ceil((until - from) / floodMs))
  const byOwner = new Map<string, Window[]>()
  for (const row of rows) byOwner.set(row.owner, [...(byOwner.get(row.owner) ?? []), row])
  return [...byOwner]
    .map(([owner, own]) => {
      const alarms = own.reduce((sum, { n }) => sum + n, 0)
      const floodWindows = own.filter(({ n }) => n > floodFrom).length
      return {
        owner,
        alarms,
        perDay: (alarms / (until - from)) * dayMs,
        perTenMinutes: alarms / windows,
        worstTenMinutes: Math.max(...own.map(({ n }) => n)),
        floodWindows,
        windows,
        floodPct: (floodWindows / windows) * 100,
      }
    })
    .toSorted((a, b) => b.alarms - a.alarms)
}

function hoursOf(rows: readonly Window[], from: number, until: number) {
  const first = Math.floor(from / hourMs)
  const hours = Math.ceil(until / hourMs) - first
  const counts = Array.from({ length: hours }, () => 0)
  for (const { place, n } of rows) {
    const hour = Math.floor((Number(place) * floodMs) / hourMs) - first
    if (hour >= 0 && hour < hours) counts[hour] = (counts[hour] ?? 0) + n
  }
  return counts.map((alarms, index) => ({ at: (first + index) * hourMs, alarms }))
}
