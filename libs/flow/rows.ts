import type { Rows } from './transport.ts'

// Rows are slices of the arrays they come with, so every read below is in range.

/** Sorts keys and, with them, ids from one place to before another: by key, equal keys by id. D. L. Shell (1959). O(n^1.5). */
export function sortPairs(keys: Float64Array, ids: Int32Array, from: number, to: number): void {
  let gap = 1
  while (gap < (to - from) / 9) gap = 3 * gap + 1
  for (; gap > 0; gap = (gap - 1) / 3)
    for (let i = from + gap; i < to; i++) {
      const [key, id] = [keys[i]!, ids[i]!]
      let at = i
      for (; at - gap >= from; at -= gap) {
        const before = keys[at - gap]!
        if (before < key || (before === key && ids[at - gap]! <= id)) break
        keys[at] = before
        ids[at] = ids[at - gap]!
      }
      keys[at] = key
      ids[at] = id
    }
}

/** Whether every row has its arcs cheapest first, equal costs by right node. O(arcs). */
function isSorted({ start, right, cost }: Rows): boolean {
  for (let left = 0; left + 1 < start.length; left++)
    for (let arc = start[left]! + 1; arc < start[left + 1]!; arc++)
      if (cost[arc]! < cost[arc - 1]! || (cost[arc] === cost[arc - 1] && right[arc]! < right[arc - 1]!)) return false
  return true
}

/** The rows with their arcs cheapest first, equal costs by right node; the same rows when they are so already. O(arcs) for those. */
export function sortRows(rows: Rows): Rows {
  if (isSorted(rows)) return rows
  const { start, right, cost } = { start: rows.start, right: rows.right.slice(), cost: rows.cost.slice() }
  for (let left = 0; left + 1 < start.length; left++) sortPairs(cost, right, start[left]!, start[left + 1]!)
  return { start, right, cost }
}
