import { useMap } from '@tingzhou/telemetry/map'
import { formatDuration, ProblemAlert, usePalette, useText, zoneNow } from '@tingzhou/ui'
import { Alert } from 'antd'
import { LngLatBounds, type Map as MapView } from 'maplibre-gl'
import { useEffect, useRef } from 'react'
import type { Box, LoadRow, Positions, TripWay, Truck } from './api.ts'
import { addLayers, chooseOn, drawPlaces, drawTrucks, drawWay, removeLayers, truckLayers } from './map-layers.ts'

type Props = {
  readonly positions: Positions | undefined
  readonly trucks: readonly Truck[]
  readonly loads: readonly LoadRow[]
  readonly chosenTrip: string | null
  readonly chosenLoad: string | null
  readonly way: TripWay | undefined
  readonly problem: Error | null
  readonly onBox: (box: Box) => void
  readonly onTruck: (id: string) => void
}

/** The trucks of running waybills, the places of what is carried, and the trip or load that is chosen. */
export function DeskMap(props: Props) {
  const t = useText('freight')
  const palette = usePalette()
  const frame = useRef<HTMLDivElement>(null)
  const { map, broken } = useMap(frame)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    if (!map) return
    addLayers(map, palette)
    const pick = (event: {
      readonly features?: readonly { readonly properties: Readonly<Record<string, unknown>> }[]
    }) => {
      const id = event.features?.[0]?.properties['id']
      if (typeof id === 'string') latest.current.onTruck(id)
    }
    const look = () => {
      // Fewer trucks than fit are told whole: moving the map asks for nothing.
      if (latest.current.positions?.more) latest.current.onBox(boxOf(map))
    }
    for (const layer of truckLayers) map.on('click', layer, pick)
    map.on('moveend', look)
    return () => {
      for (const layer of truckLayers) map.off('click', layer, pick)
      map.off('moveend', look)
      removeLayers(map)
    }
  }, [map, palette])

  const { trucks, loads, positions, chosenTrip, chosenLoad, way } = props
  useEffect(
    () => drawTrucks(map, trucks, (at) => t('desk.age', { age: formatDuration(Math.round((zoneNow() - at) / 1_000)) })),
    [map, palette, trucks, t],
  )
  useEffect(
    () => drawPlaces(map, [...(positions?.places ?? []), ...loads.flatMap(({ from, to }) => [from, to])]),
    [map, palette, positions, loads],
  )
  useEffect(() => drawWay(map, way), [map, palette, way])
  const load = loads.find(({ id }) => id === chosenLoad)
  useEffect(() => chooseOn(map, chosenTrip, load), [map, palette, chosenTrip, load])

  const shown = useRef('')
  useEffect(() => {
    const places = placesOf(trucks, way, load)
    const what = chosenTrip ?? chosenLoad ?? 'all'
    // The map is the reader's until something else is chosen, or what was chosen is known.
    if (!map || places.length === 0 || shown.current === what || (chosenTrip && !way)) return
    shown.current = what
    const bounds = new LngLatBounds()
    for (const place of places) bounds.extend([...place])
    map.fitBounds(bounds, { padding: 56, maxZoom: 11, animate: false })
  }, [map, trucks, way, load, chosenTrip, chosenLoad])
  return (
    <section className="freight-desk-map" aria-label={t('desk.map')} aria-busy={!map && !broken}>
      {props.problem && <ProblemAlert problem={props.problem} />}
      {broken && <Alert type="warning" showIcon title={t('desk.no_map')} />}
      {positions?.more && <p className="tz-caption">{t('desk.more_trucks')}</p>}
      <div ref={frame} className="freight-desk-canvas" />
      <ul className="freight-desk-legend">
        <li>
          <i className="freight-desk-mark freight-desk-mark-terminal" aria-hidden /> {t('desk_source.terminal')}
        </li>
        <li>
          <i className="freight-desk-mark freight-desk-mark-step" aria-hidden /> {t('desk_source.step')}
        </li>
        <li>
          <i className="freight-desk-mark freight-desk-mark-place" aria-hidden /> {t('desk.place')}
        </li>
        <li>
          <i className="freight-desk-line" aria-hidden /> {t('desk.way')}
        </li>
        <li>
          <i className="freight-desk-line freight-desk-line-plan" aria-hidden /> {t('desk.plan')}
        </li>
      </ul>
    </section>
  )
}

function boxOf(map: MapView): Box {
  const bounds = map.getBounds()
  return {
    west: Math.max(-180, bounds.getWest()),
    south: Math.max(-90, bounds.getSouth()),
    east: Math.min(180, bounds.getEast()),
    north: Math.min(90, bounds.getNorth()),
  }
}

type Spot = readonly [number, number]

/** What has to be on the map: the chosen trip or load, else all trucks. Pure. */
function placesOf(trucks: readonly Truck[], way: TripWay | undefined, load: LoadRow | undefined): readonly Spot[] {
  if (way) return [spot(way.from), spot(way.to), ...way.way.flat(), ...way.steps]
  if (load) return [spot(load.from), spot(load.to)]
  return trucks.map(spot)
}

const spot = ({ lonDeg, latDeg }: { readonly lonDeg: number; readonly latDeg: number }): Spot => [lonDeg, latDeg]
