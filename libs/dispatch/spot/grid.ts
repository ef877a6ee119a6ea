import { createHeap, pop, push, sortPairs, type Heap } from '@tingzhou/flow'

/**
 * Places on a plane, found by nearness. A plane in metres and not degrees: candidates, bounds and costs then share one measure in which a
 * straight line is never longer than a road, and a bound of the grid is a bound of the costs.
 */
export type Grid = {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly cellM: number
  readonly minX: number
  readonly minY: number
  readonly columns: number
  readonly rows: number
  /** The first place of a cell, -1 when it is empty; a place's neighbours in its cell. */
  readonly first: Int32Array
  readonly next: Int32Array
  readonly previous: Int32Array
  /** The cell of a place, -1 when the place is not on the grid. */
  readonly cellOf: Int32Array
  /** Places in a block of cells, so that empty land is passed quickly. */
  readonly inBlock: Int32Array
  readonly blockColumns: number
  readonly found: Found
}

/** What a search found, nearest first; valid until the next search on the same grid. */
export type Found = {
  ids: Int32Array
  keys: Float64Array
  count: number
  /** No place that was allowed and not found has a smaller key. */
  beyond: number
  /** How far the search still looks. */
  limit: number
  readonly heap: Heap
}

const blockCells = 16
const cellsMax = 2 ** 22

/**
 * Puts places on a grid whose cells suit their density.
 * @param x, y  metres on a plane, one a place; NaN for a place that is not there now, and so is Infinity
 * Memory: about 40 bytes a place and 4 a cell; at most 4 million cells.
 * Source: own; lists in cells, so that a place moves in O(1). O(places).
 */
export function createGrid(x: Float64Array, y: Float64Array): Grid {
  const box = boxOf(x, y)
  let cellM = Math.max(1, Math.sqrt(((box.maxX - box.minX) * (box.maxY - box.minY)) / Math.max(1, x.length)))
  // Towns are far denser than the mean: cells shrink until a place shares its cell with few others.
  while (crowding(x, y, box, cellM) > 12 && cellsIn(box, cellM / 2) <= cellsMax && cellM > 1) cellM /= 2
  while (cellsIn(box, cellM) > cellsMax) cellM *= 2
  const columns = Math.floor((box.maxX - box.minX) / cellM) + 1
  const rows = Math.floor((box.maxY - box.minY) / cellM) + 1
  const blockColumns = Math.ceil(columns / blockCells)
  const grid: Grid = {
    x: x.slice(),
    y: y.slice(),
    cellM,
    minX: box.minX,
    minY: box.minY,
    columns,
    rows,
    first: new Int32Array(columns * rows).fill(-1),
    next: new Int32Array(x.length),
    previous: new Int32Array(x.length),
    cellOf: new Int32Array(x.length).fill(-1),
    inBlock: new Int32Array(blockColumns * Math.ceil(rows / blockCells)),
    blockColumns,
    found: {
      ids: new Int32Array(0),
      keys: new Float64Array(0),
      count: 0,
      beyond: Infinity,
      limit: 0,
      heap: createHeap(64),
    },
  }
  for (let id = x.length - 1; id >= 0; id--) place(grid, id)
  return grid
}

type Extent = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number }

function boxOf(x: Float64Array, y: Float64Array): Extent {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let id = 0; id < x.length; id++) {
    if (!isThere(x, y, id)) continue
    minX = Math.min(minX, x[id]!) // id is below the length
    maxX = Math.max(maxX, x[id]!)
    minY = Math.min(minY, y[id]!)
    maxY = Math.max(maxY, y[id]!)
  }
  return minX <= maxX ? { minX, minY, maxX, maxY } : { minX: 0, minY: 0, maxX: 0, maxY: 0 }
}

/** Whether a place has a position. */
const isThere = (x: Float64Array, y: Float64Array, id: number): boolean =>
  Number.isFinite(x[id]) && Number.isFinite(y[id])

const cellsIn = ({ minX, minY, maxX, maxY }: Extent, cellM: number): number =>
  (Math.floor((maxX - minX) / cellM) + 1) * (Math.floor((maxY - minY) / cellM) + 1)

