import type { Journal } from './journal.ts'
import type { Readings } from './readings.ts'

/** What waits to become durable. */
export type AppendQueue = {
  /** Takes readings over. @returns when they are durable @throws when nobody knows that they are */
  readonly append: (readings: Readings) => Promise<void>
  readonly length: () => number
  /** Takes no more, and ends when what waits is written. */
  readonly close: () => Promise<void>
}

// Readings of one journal entry: about 4 MB.
const readingsPerEntry = 200_000

type Waiting = { readonly readings: Readings; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/**
 * Gathers what comes while an entry is written into the next entry: the slower the disk, the larger the entries.
 * @param journal  one write at a time
 * @param keep     hears what has become durable, and under which number
 * Source: own (group commit). O(1) an append.
 */
export function createQueue(
  journal: Pick<Journal, 'write'>,
  keep: (readings: Readings, seq: number) => void,
): AppendQueue {
  let waiting: Waiting[] = []
  let writing: Promise<void> | null = null
  let closed = false

  const writeOne = async (): Promise<void> => {
    const size = entrySize(waiting)
    const batch = waiting.slice(0, size)
    waiting = waiting.slice(size)
    try {
      const seq = await journal.write(batch.map(({ readings }) => readings))
      for (const { readings } of batch) keep(readings, seq)
      for (const { resolve } of batch) resolve()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) await writeOne()
    writing = null
  }
  return {
    append: (readings: Readings): Promise<void> => {
      if (closed) return Promise.reject(new Error('the telemetry store is closed'))
      if (readings.count === 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        waiting.push({ readings, resolve, reject })
        writing ??= writeAll()
      })
    },
    length: () => waiting.length,
    close: async () => {
      closed = true
      await writing
    },
  }
}

/** How many of those that wait fit into one entry; at least one. */
function entrySize(waiting: readonly Waiting[]): number {
  let readings = 0
  for (const [index, { readings: next }] of waiting.entries()) {
    readings += next.count
    if (readings > readingsPerEntry) return Math.max(1, index)
  }
  return waiting.length
}
