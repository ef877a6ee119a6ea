import type { EpochMs } from '@tingzhou/kernel'
import type { TimerDeps, TimerSource } from './source.ts'

/** Looks at all sources, fires what is due, sleeps until the next is due. */
export type TimerRunner = {
  readonly start: () => void
  /** Stops, and waits for the row that is firing. */
  readonly stop: () => Promise<void>
  /** Something was scheduled or the clock was moved: look now. */
  readonly wake: () => void
  /** Fires everything that is due at `now` (the clock's when absent), what comes due thereby too; gives how many. */
  readonly runDue: (now?: EpochMs) => Promise<number>
}

export type TimerRunnerDeps = TimerDeps & {
  readonly log: { readonly error: (fields: Record<string, unknown>, message: string) => void }
}

// The clock may run faster than real time or be moved by hand, so it is never trusted for longer than this.
const sleepMsMax = 1_000
const sleepMsMin = 10

/**
 * Makes the runner; it does nothing before `start` or `runDue`.
 * Source: own. One statement a source and second when idle.
 */
export function createTimerRunner(deps: TimerRunnerDeps, sources: readonly TimerSource[]): TimerRunner {
  let running = false
  let timer: NodeJS.Timeout | null = null
  let turning: Promise<void> = Promise.resolve()

  const fireOnce = async (now: EpochMs, goOn: () => boolean): Promise<number> => {
    let total = 0
    for (const source of sources) {
      if (!goOn()) return total
      try {
        const { fired, failed } = await source.fireDue(now, (error, id) =>
          deps.log.error({ err: error, source: source.name, id }, 'a timer failed and was put off'),
        )
        total += fired + failed
      } catch (error) {
        deps.log.error({ err: error, source: source.name }, 'timers could not be read')
      }
    }
    return total
  }
  const untilNext = async (): Promise<number> => {
    const next = await Promise.all(sources.map((source) => source.nextDue().catch(() => null)))
    const earliest = Math.min(...next.map((due) => due ?? Infinity))
    return Math.min(sleepMsMax, Math.max(sleepMsMin, earliest - deps.clock()))
  }
  const turn = async (): Promise<void> => {
    timer = null
    const fired = await fireOnce(deps.clock(), () => running)
    if (running) sleep(fired > 0 ? 0 : await untilNext())
  }
  const sleep = (ms: number): void => {
    if (timer) clearTimeout(timer)
    if (running) timer = setTimeout(() => (turning = turn()), ms)
  }

  return {
    start: () => {
      running = true
      sleep(0)
    },
    wake: () => {
      if (timer) sleep(0)
    },
    stop: async () => {
      running = false
      if (timer) clearTimeout(timer)
      await turning
    },
    runDue: async (now) => {
      for (let total = 0; ;) {
        const fired = await fireOnce(now ?? deps.clock(), () => true)
        if (fired === 0) return total
        total += fired
      }
    },
  }
}
