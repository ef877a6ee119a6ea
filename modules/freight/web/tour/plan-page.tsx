import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FormBox,
  FormDrawer,
  formatDuration,
  formatMass,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  Panel,
  PlainTable,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type Fact,
  TextItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api, type Done } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { km } from '../wave/km.ts'
import { placeOf, tourKinds, type PlanDetail, type StopRow, type TourRow } from './api.ts'
import { Saved, TourTag } from './tags.tsx'

/** One plan: what it saves and on what that rests, each truck's stops, and what was left out. */
export function TourPlanPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const query = useQuery(api.tours.get.queryOptions({ input: { id } }))
  const history = useQuery(api.tours.history.queryOptions({ input: { id } }))
  useLive({ kinds: [...tourKinds], keys: [api.tours.key()] })
  const facts = useFacts(query.data)
  const plan = query.data
  if (!plan)
    return (
      <ObjectPage
        title={t('tour.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={t('tour.of', { served: formatNumber(plan.served), tours: formatNumber(plan.rows.length) })}
        verbs={
          <>
            <VerbButton href={placeOf.list}>{t('tour.title')}</VerbButton>
            <VerbButton href={placeOf.make}>{t('tour.make')}</VerbButton>
          </>
        }
        facts={facts}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        {plan.rows.length === 0 && <EmptyState title={t('tour.no_tours')} text={t('tour.no_tours_text')} />}
        {plan.rows.map((tour) => (
          <Panel key={tour.id} title={t('tour.tour_of', { plate: tour.vehicle.plate, n: formatNumber(tour.loads) })}>
            <TourView tour={tour} />
          </Panel>
        ))}
        <Panel title={t('tour.left')}>
          <PlainTable
            name={t('tour.left')}
            empty={t('tour.left_none')}
            head={[t('load.one'), t('wave.why')]}
            rows={plan.left.map(({ loadId, number, text }) => ({
              key: loadId,
              cells: [
                <Link key="load" to={placeOf.load(loadId)} className="tz-mono">
                  {number}
                </Link>,
                <span key="why" className="freight-wrap">
                  {text}
                </span>,
              ],
            }))}
          />
        </Panel>
        <Panel title={t('wave.history')}>
          <HistoryTrail
            did="freight:did"
            rows={(history.data?.rows ?? []).map((row) => ({ ...row, verb: `tour_${row.verb}` }))}
          />
        </Panel>
      </ObjectPage>
      <FormDrawer name="withdraw" title={t('tour.withdraw')}>
        <Withdraw />
      </FormDrawer>
    </>
  )
}

function useFacts(plan: PlanDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  if (!plan) return []
  const { numbers } = plan
  return [
    { label: t('tour.saved'), value: <Saved plan={plan} unit="km" /> },
    { label: t('tour.way'), value: `${km(plan.wayM)} km` },
    {
      label: t('tour.alone'),
      value: (
        <>
          {km(plan.aloneM)} km
          <div className="tz-caption freight-wrap">{t('tour.alone_means')}</div>
        </>
      ),
    },
    { label: t('tour.served'), value: `${formatNumber(plan.served)}/${formatNumber(plan.loads)}` },
    { label: t('tour.trucks_looked'), value: formatNumber(plan.trucks) },
    {
      label: t('wave.basis'),
      value: t('tour.basis_said', { pct: formatNumber(plan.bendPct), kmh: formatNumber(numbers.speedKmh) }),
    },
    {
      label: t('tour.rests'),
      value: t('tour.rests_said', {
        driving: formatNumber(numbers.drivingMaxMinutes),
        rest: formatNumber(numbers.restMinutes),
      }),
    },
    {
      label: t('wave.took'),
      value: t('wave.took_ms', { read: formatNumber(plan.readMs), solve: formatNumber(plan.solveMs) }),
    },
    {
      label: t('wave.made_by'),
      value: (
        <>
          {plan.madeBy} · <When at={plan.madeAt} />
        </>
      ),
    },
  ]
}

/** One truck's stops in their order, with what is on board after each. */
function TourView({ tour }: { readonly tour: TourRow }) {
  const t = useText('freight')
  return (
    <>
      <div className="freight-tour-facts">
        <TourTag tour={tour} />
        <span>
          {tour.driver.name} · {tour.carrier.name}
        </span>
        <span className="tz-number">{km(tour.wayM)} km</span>
        <span>
          <When at={tour.startsAt} /> – <When at={tour.endsAt} />
        </span>
        <span>{t('tour.capacity', { mass: formatMass(tour.capacityKg) })}</span>
        <Verbs tour={tour} />
      </div>
      {tour.stale && <p className="tz-caption tz-tone-bad freight-wrap">{tour.stale.text}</p>}
      <PlainTable
        name={t('tour.stops_of', { plate: tour.vehicle.plate })}
        empty={t('tour.no_tours')}
        head={[t('tour.stop'), t('load.one'), t('tour.leg'), t('tour.when'), t('tour.on_board'), t('waybill.one')]}
        rows={tour.stops.map((stop, index) => ({
          key: `${stop.kind} ${stop.load.id}`,
          cells: [
            <span key="stop">
              {index + 1}. {t(`tour.${stop.kind}`, { amount: amountOf(stop) })} · {stop.place.name}
            </span>,
            <span key="load">
              <Link to={placeOf.load(stop.load.id)} className="tz-mono">
                {stop.load.number}
              </Link>{' '}
              {stop.load.goods}
            </span>,
            <span key="leg" className="tz-number">
              {km(stop.legM)} km
              {stop.restS > 0 && (
                <div className="tz-caption">{t('tour.rest', { time: formatDuration(stop.restS * 1_000) })}</div>
              )}
            </span>,
            <span key="when">
              <When at={stop.arriveAt} /> – <When at={stop.leaveAt} />
              {stop.startAt > stop.arriveAt && (
                <div className="tz-caption">
                  {t('tour.waits')} <When at={stop.startAt} />
                </div>
              )}
            </span>,
            <OnBoard key="board" stop={stop} capacityKg={tour.capacityKg} />,
            stop.waybill ? (
              <span key="waybill">
                <Link to={placeOf.waybill(stop.waybill.id)} className="tz-mono">
                  {stop.waybill.number}
                </Link>{' '}
                <span className="tz-caption">{t(`waybill_state.${stop.waybill.state}`)}</span>
              </span>
            ) : (
              '–'
            ),
          ],
        }))}
      />
    </>
  )
}

const amountOf = ({ measure, plan }: Pick<StopRow, 'measure' | 'plan'>): string =>
  measure === 'ton' ? `${formatMass(plan)} t` : `${formatNumber(plan / 1_000)} m³`

function OnBoard({ stop, capacityKg }: { readonly stop: StopRow; readonly capacityKg: number }) {
  const share = capacityKg > 0 ? Math.min(100, (stop.onBoardKg / capacityKg) * 100) : 0
  return (
    <span className="freight-onboard">
      <span className="tz-number">
        {formatMass(stop.onBoardKg)} t{stop.onBoardDm3 > 0 && ` + ${formatNumber(stop.onBoardDm3 / 1_000)} m³`}
      </span>
      <span className="freight-onboard-bar" aria-hidden>
        <span style={{ width: `${share}%` }} />
      </span>
    </span>
  )
}

function Verbs({ tour }: { readonly tour: TourRow }) {
  const t = useText('freight')
  const me = useMe()
  const refused = mayDispatch(me) ? null : t('reason.dispatch')
  const send = useCommand({
    run: api.tours.send.call,
    invalidate: [api.tours.key(), api.loads.key(), api.waybills.key()],
    success: ({ state, stale }) => (state === 'sent' ? t('tour.was_sent') : (stale?.text ?? t(`pair_state.${state}`))),
  })
  const states = tour.stops.map(({ waybill }) => waybill?.state)
  const isOffered =
    tour.state === 'sent' &&
    states.includes('offered') &&
    states.every((state) => state === 'offered' || state === 'cancelled')
  return (
    <span className="freight-verbs">
      <VerbButton
        type="primary"
        size="small"
        loading={send.pending}
        reason={refused ?? (tour.state === 'proposed' ? null : t('wave.only_proposed'))}
        confirm={{
          title: t('tour.send_of', { n: formatNumber(tour.loads), driver: tour.driver.name }),
          text: t('tour.send_means'),
          verb: t('wave.send'),
          danger: false,
        }}
        onClick={() => void send.run({ id: tour.id })}
      >
        {t('wave.send')}
      </VerbButton>
      <OpenFormButton
        name="withdraw"
        item={tour.id}
        size="small"
        reason={refused ?? (tour.state === 'proposed' || isOffered ? null : t('tour.not_withdrawn'))}
      >
        {t('tour.withdraw')}
      </OpenFormButton>
    </span>
  )
}

function Withdraw() {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const command = useCommand({
    run: api.tours.withdraw.call,
    invalidate: [api.tours.key(), api.loads.key(), api.waybills.key()],
    success: t('wave.was_withdrawn'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.tours.withdraw.call>[0], Done>
      command={command}
      toInput={({ why }) => ({ id: item ?? '', why })}
      submit={t('tour.withdraw')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('tour.withdraw_means')}</p>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