/** How many places the cell of a place holds, in the mean over places. */
function crowding(x: Float64Array, y: Float64Array, box: Extent, cellM: number): number {
  const columns = Math.floor((box.maxX - box.minX) / cellM) + 1
  if (cellsIn(box, cellM) > cellsMax) return 0
  const counts = new Int32Array(cellsIn(box, cellM))
  let pairs = 0
  for (let id = 0; id < x.length; id++) {
    if (!isThere(x, y, id)) continue
    const cell = Math.floor((y[id]! - box.minY) / cellM) * columns + Math.floor((x[id]! - box.minX) / cellM)
    pairs += 2 * counts[cell]!++ + 1 // a cell of the box
  }
  return pairs / Math.max(1, x.length)
}

// Places, cells and blocks below come from the grid itself, so every read of an array is in range.

/** Puts a place into its cell; outside the box into the cell of the border that is nearest. */
function place(grid: Grid, id: number): void {
  const { x, y, first, next, previous, cellOf } = grid
  if (!isThere(x, y, id)) return
  const [column, row] = [columnOf(grid, x[id]!), rowOf(grid, y[id]!)]
  const cell = row * grid.columns + column
  cellOf[id] = cell
  previous[id] = -1
  next[id] = first[cell]!
  if (first[cell]! >= 0) previous[first[cell]!] = id
  first[cell] = id
  grid.inBlock[blockOf(grid, cell)]!++
}

const clamp = (value: number, max: number): number => (value < 0 ? 0 : value > max ? max : value)
const columnOf = ({ minX, cellM, columns }: Grid, x: number): number =>
  clamp(Math.floor((x - minX) / cellM), columns - 1)
const rowOf = ({ minY, cellM, rows }: Grid, y: number): number => clamp(Math.floor((y - minY) / cellM), rows - 1)

function blockOf({ columns, blockColumns }: Grid, cell: number): number {
  const row = Math.floor(cell / columns)
  const column = cell - row * columns
  return Math.floor(row / blockCells) * blockColumns + Math.floor(column / blockCells)
}

/**
 * Takes a place off the grid; nothing happens when it is not on it.
 * Source: own. O(1).
 */
export function removePlace(grid: Grid, id: number): void {
  const { first, next, previous, cellOf } = grid
  const cell = cellOf[id]!
  if (cell < 0) return
  if (previous[id]! >= 0) next[previous[id]!] = next[id]!
  else first[cell] = next[id]!
  if (next[id]! >= 0) previous[next[id]!] = previous[id]!
  cellOf[id] = -1
  grid.inBlock[blockOf(grid, cell)]!--
}

/**
 * Moves a place, or puts it on the grid.
 * @param id    below the number of places the grid was made for
 * @param x, y  metres; outside the grid's box is allowed and only slower to find
 * Source: own. O(1).
 */
export function movePlace(grid: Grid, id: number, x: number, y: number): void {
  removePlace(grid, id)
  grid.x[id] = x
  grid.y[id] = y
  place(grid, id)
}

/**
 * The k places of the smallest keys within a radius.
 * @param weigh  a place's key, at least its distance; Infinity for a place that is not allowed: asked before the place counts
 * @returns ids and keys, smallest first, equal keys by id
 * Source: own; cells in rings around the place, then blocks of cells, each passed by when its nearest point is too far. About
 * O(k log k + places in the cells around).
 */
export function nearest(
  grid: Grid,
  x: number,
  y: number,
  k: number,
  radiusM: number,
  weigh: (id: number, distanceM: number) => number,
): Found {
  const { found } = grid
  const { heap } = found
  heap.size = 0
  found.limit = radiusM
  searchCells(grid, x, y, (cell) => {
    for (let id = grid.first[cell]!; id >= 0; id = grid.next[id]!) {
      const [dx, dy] = [grid.x[id]! - x, grid.y[id]! - y]
      const distanceM = Math.sqrt(dx * dx + dy * dy)
      if (distanceM > found.limit) continue
      const key = weigh(id, distanceM)
      if (key === Infinity) continue
      if (heap.size === k) {
        // The heap's top is the worst: keys and ids are negated.
        const worst = -heap.keys[0]!
        if (key > worst || (key === worst && id > -heap.nodes[0]!)) continue
        pop(heap)
      }
      push(heap, -key, -id)
      if (heap.size === k) found.limit = Math.min(radiusM, -heap.keys[0]!)
    }
  })
  return sortFound(found, k, radiusM)
}

