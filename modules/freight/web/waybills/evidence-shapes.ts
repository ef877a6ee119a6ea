import { destination } from '@tingzhou/geo'
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { WaybillDetail } from './api.ts'

export type Shape = NonNullable<WaybillDetail['audit']>['shapes'][number]

const roundness = 64

/** Shapes as GeoJSON: fences as areas with their middle, a track and gaps as lines, all others as points. Pure. O(places). */
export function featuresOf(shapes: readonly Shape[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: shapes.flatMap((shape) =>
      geometriesOf(shape).map((geometry): Feature => ({
        type: 'Feature',
        properties: { kind: shape.kind },
        geometry,
      })),
    ),
  }
}

function geometriesOf({ kind, places, radiusM }: Shape): readonly Geometry[] {
  const points = places.map((place): Geometry => ({ type: 'Point', coordinates: [...place] }))
  if (kind === 'fence') return [...places.map((place) => circleAround(place, radiusM ?? 0)), ...points]
  if (places.length < 2 || kind === 'phone' || kind === 'fix') return points
  return [{ type: 'LineString', coordinates: places.map((place) => [...place]) }]
}

/** A circle as an area. Pure. O(1). */
export function circleAround([lon, lat]: Shape['places'][number], radiusM: number): Geometry {
  const ring = Array.from({ length: roundness }, (_, index) => {
    const place = destination({ lon, lat }, (360 * index) / roundness, radiusM)
    return [place.lon, place.lat]
  })
  return { type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] }
}

/** West and south, east and north of shapes; null: there is no place. Pure. O(places). */
export function boundsOf(shapes: readonly Shape[]): readonly [[number, number], [number, number]] | null {
  const places = shapes.flatMap((shape) => shape.places)
  if (places.length === 0) return null
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)]
  return [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ]
}
