import type { ReadingKind } from './kind.ts'
import { widthOf } from './kind.ts'

/** Readings of one kind, row after row in one array; grows by doubling. */
export type Rows = {
  readonly kind: ReadingKind
  data: Float64Array
  count: number
  /** Every reading is later than the one before; false: sort before use. */
  ordered: boolean
}

const rowsAtFirst = 8

/**
 * Makes room for readings.
 * @param capacity  rows at first
 * Source: own. O(capacity).
 */
export const newRows = (kind: ReadingKind, capacity = rowsAtFirst): Rows => ({
  kind,
  data: new Float64Array(capacity * widthOf(kind)),
  count: 0,
  ordered: true,
})

/**
 * Adds one row copied from elsewhere.
 * @param from  holds the columns after the time from `place` on
 * Source: own. Amortised O(width).
 */
export function addRow(rows: Rows, time: number, from: Float64Array, place: number): void {
  const width = widthOf(rows.kind)
  const end = rows.count * width
  if (end + width > rows.data.length) grow(rows)
  const { data } = rows
  if (rows.count > 0 && time <= (data[end - width] as number)) rows.ordered = false
  data[end] = time
  for (let column = 1; column < width; column++) data[end + column] = from[place + column - 1] as number
  rows.count++
}

function grow(rows: Rows): void {
  const grown = new Float64Array(rows.data.length * 2)
  grown.set(rows.data)
  rows.data = grown
}

/**
 * The readings in the order of time, each once: of two that are the same the first that came stays, unless one that came later
 * says that it corrects it.
 * @returns the same rows when they are in order already
 * Source: own. O(n log n), O(n) when in order.
 */
export function inOrder(rows: Rows): Rows {
  if (rows.ordered) return rows
  const width = widthOf(rows.kind)
  const { identity, replacing } = rows.kind
  const { data, count } = rows
  const places = Array.from({ length: count }, (_, index) => index * width)
  // Stable: what came first stays first among equals.
  places.sort((a, b) => compare(data, a, b, identity))
  const sorted = newRows(rows.kind, count)
  let before = -1
  for (const place of places) {
    if (before >= 0 && compare(data, before, place, identity) === 0) {
      if (replacing && ((data[place + replacing.column] as number) & replacing.bit) !== 0)
        sorted.data.set(data.subarray(place, place + width), (sorted.count - 1) * width)
      continue
    }
    sorted.data.set(data.subarray(place, place + width), sorted.count * width)
    sorted.count++
    before = place
  }
  return sorted
}

function compare(data: Float64Array, a: number, b: number, identity: number): number {
  for (let column = 0; column < identity; column++) {
    const difference = (data[a + column] as number) - (data[b + column] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * Readings of two times in one, in order, each once; the first ones win over those that are no corrections.
 * Source: own. O(n log n).
 */
export function mergeRows(first: Rows, second: Rows): Rows {
  const width = widthOf(first.kind)
  const both = newRows(first.kind, first.count + second.count)
  both.data.set(first.data.subarray(0, first.count * width))
  both.data.set(second.data.subarray(0, second.count * width), first.count * width)
  both.count = first.count + second.count
  both.ordered = false
  return inOrder(both)
}
