import { useSyncExternalStore } from 'react'
import { moment, money, tons } from '../format.ts'
import { useText } from '../i18n.ts'
import type { Queue } from '../queue.ts'
import { go } from '../route.ts'
import type { Snapshot } from '../snapshot.ts'
import { isOpen, stateAfter, type WaybillState } from '../trip.ts'
import type { MyTrips, TripFacts } from '../views.ts'
import { Age } from './parts.tsx'

/** The driver's trips, those with something to do first. */
export function Trips({ trips, queue }: { readonly trips: Snapshot<MyTrips>; readonly queue: Queue }) {
  const t = useText()
  const { actions } = useSyncExternalStore(queue.subscribe, queue.read)
  const rows = (trips.value?.rows ?? []).map((trip) => {
    const own = actions.filter(({ waybillId }) => waybillId === trip.id)
    return {
      trip,
      waits: own.length > 0,
      state: stateAfter(
        trip.state,
        own.map(({ move }) => move),
      ),
    }
  })
  const open = rows.filter(({ state, waits }) => waits || isOpen(state))
  const over = rows.filter((row) => !open.includes(row))
  return (
    <>
      <h1>{t('tab.trips')}</h1>
      <Age at={trips.at} problem={trips.problem} />
      {trips.value && rows.length === 0 && (
        <div className="empty">
          <p>{t('trips.none')}</p>
          <button type="button" className="verb" onClick={() => go('loads')}>
            {t('trips.find')}
          </button>
        </div>
      )}
      {!trips.value && trips.loading && <p className="quiet wait">{t('wait')}</p>}
      {open.map(({ trip, state, waits }) => (
        <Row key={trip.id} trip={trip} state={state} waits={waits} />
      ))}
      {over.length > 0 && <h2>{t('trips.over')}</h2>}
      {over.map(({ trip, state }) => (
        <Row key={trip.id} trip={trip} state={state} waits={false} />
      ))}
    </>
  )
}

function Row({
  trip,
  state,
  waits,
}: {
  readonly trip: TripFacts
  readonly state: WaybillState
  readonly waits: boolean
}) {
  const t = useText()
  return (
    <button type="button" className="card row" onClick={() => go('trips', trip.id)}>
      <span className="route">
        {trip.fromPlace.name} → {trip.toPlace.name}
      </span>
      <span className="facts">
        <span className={isOpen(state) ? 'tag now' : 'tag'}>{t(`state.${state}`)}</span>
        {waits && <span className="tag attention">{t('queue.here')}</span>}
        <span>{trip.goods}</span>
        <span>{trip.measure === 'ton' ? tons(trip.loadNetKg ?? trip.plan) : trip.plate}</span>
        {trip.dueFen !== null && <b className="money">{money(trip.dueFen)}</b>}
        <span className="quiet">{moment(trip.createdAt)}</span>
      </span>
    </button>
  )
}
