import type { Feature, FeatureCollection, Point } from 'geojson'
import type { CircleLayerSpecification, GeoJSONSource, Map as MapView, MapLayerMouseEvent } from 'maplibre-gl'
import { usePalette, type Palette } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { hasPlace } from './fix-words.tsx'
import { mapFont } from './map-style.ts'
import { movedSince } from './mover-merge.ts'
import type { Mover, MoverGroup } from './movers.ts'

const clusterOver = 500

type Trucks = {
  readonly movers: readonly Mover[]
  /** In place of movers where there are too many of them. */
  readonly groups: readonly MoverGroup[]
  /** Clicks are somebody else's. */
  readonly silent: boolean
  readonly selected: number | null
  readonly onPick: (point: number) => void
}

/** Trucks as arrows that show their heading; together in circles where there are more than 500. */
export function useTruckLayer(map: MapView | null, { movers, groups, selected, silent, onPick }: Trucks): void {
  const palette = usePalette()
  const clustered = movers.length > clusterOver
  const pick = useRef(onPick)
  pick.current = onPick
  const isSilent = useRef(silent)
  isSilent.current = silent
  // What the source holds of which truck; another source, with other colours or heaps, holds nothing yet.
  const drawn = useRef(new Map<number, Mover>())

  useEffect(() => {
    if (!map) return
    addLayers(map, palette, clustered)
    drawn.current = new Map()
    const onTruck = ({ features }: MapLayerMouseEvent) => {
      const point: unknown = features?.[0]?.properties['point']
      if (typeof point === 'number' && !isSilent.current) pick.current(point)
    }
    const onCluster = ({ features, lngLat }: MapLayerMouseEvent) => {
      const id: unknown = features?.[0]?.properties['cluster_id']
      const source = map.getSource<GeoJSONSource>('trucks')
      if (typeof id !== 'number' || !source || isSilent.current) return
      void source.getClusterExpansionZoom(id).then((zoom) => map.easeTo({ center: lngLat, zoom }))
    }
    const onGroup = ({ lngLat }: MapLayerMouseEvent) => {
      if (!isSilent.current) map.easeTo({ center: lngLat, zoom: map.getZoom() + 2 })
    }
    const clicks = [
      ['trucks', onTruck],
      ['clusters', onCluster],
      ['groups', onGroup],
    ] as const
    for (const [layer, listener] of clicks) map.on('click', layer, listener)
    const canvas = map.getCanvas()
    const point = () => (canvas.style.cursor = isSilent.current ? '' : 'pointer')
    const leave = () => (canvas.style.cursor = '')
    for (const [layer] of clicks) {
      map.on('mouseenter', layer, point)
      map.on('mouseleave', layer, leave)
    }
    return () => {
      for (const [layer, listener] of clicks) {
        map.off('click', layer, listener)
        map.off('mouseenter', layer, point)
        map.off('mouseleave', layer, leave)
      }
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      for (const source of ['trucks', 'groups']) if (map.getSource(source)) map.removeSource(source)
    }
  }, [map, palette, clustered])

  useEffect(() => {
    const source = map?.getSource<GeoJSONSource>('trucks')
    if (!source) return
    const placed = movers.filter(hasPlace)
    const { changed, gone } = movedSince(drawn.current, placed)
    drawn.current = new Map(placed.map((mover) => [mover.point, mover]))
    // Only what moved goes to the worker of the map.
    if (changed.length + gone.length > 0) void source.updateData({ remove: gone, add: changed.map(featureOf) })
  }, [map, movers, palette, clustered])

  useEffect(() => {
    void map?.getSource<GeoJSONSource>('groups')?.setData(groupPoints(groups))
  }, [map, groups, palette, clustered])

  useEffect(() => {
    if (map?.getLayer('chosen-truck')) map.setFilter('chosen-truck', ['==', ['get', 'point'], selected ?? -1])
  }, [map, selected, palette, clustered])
}

const layers = [
  'group-counts',
  'groups',
  'chosen-truck',
  'truck-names',
  'trucks',
  'truck-alarms',
  'cluster-counts',
  'clusters',
]

const groupPoints = (groups: readonly MoverGroup[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: groups.map(({ lonDeg, latDeg, count, alarms }) => ({
    type: 'Feature',
    properties: { count, alarms },
    geometry: { type: 'Point', coordinates: [lonDeg, latDeg] },
  })),
})

