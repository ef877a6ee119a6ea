import { keepFrames, type KeptWhy } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { Kept } from '../intake.ts'

/** What a terminal said and no reading holds: one message, in as many frames as it needs. */
export type Said = {
  readonly identity: string
  readonly why: KeptWhy
  readonly frames: readonly Uint8Array[]
}

/** Keeps messages as the frames they came in. */
export type FrameKeeper = {
  /** Calls back when the message is durable, or cannot be made so. */
  readonly keep: (said: Said, kept: Kept) => void
  /** Waits for what is under way. */
  readonly settle: () => Promise<void>
}

type Row = Parameters<typeof keepFrames>[2][number]
type Batch = { readonly rows: Row[]; readonly waiting: Kept[] }

// A message of 8 MiB has more, and a statement for itself.
const rowsMax = 500

/**
 * Makes what keeps frames for all terminals: what comes while the database is busy is one batch.
 * Source: own. A transaction a batch, a statement 500 frames.
 */
export function createFrameKeeper(
  edge: Pick<Edge, 'db' | 'zoneId' | 'newId' | 'clock' | 'counters' | 'log'>,
): FrameKeeper {
  const { db, zoneId, newId, clock, counters, log } = edge
  const waiting: Batch[] = []
  let running: Promise<void> | null = null

  const run = async (): Promise<void> => {
    // What this turn of the event loop brings is one batch.
    await new Promise((resolve) => setImmediate(resolve))
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) await write(batch)
    running = null
  }
  const write = async ({ rows, waiting: told }: Batch): Promise<void> => {
    let isKept = true
    try {
      await keepFrames(db, zoneId, rows)
    } catch (error) {
      isKept = false
      log.error({ err: error, frames: rows.length }, 'frames could not be kept; their terminals send them again')
    }
    for (const each of told) {
      try {
        each(isKept)
      } catch (error) {
        // One connection that cannot be answered keeps no other from its answer.
        log.error({ err: error }, 'a terminal could not be answered')
      }
    }
  }
  return {
    keep: ({ identity, why, frames }, kept) => {
      counters.add(`jt808.frames_kept.${why}`)
      const receivedAt = clock()
      const last = waiting.at(-1)
      const fits = last && last.rows.length + frames.length <= rowsMax
      const batch: Batch = fits ? last : { rows: [], waiting: [] }
      if (!fits) waiting.push(batch)
      for (const body of frames) batch.rows.push({ id: newId(), protocol: 'jt808', identity, why, body, receivedAt })
      batch.waiting.push(kept)
      running ??= run()
    },
    settle: async () => {
      await running
    },
  }
}
