import type { MapPartProps } from '@tingzhou/telemetry/web'
import { useText, VerbButton } from '@tingzhou/ui'
import type { Crossing } from './api.ts'
import { CrossingItems } from './crossing-items.tsx'
import { useFenceAddress } from './fence-address.ts'
import './fences.css'

/** The last events of all fences beside the map; one of them shows its fence and where it happened. */
export function CrossingPanel({ map, shown }: MapPartProps) {
  const t = useText('geography')
  const { set } = useFenceAddress()
  if (!shown) return null
  const pick = ({ fenceId, lonDeg, latDeg }: Crossing) => {
    set({ fence: fenceId })
    map?.easeTo({ center: [lonDeg, latDeg], zoom: Math.max(map.getZoom(), 12) })
  }
  return (
    <section className="tz-fences" aria-label={t('panel.events')}>
      <p className="tz-verbs">
        <VerbButton href="/geofence-events">{t('verb.all_events')}</VerbButton>
      </p>
      <CrossingItems filter={{}} limit={30} onPick={pick} />
    </section>
  )
}
