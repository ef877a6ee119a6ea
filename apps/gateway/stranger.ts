import { quarantine, type Protocol } from '@tingzhou/telemetry'
import type { Edge } from './edge.ts'

const strangersMax = 10_000
const noteEveryMs = 60_000

export type Stranger = {
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  readonly address: string
}

/**
 * Notes a device that nobody knows; each at most once a minute, so that a flood of them is no flood of writes.
 * @returns whether it was noted now
 */
export function noteStranger(edge: Edge, stranger: Stranger): boolean {
  const { counters, clock, log, db, zoneId, newId } = edge
  const { protocol, identity } = stranger
  counters.add(`${protocol}.stranger`)
  if (!isDue(edge, `${protocol} ${identity}`)) return false
  const now = clock()
  quarantine(db, zoneId, newId(), stranger, now).catch((error: unknown) =>
    log.error({ err: error, protocol, identity }, 'a stranger could not be noted'),
  )
  return true
}

/** Whether something that is noted at most once a minute is to be noted now. O(1). */
export function isDue({ strangers, clock }: Pick<Edge, 'strangers' | 'clock'>, key: string): boolean {
  const now = clock()
  const noted = strangers.get(key)
  if (noted !== undefined && now - noted < noteEveryMs) return false
  if (strangers.size >= strangersMax) strangers.clear()
  strangers.set(key, now)
  return true
}
