import { useText, VerbButton } from '@tingzhou/ui'
import { CrossingItems } from './crossing-items.tsx'
import './fences.css'

/** What one vehicle did to fences. */
export function DeviceCrossings({ deviceId }: { readonly deviceId: string }) {
  const t = useText('geography')
  return (
    <>
      <p className="tz-verbs">
        <VerbButton href={`/geofence-events?device=${deviceId}`}>{t('verb.all_events')}</VerbButton>
      </p>
      <CrossingItems filter={{ device: deviceId }} limit={20} />
    </>
  )
}
