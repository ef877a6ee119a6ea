import { sql, type RawBuilder } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { minuteMs, sampleKind } from './kind.ts'
import { openRows, type OpenMinute } from './open-minutes.ts'
import { inOrder, mergeRows } from './rows.ts'
import { summariseSamples } from './sample.ts'
import { readMinutesAt } from './stored.ts'
import { cutFrom, dayMs, hourMs, stepStart, type TrendLevel, type TrendPoint } from './trend-level.ts'

/** What the values of a span come to; `n` is how many count. */
export type SummedStep = {
  readonly at: number
  readonly n: number
  readonly min: number
  readonly max: number
  readonly sum: number
  /** The worst that was seen. */
  readonly quality: number
}

type Source = {
  readonly db: Db
  readonly zoneId: string
  readonly point: TrendPoint
  readonly open: Iterable<OpenMinute>
}

/**
 * Minutes, hours or days of a window, gathered into steps. What is not summed up yet is read from the level below it.
 * @returns in order; whole steps, also where the window cuts them
 * Source: own. Two statements, one more when minutes are open.
 */
export async function summedSteps(
  source: Source,
  level: TrendLevel,
  stepMs: number,
  window: { readonly from: number; readonly to: number },
): Promise<readonly SummedStep[]> {
  const from = stepStart(window.from, stepMs)
  const to = epochMs(stepStart(window.to - 1, stepMs) + stepMs)
  const open = await openMinutesOf(source, from, to)
  const state = level === 'minute' ? null : await stateOf(source, from, to)
  const parts = state ? coarseParts(source, level, state, open, from, to) : [minutesIn(source, from, to, open)]
  const { rows } = await sql<SummedStep>`
    select ${binOf(stepMs)} as at, sum(n)::double precision as n, min(min) as min, max(max) as max,
      sum(sum)::double precision as sum, coalesce(max(quality), 0)::integer as quality
    from (${sql.join(parts, sql` union all `)}) parts group by 1 order by 1`.execute(source.db)
  return open.length === 0
    ? rows
    : inSteps(
        [...rows, ...open].toSorted((a, b) => a.at - b.at),
        stepMs,
      )
}

/** The beginning of a step, as `stepStart` says it. */
const binOf = (stepMs: number): RawBuilder<unknown> =>
  sql`date_bin(${stepMs}::double precision * interval '1 millisecond', at, ${at(epochMs(cutFrom))}::timestamptz)`

/** How far the zone is summed up, and which hours of the point have to be summed up again. */
type State = { readonly rolled: EpochMs; readonly dirty: readonly EpochMs[] }

async function stateOf({ db, zoneId, point }: Source, from: EpochMs, to: EpochMs): Promise<State> {
  const { rows } = await sql<{ rolled: EpochMs | null; dirty: EpochMs | null }>`
    select r.hour as rolled, d.hour as dirty
    from (select (select hour from sample_rolled where zone_id = ${zoneId}) as hour) r
    left join sample_dirty d on d.zone_id = ${zoneId} and d.point_id = ${point.id}
      and d.hour >= ${at(from)}::timestamptz and d.hour < ${at(to)}::timestamptz`.execute(db)
  return {
    rolled: rows[0]?.rolled ?? epochMs(0),
    dirty: rows.flatMap(({ dirty }) => (dirty === null ? [] : [dirty])),
  }
}

/** Days, hours and minutes that have no part in common and make up the window. */
function coarseParts(
  source: Source,
  level: TrendLevel,
  { rolled, dirty }: State,
  open: readonly SummedStep[],
  from: EpochMs,
  to: EpochMs,
): readonly RawBuilder<unknown>[] {
  const stirred = open.map((minute) => epochMs(Math.floor(minute.at / hourMs) * hourMs))
  const fine = [...new Set([...dirty, ...stirred])].filter((hour) => hour < rolled)
  const minutes = [
    minutesIn(source, epochMs(Math.max(from, rolled)), to, open),
    ...(fine.length > 0 ? [minutesOfHours(source, fine, open)] : []),
  ]
  if (level === 'hour') return [hoursIn(source, from, min(to, rolled), fine), ...minutes]
  const fineDays = [...new Set(fine.map((hour) => stepStart(hour, dayMs)))]
  const today = stepStart(rolled, dayMs)
  return [
    daysIn(source, from, min(to, today), fineDays),
    hoursIn(source, epochMs(Math.max(from, today)), min(to, rolled), fine),
    ...fineDays.filter((day) => day < today).map((day) => hoursIn(source, day, epochMs(day + dayMs), fine)),
    ...minutes,
  ]
}

