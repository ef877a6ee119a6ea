import type { Db, Json } from '@tingzhou/db'
import { newId } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import type { Clock } from '@tingzhou/kernel'
import { endCommand, type Seen, type Telemetry, type TelemetryEdge } from '@tingzhou/telemetry'
import { createCounters, type Counters } from './counters.ts'
import { createFrameLog, type FrameLog } from './frame-log.ts'
import { createIntake, type Intake } from './intake.ts'
import type { Tls } from './tls.ts'

export type EdgeDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly log: Pick<Log, 'error' | 'info'>
  readonly telemetry: Pick<TelemetryEdge, 'catalog' | 'last' | 'ingest'> & {
    /** What is in no row yet; absent where another process writes them. */
    readonly store?: Pick<Telemetry['store'], 'openMinutes'>
  }
  /** How ports are secured; absent: not. */
  readonly tls?: Tls
}

/** What all protocols of a gateway share. */
export type Edge = EdgeDeps & {
  readonly newId: () => string
  readonly intake: Intake
  readonly counters: Counters
  readonly frames: FrameLog
  /** What was seen of devices and is not yet told, by id. */
  readonly seen: Map<string, Seen>
  /** Who was refused, with the time of the last note. */
  readonly strangers: Map<string, number>
  /** Commands whose end is being noted. */
  readonly answering: Map<string, Promise<void>>
  /** Ends a command. */
  readonly answerOrder: (id: string, state: 'acknowledged' | 'failed', answer: Json) => void
}

/**
 * Notes that a device was heard, until it is told.
 * @param superseded  how many connections of it another one took over by that
 */
export function noteHeard(
  { seen, clock }: Pick<Edge, 'seen' | 'clock'>,
  id: string,
  address: string,
  superseded = 0,
): void {
  seen.set(id, { id, heard: { at: clock(), address }, superseded: (seen.get(id)?.superseded ?? 0) + superseded })
}

/** Notes that another process took a device over, until it is told: where it was heard last, that process knows. */
export function noteSuperseded({ seen }: Pick<Edge, 'seen'>, id: string): void {
  seen.set(id, { id, heard: null, superseded: (seen.get(id)?.superseded ?? 0) + 1 })
}

/** Makes what the protocols share. */
export function createEdge(deps: EdgeDeps): Edge {
  const { db, zoneId, clock, log, telemetry } = deps
  const answering = new Map<string, Promise<void>>()
  return {
    ...deps,
    newId,
    intake: createIntake(telemetry, (error) => log.error({ err: error }, 'readings could not be kept')),
    counters: createCounters(),
    frames: createFrameLog(),
    seen: new Map(),
    strangers: new Map(),
    answering,
    answerOrder: (id, state, answer) => {
      const at = clock()
      // What is not noted would be done again.
      const noted = persist(() => endCommand(db, zoneId, id, { state, answer }, at))
        .catch((error: unknown) => log.error({ err: error, command: id }, 'an answer could not be noted'))
        .finally(() => answering.delete(id))
      answering.set(id, noted)
    },
  }
}

const againMs = [200, 1_000, 5_000] as const

/** Does something again that fails for a moment. @throws what it failed with in the end */
async function persist(work: () => Promise<unknown>): Promise<void> {
  for (const ms of againMs)
    try {
      return void (await work())
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ms))
    }
  await work()
}
