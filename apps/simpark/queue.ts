import type { EpochMs } from '@tingzhou/kernel'

/** Something that will be done at an instant; of two at one instant the one that was put in first comes first. */
export type Planned = { readonly at: EpochMs; readonly run: () => Promise<void> }

/** Things to be done, the earliest first. */
export type Queue = {
  readonly add: (planned: Planned) => void
  readonly first: () => Planned | null
  readonly take: () => Planned | null
  readonly size: () => number
}

/**
 * A binary heap.
 * Source: Williams, Algorithm 232 (1964). O(log n) to add and to take.
 */
export function createQueue(): Queue {
  const heap: (Planned & { readonly turn: number })[] = []
  let turn = 0
  const earlier = (i: number, j: number): boolean => {
    const [a, b] = [heap[i], heap[j]]
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.turn < b.turn))
  }
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]]
    if (a && b) [heap[i], heap[j]] = [b, a]
  }
  const rise = (i: number): void => {
    for (let at = i; at > 0; at = (at - 1) >> 1) {
      const above = (at - 1) >> 1
      if (!earlier(at, above)) return
      swap(at, above)
    }
  }
  const sink = (): void => {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = right < heap.length && earlier(right, left) ? right : left
      if (child >= heap.length || !earlier(child, at)) return
      swap(child, at)
      at = child
    }
  }
  return {
    size: () => heap.length,
    first: () => heap[0] ?? null,
    add: (planned) => {
      heap.push({ ...planned, turn: turn++ })
      rise(heap.length - 1)
    },
    take: () => {
      const top = heap[0]
      const last = heap.pop()
      if (!top || !last) return null
      if (heap.length > 0) {
        heap[0] = last
        sink()
      }
      return top
    },
  }
}
