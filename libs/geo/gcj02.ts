import { toRadians, type LonLat } from './point.ts'

/** Whether map providers shift a place: they do so in mainland China. */
export type IsShifted = (place: LonLat) => boolean

// The ellipsoid of Krasovsky, which the shift is computed on.
const axisM = 6_378_245
const eccentricitySquared = 0.006_693_421_622_965_943

/**
 * The rectangle that the published implementations shift. It also holds Almaty, Ulaanbaatar and Hanoi, which providers do not shift:
 * whoever works near a border passes an `IsShifted` of their own.
 * Source: googollee/eviltransform, the published form of the shift. O(1).
 */
export const inShiftedRectangle: IsShifted = ({ lon, lat }) =>
  lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271

/**
 * Turns WGS-84 into GCJ-02 (国测局坐标), for the edge to a map provider that draws in it.
 * @param place      WGS-84 degrees
 * @param isShifted  where the shift applies; the published rectangle by default
 * @returns GCJ-02 degrees; a place that is not shifted, unchanged
 * Source: googollee/eviltransform, checked with its published pairs. The standard behind it is not public. O(1).
 */
export function toGcj02(place: LonLat, isShifted: IsShifted = inShiftedRectangle): LonLat {
  if (!isShifted(place)) return place
  const shift = shiftAt(place)
  return { lon: place.lon + shift.lon, lat: place.lat + shift.lat }
}

/**
 * Turns GCJ-02 into WGS-84, for what comes from a map provider.
 * @param place      GCJ-02 degrees
 * @param isShifted  asked about the WGS-84 place that is looked for; the published rectangle by default
 * @returns WGS-84 degrees: `toGcj02` of it is the given place within 1e-9° (0.1 mm). Within 1 km of the border of the shifted area two
 *   places may have the same image, or none: there a place that is not shifted comes back unchanged.
 * Source: own, fixed-point iteration; the shift changes by less than 1 % of the way, so each round gains two digits. O(1).
 */
export function fromGcj02(place: LonLat, isShifted: IsShifted = inShiftedRectangle): LonLat {
  let { lon, lat } = place
  for (let round = 0; round < 30; round++) {
    const shift = shiftAt({ lon, lat })
    const next = { lon: place.lon - shift.lon, lat: place.lat - shift.lat }
    const change = Math.max(Math.abs(next.lon - lon), Math.abs(next.lat - lat))
    ;({ lon, lat } = next)
    if (change < 1e-12) break
  }
  return isShifted({ lon, lat }) ? { lon, lat } : place
}

function shiftAt({ lon, lat }: LonLat): LonLat {
  const [x, y] = [lon - 105, lat - 35]
  const root = Math.sqrt(Math.abs(x))
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3)
  const northM =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * root +
    wave +
    ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3 +
    ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3
  const eastM =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * root +
    wave +
    ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3 +
    ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3
  const sinLat = Math.sin(toRadians(lat))
  const w = 1 - eccentricitySquared * sinLat * sinLat
  const meridianM = (axisM * (1 - eccentricitySquared)) / (w * Math.sqrt(w))
  const parallelM = (axisM / Math.sqrt(w)) * Math.cos(toRadians(lat))
  return { lon: (eastM * 180) / (parallelM * Math.PI), lat: (northM * 180) / (meridianM * Math.PI) }
}
