import { readyFence, type Fence, type FenceFault, type LonLat } from '@tingzhou/geo'
import { err, ok, type Result } from '@tingzhou/kernel'

/** What a fence encloses: places in WGS-84 degrees, lengths in metres. */
export type Shape = Fence

/** Degrees. */
export type Bounds = { readonly west: number; readonly south: number; readonly east: number; readonly north: number }

/** Why a shape is refused: where, what stands there, and the rule. */
export type ShapeError = {
  readonly kind:
    | 'shape_malformed'
    | 'shape_outside_region'
    | 'shape_too_many_places'
    | 'shape_too_large'
    | 'shape_repeats_place'
    | 'shape_crosses_itself'
  readonly field: string
  readonly value: unknown
  readonly rule: string
}

// China and the countries on its way west, to where the zone's trucks go.
export const region: Bounds = { west: 46, south: 17, east: 136, north: 56 }
// More than a hand draws; every question to a polygon costs as many steps.
export const placesMax = 500
export const radiusM = { min: 20, max: 100_000 } as const
export const halfWidthM = { min: 10, max: 20_000 } as const

/**
 * Whether a shape can be a fence.
 * @returns its bounds, or the first fault with field, value and rule
 * Source: own. O(places²): at most 500.
 */
export function judgeShape(shape: Shape): Result<Bounds, ShapeError> {
  const lines = linesOf(shape)
  const count = lines.reduce((sum, line) => sum + line.length, 0)
  if (count > placesMax) return refuse('shape_too_many_places', 'shape', count, `<= ${placesMax} places`)
  const size = sizeFault(shape)
  if (size) return err(size)
  for (const [index, line] of lines.entries())
    for (const [place, { lon, lat }] of line.entries()) {
      const field = fieldOf(shape, index, place)
      if (!(lon >= region.west && lon <= region.east))
        return refuse('shape_outside_region', `${field}.lon`, lon, `${region.west}..${region.east}`)
      if (!(lat >= region.south && lat <= region.north))
        return refuse('shape_outside_region', `${field}.lat`, lat, `${region.south}..${region.north}`)
      const before = line[place - 1]
      if (before?.lon === lon && before.lat === lat)
        return refuse('shape_repeats_place', field, `${lon}, ${lat}`, 'differs from the place before')
    }
  const ready = readyFence(shape)
  if (!ready.ok) return err(malformed(ready.error))
  const crossing = shape.kind === 'polygon' ? firstCrossing(lines) : null
  if (crossing) {
    const { ring, place } = crossing
    const at = lines[ring]?.[place]
    return refuse('shape_crosses_itself', fieldOf(shape, ring, place), `${at?.lon}, ${at?.lat}`, 'sides do not cross')
  }
  return ok(boundsOf(ready.value.boxes))
}

const refuse = (kind: ShapeError['kind'], field: string, value: unknown, rule: string) =>
  err({ kind, field, value, rule })

const malformed = ({ field, value, rule }: FenceFault): ShapeError => ({
  kind: 'shape_malformed',
  field: `shape.${field}`,
  value,
  rule,
})

function linesOf(shape: Shape): readonly (readonly LonLat[])[] {
  switch (shape.kind) {
    case 'circle':
      return [[shape.centre]]
    case 'polygon':
      return shape.rings.map(openRing)
    case 'corridor':
      return [shape.line]
  }
}

/** A ring without the repetition of its first place. O(places). */
export function openRing(ring: readonly LonLat[]): readonly LonLat[] {
  const [first, last] = [ring[0], ring.at(-1)]
  return ring.length > 1 && first?.lon === last?.lon && first?.lat === last?.lat ? ring.slice(0, -1) : ring
}

function fieldOf({ kind }: Shape, line: number, place: number): string {
  if (kind === 'circle') return 'shape.centre'
  return kind === 'polygon' ? `shape.rings[${line}][${place}]` : `shape.line[${place}]`
}

function sizeFault(shape: Shape): ShapeError | null {
  if (shape.kind === 'polygon') return null
  const [field, value, { min, max }] =
    shape.kind === 'circle'
      ? (['shape.radiusM', shape.radiusM, radiusM] as const)
      : (['shape.halfWidthM', shape.halfWidthM, halfWidthM] as const)
  return value >= min && value <= max ? null : { kind: 'shape_too_large', field, value, rule: `${min}..${max} m` }
}

const boundsOf = (
  boxes: readonly {
    readonly minLon: number
    readonly minLat: number
    readonly maxLon: number
    readonly maxLat: number
  }[],
): Bounds => ({
  west: Math.min(...boxes.map(({ minLon }) => minLon)),
  south: Math.min(...boxes.map(({ minLat }) => minLat)),
  east: Math.max(...boxes.map(({ maxLon }) => maxLon)),
  north: Math.max(...boxes.map(({ maxLat }) => maxLat)),
})

type Side = {
  readonly ring: number
  readonly place: number
  readonly from: LonLat
  readonly to: LonLat
  readonly last: number
}

/** The first side of the rings that meets another than its neighbours; null when none does. */
function firstCrossing(
  rings: readonly (readonly LonLat[])[],
): { readonly ring: number; readonly place: number } | null {
  const sides = rings.flatMap((line, ring) =>
    line.map((from, place): Side => ({
      ring,
      place,
      from,
      to: line[(place + 1) % line.length] ?? from,
      last: line.length - 1,
    })),
  )
  for (const [index, one] of sides.entries())
    for (const other of sides.slice(index + 1))
      if (areNeighbours(one, other) ? foldsBack(one, other) : doMeet(one, other))
        return { ring: one.ring, place: one.place }
  return null
}

const areNeighbours = (one: Side, other: Side): boolean =>
  one.ring === other.ring && (other.place === one.place + 1 || (one.place === 0 && other.place === one.last))

/** Which side of the line from a to b a place is on: above 0 left, below 0 right. */
const turn = (a: LonLat, b: LonLat, c: LonLat): number =>
  (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)

const isBetween = (a: LonLat, b: LonLat, c: LonLat): boolean =>
  Math.min(a.lon, b.lon) <= c.lon &&
  c.lon <= Math.max(a.lon, b.lon) &&
  Math.min(a.lat, b.lat) <= c.lat &&
  c.lat <= Math.max(a.lat, b.lat)

function doMeet({ from: a, to: b }: Side, { from: c, to: d }: Side): boolean {
  const [t1, t2, t3, t4] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
  if (t1 * t2 < 0 && t3 * t4 < 0) return true
  if (t1 === 0 && isBetween(a, b, c)) return true
  if (t2 === 0 && isBetween(a, b, d)) return true
  if (t3 === 0 && isBetween(c, d, a)) return true
  return t4 === 0 && isBetween(c, d, b)
}

/** Two sides that share a place and lie on one another: a spike. */
function foldsBack(one: Side, other: Side): boolean {
  const [shared, a, b] = other.place === one.place + 1 ? [one.to, one.from, other.to] : [one.from, one.to, other.from]
  if (turn(shared, a, b) !== 0) return false
  return (a.lon - shared.lon) * (b.lon - shared.lon) + (a.lat - shared.lat) * (b.lat - shared.lat) > 0
}