const min = (a: EpochMs, b: EpochMs): EpochMs => (a < b ? a : b)
const span = (column: string, from: EpochMs, to: EpochMs) =>
  sql`${sql.ref(column)} >= ${at(from)}::timestamptz and ${sql.ref(column)} < ${at(to)}::timestamptz`
const times = (all: readonly number[]) => sql`${all.map((one) => new Date(one).toISOString())}::timestamptz[]`
/** No condition where nothing is left out. */
const without = (column: string, all: readonly number[]) =>
  all.length === 0 ? sql`` : sql`and ${sql.ref(column)} <> all(${times(all)})`

const minutesIn = (
  { zoneId, point }: Source,
  from: EpochMs,
  to: EpochMs,
  open: readonly SummedStep[],
): RawBuilder<unknown> =>
  sql`select minute as at, n, min, max, sum, quality from sample_minute where zone_id = ${zoneId}
    and point_id = ${point.id} and ${span('minute', from, to)} ${without(
      'minute',
      open.map((one) => one.at),
    )}`

const minutesOfHours = (
  { zoneId, point }: Source,
  hours: readonly EpochMs[],
  open: readonly SummedStep[],
): RawBuilder<unknown> =>
  sql`select m.minute, m.n, m.min, m.max, m.sum, m.quality from unnest(${times(hours)}) as f (hour)
    join sample_minute m on m.zone_id = ${zoneId} and m.point_id = ${point.id} and m.minute >= f.hour
      and m.minute < f.hour + interval '1 hour' ${without(
        'm.minute',
        open.map((one) => one.at),
      )}`

const hoursIn = (
  { zoneId, point }: Source,
  from: EpochMs,
  to: EpochMs,
  fine: readonly EpochMs[],
): RawBuilder<unknown> =>
  sql`select hour as at, n, min, max, sum, coalesce(quality, 0) as quality from sample_hour where zone_id = ${zoneId}
    and point_id = ${point.id} and ${span('hour', from, to)} ${without('hour', fine)}`

const daysIn = ({ zoneId, point }: Source, from: EpochMs, to: EpochMs, fine: readonly EpochMs[]): RawBuilder<unknown> =>
  sql`select day::timestamp at time zone 'Asia/Shanghai' as at, n, min, max, sum, coalesce(quality, 0) as quality
    from sample_day where zone_id = ${zoneId} and point_id = ${point.id}
      and day >= ${localDateOf(from)}::date and day < ${localDateOf(to)}::date
      and day <> all(${fine.map((day) => localDateOf(day))}::date[])`

/** Minutes that are in no row yet, whole: with what their rows hold already. */
async function openMinutesOf(
  { db, zoneId, point, open }: Source,
  from: EpochMs,
  to: EpochMs,
): Promise<readonly SummedStep[]> {
  const waiting = new Map<number, ReturnType<typeof openRows>>()
  for (const one of open) {
    if (one.kind !== sampleKind || one.minute * minuteMs < from || one.minute * minuteMs >= to) continue
    const rows = openRows(one, point.id)
    if (rows.count === 0) continue
    const before = waiting.get(one.minute)
    waiting.set(one.minute, before ? mergeRows(before, inOrder(rows)) : inOrder(rows))
  }
  if (waiting.size === 0) return []
  const stored = await readMinutesAt(db, zoneId, sampleKind, point.id, [...waiting.keys()])
  const known = new Map(stored.map((minute) => [minute.minute, minute.rows]))
  return [...waiting].map(([minute, rows]) => {
    const before = known.get(minute)
    const summary = summariseSamples(before ? mergeRows(before, rows) : rows, point.resolution)
    const { count: n, min: least, max: most, sum, quality } = summary
    return { at: minute * minuteMs, n, min: least ?? 0, max: most ?? 0, sum, quality }
  })
}

/**
 * Gathers what lies in the same step.
 * @param parts  in order
 * Source: own. O(parts).
 */
export function inSteps(parts: readonly SummedStep[], stepMs: number): readonly SummedStep[] {
  const steps: SummedStep[] = []
  for (const part of parts) {
    const start = stepStart(part.at, stepMs)
    const before = steps.at(-1)
    if (before?.at === start) steps[steps.length - 1] = added(before, part)
    else steps.push({ ...part, at: start })
  }
  return steps
}

/** What does not count says nothing but its quality. */
function added(a: SummedStep, b: SummedStep): SummedStep {
  const quality = Math.max(a.quality, b.quality)
  if (a.n === 0) return { ...b, at: a.at, quality }
  if (b.n === 0) return { ...a, quality }
  return {
    at: a.at,
    n: a.n + b.n,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    quality,
  }
}
