import { err, ok, type Result } from '@tingzhou/kernel'
import { scaleAt, nearestOnLine, shortDistanceM, type Scale } from './plane.ts'
import { placeFault, type LonLat } from './point.ts'

/** An area on the map: what a truck enters and leaves. */
export type Fence =
  | { readonly kind: 'circle'; readonly centre: LonLat; readonly radiusM: number }
  /** The first ring is the border, the others are holes; a ring may repeat its first place at its end. */
  | { readonly kind: 'polygon'; readonly rings: readonly (readonly LonLat[])[] }
  /** Everything within half a width of a line: a road with its shoulders. */
  | { readonly kind: 'corridor'; readonly line: readonly LonLat[]; readonly halfWidthM: number }

/** Why something is no fence. `field` is a path such as `rings[0][3].lat`. */
export type FenceFault = {
  readonly kind: 'coordinate' | 'too_few_places' | 'too_many_places' | 'size' | 'crosses_antimeridian' | 'near_pole'
  readonly field: string
  readonly value: number
  readonly rule: string
}

/** Degrees. */
export type Box = {
  readonly minLon: number
  readonly minLat: number
  readonly maxLon: number
  readonly maxLat: number
}

/** A fence made ready for questions. */
export type ReadyFence = {
  readonly fence: Fence
  /** Boxes that together hold the fence: one, or one for each segment of a corridor. */
  readonly boxes: readonly Box[]
  /** Polygon: rings behind one another as lon, lat, …; corridor: the line. */
  readonly coordinates: Float64Array
  /** Where each ring ends in `coordinates`. */
  readonly ringEnds: readonly number[]
}

/** Places of one fence at most: a question costs as many steps as a polygon has places. */
export const placesMax = 20_000
/** Radius and half width at most, metres: larger ones are no longer true to scale. */
export const sizeMaxM = 200_000
// Nearer to a pole a degree of longitude shrinks too fast for a plane.
const latMax = 85

/**
 * Checks a fence and makes it ready.
 * @param fence  at most 20,000 places, radius and half width up to 200 km, not across 180° of longitude, not beyond 85° of latitude
 * @returns the ready fence, or the first fault with field, value and rule
 * Source: own. O(places).
 */
export function readyFence(fence: Fence): Result<ReadyFence, FenceFault> {
  switch (fence.kind) {
    case 'circle':
      return readyCircle(fence)
    case 'polygon':
      return readyPolygon(fence)
    case 'corridor':
      return readyCorridor(fence)
  }
}

/**
 * How far a place is from a fence's border.
 * @param place  degrees
 * @returns metres; negative inside
 * Source: own, in the plane of the place; circles by `shortDistanceM`. O(places).
 */
export function distanceToFenceM(place: LonLat, ready: ReadyFence): number {
  const { fence } = ready
  switch (fence.kind) {
    case 'circle':
      return shortDistanceM(place, fence.centre) - fence.radiusM
    case 'polygon': {
      const borderM = distanceToLinesM(place, ready, true)
      return isInRings(place.lon, place.lat, ready) ? -borderM : borderM
    }
    case 'corridor':
      return distanceToLinesM(place, ready, false) - fence.halfWidthM
  }
}

/**
 * Whether a place is in a fence; the border of a circle or corridor belongs to it, that of a polygon to one side.
 * @param place  degrees
 * Source: own; rings by the even–odd rule. O(places).
 */
export function isInFence(place: LonLat, ready: ReadyFence): boolean {
  return ready.fence.kind === 'polygon' ? isInRings(place.lon, place.lat, ready) : distanceToFenceM(place, ready) <= 0
}

/**
 * Whether a place is in one of the pieces a ready fence has a box for. A fence holds a place when one of its pieces does.
 * @param piece  index in `boxes`
 * Source: own. O(places) for a polygon, else O(1).
 */
export function isInPiece(lon: number, lat: number, ready: ReadyFence, piece: number): boolean {
  const { fence, coordinates } = ready
  if (fence.kind === 'polygon') return isInRings(lon, lat, ready)
  if (fence.kind === 'circle') return shortDistanceM({ lon, lat }, fence.centre) <= fence.radiusM
  const at = coordinates.length > 2 ? 2 * piece : 0
  return segmentM(lon, lat, scaleAt(lat), coordinates, at, Math.min(at + 2, coordinates.length - 2)) <= fence.halfWidthM
}

