import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  Panel,
  PlainTable,
  StateTag,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { placeEnds, type PlaceEnd } from '../../words.ts'
import { api } from '../api.ts'
import { keepsForShipper, mayDispatch } from '../carriage/rights.ts'
import { useSurface } from '../carriage/surface.ts'
import { WaybillStateTag } from '../waybills/tags.tsx'
import { dockKinds, useDockPlaces, type Board, type BoardEnd } from './api.ts'
import { Buckets } from './buckets.tsx'
import { DockForm } from './dock-form.tsx'
import { SlotForm, slotItem } from './slot-form.tsx'

const refreshMs = 30_000

/** The docks of one place: who is served and who waits, what is booked, and what the docks are. */
export function DockBoard() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const at = useDockPlaces()
  const { place: placeHref } = useSurface()
  const query = useQuery({ ...api.docks.board.queryOptions({ input: { placeId: id } }), refetchInterval: refreshMs })
  useLive({ kinds: [...dockKinds], keys: [api.docks.key()] })
  const board = query.data
  if (!board)
    return (
      <ObjectPage
        title={t('dock.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const keeps = keepsForShipper(me, board.shipper?.id ?? null)
  return (
    <>
      <ObjectPage
        title={board.place.name}
        verbs={<VerbButton href={at.list}>{t('dock.title')}</VerbButton>}
        facts={[
          { label: t('place.one'), value: <Link to={placeHref(id)}>{board.place.name}</Link> },
          { label: t('field.shipper'), value: board.shipper?.name ?? t('place.common') },
          { label: t('dock.as_of'), value: <When at={board.at} /> },
        ]}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        {placeEnds.map((end) => (
          <End key={end} end={end} board={board} keeps={keeps} />
        ))}
      </ObjectPage>
      <DockForm board={board} />
      <SlotForm placeId={id} />
    </>
  )
}

function End({ end, board, keeps }: { readonly end: PlaceEnd; readonly board: Board; readonly keeps: boolean }) {
  const t = useText('freight')
  const dock = board.ends.find((one) => one.end === end)
  const set = (
    <OpenFormButton name="docks" item={end} reason={keeps ? null : t('reason.keep_places')}>
      {t(dock ? `dock.change_${end}` : `dock.set_${end}`)}
    </OpenFormButton>
  )
  return (
    <Panel className="freight-dock" title={t(`dock.${end}`)} aside={set}>
      {dock ? <Docks dock={dock} board={board} /> : <EmptyState title={t(`dock.none_${end}`)} />}
    </Panel>
  )
}

/** What a truck is called; of another shipper’s only that it is there. */
type Named = Pick<BoardEnd['queue'][number], 'waybillId' | 'number' | 'plate' | 'driver'>

function Docks({ dock, board }: { readonly dock: BoardEnd; readonly board: Board }) {
  const t = useText('freight')
  const me = useMe()
  const { waybill: waybillHref } = useSurface()
  const reason = mayDispatch(me) ? null : t('reason.dispatch')
  const named = ({ waybillId, number, plate, driver }: Named): ReactNode =>
    number === null ? (
      <span className="tz-second">{t('dock.others')}</span>
    ) : (
      <>
        <Link to={waybillHref(waybillId)} className="tz-mono">
          {plate}
        </Link>{' '}
        <span className="tz-second">{driver}</span>
      </>
    )
  const hours = dock.opens === '00:00' && dock.closes === '24:00' ? t('dock.always') : `${dock.opens}–${dock.closes}`
  return (
    <>
      <p className="freight-dock-facts">
        <StateTag tone={dock.isOn ? 'good' : 'plain'} shape={dock.isOn ? 'dot' : 'ring'}>
          {t(dock.isOn ? 'dock.on' : 'dock.off')}
        </StateTag>
        <span>
          {t('dock.said', {
            docks: formatNumber(dock.docks),
            minutes: formatNumber(Math.round(dock.serviceS / 6) / 10),
          })}
        </span>
        <span>{hours}</span>
        <span>{t('dock.share_said', { pct: formatNumber(dock.sharePct) })}</span>
      </p>
      <Buckets dock={dock} now={board.at} />
      <h3>{t('dock.queue')}</h3>
      <PlainTable
        name={`${t(`dock.${dock.end}`)} ${t('dock.queue')}`}
        empty={t('dock.queue_none')}
        head={[t('dock.truck'), t('dock.goods'), t('dock.arrived'), t('dock.slot'), t('dock.start')]}
        rows={dock.queue.map((truck) => ({
          key: truck.waybillId,
          cells: [
            <span key="truck">{named(truck)}</span>,
            truck.goods ?? '–',
            <When key="arrived" at={truck.arrivedAt} />,
            truck.slotAt === null ? '–' : <When key="slot" at={truck.slotAt} />,
            <span key="start">
              {truck.isServed && <StateTag tone="good">{t('dock.served')}</StateTag>} <When at={truck.startAt} />
            </span>,
          ],
        }))}
      />
      <h3>{t('dock.next')}</h3>
      <PlainTable
        name={`${t(`dock.${dock.end}`)} ${t('dock.next')}`}
        empty={t('dock.next_none')}
        head={[t('dock.truck'), t('dock.slot'), t('dock.eta'), t('field.state'), t('dock.verbs')]}
        rows={dock.next.map((truck) => ({
          key: truck.waybillId,
          cells: [
            <span key="truck">{named(truck)}</span>,
            <span key="slot">
              {truck.startsAt === null ? t(`slot_lack.${truck.lack ?? 'full'}`) : <When at={truck.startsAt} />}
              {truck.moves > 0 && <span className="tz-caption"> {t('dock.moved', { n: truck.moves })}</span>}
            </span>,
            truck.etaAt === null ? '–' : <When key="eta" at={truck.etaAt} />,
            <WaybillStateTag key="state" state={truck.state} />,
            <OpenFormButton
              key="verb"
              name="slot"
              size="small"
              item={slotItem(dock.end, truck.waybillId)}
              reason={reason}
            >
              {t('dock.move')}
            </OpenFormButton>,
          ],
        }))}
      />
    </>
  )
}
