import { minuteMs, widthOf, type ReadingKind } from './kind.ts'
import { copyReading, newReadings, strideOf, type Readings } from './readings.ts'
import { addRow, newRows, type Rows } from './rows.ts'

/** The readings of one point in one minute. */
export type Block = {
  readonly point: number
  /** Minutes since the epoch. */
  readonly minute: number
  readonly rows: Rows
}

/**
 * The readings of one minute and kind that are durable in the journal and not yet in their rows. They stay in the
 * batches in which they came and are put in order of points once, when the minute is written.
 */
export type OpenMinute = {
  readonly kind: ReadingKind
  /** Minutes since the epoch. */
  readonly minute: number
  readonly batches: Readings[]
  /** The first entry of the journal that gave a reading. */
  firstSeq: number
  /** When the first reading came, milliseconds since the epoch. */
  readonly since: number
}

/** What a store has not written yet. */
export type OpenMinutes = {
  readonly byKey: Map<string, OpenMinute>
  /** On their way into rows: readers find them here until they are there. */
  readonly writing: Set<OpenMinute>
  /** Rows of this minute and before may have been written by somebody else. */
  startedMinute: number
  /** Minutes after that of which rows were written. */
  readonly written: Set<number>
  /** Readings that could not be kept in their rows. */
  leftOut: number
}

const keyOf = (kind: ReadingKind, minute: number): string => `${kind.name} ${minute}`

/**
 * Starts with nothing open.
 * @param startedMinute  minutes since the epoch at the start of the store
 */
export const newOpenMinutes = (startedMinute: number): OpenMinutes => ({
  byKey: new Map(),
  writing: new Set(),
  startedMinute,
  written: new Set(),
  leftOut: 0,
})

/**
 * Takes readings, which belong to the store from now on.
 * @param seq  their entry in the journal
 * @param now  milliseconds since the epoch
 * Source: own. O(readings); readings of one minute are taken as they are, others copied apart.
 */
export function addReadings(open: OpenMinutes, readings: Readings, seq: number, now: number): void {
  for (const [minute, batch] of byMinute(readings)) {
    const key = keyOf(readings.kind, minute)
    const known = open.byKey.get(key)
    if (known) known.batches.push(batch)
    else open.byKey.set(key, { kind: readings.kind, minute, batches: [batch], firstSeq: seq, since: now })
  }
}

function byMinute(readings: Readings): Iterable<readonly [number, Readings]> {
  const { kind, data, count } = readings
  const stride = strideOf(kind)
  const minuteAt = (index: number) => Math.floor((data[index * stride + 1] as number) / minuteMs)
  const first = minuteAt(0)
  let same = 1
  while (same < count && minuteAt(same) === first) same++
  if (same === count) return [[first, readings]]
  const apart = new Map<number, Readings>()
  for (let index = 0; index < count; index++) {
    const minute = minuteAt(index)
    let batch = apart.get(minute)
    if (!batch) apart.set(minute, (batch = newReadings(kind, 16)))
    copyReading(readings, index, batch)
  }
  return apart
}

/**
 * Takes minutes out to be written. Readings that come meanwhile open the minute again and are merged with the rows later.
 * Source: own. O(minutes).
 */
export function takeMinutes(open: OpenMinutes, isReady: (minute: OpenMinute) => boolean): OpenMinute[] {
  const taken = [...open.byKey.values()].filter(isReady)
  for (const { kind, minute } of taken) open.byKey.delete(keyOf(kind, minute))
  return taken
}

/** Puts a minute back that could not be written; some of its rows may be there. */
export function giveBack(open: OpenMinutes, taken: OpenMinute): void {
  noteWritten(open, taken.minute)
  const key = keyOf(taken.kind, taken.minute)
  const since = open.byKey.get(key)
  open.byKey.set(key, { ...taken, batches: [...taken.batches, ...(since?.batches ?? [])] })
}

const writtenMax = 1_000

/** Remembers that rows of a minute are there. */
export function noteWritten(open: OpenMinutes, minute: number): void {
  if (minute <= open.startedMinute) return
  open.written.add(minute)
  if (open.written.size <= writtenMax) return
  const middle = [...open.written].toSorted((a, b) => a - b)[writtenMax / 2] ?? minute
  open.startedMinute = middle
  for (const old of open.written) if (old <= middle) open.written.delete(old)
}

/** Whether no row of a minute can be there yet. O(1). */
export const isFresh = (open: OpenMinutes, minute: number): boolean =>
  minute > open.startedMinute && !open.written.has(minute)

/**
 * The first entry of the journal that is still needed.
 * @returns null when none is
 * Source: own. O(minutes).
 */
export function firstNeeded(open: OpenMinutes): number | null {
  let first = Infinity
  for (const { firstSeq } of open.byKey.values()) first = Math.min(first, firstSeq)
  return first === Infinity ? null : first
}

/**
 * The readings of a minute, point after point, each point's in the order in which they came.
 * Source: counting sort. O(readings + highest point).
 */
export function blocksOf({ kind, minute, batches }: OpenMinute): Block[] {
  const width = widthOf(kind)
  const { counts, points } = countPoints(batches)
  const slab = new Float64Array(batches.reduce((sum, { count }) => sum + count, 0) * width)
  const blocks: Block[] = []
  const place = new Int32Array(counts.length)
  let start = 0
  for (const point of points) {
    const count = counts[point] as number
    const data = slab.subarray(start * width, (start + count) * width)
    blocks.push({ point, minute, rows: { kind, data, count, ordered: true } })
    place[point] = start * width
    start += count
  }
  for (const batch of batches) scatter(batch, minute * minuteMs, slab, place)
  for (const { rows } of blocks) rows.ordered = isOrdered(rows)
  return blocks
}

function countPoints(batches: readonly Readings[]): { readonly counts: Int32Array; readonly points: number[] } {
  let counts = new Int32Array(1_024)
  const points: number[] = []
  for (const { kind, data, count } of batches) {
    const stride = strideOf(kind)
    for (let index = 0, row = 0; index < count; index++, row += stride) {
      const point = data[row] as number
      if (point >= counts.length) {
        const grown = new Int32Array(Math.max(point + 1, counts.length * 2))
        grown.set(counts)
        counts = grown
      }
      const before = counts[point] as number
      if (before === 0) points.push(point)
      counts[point] = before + 1
    }
  }
  return { counts, points }
}

function scatter({ kind, data, count }: Readings, epoch: number, slab: Float64Array, place: Int32Array): void {
  const stride = strideOf(kind)
  for (let index = 0, row = 0; index < count; index++, row += stride) {
    const point = data[row] as number
    const to = place[point] as number
    slab[to] = (data[row + 1] as number) - epoch
    for (let column = 2; column < stride; column++) slab[to + column - 1] = data[row + column] as number
    place[point] = to + stride - 1
  }
}

function isOrdered({ kind, data, count }: Rows): boolean {
  const width = widthOf(kind)
  for (let end = width; end < count * width; end += width)
    if ((data[end] as number) <= (data[end - width] as number)) return false
  return true
}

/**
 * What one point has in a minute that is not written yet.
 * Source: own. O(readings of the minute).
 */
export function openRows({ kind, minute, batches }: OpenMinute, point: number): Rows {
  const rows = newRows(kind)
  const stride = strideOf(kind)
  for (const { data, count } of batches)
    for (let index = 0, row = 0; index < count; index++, row += stride)
      if (data[row] === point) addRow(rows, (data[row + 1] as number) - minute * minuteMs, data, row + 2)
  return rows
}
