import type { MinutePlace } from './stored.ts'

/** Minutes of computed points that have to be computed again, until that is written down. */
export type Marks = {
  readonly add: (point: number, minute: number) => void
  /** Gives the marks of minutes that are wanted, and forgets them. O(minutes) */
  readonly take: (isWanted: (minute: number) => boolean) => readonly MinutePlace[]
  /** How many were left out since the start: more than memory has room for. */
  readonly leftOut: () => number
}

// About 50 MB. They are written down each second; so many come only of a clock that jumps through years.
const marksMax = 500_000

/**
 * Makes room for marks: each once.
 * @param max  what is more is left out and counted
 * Source: own. O(1) a mark.
 */
export function createMarks(max = marksMax): Marks {
  const byMinute = new Map<number, Set<number>>()
  let size = 0
  let leftOut = 0
  return {
    add: (point, minute) => {
      const points = byMinute.get(minute)
      if (points?.has(point)) return
      if (size >= max) {
        leftOut++
        return
      }
      size++
      if (points) points.add(point)
      else byMinute.set(minute, new Set([point]))
    },
    take: (isWanted) => {
      const taken: MinutePlace[] = []
      for (const [minute, points] of byMinute) {
        if (!isWanted(minute)) continue
        for (const point of points) taken.push({ point, minute })
        byMinute.delete(minute)
        size -= points.size
      }
      return taken
    },
    leftOut: () => leftOut,
  }
}
