import type { Reading } from '@tingzhou/connector'
import { halvesOf, type Ask } from './plan.ts'
import { Refused, type Session } from './session.ts'
import { readValue } from './value.ts'

/** What is known of the points of a machine, by key. */
export type Known = {
  /** The last value of each that could be read. */
  readonly values: Map<string, number>
  /** What the machine says against those that it refuses. */
  readonly faults: Map<string, string>
}

/** What came of a request: readings, or the requests that are to be made in its place. */
export type Asked = { readonly readings: readonly Reading[] } | { readonly instead: readonly Ask[] }

// MODBUS Application Protocol V1.1b3 clause 7: an address that there is not, or more of them than may be asked for at once. Any
// other exception says that the machine gives nothing now.
const exceptionsOfPlace: ReadonlySet<number | null> = new Set([2, 3])

/**
 * Reads the points of a request. One that is refused for a place that it touches is to be made in halves; the points of one that
 * is refused otherwise, or cannot be halved, are bad, with their last value.
 * @throws Lost
 */
export async function readAsk(session: Session, ask: Ask, known: Known): Promise<Asked> {
  const at = Date.now()
  const answer = await session.read(ask).catch(refusalOf)
  const isRefused = answer instanceof Refused
  const instead = isRefused && exceptionsOfPlace.has(answer.exception) ? halvesOf(ask) : null
  if (instead) return { instead }
  const readings = ask.points.map((point) => {
    const { key } = point
    const value = isRefused ? null : readValue(point, answer, ask.register)
    if (value !== null) known.values.set(key, value)
    if (isRefused) known.faults.set(key, answer.message)
    else known.faults.delete(key)
    const quality = value === null ? ('bad' as const) : ('good' as const)
    return { point: key, at, value: known.values.get(key) ?? 0, quality }
  })
  return { readings }
}

function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error
  throw error
}
