import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Decimal } from './decimal.ts'
import { minuteMs } from './kind.ts'

export const hourMs = 3_600_000
export const dayMs = 86_400_000

/** Where a trend is read from. */
export type TrendLevel = 'raw' | 'minute' | 'hour' | 'day'

/** What is asked: a window, milliseconds since the epoch, and how many pixels wide it is drawn. */
export type TrendWindow = { readonly from: number; readonly to: number; readonly widthPx: number }

/** What of a point decides how its trend is read. */
export type TrendPoint = {
  readonly id: number
  readonly resolution: Decimal
  readonly sampleMs: number | null
  readonly staleAfterS?: number | null
}

const rawWindowMs = 2 * hourMs
const stepsOf = { minute: minuteMs, hour: hourMs, day: dayMs } as const
/** Rows that one trend may read: two weeks of minutes, two years of hours. */
export const rowsMax = 20_000

/**
 * The finest level of which the window holds at most 20 000 rows (readings only up to two hours), and how long a step of
 * the answer is: whole multiples of the level's own, so many that there are at most twice as many steps as pixels.
 * @param sampleMs  how often the point is measured; null: unknown, taken as once a second
 * @param finest  the finest level that may be chosen
 * Source: plant telemetry §2. O(1).
 */
export function chooseLevel(
  { from, to, widthPx }: TrendWindow,
  sampleMs: number | null,
  finest: 'raw' | 'minute' = 'raw',
): { readonly level: TrendLevel; readonly stepMs: number } {
  const span = to - from
  // A window begins and ends within a step: two more than its length holds.
  const wanted = span / (2 * widthPx - 2)
  const every = sampleMs ?? 1_000
  if (finest === 'raw' && span <= rawWindowMs && span / every <= rowsMax)
    return { level: 'raw', stepMs: gathered(wanted, every) }
  const level = span / minuteMs <= rowsMax ? 'minute' : span / hourMs <= rowsMax ? 'hour' : 'day'
  return { level, stepMs: gathered(wanted, stepsOf[level]) }
}

const gathered = (wanted: number, unit: number): number => Math.max(1, Math.ceil(wanted / unit)) * unit

/** Steps are cut at midnight of the zone and whole multiples from there: Asia/Shanghai, UTC+8 since 1992. */
export const cutFrom = -8 * hourMs

/** The beginning of the step that holds an instant. O(1). */
export const stepStart = (at: number, stepMs: number): EpochMs =>
  epochMs(Math.floor((at - cutFrom) / stepMs) * stepMs + cutFrom)
