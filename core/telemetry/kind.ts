import type { SeriesOrder } from './series.ts'

/** Minutes are the blocks in which readings are kept. */
export const minuteMs = 60_000

/**
 * A kind of readings. One reading is a row of whole numbers: its time, then its columns. What the numbers mean is said
 * where the kind is made (`sample.ts`, `fix.ts`); how they are kept is the same for every kind.
 */
export type ReadingKind = {
  readonly name: 'sample' | 'fix'
  readonly table: 'sample_minute' | 'track_minute'
  /** After the time. */
  readonly columns: readonly { readonly name: string; readonly order: SeriesOrder }[]
  /** How many leading numbers, the time among them, make two readings one and the same. */
  readonly identity: number
  /** Where a row says that it takes the place of one that is the same; null: the first of them stays. */
  readonly replacing: { readonly column: number; readonly bit: number } | null
}

/** Numbers in a row: the time and the columns. O(1). */
export const widthOf = (kind: ReadingKind): number => kind.columns.length + 1

/** Beside its quality a sample may say that it corrects what was kept of its time. */
export const correctionBit = 8

/**
 * What a point measured: a whole multiple of the point's resolution, with its quality.
 * The time is milliseconds since the epoch; in a block, since the minute began.
 */
export const sampleKind: ReadingKind = {
  name: 'sample',
  table: 'sample_minute',
  columns: [
    { name: 'value', order: 1 },
    { name: 'quality', order: 1 },
  ],
  identity: 1,
  replacing: { column: 2, bit: correctionBit },
}

/** Where something that moves was. The units are in the columns' names; `microdegree` is 1e-6 degrees, WGS-84. */
export const fixKind: ReadingKind = {
  name: 'fix',
  table: 'track_minute',
  columns: [
    { name: 'lonMicrodegree', order: 1 },
    { name: 'latMicrodegree', order: 1 },
    { name: 'altitudeM', order: 1 },
    { name: 'speedHm', order: 1 },
    { name: 'headingDeg', order: 1 },
    { name: 'status', order: 1 },
    { name: 'alarm', order: 1 },
    { name: 'odometerHm', order: 1 },
    { name: 'flags', order: 1 },
  ],
  identity: 3,
  replacing: null,
}

export const readingKinds: readonly ReadingKind[] = [sampleKind, fixKind]
