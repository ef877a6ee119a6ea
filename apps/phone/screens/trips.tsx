import { useSyncExternalStore } from 'react'
import { moment, money, tons } from '../format.ts'
import { useText } from '../i18n.ts'
import type { Queue } from '../queue.ts'
import { go } from '../route.ts'
import type { Snapshot } from '../snapshot.ts'
import { inTourOrder, nextStop } from '../tour.ts'
import { isOpen, withWaiting, type WaybillState } from '../trip.ts'
import type { MyTrips, TourFacts, TripFacts } from '../views.ts'
import { Age } from './parts.tsx'

/** The driver's trips, those with something to do first. */
export function Trips({ trips, queue }: { readonly trips: Snapshot<MyTrips>; readonly queue: Queue }) {
  const t = useText()
  const { actions } = useSyncExternalStore(queue.subscribe, queue.read)
  const rows = withWaiting(trips.value?.rows ?? [], actions)
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
      {inTourOrder(open).map(({ tour, rows: own }) =>
        tour === null ? (
          own.map(({ trip, state, waits }) => <Row key={trip.id} trip={trip} state={state} waits={waits} />)
        ) : (
          <section key={tour.id} aria-label={t('tour.title', { n: own.length })}>
            <h2>{t('tour.title', { n: own.length })}</h2>
            <NextStop tour={tour} states={new Map(rows.map(({ trip, state }) => [trip.id, state]))} />
            {own.map(({ trip, state, waits }) => (
              <Row key={trip.id} trip={trip} state={state} waits={waits} />
            ))}
          </section>
        ),
      )}
      {over.length > 0 && <h2>{t('trips.over')}</h2>}
      {over.map(({ trip, state }) => (
        <Row key={trip.id} trip={trip} state={state} waits={false} />
      ))}
    </>
  )
}

/** What comes next on a tour. */
function NextStop({ tour, states }: { readonly tour: TourFacts; readonly states: ReadonlyMap<string, WaybillState> }) {
  const t = useText()
  const next = nextStop(tour, (id) => states.get(id))
  if (!next) return null
  const { kind, plan, measure, goods, place, arriveAt } = next.stop
  const amount = measure === 'ton' ? tons(plan) : `${plan / 1_000} ${t('per.m3')}`
  return (
    <p className="card">
      <b>{t('tour.stop', { at: next.at, of: next.of })}</b> {t(`tour.${kind}`, { amount, goods, place })}{' '}
      <span className="quiet">{t('tour.planned', { at: moment(arriveAt) })}</span>
    </p>
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
