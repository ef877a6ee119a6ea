import type { Clock } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import type { FormulaBook } from './formula-book.ts'
import { computeAgain, keepMarks } from './formula-late.ts'
import { createMarks } from './formula-marks.ts'
import { createFormulaRun } from './formula-run.ts'
import type { LastValues } from './last-values.ts'
import type { OpenMinute } from './open-minutes.ts'
import type { Readings } from './readings.ts'

export type FormulasDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly book: FormulaBook
  readonly last: Pick<LastValues, 'sample'>
  /** Takes in readings that came, or were computed again. @returns when they are durable */
  readonly ingest: (readings: Readings) => Promise<void>
  /** Lets everybody hear of readings that were computed, and keeps them. @returns when they are durable */
  readonly take: (readings: Readings) => Promise<void>
  readonly open: () => Iterable<OpenMinute>
}

/** The points of the zone that are computed from others. */
export type Formulas = {
  /** Computes what readings that come in change. @returns takes it in; null when there is nothing */
  readonly note: (readings: Readings) => (() => void) | null
  /** What the journal held is computed again. */
  readonly replay: () => void
  /** Makes durable what was computed, and which minutes have to be computed again. */
  readonly settle: () => Promise<void>
  /** Computes again the minutes that late readings have changed. @returns how many */
  readonly catchUp: () => Promise<number>
  /** How many such minutes were left out since the start: more than there is room for. */
  readonly leftOut: () => number
}

/**
 * Puts the parts together: what is computed at once, what is kept of it, what is computed again.
 * Source: own.
 */
export function createFormulas(deps: FormulasDeps): Formulas {
  const { db, zoneId, clock, book, last, take, open } = deps
  const marks = createMarks()
  const run = createFormulaRun({ book, clock, last: last.sample, marks })
  /** What was computed and is not known to be durable. The journal keeps what it was computed from. */
  const unsaved = new Map<Readings, Promise<boolean>>()
  const save = (readings: Readings): Promise<boolean> => {
    const saving = take(readings).then(
      () => unsaved.delete(readings),
      () => false,
    )
    unsaved.set(readings, saving)
    return saving
  }
  return {
    note: (readings) => {
      const computed = run.note(readings)
      if (!computed) return null
      return () => void save(computed)
    },
    replay: () => run.replay(open()),
    settle: async () => {
      // Those of now: what comes meanwhile is no reason to wait.
      const waiting = Array.from(unsaved)
      for (const [readings, saving] of waiting) {
        if ((await saving) || (await save(readings))) continue
        throw new Error('what was computed could not be kept; it is tried again')
      }
      await keepMarks(db, zoneId, marks, open())
    },
    catchUp: () => computeAgain(deps),
    leftOut: marks.leftOut,
  }
}
