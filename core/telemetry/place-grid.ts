/** Degrees. */
export type Box = { readonly west: number; readonly south: number; readonly east: number; readonly north: number }

/** What moves by where it is: a move costs two look-ups, and what lies in a box is found without asking everything. */
export type PlaceGrid = {
  readonly put: (point: number, lonDeg: number, latDeg: number) => void
  /** Points whose cell touches a box: all that are in it, and some around. */
  readonly near: (box: Box) => Iterable<number>
}

// About 20 km: a screen of a town asks a handful of cells, one of the country every cell in use.
const cellDeg = 0.25
const columns = 360 / cellDeg
const columnOf = (lonDeg: number): number => Math.floor((lonDeg + 180) / cellDeg)
const rowOf = (latDeg: number): number => Math.floor((latDeg + 90) / cellDeg)

/**
 * Makes an empty grid.
 * Source: own; uniform grid. put O(1); near O(cells of the box or in use, whichever are fewer, + points in them).
 */
export function createPlaceGrid(): PlaceGrid {
  const cells = new Map<number, Set<number>>()
  const cellOf: number[] = []

  const put = (point: number, lonDeg: number, latDeg: number): void => {
    const cell = rowOf(latDeg) * columns + columnOf(lonDeg)
    const before = cellOf[point]
    if (before === cell) return
    if (before !== undefined) {
      const left = cells.get(before)
      left?.delete(point)
      if (left?.size === 0) cells.delete(before)
    }
    cellOf[point] = cell
    const entered = cells.get(cell)
    if (entered) entered.add(point)
    else cells.set(cell, new Set([point]))
  }
  function* near({ west, south, east, north }: Box): Iterable<number> {
    const [left, right] = [columnOf(west), columnOf(east)]
    const [bottom, top] = [rowOf(south), rowOf(north)]
    if ((right - left + 1) * (top - bottom + 1) > cells.size) {
      for (const [cell, points] of cells) {
        const [row, column] = [Math.floor(cell / columns), cell % columns]
        if (column >= left && column <= right && row >= bottom && row <= top) yield* points
      }
      return
    }
    for (let row = bottom; row <= top; row++)
      for (let column = left; column <= right; column++) yield* cells.get(row * columns + column) ?? []
  }
  return { put, near }
}
