/** An ordered mass in truckloads. */
export type Trips = {
  readonly trips: number
  /** Kilograms of every trip but the last. */
  readonly fullKg: number
  readonly lastKg: number
  /** Kilograms that are not brought because they are within the tolerance. */
  readonly leftKg: number
}

/**
 * Splits an ordered mass into truckloads: full ones, and a last one with the rest.
 * @param orderedKg  an integer, kg, 0 or more
 * @param payloadKg  of one truck, kg, above 0
 * @param toleranceShare  of the order that need not be brought, 0 to 1: a last trip within it is not made
 * @returns trips and kilograms; trips · fullKg and the rest are the order
 * Source: own. O(1).
 */
export function splitOrder(orderedKg: number, payloadKg: number, toleranceShare = 0): Trips {
  const full = Math.floor(orderedKg / payloadKg)
  const restKg = orderedKg - full * payloadKg
  if (restKg === 0) return { trips: full, fullKg: payloadKg, lastKg: full > 0 ? payloadKg : 0, leftKg: 0 }
  if (full > 0 && restKg <= orderedKg * toleranceShare)
    return { trips: full, fullKg: payloadKg, lastKg: payloadKg, leftKg: restKg }
  return { trips: full + 1, fullKg: payloadKg, lastKg: restKg, leftKg: 0 }
}
