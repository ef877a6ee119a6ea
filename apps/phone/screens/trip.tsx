import { useState, useSyncExternalStore } from 'react'
import type { StoredAction } from '../action.ts'
import { km, money, moment, price, tons } from '../format.ts'
import { useText } from '../i18n.ts'
import { newCommandId } from '../command-id.ts'
import { QueueFull, type Queue } from '../queue.ts'
import { go } from '../route.ts'
import { isOnOther, isUnloadedLast } from '../tour.ts'
import { nextMove, stateAfter, steps, way, withWaiting, type DriverMove, type WaybillState } from '../trip.ts'
import type { Place, TripFacts } from '../views.ts'
import { Opinions } from './opinion.tsx'
import { Fault } from './parts.tsx'
import { ReturnLoads } from './return-loads.tsx'
import { Slots } from './slot.tsx'
import { StepForm, type StepInput } from './step-form.tsx'

/** From loading on a driver looks for what comes next. */
const looksAhead: ReadonlySet<WaybillState> = new Set(['loaded', 'in_transit', 'at_unload'])

/** One trip: where to, what for, and one large button that changes its word. */
export function Trip(props: {
  readonly trip: TripFacts
  /** All of the driver's, of which one at a time is under way. */
  readonly trips: readonly TripFacts[]
  readonly queue: Queue
  readonly owner: string
  readonly lose: () => void
  readonly page: string | null
}) {
  const { trip, trips, queue, owner, lose, page } = props
  const t = useText()
  const view = useSyncExternalStore(queue.subscribe, queue.read)
  const actions = view.actions.filter(({ waybillId }) => waybillId === trip.id)
  const refused = actions.find(({ refusal }) => refusal)
  const state = stateAfter(
    trip.state,
    actions.map(({ move }) => move),
  )
  const move = nextMove(state)
  const [aside, setAside] = useState<DriverMove | null>(null)
  const [full, setFull] = useState(false)
  const rows = withWaiting(trips, view.actions)
  const mustWait = state === 'offered' && isOnOther(rows, trip)
  const asked = aside ?? (mustWait ? null : move)
  const toUnload = state === 'in_transit' || state === 'at_unload' || state === 'unloaded' || state === 'accident'

  const act = async (input: StepInput) => {
    if (!asked) return
    try {
      await queue.add({ waybillId: trip.id, commandId: newCommandId(), move: asked, at: Date.now(), ...input })
      setAside(null)
      void queue.send()
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error
      setFull(true)
    }
  }
  if (page === 'returns')
    return (
      <>
        <button type="button" className="back" onClick={() => go('trips', trip.id)}>
          ‹ {t('back')}
        </button>
        <ReturnLoads trip={trip} owner={owner} lose={lose} all />
      </>
    )
  return (
    <>
      <button type="button" className="back" onClick={() => go('trips')}>
        ‹ {t('back')}
      </button>
      <h1 className="route">
        {trip.fromPlace.name} → {trip.toPlace.name}
      </h1>
      <p className="facts">
        <span className="tag now">{t(`state.${state}`)}</span>
        <span>{trip.goods}</span>
        {trip.measure === 'ton' && <span>{tons(trip.loadNetKg ?? trip.plan)}</span>}
        {trip.distanceM !== null && <span>{km(trip.distanceM)}</span>}
        <b className="money">
          {price(trip.carrierMilliFen)} / {t(`per.${trip.measure}`)}
        </b>
      </p>
      <Way state={state} />
      <Slots slots={trip.slots ?? []} state={state} />
      {refused && <Refused action={refused} queue={queue} />}
      {full && <p className="fault">{t('queue.full')}</p>}
      {!refused && asked && (
        <StepForm
          key={asked}
          move={asked}
          asks={steps[asked].asks}
          trip={trip}
          place={toUnload ? trip.toPlace : trip.fromPlace}
          act={act}
          leave={aside ? () => setAside(null) : null}
        />
      )}
      {!refused && !aside && mustWait && (
        <p className="attention" role="status">
          {t('trip.one_at_a_time')}
        </p>
      )}
      {!refused && !aside && state === 'offered' && (
        <button type="button" className="verb second" onClick={() => setAside('refuse')}>
          {t('move.refuse')}
        </button>
      )}
      {!refused && !aside && state === 'in_transit' && (
        <button type="button" className="verb second" onClick={() => setAside('accident')}>
          {t('move.accident')}
        </button>
      )}
      {looksAhead.has(state) && isUnloadedLast(rows, trip) && (
        <ReturnLoads trip={trip} owner={owner} lose={lose} all={false} />
      )}
      {!asked && !mustWait && <p className="quiet">{t(state === 'cancelled' ? 'trip.cancelled' : 'trip.rest')}</p>}
      {!refused && !asked && !mustWait && state !== 'cancelled' && <Opinions {...props} waiting={actions} />}
      <Where title={t('place.from')} place={trip.fromPlace} />
      <Where title={t('place.to')} place={trip.toPlace} />
      <dl className="card">
        <dt>{t('field.number')}</dt>
        <dd>
          {trip.number} {trip.serial === '0000' ? '' : trip.serial}
        </dd>
        <dt>{t('field.plate')}</dt>
        <dd>{trip.plate}</dd>
        <dt>{t('field.consignee')}</dt>
        <dd>{trip.consignee}</dd>
        {trip.loadNetKg !== null && <Fact name={t('field.load_net')} value={tons(trip.loadNetKg)} />}
        {trip.unloadNetKg !== null && <Fact name={t('field.unload_net')} value={tons(trip.unloadNetKg)} />}
        {trip.dueFen !== null && <Fact name={t('field.due')} value={money(trip.dueFen)} />}
        {trip.offerUntil !== null && state === 'offered' && (
          <Fact name={t('field.offer_until')} value={moment(trip.offerUntil)} />
        )}
      </dl>
      {actions.length > 0 && <Waiting actions={actions} />}
    </>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

/** The way of the trip, and where on it one is. */
function Way({ state }: { readonly state: WaybillState }) {
  const t = useText()
  const here = way.indexOf(state)
  return (
    <ol className="way" aria-label={t('way')}>
      {way.map((one, index) => (
        <li key={one} aria-current={one === state ? 'step' : undefined} className={index <= here ? 'done' : ''}>
          <span>{t(`state.${one}`)}</span>
        </li>
      ))}
    </ol>
  )
}

function Where({ title, place }: { readonly title: string; readonly place: Place }) {
  const t = useText()
  return (
    <section className="card">
      <h2>{title}</h2>
      <p className="route">{place.name}</p>
      <p>{place.address}</p>
      <p className="facts">
        <a href={`geo:${place.latDeg},${place.lonDeg}?q=${place.latDeg},${place.lonDeg}`}>{t('place.way')}</a>
        {place.phone !== '' && (
          <a href={`tel:${place.phone}`}>
            {t('place.call')} {place.contact}
          </a>
        )}
      </p>
    </section>
  )
}

/** A step that the server will not have: why, and what the driver may do. */
function Refused({ action, queue }: { readonly action: StoredAction; readonly queue: Queue }) {
  const t = useText()
  if (!action.refusal) return null
  return (
    <section className="card bad">
      <h2>{t('refused.title', { step: t(`move.${action.move}`) })}</h2>
      <Fault problem={action.refusal} />
      <button type="button" className="verb" onClick={() => void queue.redo(action.seq)}>
        {t('refused.redo')}
      </button>
      <button
        type="button"
        className="verb second"
        onClick={() => void queue.again(action.seq).then(() => queue.send())}
      >
        {t('refused.again')}
      </button>
      <p className="quiet">{t('refused.hint')}</p>
    </section>
  )
}

function Waiting({ actions }: { readonly actions: readonly StoredAction[] }) {
  const t = useText()
  return (
    <section className="card attention">
      <h2>{t('waiting.title')}</h2>
      <ol>
        {actions.map(({ seq, move, at, proofs, position }) => (
          <li key={seq}>
            {moment(at)} {t(`move.${move}`)}
            {proofs.length > 0 ? ` · ${t('waiting.photos', { n: proofs.length })}` : ''}
            {position ? ` · ${t('waiting.position')}` : ''}
          </li>
        ))}
      </ol>
      <p className="quiet">{t('waiting.hint')}</p>
    </section>
  )
}