/** A circle that grows with how many it stands for, with a ring when some of them report an alarm. */
const heap = (palette: Palette, count: string, alarms: string): NonNullable<CircleLayerSpecification['paint']> => ({
  'circle-radius': ['interpolate', ['linear'], ['log10', ['max', ['get', count], 1]], 0, 14, 3, 24, 5, 34],
  'circle-color': palette.primary,
  'circle-stroke-width': ['case', ['>', ['get', alarms], 0], 4, 0],
  'circle-stroke-color': palette.bad,
})

const featureOf = ({ point, name, online, headingDeg, alarm, lonDeg, latDeg }: Mover): Feature<Point> => ({
  type: 'Feature',
  id: point,
  properties: { point, name, online, headingDeg, alarm: alarm !== 0 },
  geometry: { type: 'Point', coordinates: [lonDeg, latDeg] },
})

function addLayers(map: MapView, palette: Palette, cluster: boolean): void {
  const source = 'trucks'
  const single = ['!', ['has', 'point_count']] as ['!', ['has', string]]
  map.addSource(source, {
    type: 'geojson',
    data: { type: 'FeatureCollection', features: [] },
    cluster,
    clusterRadius: 50,
    clusterProperties: { alarms: ['+', ['case', ['get', 'alarm'], 1, 0]] },
  })
  map.addSource('groups', { type: 'geojson', data: groupPoints([]) })
  map.addLayer({
    id: 'clusters',
    type: 'circle',
    source,
    filter: ['has', 'point_count'],
    paint: heap(palette, 'point_count', 'alarms'),
  })
  map.addLayer({
    id: 'cluster-counts',
    type: 'symbol',
    source,
    filter: ['has', 'point_count'],
    layout: {
      'text-field': ['to-string', ['get', 'point_count']],
      'text-font': mapFont,
      'text-size': 12,
      'text-allow-overlap': true,
    },
    paint: { 'text-color': palette.onPrimary },
  })
  map.addLayer({
    id: 'chosen-truck',
    type: 'circle',
    source,
    filter: ['==', ['get', 'point'], -1],
    paint: {
      'circle-radius': 18,
      'circle-color': palette.selectedBg,
      'circle-stroke-color': palette.primary,
      'circle-stroke-width': 2,
    },
  })
  map.addLayer({
    id: 'trucks',
    type: 'symbol',
    source,
    filter: single,
    layout: {
      'icon-image': 'arrow',
      'icon-size': 0.6,
      'icon-rotate': ['get', 'headingDeg'],
      'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true,
      // Names of towns stay, whatever drives through them; alarms lie on top.
      'icon-ignore-placement': true,
      'symbol-sort-key': ['case', ['get', 'alarm'], 1, 0],
    },
    paint: {
      'icon-color': ['case', ['get', 'alarm'], palette.bad, ['get', 'online'], palette.primary, palette.second],
      'icon-halo-color': palette.panel,
      'icon-halo-width': 1,
    },
  })
  map.addLayer({
    id: 'truck-alarms',
    type: 'circle',
    source,
    filter: ['all', single, ['get', 'alarm']],
    paint: {
      'circle-radius': 15,
      'circle-opacity': 0,
      'circle-stroke-color': palette.bad,
      'circle-stroke-width': 3,
    },
  })
  map.addLayer({
    id: 'truck-names',
    type: 'symbol',
    source,
    minzoom: 8,
    filter: single,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': mapFont,
      'text-size': 12,
      'text-anchor': 'bottom',
      'text-offset': [0, -1.2],
    },
    paint: { 'text-color': palette.text, 'text-halo-color': palette.page, 'text-halo-width': 1.5 },
  })
  map.addLayer({ id: 'groups', type: 'circle', source: 'groups', paint: heap(palette, 'count', 'alarms') })
  map.addLayer({
    id: 'group-counts',
    type: 'symbol',
    source: 'groups',
    layout: {
      'text-field': ['to-string', ['get', 'count']],
      'text-font': mapFont,
      'text-size': 12,
      'text-allow-overlap': true,
    },
    paint: { 'text-color': palette.onPrimary },
  })
}
