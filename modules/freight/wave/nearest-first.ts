import type { Totals } from './kept.ts'
import type { Solved } from './solve.ts'

/**
 * What dispatching by hand would make of the same candidates: load after load, what has to be loaded first before the rest, gets the
 * nearest truck that is still free.
 * Pure. Source: own; the usual greedy rule, as a measure for the plan. O(arcs log arcs).
 */
export function nearestFirst({ groups, ready, problem, shiftM }: Solved): Totals {
  const { start, truck, cost } = problem
  const metresOf = (arc: number): number => cost[arc]! - shiftM + ready[truck[arc]!]!.bonusM // an arc of the problem
  const rows = groups.map((_, left) =>
    // A row for each group.
    Array.from({ length: start[left + 1]! - start[left]! }, (_, i) => start[left]! + i).toSorted(
      (a, b) => metresOf(a) - metresOf(b),
    ),
  )
  const calls = groups
    .flatMap(({ loads }, left) => loads.map(({ load, trips }) => ({ left, trips, load })))
    .toSorted((a, b) => a.load.loadUntil - b.load.loadUntil || (a.load.number < b.load.number ? -1 : 1))
  const gone = new Set<number>()
  const nextOf = groups.map(() => 0)
  let [matched, emptyM, costM] = [0, 0, 0]
  for (const { left, trips } of calls)
    for (let trip = 0; trip < trips; trip++) {
      // Every call is of a group.
      const row = rows[left]!
      while (nextOf[left]! < row.length && gone.has(truck[row[nextOf[left]!]!]!)) nextOf[left]!++
      const arc = row[nextOf[left]!]
      if (arc === undefined) {
        costM += groups[left]!.leaveM
        continue
      }
      gone.add(truck[arc]!)
      matched++
      emptyM += metresOf(arc)
      costM += cost[arc]! - shiftM
    }
  return { matched, emptyM, costM }
}
