import { serveInOrder } from '@tingzhou/dispatch'
import type { Dock } from './book.ts'

/** A truck that has arrived and is not weighed yet; epoch seconds. */
export type Present = { readonly atS: number; readonly slotS: number | null }

/** Where it stands in the queue. */
export type Place = {
  /** Index into the trucks that were given. */
  readonly truck: number
  /** Whether it should be at a dock now. */
  readonly isServed: boolean
  readonly startS: number
  /** Trucks that wait and are served before it. */
  readonly ahead: number
}

/**
 * The queue before docks in the order of service, with when each truck should start: first come, first served, nobody before its slot.
 * What stands at a dock beyond its time ends now.
 * @param freedS  when the docks came free last, in any order: whoever stands there started after that
 * Pure. Source: own over `serveInOrder`. O(n log n + n · docks).
 */
export function queueOf(
  trucks: readonly Present[],
  { docks, serviceS }: Pick<Dock, 'docks' | 'serviceS'>,
  nowS: number,
  freedS: readonly number[],
): readonly Place[] {
  const arrivals = trucks.map(({ atS, slotS }) => (slotS === null ? { atS } : { atS, slotS }))
  const began = serveInOrder(arrivals, docks, serviceS, freedS)
    .map(({ startS, endS }, truck) => ({ truck, startS, endS }))
    .toSorted((a, b) => a.startS - b.startS || a.truck - b.truck)
  const served = began.filter(({ startS }) => startS <= nowS).slice(0, docks)
  const rest = began.slice(served.length)
  const free = Array.from({ length: docks }, (_, dock) => Math.max(nowS, served[dock]?.endS ?? nowS))
  const starts = serveInOrder(
    rest.map(({ truck }) => arrivals[truck]!), // an index of the trucks
    docks,
    serviceS,
    free,
  )
  const waiting = rest
    .map(({ truck }, place) => ({ truck, startS: starts[place]!.startS })) // one for each
    .toSorted((a, b) => a.startS - b.startS || a.truck - b.truck)
  return [
    ...served.map(({ truck, startS }) => ({ truck, isServed: true, startS, ahead: 0 })),
    ...waiting.map(({ truck, startS }, ahead) => ({ truck, isServed: false, startS, ahead })),
  ]
}
