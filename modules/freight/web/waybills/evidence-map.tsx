import { useMap } from '@tingzhou/telemetry/map'
import { usePalette, useText, type Palette } from '@tingzhou/ui'
import { Alert } from 'antd'
import { LngLatBounds, type Map as MapView } from 'maplibre-gl'
import { useEffect, useRef } from 'react'
import { boundsOf, featuresOf, type Shape } from './evidence-shapes.ts'

const source = 'evidence'
const layers = ['evidence-fences', 'evidence-rims', 'evidence-lines', 'evidence-gaps', 'evidence-points']

/** Where a finding lies: fences, the track, the phone's positions, and what of them broke the rule. */
export function EvidenceMap({ shapes }: { readonly shapes: readonly Shape[] }) {
  const t = useText('freight')
  const palette = usePalette()
  const frame = useRef<HTMLDivElement>(null)
  const { map, broken } = useMap(frame)
  useEffect(() => {
    if (!map) return
    addLayers(map, palette, shapes)
    const bounds = boundsOf(shapes)
    if (bounds) map.fitBounds(new LngLatBounds(...bounds), { padding: 48, maxZoom: 14, animate: false })
    return () => {
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      if (map.getSource(source)) map.removeSource(source)
    }
  }, [map, palette, shapes])
  if (broken) return <Alert type="warning" showIcon title={t('audit.no_map')} />
  return <div ref={frame} className="freight-evidence-map" />
}

function addLayers(map: MapView, palette: Palette, shapes: readonly Shape[]): void {
  const [primary = palette.primary] = palette.series
  map.addSource(source, { type: 'geojson', data: featuresOf(shapes) })
  map.addLayer({
    id: 'evidence-fences',
    type: 'fill',
    source,
    filter: ['==', ['get', 'kind'], 'fence'],
    paint: { 'fill-color': palette.gold, 'fill-opacity': 0.15 },
  })
  map.addLayer({
    id: 'evidence-rims',
    type: 'line',
    source,
    filter: ['==', ['get', 'kind'], 'fence'],
    paint: { 'line-color': palette.gold, 'line-width': 2 },
  })
  map.addLayer({
    id: 'evidence-lines',
    type: 'line',
    source,
    filter: ['==', ['get', 'kind'], 'track'],
    paint: { 'line-color': primary, 'line-width': 3 },
  })
  map.addLayer({
    id: 'evidence-gaps',
    type: 'line',
    source,
    filter: ['all', ['==', ['geometry-type'], 'LineString'], ['in', ['get', 'kind'], ['literal', ['gap', 'leap']]]],
    paint: { 'line-color': palette.bad, 'line-width': 4, 'line-dasharray': [1.5, 1] },
  })
  map.addLayer({
    id: 'evidence-points',
    type: 'circle',
    source,
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {
      'circle-radius': ['match', ['get', 'kind'], 'fence', 4, 6],
      'circle-color': ['match', ['get', 'kind'], 'phone', palette.panel, 'fix', palette.bad, palette.gold],
      'circle-stroke-color': ['match', ['get', 'kind'], 'phone', palette.text, palette.panel],
      'circle-stroke-width': 2,
    },
  })
}
