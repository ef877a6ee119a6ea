import { useQuery } from '@tanstack/react-query'
import { EmptyState, ProblemAlert, SkeletonLines, useLive, useText, When } from '@tingzhou/ui'
import { useState } from 'react'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { SearchSelect } from '../carriage/search-select.tsx'
import { placeOf, waveKinds } from './api.ts'

/** What became of a truck in the latest wave or in one of them, and what would change it. */
export function WhyNot({ vehicleId, waveId }: { readonly vehicleId: string; readonly waveId?: string }) {
  const t = useText('freight')
  const input = { id: vehicleId, ...(waveId === undefined ? {} : { waveId }) }
  const query = useQuery(api.waves.whyNot.queryOptions({ input }))
  useLive({ kinds: [...waveKinds], keys: [api.waves.whyNot.key()] })
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonLines lines={2} />
  const { answer } = query.data
  if (!answer) return <EmptyState title={t('why_not.no_wave')} />
  return (
    <>
      <p>{answer.text}</p>
      {waveId === undefined && (
        <p className="tz-second">
          {t('why_not.wave')}{' '}
          {answer.waveId === null ? (
            <When at={answer.madeAt} />
          ) : (
            <Link to={placeOf.wave(answer.waveId)}>
              <When at={answer.madeAt} />
            </Link>
          )}
        </p>
      )}
    </>
  )
}

/** Asks it of a truck that is chosen. */
export function WhyNotAsk({ waveId }: { readonly waveId: string }) {
  const t = useText('freight')
  const [vehicleId, setVehicleId] = useState<string | null>(null)
  const find = async (q: string, signal: AbortSignal) => {
    const { rows } = await api.vehicles.list.call({ q, state: 'open', limit: 20 }, { signal })
    return rows.map(({ id, plate, carrier }) => ({ value: id, label: `${plate} · ${carrier.name}` }))
  }
  return (
    <>
      <label className="freight-why-not">
        <span>{t('driving.vehicle')}</span>
        <SearchSelect
          value={vehicleId}
          onChange={setVehicleId}
          among={['vehicles', 'why-not']}
          find={find}
          placeholder={t('why_not.choose')}
          empty={t('vehicle.empty')}
        />
      </label>
      {vehicleId !== null && <WhyNot vehicleId={vehicleId} waveId={waveId} />}
    </>
  )
}
