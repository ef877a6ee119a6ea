import type {
  DataDrivenPropertyValueSpecification,
  GeoJSONSource,
  Map as MapView,
  MapLayerMouseEvent,
} from 'maplibre-gl'
import { fontStack, usePalette, type Palette } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import type { Geofence } from './api.ts'
import { fenceFeatures } from './fence-shapes.ts'

type Fences = {
  readonly fences: readonly Geofence[]
  readonly chosen: string | null
  /** Clicks are strokes of a drawing. */
  readonly silent: boolean
  readonly onPick: (id: string) => void
}

const layers = ['fence-names', 'fence-lines', 'fence-roads', 'fence-areas']
// Trucks stay on top of fences.
const below = 'clusters'

/** The width of a corridor on the ground: each zoom doubles it. */
export const groundWidth: DataDrivenPropertyValueSpecification<number> = [
  'interpolate',
  ['exponential', 2],
  ['zoom'],
  0,
  ['get', 'wide'],
  22,
  ['*', ['get', 'wide'], 2 ** 22],
]

/** Fences on the map, the chosen one stronger. */
export function useFenceLayer(map: MapView | null, { fences, chosen, silent, onPick }: Fences): void {
  const palette = usePalette()
  const latest = useRef({ silent, onPick })
  latest.current = { silent, onPick }
  useEffect(() => {
    if (!map) return
    addLayers(map, palette)
    const pick = ({ features }: MapLayerMouseEvent) => {
      const id: unknown = features?.[0]?.properties['id']
      if (typeof id === 'string' && !latest.current.silent) latest.current.onPick(id)
    }
    // The border and the name are clicked, not the area: a truck inside is nearer to the hand.
    const targets = ['fence-lines', 'fence-names', 'fence-roads']
    for (const layer of targets) map.on('click', layer, pick)
    return () => {
      for (const layer of targets) map.off('click', layer, pick)
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      if (map.getSource('fences')) map.removeSource('fences')
    }
  }, [map, palette])
  useEffect(() => {
    void map?.getSource<GeoJSONSource>('fences')?.setData(fenceFeatures(fences))
  }, [map, fences, palette])
  useEffect(() => {
    if (!map?.getLayer('fence-lines')) return
    const isChosen: ['==', ['get', string], string] = ['==', ['get', 'id'], chosen ?? '']
    map.setPaintProperty('fence-lines', 'line-width', ['case', isChosen, 4, 2])
    map.setPaintProperty('fence-areas', 'fill-opacity', ['case', isChosen, 0.3, 0.12])
    map.setPaintProperty('fence-roads', 'line-opacity', ['case', isChosen, 0.45, 0.25])
  }, [map, chosen, palette])
}

function addLayers(map: MapView, palette: Palette): void {
  const source = 'fences'
  const before = map.getLayer(below) ? below : undefined
  map.addSource(source, { type: 'geojson', data: fenceFeatures([]) })
  map.addLayer(
    {
      id: 'fence-areas',
      type: 'fill',
      source,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': palette.gold, 'fill-opacity': 0.12 },
    },
    before,
  )
  map.addLayer(
    {
      id: 'fence-roads',
      type: 'line',
      source,
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': palette.gold, 'line-opacity': 0.25, 'line-width': groundWidth },
    },
    before,
  )
  map.addLayer(
    {
      id: 'fence-lines',
      type: 'line',
      source,
      filter: ['!=', ['geometry-type'], 'Point'],
      paint: { 'line-color': palette.gold, 'line-width': 2 },
    },
    before,
  )
  map.addLayer(
    {
      id: 'fence-names',
      type: 'symbol',
      source,
      minzoom: 7,
      filter: ['==', ['geometry-type'], 'Point'],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': [fontStack],
        'text-size': 12,
        'symbol-placement': 'point',
        'text-anchor': 'top',
      },
      paint: { 'text-color': palette.gold, 'text-halo-color': palette.page, 'text-halo-width': 1.5 },
    },
    before,
  )
}
