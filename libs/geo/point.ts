/** A place: WGS-84 degrees unless a name says otherwise. */
export type LonLat = {
  /** -180 to 180, east positive. */
  readonly lon: number
  /** -90 to 90, north positive. */
  readonly lat: number
}

/** What a place may not be. */
export type PlaceFault = { readonly field: 'lon' | 'lat'; readonly value: number; readonly rule: string }

/**
 * What is wrong with a place.
 * @returns null when both coordinates are finite and in range
 * Source: own. O(1).
 */
export function placeFault({ lon, lat }: LonLat): PlaceFault | null {
  if (!(lon >= -180 && lon <= 180)) return { field: 'lon', value: lon, rule: 'is from -180 to 180 degrees' }
  if (!(lat >= -90 && lat <= 90)) return { field: 'lat', value: lat, rule: 'is from -90 to 90 degrees' }
  return null
}

/**
 * Throws unless a place is one.
 * @throws RangeError naming field, value and rule
 * Source: own. O(1).
 */
export function checkPlace(place: LonLat): void {
  const fault = placeFault(place)
  if (fault) throw new RangeError(`${fault.field} ${fault.value}: ${fault.field} ${fault.rule}`)
}

/** Degrees to radians. O(1). */
export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180

/** Radians to degrees. O(1). */
export const toDegrees = (radians: number): number => (radians * 180) / Math.PI

/** A difference of longitudes the short way round, in [-180, 180). O(1). */
export const lonDifference = (from: number, to: number): number => {
  const plain = to - from
  // The remainder of doubles is slow, and most differences are small.
  if (plain >= -180 && plain < 180) return plain
  const difference = plain % 360
  if (difference >= 180) return difference - 360
  return difference < -180 ? difference + 360 : difference
}
