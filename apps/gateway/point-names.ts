import { namedPoints, type NamedPoint } from '@tingzhou/telemetry'
import type { Edge } from './edge.ts'

/** The points that a sender may name, as they were read last. */
export type PointNames = {
  readonly find: (name: string) => NamedPoint | undefined
  /** Whether they were read so long ago that a name that is missing may be there by now. */
  readonly isStale: (nowMs: number) => boolean
  readonly read: () => Promise<void>
}

const freshMs = 5_000

/** Reads the points of a piece of equipment and of all below it. */
export async function openPointNames({ db, zoneId }: Pick<Edge, 'db' | 'zoneId'>, nodeId: string): Promise<PointNames> {
  let named: ReadonlyMap<string, NamedPoint> = new Map()
  let readMs = 0
  const read = async (): Promise<void> => {
    // Noted first: those who ask meanwhile do not ask the database too.
    readMs = performance.now()
    named = await namedPoints(db, zoneId, nodeId)
  }
  await read()
  return { find: (name) => named.get(name), isStale: (nowMs) => nowMs - readMs > freshMs, read }
}
