import { destination, type LonLat } from '@tingzhou/geo'
import type { Feature, FeatureCollection, GeoJsonProperties, Geometry } from 'geojson'
import type { Geofence } from './api.ts'

type Shape = Geofence['shape']

const roundness = 64

/** A shape as GeoJSON: an area, or the line of a corridor. Pure. */
export function geometryOf(shape: Shape): Geometry {
  switch (shape.kind) {
    case 'circle': {
      const ring = Array.from({ length: roundness }, (_, i) =>
        pair(destination(shape.centre, (360 * i) / roundness, shape.radiusM)),
      )
      return { type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] }
    }
    case 'polygon':
      return { type: 'Polygon', coordinates: shape.rings.map((ring) => [...ring, ...ring.slice(0, 1)].map(pair)) }
    case 'corridor':
      return { type: 'LineString', coordinates: shape.line.map(pair) }
  }
}

const pair = ({ lon, lat }: LonLat): [number, number] => [lon, lat]

// Metres of a pixel at zoom 0 on the equator: 40 075 017 m over 512 px.
const pixelM = 78_271.5

/** How wide a corridor is drawn at zoom 0, pixels; each zoom doubles it. Pure. */
export function widthPx(shape: Shape): number {
  if (shape.kind !== 'corridor') return 0
  const lat = shape.line[0]?.lat ?? 0
  return (2 * shape.halfWidthM) / (pixelM * Math.cos((lat * Math.PI) / 180))
}

/** West, south, east and north of a shape. Pure. */
export function boundsOf(shape: Shape): [[number, number], [number, number]] {
  const places =
    shape.kind === 'circle'
      ? [0, 90, 180, 270].map((bearing) => destination(shape.centre, bearing, shape.radiusM))
      : shape.kind === 'polygon'
        ? (shape.rings[0] ?? [])
        : shape.line
  const [lons, lats] = [places.map(({ lon }) => lon), places.map(({ lat }) => lat)]
  return [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ]
}

/** Where the name of a fence stands: inside of it, also where its border bends inwards. Pure. O(places). */
export function namePlaceOf(shape: Shape): LonLat | undefined {
  switch (shape.kind) {
    case 'circle':
      return shape.centre
    case 'polygon':
      return middleOf(shape.rings)
    case 'corridor':
      return shape.line[shape.line.length >> 1]
  }
}

/** The middle of the widest part of a polygon half way up. */
function middleOf(rings: readonly (readonly LonLat[])[]): LonLat | undefined {
  const lats = rings.flat().map(({ lat }) => lat)
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2
  const borders = rings
    .flatMap((ring) =>
      ring.flatMap((from, i) => {
        const to = ring[(i + 1) % ring.length] ?? from
        if (from.lat > lat === to.lat > lat) return []
        return [from.lon + ((lat - from.lat) / (to.lat - from.lat)) * (to.lon - from.lon)]
      }),
    )
    .toSorted((a, b) => a - b)
  const parts = borders.flatMap((west, i) => (i % 2 === 0 ? [{ west, east: borders[i + 1] ?? west }] : []))
  const [widest] = parts.toSorted((a, b) => b.east - b.west - (a.east - a.west))
  return widest && { lon: (widest.west + widest.east) / 2, lat }
}

/** Fences as the map draws them, each with one place for its name: a map cuts areas into tiles. Pure. */
export const fenceFeatures = (fences: readonly Pick<Geofence, 'id' | 'name' | 'shape'>[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: fences.flatMap(({ id, name, shape }) => {
    const place = namePlaceOf(shape)
    return [
      feature(geometryOf(shape), { id, wide: widthPx(shape) }),
      ...(place ? [feature({ type: 'Point', coordinates: pair(place) }, { id, name })] : []),
    ]
  }),
})

export const feature = (geometry: Geometry, properties: GeoJsonProperties): Feature => ({
  type: 'Feature',
  properties,
  geometry,
})
