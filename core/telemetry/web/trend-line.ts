import type { api } from './api.ts'

export type Trend = Awaited<ReturnType<typeof api.trend.call>>
export type Steps = Pick<Trend, 'stepMs' | 'gapMs' | 'steps'>

/** One place of a drawn line; null where something is missing. */
export type LinePoint = {
  readonly at: number
  readonly mean: number | null
  readonly min: number | null
  readonly max: number | null
}

/**
 * A trend as a line that is broken where something is missing.
 * @param laterMs  by how much an earlier period is moved to lie over the present one
 * Pure. O(steps).
 */
export function lineOf({ steps, stepMs, gapMs }: Steps, laterMs: number): readonly LinePoint[] {
  const line: LinePoint[] = []
  let before = Infinity
  for (const { at, mean, min, max } of steps) {
    if (at - before > gapMs) line.push({ at: before + stepMs + laterMs, mean: null, min: null, max: null })
    line.push({ at: at + laterMs, mean, min, max })
    before = at
  }
  return line
}

/** What is in sight of a trend, in one line. */
export type Summary = {
  readonly min: number
  readonly max: number
  readonly mean: number
}

/** Lowest, highest and mean of all steps; null when there is none. Pure. O(steps). */
export function summaryOf(steps: Trend['steps']): Summary | null {
  if (steps.length === 0) return null
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0]
  for (const step of steps) {
    min = Math.min(min, step.min)
    max = Math.max(max, step.max)
    sum += step.mean * step.count
    count += step.count
  }
  return { min, max, mean: sum / count }
}

/** The step that holds an instant, or the last one before it; null when that is too long ago. Pure. O(log steps). */
export function stepAt({ steps, stepMs, gapMs }: Steps, at: number): Trend['steps'][number] | null {
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle]?.at ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  const found = steps[low - 1]
  return found && at - found.at < Math.max(stepMs, gapMs) ? found : null
}
