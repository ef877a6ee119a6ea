import type { Readings, Telemetry } from '@tingzhou/telemetry'

type Heard = Pick<Readings, 'kind' | 'data' | 'count'>

/** What the zone's telemetry says, kept until the engine can take it. */
export type Ear = {
  /** What the journal held from before. */
  readonly journal: readonly Heard[]
  /** An engine is on its way: nothing is written off the journal until it has taken over. */
  readonly claim: () => void
  /** From now on readings go to `note`, those that came meanwhile first. */
  readonly take: (note: (readings: Heard) => void, settle: () => Promise<void>) => void
  /** Nobody will take it. */
  readonly close: () => void
}

/**
 * Begins to listen, at once: called before the telemetry has done its first round, so that nothing is written off the journal
 * that no engine has seen.
 * Source: own. O(batches of the open minutes).
 */
function beginToListen(telemetry: Pick<Telemetry, 'hear' | 'store'>): Ear {
  const journal = [...telemetry.store.openMinutes()].flatMap(({ kind, batches }) =>
    batches.map(({ data, count }) => ({ kind, data, count })),
  )
  let early: Heard[] = []
  let note = ({ kind, data, count }: Heard): void => void early.push({ kind, data: data.slice(), count })
  let opened = (): void => {}
  let settle = (): Promise<void> => Promise.resolve()
  const stop = telemetry.hear({ note: (readings) => note(readings), settle: () => settle() })
  return {
    journal,
    claim: () => {
      const isOpen = new Promise<void>((resolve) => {
        opened = resolve
      })
      const wait = async (): Promise<void> => {
        await isOpen
        if (settle !== wait) await settle()
      }
      settle = wait
    },
    take: (to, done) => {
      note = to
      settle = done
      for (const readings of early) to(readings)
      early = []
      opened()
    },
    close: () => {
      stop()
      opened()
    },
  }
}

const ears = new WeakMap<object, Ear>()
const quiet = new WeakSet<object>()

/**
 * Begins to listen for the engine that is opened later on.
 * @param background  whether that looks after time by itself
 * O(batches of the open minutes).
 */
export function listenForAlarms(telemetry: Pick<Telemetry, 'hear' | 'store'>, background = true): void {
  ears.set(telemetry, beginToListen(telemetry))
  if (!background) quiet.add(telemetry)
}

/** Whether the engine of a telemetry looks after time by itself. O(1). */
export const runsByItself = (telemetry: object): boolean => !quiet.has(telemetry)

/** The ear that has listened since the start; a new one when nobody has. */
export function earOf(telemetry: Pick<Telemetry, 'hear' | 'store'>): Ear {
  const known = ears.get(telemetry)
  ears.delete(telemetry)
  const ear = known ?? beginToListen(telemetry)
  ear.claim()
  return ear
}