/**
 * Whether a place is in a polygon with holes.
 * @param rings  as of a polygon fence
 * @throws RangeError naming the fault when the rings are no polygon, `crosses_antimeridian` among them
 * Source: even–odd rule, W. R. Franklin's PNPOLY. O(places).
 */
export function isInPolygon(place: LonLat, rings: readonly (readonly LonLat[])[]): boolean {
  const ready = readyFence({ kind: 'polygon', rings })
  if (!ready.ok) throw new RangeError(explainFence(ready.error))
  return isInRings(place.lon, place.lat, ready.value)
}

/** A fault as one sentence. O(1). */
export const explainFence = ({ kind, field, value, rule }: FenceFault): string => `${kind}: ${field} ${value}: ${rule}`

type Ready<Kind extends Fence['kind']> = Fence & { readonly kind: Kind }
type Answer = Result<ReadyFence, FenceFault>

const fault = (kind: FenceFault['kind'], field: string, value: number, rule: string) =>
  err({ kind, field, value, rule })

function readyCircle(fence: Ready<'circle'>): Answer {
  const wrong = wrongPlace(fence.centre, 'centre') ?? wrongSize(fence.radiusM, 'radiusM')
  if (wrong) return err(wrong)
  return withBoxes(fence, [boxAround([fence.centre], fence.radiusM)], new Float64Array(), [])
}

function readyPolygon(fence: Ready<'polygon'>): Answer {
  const rings = fence.rings.map(openRing)
  const count = rings.reduce((sum, ring) => sum + ring.length, 0)
  if (count > placesMax) return fault('too_many_places', 'rings', count, `a fence has at most ${placesMax} places`)
  if (rings.length === 0) return fault('too_few_places', 'rings', 0, 'a polygon has at least one ring')
  for (const [i, ring] of rings.entries()) {
    if (ring.length < 3) return fault('too_few_places', `rings[${i}]`, ring.length, 'a ring has at least 3 places')
    const wrong = wrongLine(ring, `rings[${i}]`)
    if (wrong) return err(wrong)
  }
  const ringEnds: number[] = []
  for (const ring of rings) ringEnds.push((ringEnds.at(-1) ?? 0) + 2 * ring.length)
  return withBoxes(fence, [boxAround(rings[0] ?? [], 0)], flat(rings.flat()), ringEnds)
}

function readyCorridor(fence: Ready<'corridor'>): Answer {
  const { line } = fence
  if (line.length === 0) return fault('too_few_places', 'line', 0, 'a line has at least one place')
  if (line.length > placesMax)
    return fault('too_many_places', 'line', line.length, `a fence has at most ${placesMax} places`)
  const wrong = wrongLine(line, 'line') ?? wrongSize(fence.halfWidthM, 'halfWidthM')
  if (wrong) return err(wrong)
  const boxes = line.slice(1).map((to, i) => boxAround([line[i] ?? to, to], fence.halfWidthM))
  return withBoxes(fence, boxes.length > 0 ? boxes : [boxAround(line, fence.halfWidthM)], flat(line), [2 * line.length])
}

function withBoxes(
  fence: Fence,
  boxes: readonly Box[],
  coordinates: Float64Array,
  ringEnds: readonly number[],
): Answer {
  const outside = boxes.find(({ minLon, maxLon }) => minLon < -180 || maxLon > 180)
  if (!outside) return ok({ fence, boxes, coordinates, ringEnds })
  const value = outside.minLon < -180 ? outside.minLon : outside.maxLon
  return fault('crosses_antimeridian', fence.kind, value, antimeridianRule)
}

const antimeridianRule = 'a fence does not cross 180 degrees of longitude; make two of it'

function wrongPlace(place: LonLat, field: string): FenceFault | null {
  const wrong = placeFault(place)
  if (wrong) return { kind: 'coordinate', field: `${field}.${wrong.field}`, value: wrong.value, rule: wrong.rule }
  if (Math.abs(place.lat) <= latMax) return null
  return { kind: 'near_pole', field: `${field}.lat`, value: place.lat, rule: `is from -${latMax} to ${latMax} degrees` }
}

