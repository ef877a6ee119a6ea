import { CorruptBytes, readVarint, unZigZag, writeVarint, zigZag, type ByteReader, type ByteWriter } from './bytes.ts'

/** How a column of whole numbers is told: each by its difference from the one before, or by the change of that difference. */
export type SeriesOrder = 1 | 2

/** A column of a table that lies row after row in one array. */
export type Column = {
  readonly rows: Float64Array
  /** Where the first number of the column stands. */
  readonly start: number
  /** From one row to the next. */
  readonly stride: number
  readonly count: number
}

/**
 * Writes a column of whole numbers: zig-zag varints of their differences, zeros as runs (`0`, then how many).
 * A steady column (even time steps, a value that stands still) costs about three bytes whatever its length.
 * @param column  safe integers whose differences (order 2: and the differences of these) stay within ±(2^52 − 1)
 * @throws RangeError when one is larger
 * Source: delta and delta-of-delta as in Gorilla (Pelkonen et al., VLDB 2015), bytes instead of bits. O(count).
 */
export function writeSeries(writer: ByteWriter, column: Column, order: SeriesOrder): void {
  const { rows, start, stride, count } = column
  let before = 0
  let step = 0
  let zeros = 0
  for (let index = 0, place = start; index < count; index++, place += stride) {
    // The column promises count numbers.
    const value = rows[place] as number
    const delta = value - before
    const told = order === 1 ? delta : delta - step
    before = value
    step = delta
    if (told === 0) {
      zeros++
      continue
    }
    if (zeros > 0) writeZeros(writer, zeros)
    zeros = 0
    writeVarint(writer, zigZag(told))
  }
  if (zeros > 0) writeZeros(writer, zeros)
}

function writeZeros(writer: ByteWriter, zeros: number): void {
  writeVarint(writer, 0)
  writeVarint(writer, zeros)
}

/**
 * Reads what `writeSeries` wrote into the rows of a column.
 * @throws CorruptBytes when the bytes end, or a run goes past the count
 * Source: own. O(count).
 */
export function readSeries(reader: ByteReader, column: Column, order: SeriesOrder): void {
  const { rows, start, stride, count } = column
  let value = 0
  let step = 0
  let place = start
  for (let index = 0; index < count;) {
    const told = readVarint(reader)
    const times = told === 0 ? readVarint(reader) : 1
    if (times === 0 || index + times > count) throw new CorruptBytes('a run goes past the end of its column')
    const change = unZigZag(told)
    for (const end = index + times; index < end; index++, place += stride) {
      step = order === 1 ? change : step + change
      value += step
      rows[place] = value
    }
  }
}
