import { formatNumber, inputOf, ListPage, useText, VerbButton, When } from '@tingzhou/ui'
import { chainContract } from '../../chain/chain-contract.ts'
import { api } from '../api.ts'
import { km } from '../wave/km.ts'
import { chainKinds, placeOf } from './api.ts'
import { MakePlan } from './make.tsx'
import { Ratio } from './ratio.tsx'

const schema = inputOf(chainContract.list)

/** Plans of tours, the latest first; one button makes the next. */
export function PlanList() {
  const t = useText('freight')
  return (
    <ListPage
      name="freight.chains"
      title={t('chain.title')}
      searchable={false}
      schema={schema}
      source={{ key: api.chains.list.key(), load: (input, signal) => api.chains.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => placeOf.plan(row.id)}
      primary={<MakePlan />}
      verbs={
        <>
          <VerbButton href={placeOf.nexts}>{t('next.title')}</VerbButton>
          <VerbButton href={placeOf.settings}>{t('chain_settings.title')}</VerbButton>
        </>
      }
      columns={[
        { key: 'made', title: t('wave.made'), card: 'title', render: (row) => <When at={row.madeAt} /> },
        { key: 'by', title: t('wave.made_by'), render: (row) => row.madeBy },
        {
          key: 'served',
          title: t('chain.served'),
          align: 'right',
          card: 'decides',
          render: (row) => `${formatNumber(row.served)}/${formatNumber(row.trips)}`,
        },
        {
          key: 'used',
          title: t('chain.used'),
          align: 'right',
          render: (row) => `${formatNumber(row.used)}/${formatNumber(row.freeTrucks + row.busyTrucks)}`,
        },
        {
          key: 'empty',
          title: t('wave.empty'),
          unit: 'km',
          align: 'right',
          card: 'decides',
          render: (row) => <span className="tz-number">{km(row.emptyM)}</span>,
        },
        {
          key: 'hand',
          title: t('wave.nearest_first'),
          unit: 'km',
          align: 'right',
          render: (row) => <span className="tz-number">{km(row.nearestFirst.emptyM)}</span>,
        },
        {
          key: 'ratio',
          title: t('chain.ratio'),
          align: 'right',
          card: 'decides',
          render: (row) => <Ratio loadedM={row.loadedM} emptyM={row.emptyM} />,
        },
        {
          key: 'committed',
          title: t('chain.committed'),
          align: 'right',
          render: (row) => formatNumber(row.tours.sent + row.tours.booked),
        },
      ]}
      live={[...chainKinds]}
      empty={{ nothing: t('chain.none'), verb: <MakePlan /> }}
    />
  )
}
