import { destination, type LonLat } from '@tingzhou/geo'
import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapView, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'
import { usePalette, type Palette } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { clicked, dragged, shapeOf, type Draft } from './draft.ts'
import { groundWidth } from './fence-layer.ts'
import { feature, geometryOf, widthPx } from './fence-shapes.ts'

const layers = ['draft-corners', 'draft-line', 'draft-road', 'draft-area']
// A finger is less exact than a mouse.
const graspPx = { mouse: 10, touch: 24 } as const

/** Draws a draft on the map and lets mouse and finger add places and drag them; null: nothing is being drawn. */
export function useDrawing(map: MapView | null, draft: Draft | null, onDraft: (draft: Draft) => void): void {
  const palette = usePalette()
  const latest = useRef({ draft, onDraft })
  latest.current = { draft, onDraft }
  const isOn = draft !== null
  useEffect(() => {
    if (!map || !isOn) return
    addLayers(map, palette)
    const stop = listen(
      map,
      () => latest.current.draft,
      (next) => latest.current.onDraft(next),
    )
    return () => {
      stop()
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      if (map.getSource('draft')) map.removeSource('draft')
    }
  }, [map, palette, isOn])
  useEffect(() => {
    if (draft) void map?.getSource<GeoJSONSource>('draft')?.setData(draftFeatures(draft))
  }, [map, draft, palette])
}

function listen(map: MapView, now: () => Draft | null, tell: (draft: Draft) => void): () => void {
  let held: number | null = null
  let wasDragged = false
  const canvas = map.getCanvas()

  const grasp = (event: MapMouseEvent | MapTouchEvent, reachPx: number) => {
    const draft = now()
    held = draft ? nearest(map, draft, event, reachPx) : null
    wasDragged = false
    if (held === null) return
    event.preventDefault()
    map.dragPan.disable()
  }
  const move = (event: MapMouseEvent | MapTouchEvent) => {
    const draft = now()
    if (held === null || !draft) return
    wasDragged = true
    tell(dragged(draft, held, placeOf(event)))
  }
  const release = () => {
    if (held === null) return
    held = null
    map.dragPan.enable()
  }
  const click = (event: MapMouseEvent) => {
    const draft = now()
    // The end of a drag is no place.
    if (!draft || wasDragged) wasDragged = false
    else tell(clicked(draft, placeOf(event)))
  }
  const byMouse = (event: MapMouseEvent) => grasp(event, graspPx.mouse)
  const byTouch = (event: MapTouchEvent) => {
    if (event.points.length === 1) grasp(event, graspPx.touch)
  }
  canvas.style.cursor = 'crosshair'
  map.doubleClickZoom.disable()
  map.on('mousedown', byMouse)
  map.on('touchstart', byTouch)
  map.on('mousemove', move)
  map.on('touchmove', move)
  map.on('mouseup', release)
  map.on('touchend', release)
  map.on('touchcancel', release)
  map.on('click', click)
  return () => {
    release()
    canvas.style.cursor = ''
    map.doubleClickZoom.enable()
    map.off('mousedown', byMouse)
    map.off('touchstart', byTouch)
    map.off('mousemove', move)
    map.off('touchmove', move)
    map.off('mouseup', release)
    map.off('touchend', release)
    map.off('touchcancel', release)
    map.off('click', click)
  }
}

const placeOf = ({ lngLat }: MapMouseEvent | MapTouchEvent): LonLat => ({ lon: lngLat.lng, lat: lngLat.lat })

/** The places that can be dragged: corners; of a circle its centre and its border to the east. */
function handlesOf({ kind, places, sizeM }: Draft): readonly LonLat[] {
  const [centre] = places
  return kind === 'circle' && centre ? [centre, destination(centre, 90, sizeM)] : places
}

function nearest(map: MapView, draft: Draft, { point }: MapMouseEvent | MapTouchEvent, reachPx: number): number | null {
  const distances = handlesOf(draft).map(({ lon, lat }) => map.project([lon, lat]).dist(point))
  const least = Math.min(...distances)
  // The border of a small circle lies on its centre; it is what is meant.
  return least <= reachPx ? distances.lastIndexOf(least) : null
}

function draftFeatures(draft: Draft): FeatureCollection {
  const shape = shapeOf(draft)
  const corners = handlesOf(draft).map(({ lon, lat }) => feature({ type: 'Point', coordinates: [lon, lat] }, {}))
  const line = draft.places.map(({ lon, lat }): [number, number] => [lon, lat])
  const outline = shape
    ? [feature(geometryOf(shape), { wide: widthPx(shape) })]
    : line.length > 1
      ? [feature({ type: 'LineString', coordinates: line }, { wide: 0 })]
      : []
  return { type: 'FeatureCollection', features: [...outline, ...corners] }
}

function addLayers(map: MapView, palette: Palette): void {
  const source = 'draft'
  map.addSource(source, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
  map.addLayer({
    id: 'draft-area',
    type: 'fill',
    source,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': palette.primary, 'fill-opacity': 0.15 },
  })
  map.addLayer({
    id: 'draft-road',
    type: 'line',
    source,
    filter: ['==', ['geometry-type'], 'LineString'],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': palette.primary, 'line-opacity': 0.25, 'line-width': groundWidth },
  })
  map.addLayer({
    id: 'draft-line',
    type: 'line',
    source,
    filter: ['!=', ['geometry-type'], 'Point'],
    paint: { 'line-color': palette.primary, 'line-width': 2, 'line-dasharray': [2, 1] },
  })
  map.addLayer({
    id: 'draft-corners',
    type: 'circle',
    source,
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {
      'circle-radius': 7,
      'circle-color': palette.panel,
      'circle-stroke-color': palette.primary,
      'circle-stroke-width': 3,
    },
  })
}
