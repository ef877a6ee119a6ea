import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, Map as MapView, MapLayerMouseEvent } from 'maplibre-gl'
import { usePalette, type Palette } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { hasPlace } from './fix-words.tsx'
import { mapFont } from './map-style.ts'
import type { Mover } from './movers.ts'

const clusterOver = 500

type Trucks = {
  readonly movers: readonly Mover[]
  readonly selected: number | null
  readonly onPick: (point: number) => void
}

/** Trucks as arrows that show their heading; together in circles where there are more than 500. */
export function useTruckLayer(map: MapView | null, { movers, selected, onPick }: Trucks): void {
  const palette = usePalette()
  const clustered = movers.length > clusterOver
  const pick = useRef(onPick)
  pick.current = onPick
  const latest = useRef(movers)
  latest.current = movers

  useEffect(() => {
    if (!map) return
    addLayers(map, palette, clustered, latest.current)
    const onTruck = ({ features }: MapLayerMouseEvent) => {
      const point: unknown = features?.[0]?.properties['point']
      if (typeof point === 'number') pick.current(point)
    }
    const onCluster = ({ features, lngLat }: MapLayerMouseEvent) => {
      const id: unknown = features?.[0]?.properties['cluster_id']
      const source = map.getSource<GeoJSONSource>('trucks')
      if (typeof id !== 'number' || !source) return
      void source.getClusterExpansionZoom(id).then((zoom) => map.easeTo({ center: lngLat, zoom }))
    }
    map.on('click', 'trucks', onTruck)
    map.on('click', 'clusters', onCluster)
    return () => {
      map.off('click', 'trucks', onTruck)
      map.off('click', 'clusters', onCluster)
      // A map that is being taken down has lost its style already.
      if (!map.style) return
      for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
      if (map.getSource('trucks')) map.removeSource('trucks')
    }
  }, [map, palette, clustered])

  useEffect(() => {
    void map?.getSource<GeoJSONSource>('trucks')?.setData(points(movers))
  }, [map, movers, palette, clustered])

  useEffect(() => {
    if (map?.getLayer('chosen-truck')) map.setFilter('chosen-truck', ['==', ['get', 'point'], selected ?? -1])
  }, [map, selected, palette, clustered])
}

const layers = ['chosen-truck', 'truck-names', 'trucks', 'cluster-counts', 'clusters']

const points = (movers: readonly Mover[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: movers.filter(hasPlace).map(({ point, name, online, headingDeg, lonDeg, latDeg }) => ({
    type: 'Feature',
    properties: { point, name, online, headingDeg },
    geometry: { type: 'Point', coordinates: [lonDeg, latDeg] },
  })),
})

function addLayers(map: MapView, palette: Palette, cluster: boolean, movers: readonly Mover[]): void {
  const source = 'trucks'
  const single = ['!', ['has', 'point_count']] as ['!', ['has', string]]
  map.addSource(source, { type: 'geojson', data: points(movers), cluster, clusterRadius: 50 })
  map.addLayer({
    id: 'clusters',
    type: 'circle',
    source,
    filter: ['has', 'point_count'],
    paint: { 'circle-radius': 18, 'circle-color': palette.primary },
  })
  map.addLayer({
    id: 'cluster-counts',
    type: 'symbol',
    source,
    filter: ['has', 'point_count'],
    layout: { 'text-field': ['to-string', ['get', 'point_count']], 'text-font': mapFont, 'text-size': 12 },
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
    },
    paint: {
      'icon-color': ['case', ['get', 'online'], palette.primary, palette.second],
      'icon-halo-color': palette.panel,
      'icon-halo-width': 1,
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
}
