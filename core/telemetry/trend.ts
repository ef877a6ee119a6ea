import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { Decimal } from './decimal.ts'
import { minuteMs, sampleKind, widthOf } from './kind.ts'
import type { OpenMinute } from './open-minutes.ts'
import { countsFrom, fromSteps, qualityIn } from './sample.ts'
import { readMinutes, type StoredMinute } from './stored.ts'
import { chooseLevel, rowsMax, stepStart, type TrendLevel, type TrendPoint, type TrendWindow } from './trend-level.ts'
import { inSteps, summedSteps, type SummedStep } from './trend-sums.ts'

/** One step of a trend: what its values come to. A step without a value that counts is not there: missing is a gap. */
export type TrendStep = {
  /** When it begins; at the raw level, where nothing had to be gathered, the time of the value. */
  readonly at: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly count: number
}

/** A span of time in which something was less than good, with the worst that was. */
export type Flaw = { readonly from: number; readonly to: number; readonly quality: number }

export type Trend = {
  readonly level: TrendLevel
  readonly stepMs: number
  /** Steps that begin further apart than this have a gap between them. */
  readonly gapMs: number
  readonly steps: readonly TrendStep[]
  readonly flaws: readonly Flaw[]
}

/**
 * The trend of a point: lowest, highest and mean of each step, so that a spike never vanishes however far one looks. What is
 * not summed up yet (the running hour, today, hours into which readings came late, open minutes) is read one level finer.
 * @param open  minutes that are in no row yet
 * @returns at most twice as many steps as pixels; the first and the last are whole steps, also where the window cuts them
 * Source: plant telemetry §2. Two or three statements by the keys of the tables.
 */
export async function readTrend(
  db: Db,
  zoneId: string,
  point: TrendPoint,
  window: TrendWindow,
  open: Iterable<OpenMinute> = [],
): Promise<Trend> {
  const chosen = chooseLevel(window, point.sampleMs)
  const raw = chosen.level === 'raw' ? await rawSteps(db, zoneId, point, window, chosen.stepMs, open) : null
  const { level, stepMs } = chosen.level === 'raw' && !raw ? chooseLevel(window, point.sampleMs, 'minute') : chosen
  const steps = raw ?? (await summedSteps({ db, zoneId, point, open }, level, stepMs, window))
  const gapMs = gapOf(point, stepMs, level)
  return {
    level,
    stepMs,
    gapMs,
    steps: steps.flatMap(({ at, min, max, sum, n }) => (n > 0 ? [{ at, min, max, mean: sum / n, count: n }] : [])),
    flaws: flawsOf(steps, stepMs),
  }
}

// Of a point of which nobody said how often it is measured.
const rawGapMs = minuteMs

/** What is expected three times and did not come is missing. Source: plant telemetry §4, no data. */
function gapOf({ sampleMs, staleAfterS }: TrendPoint, stepMs: number, level: TrendLevel): number {
  const stale = staleAfterS ? staleAfterS * 1_000 : sampleMs ? 3 * sampleMs : level === 'raw' ? rawGapMs : 0
  return Math.max(stale, 1.5 * stepMs)
}

/** The readings themselves; null when there are too many to be read, or they are no longer kept. */
async function rawSteps(
  db: Db,
  zoneId: string,
  point: TrendPoint,
  { from, to, widthPx }: TrendWindow,
  stepMs: number,
  open: Iterable<OpenMinute>,
): Promise<readonly SummedStep[] | null> {
  const stored = await countStored(db, zoneId, point.id, from, to)
  if (stored.readings > rowsMax) return null
  const minutes = await readMinutes(db, zoneId, sampleKind, point.id, from, to, open)
  const found = new Set(minutes.map(({ minute }) => minute))
  if (stored.minutes.some((minute) => !found.has(minute))) return null
  const values = minutes.flatMap((minute) => valuesOf(minute, point.resolution, from, to))
  return values.length <= 2 * widthPx ? values : inSteps(values, stepMs)
}

async function countStored(db: Db, zoneId: string, point: number, from: number, to: number) {
  const { rows } = await sql<{ minute: number; n: number }>`
    select minute, n from sample_minute where zone_id = ${zoneId} and point_id = ${point} and n > 0
      and minute >= ${new Date(stepStart(from, minuteMs))}::timestamptz and minute < ${new Date(to)}::timestamptz`.execute(
    db,
  )
  return {
    readings: rows.reduce((sum, { n }) => sum + n, 0),
    minutes: rows.map(({ minute }) => minute / minuteMs),
  }
}

function valuesOf(
  { minute, rows, resolution }: StoredMinute,
  known: Decimal,
  from: number,
  to: number,
): readonly SummedStep[] {
  const width = widthOf(sampleKind)
  return Array.from({ length: rows.count }, (_, index) => index * width).flatMap((place) => {
    // A row holds its width of numbers.
    const at = minute * minuteMs + (rows.data[place] as number)
    if (at < from || at >= to) return []
    const quality = qualityIn(rows.data[place + 2] as number)
    const value = fromSteps(rows.data[place + 1] as number, resolution ?? known)
    return [{ at, n: countsFrom(quality) ? 1 : 0, min: value, max: value, sum: value, quality }]
  })
}

/** Neighbouring steps of the same quality as one span. O(steps). */
function flawsOf(steps: readonly SummedStep[], stepMs: number): readonly Flaw[] {
  const flaws: { from: number; to: number; quality: number }[] = []
  for (const { at, quality } of steps) {
    if (quality === 0) continue
    const before = flaws.at(-1)
    if (before && before.quality === quality && at <= before.to) before.to = at + stepMs
    else flaws.push({ from: at, to: at + stepMs, quality })
  }
  return flaws
}
