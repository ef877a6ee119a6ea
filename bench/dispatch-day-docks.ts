import { bucketOf, bucketStartS, firstFree, serveInOrder, takeSlot, type Arrival } from '@tingzhou/dispatch'
import { bookOf } from '../modules/freight/dock/book.ts'
import { dockBounds } from '../modules/freight/dock/words.ts'
import { service, type InventedDay } from './dispatch-day-invent.ts'
import type { Trip } from './dispatch-day-run.ts'

/** Minutes of waiting before docks, and of being held back before setting off, over all arrivals. */
export type Waits = {
  readonly meanMin: number
  readonly p95Min: number
  readonly maxMin: number
  readonly heldMin: number
}

/** Whoever finds no slot in two days comes without one. */
const bookedMs = 48 * 3_600_000

/**
 * What the trucks of a day wait at the docks of both ends: when they come as they were sent, and when each sets off so that it comes at
 * the first free slot that it can reach, by the slots of modules/freight/dock. Deterministic docks; each end by itself, so that waiting at
 * one does not delay the other.
 * O(trips × docks).
 */
export function dockWaits(
  day: InventedDay,
  trips: readonly Trip[],
  midnight: number,
): { readonly without: Waits; readonly slots: Waits } {
  const sharePct = dockBounds.sharePct.value
  const lines = day.sites.flatMap((site, n) => [
    {
      docks: site.loadDocks,
      serviceS: service.loadS,
      comes: trips.filter(({ from }) => from === n).map(({ atLoad }) => atLoad),
    },
    {
      docks: site.unloadDocks,
      serviceS: service.unloadS,
      comes: trips.filter(({ to }) => to === n).map(({ atUnload }) => atUnload),
    },
  ])
  const [plain, paced, held]: [number[], number[], number[]] = [[], [], []]
  for (const { docks, serviceS, comes } of lines) {
    const etas = comes.map((at) => Math.round(at / 1_000)).toSorted((a, b) => a - b)
    plain.push(
      ...serveInOrder(
        etas.map((atS) => ({ atS })),
        docks,
        serviceS,
      ).map(({ waitS }) => waitS),
    )
    const dock = { placeId: '', end: 'load', docks, serviceS, sharePct, opens: '00:00', closes: '24:00' } as const
    const book = bookOf(dock, midnight, midnight + bookedMs, new Map())
    const arrivals = etas.map((etaS): Arrival => {
      const bucket = firstFree(book, bucketOf(book, etaS))
      if (bucket === null) return { atS: etaS }
      takeSlot(book, bucket)
      const slotS = bucketStartS(book, bucket)
      return { atS: Math.max(etaS, slotS), slotS }
    })
    arrivals.forEach(({ atS }, n) => held.push(atS - etas[n]!)) // an arrival for each
    paced.push(...serveInOrder(arrivals, docks, serviceS).map(({ waitS }) => waitS))
  }
  return { without: waitsOf(plain, []), slots: waitsOf(paced, held) }
}

function waitsOf(waitsS: readonly number[], heldS: readonly number[]): Waits {
  const sorted = waitsS.toSorted((a, b) => a - b)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length) / 60
  return {
    meanMin: mean(waitsS),
    p95Min: (sorted[Math.floor(sorted.length * 0.95)] ?? 0) / 60,
    maxMin: (sorted.at(-1) ?? 0) / 60,
    heldMin: mean(heldS),
  }
}
