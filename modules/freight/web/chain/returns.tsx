import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FactList,
  FormBox,
  FormDrawer,
  OpenFormButton,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type ObjectTab,
  TextItem,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { bookableStates } from '../../chain/words.ts'
import { api, type Done } from '../api.ts'
import { carriesFor, mayDispatch } from '../carriage/rights.ts'
import { formatPrice, formatQuantity } from '../carriage/scaled.ts'
import { useSurface } from '../carriage/surface.ts'
import { km } from '../wave/km.ts'
import type { WaybillDetail } from '../waybills/api.ts'
import { chainKinds, type NextRow, type Returns as ReturnsAnswer } from './api.ts'
import { NextTag } from './tags.tsx'

/** The tab of what the truck carries next, while it is on its trip, for those who may choose it. */
export function useReturnsTab(waybill: WaybillDetail | undefined): readonly ObjectTab[] {
  const t = useText('freight')
  const me = useMe()
  if (!waybill || !bookableStates.some((state) => state === waybill.state) || !carriesFor(me, waybill.carrier.id))
    return []
  return [{ key: 'returns', label: t('next.returns'), children: <Returns id={waybill.id} /> }]
}

/** What a truck can carry after its trip, the best first, or the next load that it has. */
function Returns({ id }: { readonly id: string }) {
  const t = useText('freight')
  const query = useQuery(api.nexts.returns.queryOptions({ input: { id } }))
  useLive({ kinds: [...chainKinds], keys: [api.nexts.key()] })
  const answer = query.data
  if (query.isPending) return <SkeletonLines lines={4} />
  if (!answer) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const { next, freeAt, home, homeEmptyM, reason } = answer
  const isOpen = next !== null && (next.state === 'wished' || next.state === 'booked')
  return (
    <>
      {next && <NextCard next={next} />}
      {!isOpen && freeAt !== null && (
        <p className="tz-second">
          {t('next.free', { place: answer.at.name })} <When at={freeAt} />
          {home && homeEmptyM !== null && ` · ${t('next.home', { place: home.name, km: km(homeEmptyM) })}`}
        </p>
      )}
      {!isOpen && reason !== null && <EmptyState title={t(`next_none.${reason}`)} />}
      {!isOpen && answer.rows.length > 0 && <Choices id={id} answer={answer} />}
      <EndNext />
    </>
  )
}

function Choices({ id, answer }: { readonly id: string; readonly answer: ReturnsAnswer }) {
  const t = useText('freight')
  const command = useCommand({
    run: api.nexts.choose.call,
    invalidate: [api.nexts.key(), api.loads.key(), api.waybills.key()],
    success: ({ state }) => t(state === 'booked' ? 'next.was_booked' : 'next.was_wished'),
  })
  return (
    <PlainTable
      name={t('next.returns')}
      empty={t('next_none.nothing')}
      head={[t('load.one'), t('next.way'), t('next.there'), t('wave.why'), t('field.verbs')]}
      rows={answer.rows.map(({ load, carrierMilliFen, emptyM, loadedM, arriveAt, how, why }) => ({
        key: load.id,
        cells: [
          <div key="load" className="freight-return">
            <span className="tz-mono">{load.number}</span>{' '}
            {carrierMilliFen !== null && <b>{t(`per.${load.measure}`, { price: formatPrice(carrierMilliFen) })}</b>}
            <div className="tz-caption">
              {load.goods} {formatQuantity(load.plan, load.measure)} {t(`measure.${load.measure}`)} · {load.from.name} →{' '}
              {load.to.name}
            </div>
          </div>,
          <span key="way" className="tz-number">
            {km(emptyM)} / {km(loadedM)}
          </span>,
          <span key="there">
            <When at={arriveAt} />
            <div className="tz-caption">
              {t('next.until')} <When at={load.loadUntil} />
            </div>
          </span>,
          <ul key="why" className="freight-why">
            {why.map(({ kind, text }) => (
              <li key={kind}>{text}</li>
            ))}
          </ul>,
          <VerbButton
            key="verb"
            size="small"
            loading={command.pending}
            confirm={{
              title: t(how === 'book' ? 'next.book_of' : 'next.wish_of', { number: load.number }),
              text: t(how === 'book' ? 'next.book_means' : 'next.wish_means'),
              verb: t(how === 'book' ? 'next.book' : 'next.wish'),
              danger: false,
            }}
            onClick={() => void command.run({ id, loadId: load.id })}
          >
            {t(how === 'book' ? 'next.book' : 'next.wish')}
          </VerbButton>,
        ],
      }))}
    />
  )
}

/** The next load of a truck: what it is, what threatens it, who decides. */
function NextCard({ next }: { readonly next: NextRow }) {
  const t = useText('freight')
  const at = useSurface()
  const { load, waybill, emptyM, expectedAt, offerUntil, flagText, endText } = next
  return (
    <section aria-label={t('next.one')}>
      <p>
        <NextTag state={next.state} />{' '}
        <b>
          {load.from.name} → {load.to.name}
        </b>{' '}
        {load.goods} <span className="tz-mono">{load.number}</span>
      </p>
      {flagText && <p className="tz-tone-bad freight-wrap">{flagText}</p>}
      {endText && <p className="tz-second freight-wrap">{endText}</p>}
      <FactList
        facts={[
          { label: t('wave.empty'), value: `${km(emptyM)} km` },
          { label: t('next.there'), value: <When at={expectedAt} /> },
          ...(offerUntil === null ? [] : [{ label: t('next.offer_until'), value: <When at={offerUntil} /> }]),
          ...(waybill === null
            ? []
            : [{ label: t('waybill.one'), value: <Link to={at.waybill(waybill.id)}>{waybill.number}</Link> }]),
          {
            label: t('next.chosen_by'),
            value: (
              <>
                {next.chosenBy} · <When at={next.chosenAt} />
              </>
            ),
          },
        ]}
      />
      <p className="freight-verbs">
        <NextVerbs next={next} />
      </p>
    </section>
  )
}

/** Confirm a wish, give a next load back. */
export function NextVerbs({ next }: { readonly next: NextRow }) {
  const t = useText('freight')
  const me = useMe()
  const command = useCommand({
    run: api.nexts.confirm.call,
    invalidate: [api.nexts.key(), api.loads.key(), api.waybills.key()],
    success: t('next.was_booked'),
  })
  if (next.state !== 'wished' && next.state !== 'booked') return null
  return (
    <>
      {next.state === 'wished' && (
        <VerbButton
          size="small"
          loading={command.pending}
          reason={mayDispatch(me) ? null : t('reason.dispatch')}
          onClick={() => void command.run({ id: next.id })}
        >
          {t('next.confirm')}
        </VerbButton>
      )}
      <OpenFormButton name="end-next" item={next.id} size="small">
        {t('next.end')}
      </OpenFormButton>
    </>
  )
}

/** The form in which a next load is given back. */
export function EndNext() {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const command = useCommand({
    run: api.nexts.end.call,
    invalidate: [api.nexts.key(), api.loads.key(), api.waybills.key()],
    success: t('next.was_ended'),
  })
  return (
    <FormDrawer name="end-next" title={t('next.end')}>
      <FormBox<{ readonly why: string }, Parameters<typeof api.nexts.end.call>[0], Done>
        command={command}
        toInput={({ why }) => ({ id: item ?? '', why })}
        submit={t('next.end')}
        done={close}
        onCancel={close}
      >
        <p className="tz-second">{t('next.end_means')}</p>
        <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
      </FormBox>
    </FormDrawer>
  )
}
