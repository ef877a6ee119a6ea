import type { Signal } from './turn.ts'

/** Signals on their way into rows, in the order in which they were seen. */
export type SignalQueue = {
  readonly push: (signal: Signal) => void
  /** Begins to write; before it, signals only gather. */
  readonly open: () => void
  /** Resolves when everything pushed so far is in rows. @throws what the database says; what failed is tried again */
  readonly settle: () => Promise<void>
  readonly length: () => number
}

export type SignalQueueDeps = {
  readonly write: (signals: readonly Signal[]) => Promise<unknown>
  readonly onWritten: (signals: readonly Signal[]) => void
  readonly onError: (error: unknown, waiting: number) => void
}

// One transaction: short, so that the embedded database, which does one thing at a time, answers others in between.
const signalsPerTurn = 1_000
const retryMs = 500
// Data that a table refuses will be refused for ever: it must not keep every other alarm waiting.
const hopeless = /^(?:22|23)/
const triesOfHopeless = 3

/**
 * Makes the queue. What is seen while a turn is written goes into the next one.
 * Source: own. Amortised O(1) a signal.
 */
export function createSignalQueue({ write, onWritten, onError }: SignalQueueDeps): SignalQueue {
  let waiting: Signal[] = []
  let isOpen = false
  let running: Promise<void> | null = null
  let retry: NodeJS.Timeout | null = null
  let size = signalsPerTurn
  let failures = 0

  const writeAll = async (): Promise<void> => {
    // What is seen in one turn of the event loop is written together.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    while (waiting.length > 0) {
      const some = waiting.slice(0, size)
      try {
        await write(some)
      } catch (error) {
        onError(error, waiting.length)
        if (!isHopeless(error)) throw error
        if (size > 1) {
          size = 1
          continue
        }
        if (++failures < triesOfHopeless) throw error
        waiting = waiting.slice(1)
        failures = 0
        continue
      }
      waiting = waiting.slice(some.length)
      failures = 0
      if (size === some.length && size < signalsPerTurn) size = Math.min(signalsPerTurn, size * 2)
      onWritten(some)
    }
  }
  const run = (): Promise<void> => {
    if (retry) clearTimeout(retry)
    retry = null
    return (running ??= writeAll().finally(() => (running = null)))
  }
  /** Written again from the start: what is there already changes nothing. */
  const later = (): void => {
    retry ??= setTimeout(start, retryMs).unref()
  }
  const start = (): void => {
    retry = null
    if (isOpen && !running) run().catch(later)
  }
  return {
    push: (signal) => {
      waiting.push(signal)
      if (!retry) start()
    },
    open: () => {
      isOpen = true
      if (waiting.length > 0) start()
    },
    settle: async () => {
      while (isOpen && waiting.length > 0) await run()
      await running
    },
    length: () => waiting.length,
  }
}

const isHopeless = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && hopeless.test(error.code)
