import { formatNumber, inputOf, ListPage, useText, When, type ListColumn } from '@tingzhou/ui'
import { Link } from 'react-router'
import { chainContract } from '../../chain/chain-contract.ts'
import { api } from '../api.ts'
import { km } from '../wave/km.ts'
import { chainKinds, placeOf, type PlanDetail, type TourRow } from './api.ts'
import { CommitChosen } from './make.tsx'
import { TourTag } from './tags.tsx'

const schema = inputOf(chainContract.get)

/** The tours of a plan, what has to start first before the rest; chosen ones are committed. */
export function Tours({ plan }: { readonly plan: PlanDetail }) {
  const t = useText('freight')
  return (
    <ListPage
      name="freight.chain_tours"
      title={t('chain.tours')}
      embedded
      searchable={false}
      schema={schema}
      fixed={{ id: plan.id }}
      source={{
        key: [...api.chains.get.key(), 'tours'],
        load: async (input, signal) => {
          const { rows, next } = await api.chains.get.call(input, { signal })
          return { rows, next, total: null }
        },
      }}
      rowKey={(row) => row.id}
      columns={useColumns()}
      selection={(rows, clear) => <CommitChosen plan={plan} rows={rows} clear={clear} />}
      live={[...chainKinds]}
      empty={{ nothing: t('chain.no_tours') }}
    />
  )
}

function useColumns(): readonly ListColumn<TourRow>[] {
  const t = useText('freight')
  return [
    {
      key: 'truck',
      title: t('driving.vehicle'),
      card: 'title',
      render: ({ vehicle, driver, carrier, after }) => (
        <>
          <b>{vehicle.plate}</b> {driver.name}
          <div className="tz-caption">{carrier.name}</div>
          {after && (
            <div className="tz-caption">
              {t('chain.after')}{' '}
              <Link to={placeOf.waybill(after.id)} className="tz-mono">
                {after.number}
              </Link>
            </div>
          )}
        </>
      ),
    },
    { key: 'start', title: t('chain.start'), card: 'decides', render: (row) => <When at={row.startAt} /> },
    { key: 'legs', title: t('chain.legs'), card: 'decides', width: 420, render: (row) => <Legs tour={row} /> },
    { key: 'end', title: t('chain.end'), render: (row) => <When at={row.endAt} /> },
    {
      key: 'empty',
      title: t('wave.empty'),
      unit: 'km',
      align: 'right',
      render: (row) => <span className="tz-number">{km(row.emptyM)}</span>,
    },
    {
      key: 'loaded',
      title: t('chain.loaded'),
      unit: 'km',
      align: 'right',
      render: (row) => <span className="tz-number">{km(row.loadedM)}</span>,
    },
    {
      key: 'state',
      title: t('chain.first'),
      card: 'decides',
      render: (row) => (
        <>
          <TourTag state={row.state} /> {row.due && <span className="tz-caption">{t('chain.due')}</span>}
          {row.waybill && (
            <div>
              <Link to={placeOf.waybill(row.waybill.id)} className="tz-mono">
                {row.waybill.number}
              </Link>{' '}
              <span className="tz-caption">{t(`waybill_state.${row.waybill.state}`)}</span>
            </div>
          )}
          {row.stale && <div className="tz-caption tz-tone-bad freight-wrap">{row.stale.text}</div>}
        </>
      ),
    },
  ]
}

/** What a truck does, load after load. */
function Legs({ tour }: { readonly tour: TourRow }) {
  const t = useText('freight')
  return (
    <ol className="freight-legs">
      {tour.legs.map(({ load, from, to, emptyM, loadedM, loadAt, doneAt, rests }, place) => (
        <li key={`${load.id} ${place}`}>
          <Link to={placeOf.load(load.id)} className="tz-mono">
            {load.number}
          </Link>{' '}
          {load.goods} · {from.name} → {to.name}
          <div className="tz-caption">
            {t('chain.leg', { empty: km(emptyM), loaded: km(loadedM) })} · <When at={loadAt} /> – <When at={doneAt} />
            {rests.length > 0 && ` · ${t('chain.rests', { n: formatNumber(rests.length) })}`}
          </div>
        </li>
      ))}
      {tour.home && (
        <li>
          {t('chain.home', { place: tour.home.place.name, km: km(tour.home.emptyM) })} · <When at={tour.home.at} />
        </li>
      )}
    </ol>
  )
}
