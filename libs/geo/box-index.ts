import type { Box } from './fence.ts'

/** Boxes that can be asked which of them hold a place or meet a box; entries are small integers. */
export type BoxIndex = {
  /** Adds a box and answers its entry. */
  readonly insert: (box: Box) => number
  /** Removes an entry; its number may be given out again. */
  readonly remove: (entry: number) => void
  readonly size: () => number
  /** Calls back for each entry whose box holds the place. */
  readonly at: (lon: number, lat: number, found: (entry: number) => void) => void
  /** Calls back for each entry whose box meets the box; an entry may be called back more than once. */
  readonly meeting: (box: Box, found: (entry: number) => void) => void
}

// A cell of level k is 360 / 2^k degrees wide; level 20 is about 38 m. A box lies in the deepest level whose cells are at least as large as
// it, in at most four cells. So a question about a place looks into one cell a level.
const levels = 21
const cellDegrees = Array.from({ length: levels }, (_, level) => 360 / 2 ** level)

/**
 * Makes an index of boxes: a grid at each of 21 scales, cells found by hashing.
 * Memory: about 100 bytes an entry, in typed arrays that double.
 * Source: own; hierarchical spatial hashing after C. Ericson, Real-Time Collision Detection (2005), 7.2.1.
 * insert, remove O(entries in the cell); at O(21 + entries in the cells); meeting O(cells the box covers + entries in them).
 */
export function createBoxIndex(): BoxIndex {
  let bounds = new Float64Array(4 * 64)
  const levelOf: number[] = []
  const freeEntries: number[] = []
  const countOf = new Int32Array(levels)
  const lists = createCellLists()
  let size = 0

  const levelFor = ({ minLon, minLat, maxLon, maxLat }: Box): number => {
    const extent = Math.max(maxLon - minLon, maxLat - minLat)
    let level = levels - 1
    while (level > 0 && cellDegrees[level]! < extent) level-- // level is in range
    return level
  }

  const forCells = (box: Box, level: number, each: (x: number, y: number) => void): void => {
    const cell = cellDegrees[level]! // level is in range
    for (let x = column(box.minLon, cell); x <= column(box.maxLon, cell); x++)
      for (let y = row(box.minLat, cell); y <= row(box.maxLat, cell); y++) each(x, y)
  }

  const boxOf = (entry: number): Box => ({
    minLon: bounds[4 * entry]!, // entries are given out below the length
    minLat: bounds[4 * entry + 1]!,
    maxLon: bounds[4 * entry + 2]!,
    maxLat: bounds[4 * entry + 3]!,
  })

  const insert = (box: Box): number => {
    const entry = freeEntries.pop() ?? levelOf.length
    const level = levelFor(box)
    if (4 * entry + 4 > bounds.length) bounds = grown(bounds)
    bounds.set([box.minLon, box.minLat, box.maxLon, box.maxLat], 4 * entry)
    levelOf[entry] = level
    countOf[level]!++ // level is in range
    size++
    forCells(box, level, (x, y) => lists.add(level, x, y, entry))
    return entry
  }

  const remove = (entry: number): void => {
    const level = levelOf[entry]
    if (level === undefined || level < 0) return
    forCells(boxOf(entry), level, (x, y) => lists.drop(level, x, y, entry))
    levelOf[entry] = -1
    countOf[level]!-- // level is in range
    size--
    freeEntries.push(entry)
  }

  const at = (lon: number, lat: number, found: (entry: number) => void): void => {
    for (let level = 0; level < levels; level++) {
      if (countOf[level] === 0) continue
      const cell = cellDegrees[level]! // level is in range
      for (let node = lists.first(level, column(lon, cell), row(lat, cell)); node >= 0; node = lists.next(node)) {
        const entry = lists.entry(node)
        const i = 4 * entry
        if (lon >= bounds[i]! && lat >= bounds[i + 1]! && lon <= bounds[i + 2]! && lat <= bounds[i + 3]!) found(entry)
      }
    }
  }

  const meeting = (box: Box, found: (entry: number) => void): void => {
    for (let level = 0; level < levels; level++) {
      if (countOf[level] === 0) continue
      const cell = cellDegrees[level]! // level is in range
      const cells = ((box.maxLon - box.minLon) / cell + 2) * ((box.maxLat - box.minLat) / cell + 2)
      // Many small cells: looking at every entry is cheaper.
      if (cells > 4 * levelOf.length + 16) {
        for (let entry = 0; entry < levelOf.length; entry++)
          if (levelOf[entry] === level && meets(entry, box)) found(entry)
        continue
      }
      forCells(box, level, (x, y) => {
        for (let node = lists.first(level, x, y); node >= 0; node = lists.next(node))
          if (meets(lists.entry(node), box)) found(lists.entry(node))
      })
    }
  }

  const meets = (entry: number, { minLon, minLat, maxLon, maxLat }: Box): boolean => {
    const i = 4 * entry
    return bounds[i]! <= maxLon && bounds[i + 1]! <= maxLat && bounds[i + 2]! >= minLon && bounds[i + 3]! >= minLat
  }

  return { insert, remove, size: () => size, at, meeting }
}

