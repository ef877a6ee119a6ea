import { mapFont } from '@tingzhou/telemetry/map'
import type { Palette } from '@tingzhou/ui'
import type { Feature, FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapView } from 'maplibre-gl'
import { circleAround } from '../waybills/evidence-shapes.ts'
import type { LoadRow, Place, TripWay, Truck } from './api.ts'

const sources = ['desk-places', 'desk-way', 'desk-trucks'] as const
const layers = [
  'desk-fences',
  'desk-rims',
  'desk-places',
  'desk-place-names',
  'desk-chosen-places',
  'desk-plan',
  'desk-way',
  'desk-steps',
  'desk-chosen',
  'desk-hollow',
  'desk-arrows',
  'desk-names',
] as const
/** Where a click means a truck. */
export const truckLayers = ['desk-arrows', 'desk-hollow'] as const

const collection = (features: readonly Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [...features],
})

const set = (map: MapView | null, source: (typeof sources)[number], features: readonly Feature[]): void => {
  void map?.getSource<GeoJSONSource>(source)?.setData(collection(features))
}

/** Trucks; those that only a phone has told of show how old that is. */
export function drawTrucks(map: MapView | null, trucks: readonly Truck[], ageOf: (at: number) => string): void {
  set(
    map,
    'desk-trucks',
    trucks.map(({ id, plate, source, headingDeg, lonDeg, latDeg, at, state }) => ({
      type: 'Feature',
      properties: {
        id,
        source,
        accident: state === 'accident',
        headingDeg: headingDeg ?? 0,
        name: source === 'step' ? `${plate}\n${ageOf(at)}` : plate,
      },
      geometry: { type: 'Point', coordinates: [lonDeg, latDeg] },
    })),
  )
}

/** Places with their fences, each once. */
export function drawPlaces(map: MapView | null, places: readonly Place[]): void {
  const each = [...new Map(places.map((place) => [place.id, place])).values()]
  set(
    map,
    'desk-places',
    each.flatMap(({ id, name, lonDeg, latDeg, fenceM }): Feature[] => [
      { type: 'Feature', properties: { id, name }, geometry: circleAround([lonDeg, latDeg], fenceM) },
      { type: 'Feature', properties: { id, name }, geometry: { type: 'Point', coordinates: [lonDeg, latDeg] } },
    ]),
  )
}

/** The chosen trip: from place to place, the way so far, the phone's steps. */
export function drawWay(map: MapView | null, way: TripWay | undefined): void {
  if (!way) {
    set(map, 'desk-way', [])
    return
  }
  const ends = [way.from, way.to].map(({ lonDeg, latDeg }) => [lonDeg, latDeg])
  set(map, 'desk-way', [
    { type: 'Feature', properties: { kind: 'plan' }, geometry: { type: 'LineString', coordinates: ends } },
    ...way.way
      .filter((line) => line.length > 1)
      .map((line): Feature => ({
        type: 'Feature',
        properties: { kind: 'way' },
        geometry: { type: 'LineString', coordinates: line },
      })),
    ...way.steps.map((step): Feature => ({
      type: 'Feature',
      properties: { kind: 'step' },
      geometry: { type: 'Point', coordinates: step },
    })),
  ])
}

/** Marks what was chosen in the lists. */
export function chooseOn(map: MapView | null, trip: string | null, load: LoadRow | undefined): void {
  if (!map?.getLayer('desk-chosen')) return
  map.setFilter('desk-chosen', ['==', ['get', 'id'], trip ?? ''])
  map.setFilter('desk-chosen-places', [
    'all',
    ['==', ['geometry-type'], 'Point'],
    ['in', ['get', 'id'], ['literal', load ? [load.from.id, load.to.id] : []]],
  ])
}

export function removeLayers(map: MapView): void {
  // A map that is being taken down has lost its style already.
  if (!map.style) return
  for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
  for (const source of sources) if (map.getSource(source)) map.removeSource(source)
}

export function addLayers(map: MapView, palette: Palette): void {
  for (const source of sources) map.addSource(source, { type: 'geojson', data: collection([]) })
  addPlaces(map, palette)
  addWay(map, palette)
  addTrucks(map, palette)
}

