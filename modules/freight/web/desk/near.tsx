import {
  EmptyState,
  FormDrawer,
  formatMass,
  formatNumber,
  OpenFormButton,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useOpenForm,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { CrewBox } from '../carriage/crew.tsx'
import { verbsOf } from '../carriage/load-rules.ts'
import { useNear } from './api.ts'

/** Free vehicles near a load; the nearest first, each one step from being sent. */
export function NearVehicles({ loadId }: { readonly loadId: string }) {
  const t = useText('freight')
  const load = useQuery(api.loads.get.queryOptions({ input: { id: loadId } }))
  const near = useNear(loadId)
  const late = useLate(near.isPending)
  const mayAssign = load.data !== undefined && verbsOf(load.data.mode, 'platform').includes('assign')
  return (
    <section className="freight-desk-chosen-box" aria-label={t('desk.near')}>
      <header>
        <h2>{t('desk.near')}</h2>
        <VerbButton size="small" href={`/freight-loads/${loadId}`}>
          {load.data ? t('desk.open_load', { number: load.data.number }) : t('desk.open')}
        </VerbButton>
      </header>
      {near.error && <ProblemAlert problem={near.error} onRetry={() => void near.refetch()} />}
      {late && <SkeletonLines lines={3} />}
      {near.data?.rows.length === 0 && <EmptyState title={t('desk.near_none')} text={t('desk.near_none_text')} />}
      <ul className="freight-desk-near">
        {near.data?.rows.map(({ vehicle, carrier, driver, distanceM, place, at }) => (
          <li key={vehicle.id}>
            <strong className="tz-number">{t('desk.km', { km: formatNumber(distanceM / 1_000, 1) })}</strong>
            <span>
              {vehicle.plate} {driver.name} · {t('desk.rated', { mass: formatMass(vehicle.ratedLoadKg) })}
              <br />
              <span className="tz-second">
                {carrier.name}
                {place &&
                  ` · ${t('desk.at_place', { place: place.name, km: formatNumber(place.distanceM / 1_000, 1) })}`}
                {' · '}
                <When at={at} relative />
              </span>
            </span>
            <OpenFormButton
              name="assign"
              item={[loadId, carrier.id, driver.id, vehicle.id].join('~')}
              size="small"
              reason={mayAssign ? null : t('desk.not_assigned')}
            >
              {t('load_verb.assign')}
            </OpenFormButton>
          </li>
        ))}
      </ul>
      {near.data !== undefined && near.data.blocked > 0 && (
        <p className="tz-caption">{t('desk.blocked', { n: formatNumber(near.data.blocked) })}</p>
      )}
    </section>
  )
}

/** The form of the vehicle that was chosen. */
export function AssignDrawer() {
  const t = useText('freight')
  return (
    <FormDrawer name="assign" title={t('load_verb.assign')}>
      <Assign />
    </FormDrawer>
  )
}

function Assign() {
  const { item } = useOpenForm()
  const t = useText('freight')
  const [loadId = '', carrierId = '', driverId = '', vehicleId = ''] = (item ?? '').split('~')
  const load = useQuery(api.loads.get.queryOptions({ input: { id: loadId } }))
  if (load.isPending) return <SkeletonLines lines={4} />
  if (!load.data) return <ProblemAlert problem={load.error} />
  return (
    <>
      <p className="tz-second">
        {load.data.number} · {load.data.goods} · {load.data.from.name} → {load.data.to.name}
      </p>
      <CrewBox
        of={load.data}
        chosen={{ carrierId, driverId, vehicleId }}
        run={api.loads.assign.call}
        submit={t('load_verb.assign')}
        alsoChanged={[api.desk.key()]}
      />
    </>
  )
}
