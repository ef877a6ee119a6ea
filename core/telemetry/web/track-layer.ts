import type { Feature, FeatureCollection, GeoJsonProperties } from 'geojson'
import {
  LngLatBounds,
  type DataDrivenPropertyValueSpecification,
  type GeoJSONSource,
  type Map as MapView,
} from 'maplibre-gl'
import { usePalette, type Palette } from '@tingzhou/ui'
import { useEffect } from 'react'
import { alarmsOf, piecesOf, stopsOf, type Place, type TrackFix } from './track.ts'

/** The colours of the classes of speed, slowest first. */
export const speedColours = ({ series, gold, primary }: Palette): readonly string[] => [
  series[2] ?? primary,
  series[5] ?? primary,
  series[3] ?? primary,
  gold,
]

/** A track by speed, with its stops and alarms, and where its truck was at the chosen time. */
export function useTrackLayer(
  map: MapView | null,
  fixes: readonly TrackFix[],
  cursor: (TrackFix & { readonly place: Place }) | null,
): void {
  const palette = usePalette()
  useEffect(() => {
    if (!map || fixes.length === 0) return
    addLayers(map, palette, fixes)
    const places = piecesOf(fixes).flatMap(({ line }) => line)
    const [first] = places
    if (first) {
      const bounds = new LngLatBounds([...first], [...first])
      for (const [lon, lat] of places) bounds.extend([lon, lat])
      map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false })
    }
    return () => {
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      for (const source of sources) if (map.getSource(source)) map.removeSource(source)
    }
  }, [map, fixes, palette])
  useEffect(() => {
    void map?.getSource<GeoJSONSource>('track-cursor')?.setData(cursorPoint(cursor))
  }, [map, fixes, cursor, palette])
}

const sources = ['track', 'track-marks', 'track-cursor']
const layers = ['track-now', 'track-alarms', 'track-stops', 'track-late', 'track-lines']

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features })

const mark = (place: Place, properties: GeoJsonProperties): Feature => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: [...place] },
})

const cursorPoint = (cursor: (TrackFix & { readonly place: Place }) | null) =>
  collection(cursor ? [mark(cursor.place, { headingDeg: cursor.headingDeg })] : [])

function addLayers(map: MapView, palette: Palette, fixes: readonly TrackFix[]): void {
  const [c0 = '', c1 = '', c2 = '', c3 = ''] = speedColours(palette)
  const lines = piecesOf(fixes).map(({ speedClass, late, line }): Feature => ({
    type: 'Feature',
    properties: { speedClass, late },
    geometry: { type: 'LineString', coordinates: line.map((place) => [...place]) },
  }))
  const marks = [
    ...stopsOf(fixes).map(({ place }) => mark(place, { kind: 'stop' })),
    ...alarmsOf(fixes).map(({ place }) => mark(place, { kind: 'alarm' })),
  ]
  const byClass: DataDrivenPropertyValueSpecification<string> = [
    'match',
    ['get', 'speedClass'],
    0,
    c0,
    1,
    c1,
    2,
    c2,
    c3,
  ]
  const paint = { 'line-width': 4, 'line-color': byClass }
  map.addSource('track', { type: 'geojson', data: collection(lines) })
  map.addSource('track-marks', { type: 'geojson', data: collection(marks) })
  map.addSource('track-cursor', { type: 'geojson', data: collection([]) })
  map.addLayer({ id: 'track-lines', type: 'line', source: 'track', filter: ['!', ['get', 'late']], paint })
  map.addLayer({
    id: 'track-late',
    type: 'line',
    source: 'track',
    filter: ['get', 'late'],
    paint: { ...paint, 'line-dasharray': [1.5, 1.5] },
  })
  map.addLayer({
    id: 'track-stops',
    type: 'circle',
    source: 'track-marks',
    filter: ['==', ['get', 'kind'], 'stop'],
    paint: {
      'circle-radius': 6,
      'circle-color': palette.panel,
      'circle-stroke-color': palette.text,
      'circle-stroke-width': 2,
    },
  })
  map.addLayer({
    id: 'track-alarms',
    type: 'circle',
    source: 'track-marks',
    filter: ['==', ['get', 'kind'], 'alarm'],
    paint: {
      'circle-radius': 6,
      'circle-color': palette.bad,
      'circle-stroke-color': palette.panel,
      'circle-stroke-width': 2,
    },
  })
  map.addLayer({
    id: 'track-now',
    type: 'symbol',
    source: 'track-cursor',
    layout: {
      'icon-image': 'arrow',
      'icon-size': 0.8,
      'icon-rotate': ['get', 'headingDeg'],
      'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true,
    },
    paint: { 'icon-color': palette.text, 'icon-halo-color': palette.panel, 'icon-halo-width': 1 },
  })
}
