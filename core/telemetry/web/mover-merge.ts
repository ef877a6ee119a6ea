import type { Mover } from './movers.ts'

// One for all: making one costs more than a thousand comparisons.
const byName = new Intl.Collator('zh-CN')

/** In the order of their names. O(n log n). */
export const inOrder = (movers: readonly Mover[]): readonly Mover[] =>
  movers.toSorted((a, b) => byName.compare(a.name, b.name))

/** The same movers, each the object that is known where nothing of it is new. O(known + told). */
export function sameObjects(known: readonly Mover[], told: readonly Mover[]): readonly Mover[] {
  const before = new Map(known.map((mover) => [mover.point, mover]))
  return told.map((now) => {
    const one = before.get(now.point)
    const isSame = one?.at === now.at && one.online === now.online && one.name === now.name
    return one && isSame ? one : now
  })
}

/**
 * Puts what is new into what is known: whoever did not move stays the same object, and the order is made anew only where somebody
 * came or is called otherwise. Pure. O(known + changed), else O(n log n).
 */
export function mergeMovers(known: readonly Mover[], changed: readonly Mover[]): readonly Mover[] {
  if (changed.length === 0) return known
  const fresh = new Map(changed.map((mover) => [mover.point, mover]))
  let isOrdered = true
  const merged = known.map((mover) => {
    const now = fresh.get(mover.point)
    if (!now) return mover
    fresh.delete(mover.point)
    if (now.name !== mover.name) isOrdered = false
    return now
  })
  return isOrdered && fresh.size === 0 ? merged : inOrder([...merged, ...fresh.values()])
}

/** What has to be drawn anew: who is new or another object, and who is gone. O(before + after). */
export function movedSince(before: ReadonlyMap<number, Mover>, after: readonly Mover[]) {
  const changed = after.filter((mover) => before.get(mover.point) !== mover)
  const points = new Set(after.map(({ point }) => point))
  return { changed, gone: [...before.keys()].filter((point) => !points.has(point)) }
}
