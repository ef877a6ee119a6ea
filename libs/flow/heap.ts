/** Keys with nodes, the smallest first and of equal keys the smaller node: what comes out never depends on the order it went in. */
export type Heap = { keys: Float64Array; nodes: Int32Array; size: number }

/**
 * Makes an empty heap.
 * @param room  entries it holds before it grows, at least 1
 * @returns the heap; its top is `keys[0]`, `nodes[0]` while `size` is above 0
 * Source: J. W. J. Williams (1964). O(room).
 */
export const createHeap = (room: number): Heap => ({
  keys: new Float64Array(room),
  nodes: new Int32Array(room),
  size: 0,
})

/**
 * Puts a node in; it may be in already, with another key.
 * @param key   any number but NaN
 * @param node  an integer of 32 bits
 * Source: J. W. J. Williams (1964). O(log size).
 */
export function push(heap: Heap, key: number, node: number): void {
  if (heap.size === heap.keys.length) grow(heap)
  const { keys, nodes } = heap
  let at = heap.size++
  while (at > 0) {
    const up = (at - 1) >> 1
    const above = keys[up]! // up is in the heap
    if (above < key || (above === key && nodes[up]! <= node)) break
    keys[at] = above
    nodes[at] = nodes[up]!
    at = up
  }
  keys[at] = key
  nodes[at] = node
}

/**
 * Takes the top out of a heap that is not empty.
 * Source: J. W. J. Williams (1964). O(log size).
 */
export function pop(heap: Heap): void {
  const { keys, nodes } = heap
  const size = --heap.size
  // The heap was not empty, so its last entry is in range; so are all entries below size.
  const [key, node] = [keys[size]!, nodes[size]!]
  let at = 0
  for (let down = 1; down < size; down = 2 * at + 1) {
    const beside = down + 1
    if (beside < size && isBefore(heap, beside, down)) down = beside
    const below = keys[down]!
    if (key < below || (key === below && node <= nodes[down]!)) break
    keys[at] = below
    nodes[at] = nodes[down]!
    at = down
  }
  keys[at] = key
  nodes[at] = node
}

function isBefore({ keys, nodes }: Heap, a: number, b: number): boolean {
  const [keyA, keyB] = [keys[a]!, keys[b]!] // both are in the heap
  return keyA < keyB || (keyA === keyB && nodes[a]! < nodes[b]!)
}

function grow(heap: Heap): void {
  const { keys, nodes } = heap
  heap.keys = new Float64Array(2 * keys.length)
  heap.keys.set(keys)
  heap.nodes = new Int32Array(2 * nodes.length)
  heap.nodes.set(nodes)
}