function wrongLine(line: readonly LonLat[], field: string): FenceFault | null {
  for (const [i, place] of line.entries()) {
    const wrong = wrongPlace(place, `${field}[${i}]`)
    if (wrong) return wrong
    const before = line[i - 1] ?? place
    if (Math.abs(place.lon - before.lon) > 180)
      return { kind: 'crosses_antimeridian', field: `${field}[${i}].lon`, value: place.lon, rule: antimeridianRule }
  }
  return null
}

const wrongSize = (value: number, field: string): FenceFault | null =>
  value > 0 && value <= sizeMaxM
    ? null
    : { kind: 'size', field, value, rule: `is above 0 and at most ${sizeMaxM} metres` }

/** A ring without the repetition of its first place. */
function openRing(ring: readonly LonLat[]): readonly LonLat[] {
  const [first, last] = [ring[0], ring.at(-1)]
  return ring.length > 1 && first?.lon === last?.lon && first?.lat === last?.lat ? ring.slice(0, -1) : ring
}

const flat = (places: readonly LonLat[]): Float64Array =>
  Float64Array.from(places.flatMap(({ lon, lat }) => [lon, lat]))

/** The box of some places and what lies within a distance of them, a thousandth larger than needed. */
function boxAround(places: readonly LonLat[], distanceM: number): Box {
  let [minLon, minLat, maxLon, maxLat] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { lon, lat } of places) {
    minLon = Math.min(minLon, lon)
    maxLon = Math.max(maxLon, lon)
    minLat = Math.min(minLat, lat)
    maxLat = Math.max(maxLat, lat)
  }
  if (distanceM === 0) return { minLon, minLat, maxLon, maxLat }
  const wideM = distanceM * 1.001
  const dLat = wideM / scaleAt(0).latM
  // Degrees of longitude are smallest at the box's edge nearest to the pole.
  const dLon = wideM / scaleAt(Math.min(89, Math.max(Math.abs(minLat), Math.abs(maxLat)) + dLat)).lonM
  return { minLon: minLon - dLon, minLat: minLat - dLat, maxLon: maxLon + dLon, maxLat: maxLat + dLat }
}

function isInRings(lon: number, lat: number, { coordinates, ringEnds }: ReadyFence): boolean {
  let from = 0
  for (const end of ringEnds) {
    // In the border, and in no hole.
    if (isInRing(lon, lat, coordinates, from, end) !== (from === 0)) return false
    from = end
  }
  return true
}

function isInRing(lon: number, lat: number, coordinates: Float64Array, from: number, end: number): boolean {
  let isInside = false
  let lastLon = coordinates[end - 2]! // a ring has at least three places
  let lastLat = coordinates[end - 1]!
  for (let i = from; i < end; i += 2) {
    const ownLon = coordinates[i]! // i + 1 is below end
    const ownLat = coordinates[i + 1]!
    if (ownLat > lat !== lastLat > lat && lon < ((lastLon - ownLon) * (lat - ownLat)) / (lastLat - ownLat) + ownLon)
      isInside = !isInside
    lastLon = ownLon
    lastLat = ownLat
  }
  return isInside
}

function distanceToLinesM({ lon, lat }: LonLat, { coordinates, ringEnds }: ReadyFence, isClosed: boolean): number {
  const scale = scaleAt(lat)
  let least = Infinity
  let from = 0
  for (const end of ringEnds) {
    if (isClosed || end - from === 2) least = Math.min(least, segmentM(lon, lat, scale, coordinates, end - 2, from))
    for (let i = from; i + 2 < end; i += 2) least = Math.min(least, segmentM(lon, lat, scale, coordinates, i, i + 2))
    from = end
  }
  return least
}

const segmentM = (lon: number, lat: number, scale: Scale, c: Float64Array, i: number, j: number): number =>
  nearestOnLine(lon, lat, scale, c[i]!, c[i + 1]!, c[j]!, c[j + 1]!).distanceM // callers pass indices of places