function sortFound(found: Found, k: number, radiusM: number): Found {
  const { heap } = found
  found.count = heap.size
  found.beyond = heap.size === k ? -heap.keys[0]! : radiusM
  if (found.ids.length < heap.size) {
    found.ids = new Int32Array(2 * heap.size)
    found.keys = new Float64Array(2 * heap.size)
  }
  for (let i = 0; i < heap.size; i++) {
    found.ids[i] = -heap.nodes[i]!
    found.keys[i] = -heap.keys[i]!
  }
  sortPairs(found.keys, found.ids, 0, heap.size)
  return found
}

// Within so many cells around the place every cell is looked at; further out blocks that are empty are passed by.
const ringsMax = 8

/** Calls back for the cells that may hold something within `found.limit`, roughly nearest first. */
function searchCells(grid: Grid, x: number, y: number, look: (cell: number) => void): void {
  const { columns, rows, found } = grid
  const [atColumn, atRow] = [columnOf(grid, x), rowOf(grid, y)]
  for (let ring = 0; ring <= ringsMax; ring++) {
    if (ring > 0 && (ring - 1) * grid.cellM > found.limit) return
    const [top, bottom] = [Math.max(0, atRow - ring), Math.min(rows - 1, atRow + ring)]
    for (let row = top; row <= bottom; row++) {
      const isEdge = row === atRow - ring || row === atRow + ring
      const step = isEdge || ring === 0 ? 1 : 2 * ring
      for (let column = atColumn - ring; column <= atColumn + ring; column += step)
        if (column >= 0 && column < columns) lookAt(grid, x, y, column, row, look)
    }
  }
  searchBlocks(grid, x, y, look)
}

function lookAt(grid: Grid, x: number, y: number, column: number, row: number, look: (cell: number) => void): void {
  const cell = row * grid.columns + column
  if (grid.first[cell]! >= 0 && boxDistanceM(grid, x, y, column, row, 1) <= grid.found.limit) look(cell)
}

/** The cells that lie outside the rings, in rings of blocks. */
function searchBlocks(grid: Grid, x: number, y: number, look: (cell: number) => void): void {
  const { columns, rows, blockColumns, inBlock, found } = grid
  const blockRows = inBlock.length / blockColumns
  const [atColumn, atRow] = [columnOf(grid, x), rowOf(grid, y)]
  const [middleColumn, middleRow] = [Math.floor(atColumn / blockCells), Math.floor(atRow / blockCells)]
  const ringsNeeded = Math.max(middleColumn, blockColumns - 1 - middleColumn, middleRow, blockRows - 1 - middleRow)
  for (let ring = 0; ring <= ringsNeeded; ring++) {
    if (ring > 0 && (ring - 1) * blockCells * grid.cellM > found.limit) return
    const [top, bottom] = [Math.max(0, middleRow - ring), Math.min(blockRows - 1, middleRow + ring)]
    for (let blockRow = top; blockRow <= bottom; blockRow++) {
      const isEdge = blockRow === middleRow - ring || blockRow === middleRow + ring
      const step = isEdge || ring === 0 ? 1 : 2 * ring
      for (let blockColumn = middleColumn - ring; blockColumn <= middleColumn + ring; blockColumn += step) {
        if (blockColumn < 0 || blockColumn >= blockColumns || inBlock[blockRow * blockColumns + blockColumn] === 0)
          continue
        const [column0, row0] = [blockColumn * blockCells, blockRow * blockCells]
        if (boxDistanceM(grid, x, y, column0, row0, blockCells) > found.limit) continue
        for (let row = row0; row < Math.min(rows, row0 + blockCells); row++)
          for (let column = column0; column < Math.min(columns, column0 + blockCells); column++)
            if (Math.abs(row - atRow) > ringsMax || Math.abs(column - atColumn) > ringsMax)
              lookAt(grid, x, y, column, row, look)
      }
    }
  }
}

