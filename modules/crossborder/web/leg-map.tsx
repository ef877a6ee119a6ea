import { useMap } from '@tingzhou/telemetry/map'
import { usePalette, useText, type Palette } from '@tingzhou/ui'
import { Alert } from 'antd'
import { LngLatBounds, type GeoJSONSourceSpecification, type Map as MapView } from 'maplibre-gl'
import { useEffect, useMemo, useRef } from 'react'
import type { ShipmentDetail } from './api.ts'

type Leg = ShipmentDetail['legs'][number]
type Point = readonly [lonDeg: number, latDeg: number]

const source = 'export-legs'
const layers = ['export-legs-lines', 'export-legs-points']

const pointOf = ({ lonDeg, latDeg }: Leg['from']): Point | null =>
  lonDeg === null || latDeg === null ? null : [lonDeg, latDeg]

/** The ends of the legs and the lines between them: those that were gone are solid. */
export function LegMap({ legs }: { readonly legs: readonly Leg[] }) {
  const t = useText('crossborder')
  const palette = usePalette()
  const frame = useRef<HTMLDivElement>(null)
  const { map, broken } = useMap(frame)
  const points = useMemo(
    () => legs.flatMap(({ from, to }) => [pointOf(from), pointOf(to)].filter((one) => one !== null)),
    [legs],
  )
  useEffect(() => {
    if (!map) return
    addLayers(map, palette, legs)
    const bounds = new LngLatBounds()
    for (const [lonDeg, latDeg] of points) bounds.extend([lonDeg, latDeg])
    if (points.length > 0) map.fitBounds(bounds, { padding: 48, maxZoom: 9, animate: false })
    return () => {
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      if (map.getSource(source)) map.removeSource(source)
    }
  }, [map, palette, legs, points])
  if (points.length === 0) return null
  if (broken) return <Alert type="warning" showIcon title={t('leg.no_map')} />
  return <div ref={frame} className="crossborder-map" />
}

function addLayers(map: MapView, palette: Palette, legs: readonly Leg[]): void {
  map.addSource(source, { type: 'geojson', data: featuresOf(legs) })
  map.addLayer({
    id: 'export-legs-lines',
    type: 'line',
    source,
    filter: ['==', ['geometry-type'], 'LineString'],
    paint: { 'line-color': ['case', ['get', 'gone'], palette.primary, palette.second], 'line-width': 3 },
  })
  map.addLayer({
    id: 'export-legs-points',
    type: 'circle',
    source,
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {
      'circle-radius': 6,
      'circle-color': palette.gold,
      'circle-stroke-color': palette.panel,
      'circle-stroke-width': 2,
    },
  })
}

function featuresOf(legs: readonly Leg[]): GeoJSONSourceSpecification['data'] {
  const features = legs.flatMap((leg) => {
    const [from, to] = [pointOf(leg.from), pointOf(leg.to)]
    const ends = [from, to].filter((one) => one !== null)
    const marks = ends.map((point) => ({
      type: 'Feature' as const,
      properties: {},
      geometry: { type: 'Point' as const, coordinates: [...point] },
    }))
    if (!from || !to) return marks
    const line = {
      type: 'Feature' as const,
      properties: { gone: leg.endedAt !== null },
      geometry: { type: 'LineString' as const, coordinates: [[...from], [...to]] },
    }
    return [...marks, line]
  })
  return { type: 'FeatureCollection', features }
}