const column = (lon: number, cell: number): number => Math.floor((lon + 180) / cell)
const row = (lat: number, cell: number): number => Math.floor((lat + 90) / cell)

/** Lists of entries by cell: open addressing over typed arrays, nodes from a pool. */
function createCellLists() {
  let keys = new Float64Array(256).fill(-1)
  let heads = new Int32Array(256).fill(-1)
  let used = 0
  let nodeEntry = new Int32Array(64)
  let nodeNext = new Int32Array(64)
  let nodes = 0
  let free = -1

  const keyOf = (level: number, x: number, y: number): number => (level * 2 ** 21 + x) * 2 ** 21 + y

  /** The slot of a cell, or the empty slot where it would stand. */
  const slotOf = (level: number, x: number, y: number): number => {
    const key = keyOf(level, x, y)
    const mask = keys.length - 1
    let slot = hash(level, x, y) & mask
    while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & mask
    return slot
  }

  const rehash = (): void => {
    const [oldKeys, oldHeads] = [keys, heads]
    const living = oldHeads.reduce((sum, head) => sum + (head >= 0 ? 1 : 0), 0)
    let length = 256
    while (length < living * 4) length *= 2
    keys = new Float64Array(length).fill(-1)
    heads = new Int32Array(length).fill(-1)
    used = living
    for (const [i, key] of oldKeys.entries()) {
      // Cells whose list became empty are forgotten here.
      if (oldHeads[i]! < 0) continue // both arrays have the same length
      const cell = Math.floor(key / 2 ** 21)
      const slot = slotOf(Math.floor(cell / 2 ** 21), cell % 2 ** 21, key % 2 ** 21)
      keys[slot] = key
      heads[slot] = oldHeads[i]!
    }
  }

  const takeNode = (): number => {
    if (free >= 0) {
      const node = free
      free = nodeNext[node]! // a node of the pool
      return node
    }
    if (nodes === nodeEntry.length) {
      nodeEntry = grown(nodeEntry)
      nodeNext = grown(nodeNext)
    }
    return nodes++
  }

  const add = (level: number, x: number, y: number, entry: number): void => {
    if (2 * (used + 1) > keys.length) rehash()
    const slot = slotOf(level, x, y)
    if (keys[slot] === -1) used++
    keys[slot] = keyOf(level, x, y)
    const node = takeNode()
    nodeEntry[node] = entry
    nodeNext[node] = heads[slot]! // slot is in range
    heads[slot] = node
  }

  const drop = (level: number, x: number, y: number, entry: number): void => {
    const slot = slotOf(level, x, y)
    let before = -1
    let node = heads[slot]! // slot is in range
    while (node >= 0 && nodeEntry[node] !== entry) {
      before = node
      node = nodeNext[node]! // a node of the pool
    }
    if (node < 0) return
    const after = nodeNext[node]! // a node of the pool
    if (before < 0) heads[slot] = after
    else nodeNext[before] = after
    nodeNext[node] = free
    free = node
  }

  return {
    add,
    drop,
    first: (level: number, x: number, y: number): number => heads[slotOf(level, x, y)]!, // an empty slot holds -1
    next: (node: number): number => nodeNext[node]!, // a node of the pool
    entry: (node: number): number => nodeEntry[node]!, // a node of the pool
  }
}

function hash(level: number, x: number, y: number): number {
  let mixed = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(level + 1, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

function grown<Numbers extends Float64Array | Int32Array>(numbers: Numbers): Numbers {
  const larger =
    numbers instanceof Float64Array ? new Float64Array(2 * numbers.length) : new Int32Array(2 * numbers.length)
  larger.set(numbers)
  return larger as Numbers // the same kind, twice as long
}