/**
 * The least distance from a place to what a square of cells holds. Cells at the border hold places outside the box too, so the place is
 * first moved to the box: that makes no distance longer.
 */
function boxDistanceM(grid: Grid, x: number, y: number, column: number, row: number, cells: number): number {
  const { minX, minY, cellM, columns, rows } = grid
  const [left, bottom] = [minX + column * cellM, minY + row * cellM]
  const [insideX, insideY] = [clamp(x - minX, columns * cellM) + minX, clamp(y - minY, rows * cellM) + minY]
  const dx = Math.max(0, left - insideX, insideX - left - cells * cellM)
  const dy = Math.max(0, bottom - insideY, insideY - bottom - cells * cellM)
  return Math.sqrt(dx * dx + dy * dy)
}

/**
 * For each cell and each block the largest of a number its places have.
 * @param values  one a place
 * @returns -Infinity where there is no place
 * Source: own. O(places + cells).
 */
export function largestOf(grid: Grid, values: Float64Array): Largest {
  const cells = new Float64Array(grid.first.length).fill(-Infinity)
  const blocks = new Float64Array(grid.inBlock.length).fill(-Infinity)
  for (let id = 0; id < values.length; id++) {
    const cell = grid.cellOf[id]!
    if (cell < 0) continue
    const value = values[id]!
    if (value > cells[cell]!) cells[cell] = value
    const block = blockOf(grid, cell)
    if (value > blocks[block]!) blocks[block] = value
  }
  return { cells, blocks }
}

/** What `largestOf` answers. */
export type Largest = { readonly cells: Float64Array; readonly blocks: Float64Array }

/**
 * Calls back for places that may be near enough for what they are worth.
 * @param worth       the largest worth in each cell and block
 * @param radiusOf    how far away something of that worth may be; below 0 for not at all
 * @param each        called with the place and its distance; may be called for places that are too far
 * Source: own. O(blocks in the radius + cells + places near enough).
 */
export function eachWorthwhile(
  grid: Grid,
  x: number,
  y: number,
  worth: Largest,
  radiusOf: (worth: number) => number,
  each: (id: number, distanceM: number) => void,
): void {
  const { columns, rows, blockColumns, inBlock, cellM, minX, minY } = grid
  const farthestM = radiusOf(0)
  const sideM = blockCells * cellM
  const firstOf = (from: number): number => Math.max(0, Math.floor((from - farthestM) / sideM))
  const lastOf = (from: number, count: number): number => Math.min(count - 1, Math.floor((from + farthestM) / sideM))
  const insideX = clamp(x - minX, columns * cellM)
  const insideY = clamp(y - minY, rows * cellM)
  for (let blockRow = firstOf(insideY); blockRow <= lastOf(insideY, inBlock.length / blockColumns); blockRow++)
    for (let blockColumn = firstOf(insideX); blockColumn <= lastOf(insideX, blockColumns); blockColumn++) {
      const block = blockRow * blockColumns + blockColumn
      const [column0, row0] = [blockColumn * blockCells, blockRow * blockCells]
      const within = radiusOf(worth.blocks[block]!)
      if (within < 0 || boxDistanceM(grid, x, y, column0, row0, blockCells) > within) continue
      for (let row = row0; row < Math.min(rows, row0 + blockCells); row++)
        for (let column = column0; column < Math.min(columns, column0 + blockCells); column++) {
          const cell = row * columns + column
          if (grid.first[cell]! < 0) continue
          const within = radiusOf(worth.cells[cell]!)
          if (within < 0 || boxDistanceM(grid, x, y, column, row, 1) > within) continue
          for (let id = grid.first[cell]!; id >= 0; id = grid.next[id]!) {
            const [dx, dy] = [grid.x[id]! - x, grid.y[id]! - y]
            each(id, Math.sqrt(dx * dx + dy * dy))
          }
        }
    }
}
