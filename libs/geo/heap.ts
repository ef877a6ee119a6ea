/** The smallest cost first; a node may stand in it more than once. */
export type Heap = {
  readonly clear: () => void
  readonly push: (cost: number, node: number) => void
  /** The node of the smallest cost, -1 when there is none. */
  readonly pop: () => number
  /** The smallest cost, Infinity when there is none. */
  readonly least: () => number
}

/**
 * A binary heap in typed arrays.
 * @param capacity  entries at once, at most
 * Source: J. W. J. Williams (1964). push, pop O(log n).
 */
export function createHeap(capacity: number): Heap {
  const costs = new Float64Array(capacity + 1)
  const nodes = new Int32Array(capacity + 1)
  let size = 0

  const push = (cost: number, node: number): void => {
    let at = ++size
    for (let up = at >> 1; up > 0 && costs[up]! > cost; up = at >> 1) {
      costs[at] = costs[up]! // up is in the heap
      nodes[at] = nodes[up]!
      at = up
    }
    costs[at] = cost
    nodes[at] = node
  }

  const pop = (): number => {
    if (size === 0) return -1
    const top = nodes[1]! // the heap is not empty
    const [cost, node] = [costs[size]!, nodes[size]!]
    size--
    let at = 1
    for (let down = 2; down <= size; down = 2 * at) {
      if (down < size && costs[down + 1]! < costs[down]!) down++
      if (costs[down]! >= cost) break
      costs[at] = costs[down]! // down is in the heap
      nodes[at] = nodes[down]!
      at = down
    }
    costs[at] = cost
    nodes[at] = node
    return top
  }

  return { clear: () => void (size = 0), push, pop, least: () => (size > 0 ? costs[1]! : Infinity) }
}
