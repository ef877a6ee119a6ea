import { oneAtATime, type Clock } from '@tingzhou/kernel'
import type { Database } from '@tingzhou/db'
import { createQueue } from './append-queue.ts'
import { writeBlocks, type ResolutionOf } from './block-rows.ts'
import { codeOf, openJournal, type Journal } from './journal.ts'
import { minuteMs, type ReadingKind } from './kind.ts'
import {
  addReadings,
  blocksOf,
  firstNeeded,
  giveBack,
  isFresh,
  newOpenMinutes,
  noteWritten,
  takeMinutes,
  type Block,
  type OpenMinute,
  type OpenMinutes,
} from './open-minutes.ts'
import { dayOf, ensureDays } from './partition.ts'
import type { Readings } from './readings.ts'

export type StoreDeps = {
  readonly database: Database
  readonly zoneId: string
  readonly clock: Clock
  /** The name under which this process keeps its journal: one process at a time. */
  readonly stream: string
  readonly resolutionOf: ResolutionOf
  /** Hears what the journal held from before, when the store opens. */
  readonly onReplay?: (readings: Readings) => void
  /**
   * Awaited before entries of the journal are forgotten, and when there are none to forget; when it fails they stay.
   * @param forgets  whether there are
   */
  readonly beforeTrim?: (forgets: boolean) => Promise<void>
}

/** Keeps readings: durable at once in a journal, in the row of their minute soon after. */
export type TelemetryStore = {
  /** Takes readings over. @returns when they are durable @throws when nobody knows that they are: send them again */
  readonly append: (readings: Readings) => Promise<void>
  /** Writes the minutes that are over, all of them when `everything`; gives how many rows. */
  readonly flush: (everything?: boolean) => Promise<number>
  /** Minutes that are in no row yet. */
  readonly openMinutes: () => Iterable<OpenMinute>
  /** What waits. */
  readonly load: () => {
    readonly queued: number
    readonly minutes: number
    readonly seq: number
    /** Readings that were taken over and not kept since the store opened: over 60 000 of a point in a minute, or too old. */
    readonly leftOut: number
    /** Entries that the journal keeps. */
    readonly entries: number
    /** How often since the store opened the journal could not be trimmed: it grows until it can. */
    readonly notTrimmed: number
  }
  /** Takes no more readings, writes what is open, ends. */
  readonly close: () => Promise<void>
}

// Readings that come later than this after the end of their minute are merged with its row.
const graceMs = 5_000
// A minute that a wrong clock has put into the future must not hold the journal for long.
const ageMaxMs = 90_000
// One transaction: short, so that the embedded database, which does one thing at a time, answers others in between.
const rowsPerWrite = 2_000
const triesMax = 3

/**
 * Opens the store of a stream and takes up what its journal holds from before.
 * @throws Error when the journal cannot be read
 * Source: plant telemetry §2. O(readings in the journal).
 */
export async function openTelemetryStore(deps: StoreDeps): Promise<TelemetryStore> {
  const { database, clock } = deps
  const open = newOpenMinutes(Math.floor(clock() / minuteMs))
  const journal = await openJournal({ ...deps, db: database.db }, (batches, seq) => {
    for (const readings of batches) {
      addReadings(open, readings, seq, clock())
      deps.onReplay?.(readings)
    }
  })
  const queue = createQueue(journal, (readings, seq) => addReadings(open, readings, seq, clock()))
  const { flush, notTrimmed } = createFlusher(deps, open, journal)
  return {
    append: queue.append,
    flush,
    openMinutes: () => [...open.byKey.values(), ...open.writing],
    load: () => ({
      queued: queue.length(),
      minutes: open.byKey.size,
      seq: journal.last(),
      leftOut: open.leftOut,
      entries: journal.length(),
      notTrimmed: notTrimmed(),
    }),
    close: async () => {
      await queue.close()
      await flush(true)
    },
  }
}

/** One flush at a time; a flush that is asked for meanwhile comes after. */
function createFlusher(
  deps: StoreDeps,
  open: OpenMinutes,
  journal: Journal,
): { readonly flush: TelemetryStore['flush']; readonly notTrimmed: () => number } {
  const days = new Set<string>()
  let notTrimmed = 0
  const inTurn = oneAtATime()

  const flush = async (everything: boolean): Promise<number> => {
    const now = deps.clock()
    const ready = takeMinutes(
      open,
      ({ minute, since }) => everything || (minute + 1) * minuteMs + graceMs <= now || now - since >= ageMaxMs,
    )
    // All at once: the last one waits for the others and is to be seen meanwhile.
    for (const minute of ready) open.writing.add(minute)
    let rows = 0
    const errors: unknown[] = []
    for (const minute of ready) {
      try {
        rows += await writeMinute(deps, open, days, minute)
      } catch (error) {
        // One that cannot be written keeps its entries of the journal, and no other minute waiting.
        giveBack(open, minute)
        errors.push(error)
      }
      open.writing.delete(minute)
    }
    // What comes meanwhile is behind it, and stays.
    const needed = firstNeeded(open) ?? journal.last() + 1
    try {
      await deps.beforeTrim?.(needed > journal.last() + 1 - journal.length())
      await journal.trim(needed)
    } catch (error) {
      notTrimmed++
      throw error
    }
    if (errors.length > 0)
      throw new AggregateError(errors, `${errors.length} of ${ready.length} minutes could not be written`)
    return rows
  }
  return {
    flush: (everything = false) => inTurn(() => flush(everything)),
    notTrimmed: () => notTrimmed,
  }
}

async function writeMinute(deps: StoreDeps, open: OpenMinutes, days: Set<string>, minute: OpenMinute): Promise<number> {
  try {
    return await writeRows(deps, open, days, minute)
  } catch (error) {
    // The day was there when it was last asked for, and was dropped since.
    if (codeOf(error) !== noPartition) throw error
    days.clear()
    return writeRows(deps, open, days, minute)
  }
}

const noPartition = '23514'

async function writeRows(deps: StoreDeps, open: OpenMinutes, days: Set<string>, minute: OpenMinute): Promise<number> {
  const blocks = blocksOf(minute)
  await ensureDays(deps.database, days, minute.kind.table, [dayOf(minute.minute * minuteMs)])
  const fresh = isFresh(open, minute.minute)
  for (let start = 0; start < blocks.length; start += rowsPerWrite)
    open.leftOut += await writePart(deps, minute.kind, blocks.slice(start, start + rowsPerWrite), fresh)
  noteWritten(open, minute.minute)
  return blocks.length
}

// A row was there that this process did not know of; somebody wrote one of the rows at the same time.
const worthAnotherTry: ReadonlySet<unknown> = new Set(['23505', '40001', '40P01'])

/** @returns how many readings were left out */
async function writePart(deps: StoreDeps, kind: ReadingKind, part: readonly Block[], fresh: boolean): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const isNew = fresh && attempt === 1
    try {
      return await deps.database.session('change', (session) =>
        writeBlocks(session, deps.zoneId, kind, part, isNew, deps.resolutionOf),
      )
    } catch (error) {
      if (attempt === triesMax || !worthAnotherTry.has(codeOf(error))) throw error
    }
  }
}