const isPoint = ['==', ['geometry-type'], 'Point'] as ['==', ['geometry-type'], 'Point']

function addPlaces(map: MapView, palette: Palette): void {
  const source = 'desk-places'
  map.addLayer({
    id: 'desk-fences',
    type: 'fill',
    source,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': palette.gold, 'fill-opacity': 0.15 },
  })
  map.addLayer({
    id: 'desk-rims',
    type: 'line',
    source,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'line-color': palette.gold, 'line-width': 2 },
  })
  map.addLayer({
    id: 'desk-chosen-places',
    type: 'circle',
    source,
    filter: ['==', ['get', 'id'], ''],
    paint: {
      'circle-radius': 12,
      'circle-color': palette.selectedBg,
      'circle-stroke-color': palette.primary,
      'circle-stroke-width': 2,
    },
  })
  map.addLayer({
    id: 'desk-places',
    type: 'circle',
    source,
    filter: isPoint,
    paint: {
      'circle-radius': 5,
      'circle-color': palette.gold,
      'circle-stroke-color': palette.panel,
      'circle-stroke-width': 1.5,
    },
  })
  map.addLayer({
    id: 'desk-place-names',
    type: 'symbol',
    source,
    filter: isPoint,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': mapFont,
      'text-size': 12,
      'text-anchor': 'top',
      'text-offset': [0, 0.7],
    },
    paint: { 'text-color': palette.gold, 'text-halo-color': palette.page, 'text-halo-width': 1.5 },
  })
}

function addWay(map: MapView, palette: Palette): void {
  const source = 'desk-way'
  map.addLayer({
    id: 'desk-plan',
    type: 'line',
    source,
    filter: ['==', ['get', 'kind'], 'plan'],
    paint: { 'line-color': palette.second, 'line-width': 2, 'line-dasharray': [2, 2] },
  })
  map.addLayer({
    id: 'desk-way',
    type: 'line',
    source,
    filter: ['==', ['get', 'kind'], 'way'],
    paint: { 'line-color': palette.primary, 'line-width': 4 },
  })
  map.addLayer({
    id: 'desk-steps',
    type: 'circle',
    source,
    filter: ['==', ['get', 'kind'], 'step'],
    paint: {
      'circle-radius': 4,
      'circle-color': palette.panel,
      'circle-stroke-color': palette.primary,
      'circle-stroke-width': 2,
    },
  })
}

function addTrucks(map: MapView, palette: Palette): void {
  const source = 'desk-trucks'
  map.addLayer({
    id: 'desk-chosen',
    type: 'circle',
    source,
    filter: ['==', ['get', 'id'], ''],
    paint: {
      'circle-radius': 18,
      'circle-color': palette.selectedBg,
      'circle-stroke-color': palette.primary,
      'circle-stroke-width': 2,
    },
  })
  map.addLayer({
    id: 'desk-hollow',
    type: 'circle',
    source,
    filter: ['==', ['get', 'source'], 'step'],
    paint: {
      'circle-radius': 8,
      'circle-color': palette.panel,
      'circle-opacity': 0.6,
      'circle-stroke-color': ['case', ['get', 'accident'], palette.bad, palette.second],
      'circle-stroke-width': 2.5,
    },
  })
  map.addLayer({
    id: 'desk-arrows',
    type: 'symbol',
    source,
    filter: ['==', ['get', 'source'], 'terminal'],
    layout: {
      'icon-image': 'arrow',
      'icon-size': 0.6,
      'icon-rotate': ['get', 'headingDeg'],
      'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
    paint: {
      'icon-color': ['case', ['get', 'accident'], palette.bad, palette.primary],
      'icon-halo-color': palette.panel,
      'icon-halo-width': 1,
    },
  })
  map.addLayer({
    id: 'desk-names',
    type: 'symbol',
    source,
    minzoom: 7,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': mapFont,
      'text-size': 12,
      'text-anchor': 'bottom',
      'text-offset': [0, -1.2],
    },
    paint: { 'text-color': palette.text, 'text-halo-color': palette.page, 'text-halo-width': 1.5 },
  })
}
