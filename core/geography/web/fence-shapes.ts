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

/** Fences as the map draws them. Pure. */
export const fenceFeatures = (fences: readonly Geofence[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: fences.map(({ id, name, shape }) => feature(geometryOf(shape), { id, name, wide: widthPx(shape) })),
})

export const feature = (geometry: Geometry, properties: GeoJsonProperties): Feature => ({
  type: 'Feature',
  properties,
  geometry,
})
