import { useQuery } from '@tanstack/react-query'
import type { TrendWindow } from './trend-url.ts'

/** Something that happened to a point, such as an alarm: a line in its trend. */
export type TrendMark = {
  readonly at: number
  readonly point: number
  readonly text: string
  readonly tone: 'bad' | 'attention'
}
/** Finds what happened to points in a window, at most some hundreds. */
export type TrendMarks = (
  points: readonly number[],
  window: TrendWindow,
  signal: AbortSignal,
) => Promise<readonly TrendMark[]>

const finders = new Map<string, TrendMarks>()

/** Lets another package mark what it knows in trends; the same key again replaces it. */
export const addTrendMarks = (key: string, find: TrendMarks): void => void finders.set(key, find)

/** Marks of all packages; none while they are asked for, or where they cannot be had. */
export function useTrendMarks(points: readonly number[], window: TrendWindow): readonly TrendMark[] {
  const marks = useQuery({
    queryKey: ['telemetry', 'trend-marks', points, window.from, window.to],
    enabled: finders.size > 0 && points.length > 0,
    queryFn: async ({ signal }) =>
      (await Promise.all([...finders.values()].map((find) => find(points, window, signal)))).flat(),
  })
  return marks.data ?? []
}
