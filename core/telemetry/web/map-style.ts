import type { Feature, FeatureCollection, GeoJsonProperties } from 'geojson'
import type { StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl'
import { fontStack, type Palette } from '@tingzhou/ui'
import places from './map-data/places.json'
import roads from '@tingzhou/geo/xj-road-graph.json'

type Point = readonly [number, number]

/** What maps draw with. The first family alone names the font: the browser falls back by itself. */
export const mapFont = [fontStack]

const pointFeature = (place: Point, properties: GeoJsonProperties): Feature => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: [...place] },
})

const collection = (features: readonly Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [...features],
})

const nodes = new Map(roads.nodes.map(({ id, name, lng, lat }) => [id, { name, place: [lng, lat] as Point }]))

/** Trunk roads as straight lines between their junctions. */
function roadLines(): FeatureCollection {
  return collection(
    roads.edges.flatMap(({ a, b, road }): Feature[] => {
      const from = nodes.get(a)
      const to = nodes.get(b)
      if (!from || !to) return []
      const coordinates = [[...from.place], [...to.place]]
      return [{ type: 'Feature', properties: { road }, geometry: { type: 'LineString', coordinates } }]
    }),
  )
}

// A town that is a junction too stands under its Chinese name already; a tenth of a degree is about 10 km.
const sameTownDeg = 0.1

const isNamed = ([lon, lat]: Point): boolean =>
  [...nodes.values()].some(
    ({ place }) => Math.abs(place[0] - lon) < sameTownDeg && Math.abs(place[1] - lat) < sameTownDeg,
  )

/** Towns: the junctions by their Chinese names, all others as GeoNames writes them. */
function townPoints(lang: 'zh-CN' | 'en'): FeatureCollection {
  const others = places.features.flatMap(({ properties, geometry }): Feature[] => {
    const [lon = 0, lat = 0] = geometry.coordinates
    if (lang !== 'en' && isNamed([lon, lat])) return []
    return [pointFeature([lon, lat], { name: properties.name, rank: lang === 'en' ? 1 : 2 })]
  })
  const named =
    lang === 'en' ? [] : [...nodes.values()].map(({ name, place }) => pointFeature(place, { name, rank: 1 }))
  return collection([...named, ...others])
}

/** The ground of the map: background, roads, towns; all of it ships with the application. Pure. */
export function mapStyle(palette: Palette, lang: 'zh-CN' | 'en'): StyleSpecification {
  const label: NonNullable<SymbolLayerSpecification['layout']> = {
    'text-field': ['get', 'name'],
    'text-font': mapFont,
    'text-size': 12,
    'text-anchor': 'top',
    'text-offset': [0, 0.4],
  }
  const ink = { 'text-color': palette.second, 'text-halo-color': palette.page, 'text-halo-width': 1.5 }
  return {
    version: 8,
    sources: {
      roads: { type: 'geojson', data: roadLines() },
      towns: { type: 'geojson', data: townPoints(lang), attribution: 'GeoNames (CC BY 4.0)' },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': palette.page } },
      { id: 'roads', type: 'line', source: 'roads', paint: { 'line-color': palette.border, 'line-width': 1.5 } },
      {
        id: 'town-dots',
        type: 'circle',
        source: 'towns',
        filter: ['any', ['==', ['get', 'rank'], 1], ['>=', ['zoom'], 8]],
        paint: { 'circle-radius': 2.5, 'circle-color': palette.second },
      },
      { id: 'towns', type: 'symbol', source: 'towns', filter: ['==', ['get', 'rank'], 1], layout: label, paint: ink },
      {
        id: 'villages',
        type: 'symbol',
        source: 'towns',
        minzoom: 8,
        filter: ['==', ['get', 'rank'], 2],
        layout: label,
        paint: ink,
      },
    ],
  }
}
