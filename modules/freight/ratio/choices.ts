import { fleetOf } from './fleet.ts'
import type { DayRecord } from './record.ts'
import { choicesMax } from './words.ts'

/** A truck that was sent though a nearer one stood free, and stayed so. */
export type Choice = {
  /** Numbers of the record. */
  readonly load: number
  readonly truck: number
  readonly emptyM: number
  readonly better: number
  readonly betterM: number
  /** Since when the better one was free, and when it got its next job; null: none that day. */
  readonly betterFreeS: number
  readonly betterNextS: number | null
}

/**
 * The real choices that cost most: each beside the nearest truck that was free when the load was taken and got no other job within a window
 * after it, so that nobody else needed it. Everything else stays as it really was. No better truck is named twice.
 * Pure. Source: own. O(loads × trucks).
 */
export function dearestChoices(record: DayRecord): readonly Choice[] {
  const fleet = fleetOf(record)
  const windowS = record.windowMinutes * 60
  const jobs = new Map<number, number[]>()
  for (const { truck, takenS } of record.loads) jobs.set(truck, [...(jobs.get(truck) ?? []), takenS])
  const nextJobS = (truck: number, afterS: number): number | null =>
    jobs.get(truck)?.find((atS) => atS >= afterS) ?? null
  const choices = record.loads.flatMap((load, number): readonly Choice[] => {
    const best = fleet.nearest(
      load,
      (truck) => truck !== load.truck && (nextJobS(truck, load.takenS) ?? Infinity) > load.takenS + windowS,
    )
    const betterFreeS = best ? fleet.freeS[best.truck]! : 0 // a truck of the record
    const emptyM = fleet.send(load.truck, load, load.takenS)
    if (!best || best.emptyM >= emptyM) return []
    const { truck: better, emptyM: betterM } = best
    const betterNextS = nextJobS(better, load.takenS)
    return [{ load: number, truck: load.truck, emptyM, better, betterM, betterFreeS, betterNextS }]
  })
  const named = new Set<number>()
  return choices
    .toSorted((a, b) => b.emptyM - b.betterM - (a.emptyM - a.betterM) || a.load - b.load)
    .filter(({ better }) => !named.has(better) && named.add(better))
    .slice(0, choicesMax)
}
