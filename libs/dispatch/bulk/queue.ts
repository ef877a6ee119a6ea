/** A truck in the yard or on its way to it. */
export type Arrival = {
  /** When it stands before the docks, epoch seconds or seconds of a plan. */
  readonly atS: number
  /** The beginning of its slot, if it has one: it is not served before. */
  readonly slotS?: number
}

/** When a truck is served. */
export type Served = { readonly startS: number; readonly endS: number; readonly waitS: number }

/**
 * Serves trucks first come, first served, at docks that all take the same time; of two at the same moment the one that stands first
 * in the list. A truck with a slot is not served before it, and whoever comes after it but is ready meanwhile goes first.
 * @param arrivals  in any order
 * @param docks  how many at once, 1 or more
 * @param serviceS  seconds of one truck, above 0
 * @param freeS  when each dock is free, if trucks stand there already
 * @returns for each arrival, in the order given: start, end and waiting since it arrived, s
 * Source: own; a deterministic queue with c servers (G/D/c). O(n log n + n · docks).
 */
export function serveInOrder(
  arrivals: readonly Arrival[],
  docks: number,
  serviceS: number,
  freeS: readonly number[] = [],
): readonly Served[] {
  const readyS = arrivals.map(({ atS, slotS }) => Math.max(atS, slotS ?? atS))
  // Ready first; indices below the length.
  const order = arrivals.map((_, i) => i).toSorted((a, b) => readyS[a]! - readyS[b]! || a - b)
  const free = Array.from({ length: docks }, (_, dock) => freeS[dock] ?? Number.NEGATIVE_INFINITY)
  const served: Served[] = Array.from({ length: arrivals.length })
  for (const i of order) {
    let dock = 0
    // Docks below the length.
    for (let other = 1; other < docks; other++) if (free[other]! < free[dock]!) dock = other
    const startS = Math.max(readyS[i]!, free[dock]!)
    free[dock] = startS + serviceS
    served[i] = { startS, endS: startS + serviceS, waitS: startS - arrivals[i]!.atS }
  }
  return served
}
