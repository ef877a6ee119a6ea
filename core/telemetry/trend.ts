import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Decimal } from './decimal.ts'
import { minuteMs, sampleKind, widthOf } from './kind.ts'
import { openRows, type OpenMinute } from './open-minutes.ts'
import { countsFrom, fromSteps, summariseSamples } from './sample.ts'
import { readMinutes } from './stored.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000

/** Where a trend is read from. */
export type TrendLevel = 'raw' | 'minute' | 'hour' | 'day'

/** What is asked: a window, milliseconds since the epoch, and how many pixels wide it is drawn. */
export type TrendWindow = { readonly from: number; readonly to: number; readonly widthPx: number }

/** One step of a trend: what its values come to. A step without a value that counts is not there: missing is a gap. */
export type TrendStep = {
  /** When it begins; at the raw level the time of the value. */
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly count: number
}
export type Trend = { readonly level: TrendLevel; readonly stepMs: number; readonly steps: readonly TrendStep[] }

export type TrendPoint = { readonly id: number; readonly resolution: Decimal; readonly sampleMs: number | null }

export const widthPxMax = 8_192
const rawWindowMs = 2 * hourMs
const stepsOf = { minute: minuteMs, hour: hourMs, day: dayMs } as const
// Rows that one trend may read: a day of minutes at every width, forty days at most.
const rowsMax = 60_000

/**
 * The finest level whose steps are at most twice the pixels, and how long a step of the answer is.
 * @param sampleMs  how often the point is measured; null: unknown, taken as once a second
 * Source: plant telemetry §2. O(1).
 */
export function chooseLevel(window: TrendWindow, sampleMs: number | null): { level: TrendLevel; stepMs: number } {
  const span = window.to - window.from
  const stepsMax = 2 * window.widthPx
  const every = sampleMs ?? 1_000
  if (span <= rawWindowMs && span / every <= stepsMax) return { level: 'raw', stepMs: every }
  const wanted = span / stepsMax
  const level = span / minuteMs <= rowsMax ? 'minute' : span / hourMs <= rowsMax ? 'hour' : 'day'
  const unit = stepsOf[level]
  return { level, stepMs: Math.max(1, Math.ceil(wanted / unit)) * unit }
}

/**
 * The trend of a point: lowest, highest and mean of each step, so that a spike never vanishes however far one looks.
 * @param open  minutes that are in no row yet
 * @returns at most twice as many steps as pixels
 * Source: plant telemetry §2. One statement by the key of one table.
 */
export async function readTrend(
  db: Db,
  zoneId: string,
  point: TrendPoint,
  window: TrendWindow,
  open: Iterable<OpenMinute> = [],
): Promise<Trend> {
  const { level, stepMs } = chooseLevel(window, point.sampleMs)
  if (level === 'raw') return { level, stepMs, steps: await rawSteps(db, zoneId, point, window, open) }
  const rows =
    level === 'minute'
      ? await minuteRows(db, zoneId, point, window, open)
      : await summedRows(db, zoneId, point.id, level, window)
  return { level, stepMs, steps: inSteps(rows, stepMs) }
}

async function rawSteps(
  db: Db,
  zoneId: string,
  point: TrendPoint,
  { from, to }: TrendWindow,
  open: Iterable<OpenMinute>,
): Promise<TrendStep[]> {
  const minutes = await readMinutes(db, zoneId, sampleKind, point.id, from, to, open)
  const width = widthOf(sampleKind)
  return minutes.flatMap(({ minute, rows, resolution }) =>
    Array.from({ length: rows.count }, (_, index) => index * width).flatMap((place) => {
      // A row holds its width of numbers.
      const time = minute * minuteMs + (rows.data[place] as number)
      if (time < from || time >= to || !countsFrom(rows.data[place + 2] as number)) return []
      const value = fromSteps(rows.data[place + 1] as number, resolution ?? point.resolution)
      return [{ at: time, min: value, max: value, mean: value, count: 1 }]
    }),
  )
}

type SummedRow = {
  readonly at: EpochMs
  readonly n: number
  readonly min: number
  readonly max: number
  readonly sum: number
}

async function minuteRows(
  db: Db,
  zoneId: string,
  point: TrendPoint,
  { from, to }: TrendWindow,
  open: Iterable<OpenMinute>,
): Promise<SummedRow[]> {
  const { rows } = await sql<SummedRow>`
    select minute as at, n, min, max, sum from sample_minute
    where zone_id = ${zoneId} and point_id = ${point.id} and n > 0
      and minute >= ${at(floorTo(from, minuteMs))}::timestamptz and minute < ${at(epochMs(to))}::timestamptz
    order by minute`.execute(db)
  return [...rows, ...openRowsOf(point, from, to, open)]
}

/** What is in no row yet, as rows. A minute that is written and open again is there twice: its steps are summed up anyway. */
function openRowsOf(point: TrendPoint, from: number, to: number, open: Iterable<OpenMinute>): SummedRow[] {
  const rows: SummedRow[] = []
  for (const one of open) {
    if (one.kind !== sampleKind || one.minute * minuteMs < floorTo(from, minuteMs) || one.minute * minuteMs >= to)
      continue
    const { count, min, max, sum } = summariseSamples(openRows(one, point.id), point.resolution)
    if (min === null || max === null) continue
    rows.push({ at: epochMs(one.minute * minuteMs), n: count, min, max, sum })
  }
  return rows.toSorted((a, b) => a.at - b.at)
}

async function summedRows(
  db: Db,
  zoneId: string,
  point: number,
  level: 'hour' | 'day',
  { from, to }: TrendWindow,
): Promise<readonly SummedRow[]> {
  const unit = stepsOf[level]
  const time = level === 'hour' ? sql`hour` : sql`(day::timestamp at time zone 'Asia/Shanghai')`
  const { rows } = await sql<SummedRow>`
    select ${time} as at, n, min, max, sum from ${sql.table(level === 'hour' ? 'sample_hour' : 'sample_day')}
    where zone_id = ${zoneId} and point_id = ${point} and n > 0
      and ${time} >= ${at(floorTo(from, unit))}::timestamptz and ${time} < ${at(epochMs(to))}::timestamptz
    order by 1`.execute(db)
  return rows
}

const floorTo = (time: number, unit: number): EpochMs => epochMs(Math.floor(time / unit) * unit)

/** Rows gathered into steps of the same length, cut at whole multiples of it. O(rows). */
function inSteps(rows: readonly SummedRow[], stepMs: number): TrendStep[] {
  const steps = new Map<number, { min: number; max: number; sum: number; count: number }>()
  for (const row of rows) {
    const start = Math.floor(row.at / stepMs) * stepMs
    const step = steps.get(start)
    if (!step) {
      steps.set(start, { min: row.min, max: row.max, sum: row.sum, count: row.n })
      continue
    }
    step.min = Math.min(step.min, row.min)
    step.max = Math.max(step.max, row.max)
    step.sum += row.sum
    step.count += row.n
  }
  return [...steps].map(([start, { min, max, sum, count }]) => ({ at: start, min, max, mean: sum / count, count }))
}
