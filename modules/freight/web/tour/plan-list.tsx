import { formatNumber, inputOf, ListPage, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { tourContract } from '../../tour/tour-contract.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { km } from '../wave/km.ts'
import { placeOf, tourKinds } from './api.ts'
import { Saved } from './tags.tsx'

const schema = inputOf(tourContract.list)

/** Plans of tours, the latest first; one button begins the next. */
export function TourPlanList() {
  const t = useText('freight')
  const me = useMe()
  const make = (
    <VerbButton type="primary" href={placeOf.make} reason={mayDispatch(me) ? null : t('reason.dispatch')}>
      {t('tour.make')}
    </VerbButton>
  )
  return (
    <ListPage
      name="freight.tours"
      title={t('tour.title')}
      searchable={false}
      schema={schema}
      source={{ key: api.tours.list.key(), load: (input, signal) => api.tours.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => placeOf.plan(row.id)}
      primary={make}
      verbs={<VerbButton href={placeOf.settings}>{t('tour_settings.title')}</VerbButton>}
      columns={[
        { key: 'made', title: t('wave.made'), card: 'title', render: (row) => <When at={row.madeAt} /> },
        { key: 'by', title: t('wave.made_by'), render: (row) => row.madeBy },
        {
          key: 'served',
          title: t('tour.served'),
          align: 'right',
          card: 'decides',
          render: (row) => `${formatNumber(row.served)}/${formatNumber(row.loads)}`,
        },
        {
          key: 'tours',
          title: t('tour.tours'),
          align: 'right',
          render: ({ tours }) => formatNumber(tours.proposed + tours.sent + tours.withdrawn + tours.stale),
        },
        {
          key: 'way',
          title: t('tour.way'),
          unit: 'km',
          align: 'right',
          render: (row) => <span className="tz-number">{km(row.wayM)}</span>,
        },
        {
          key: 'saved',
          title: t('tour.saved'),
          unit: 'km',
          align: 'right',
          card: 'decides',
          render: (row) => <Saved plan={row} />,
        },
        {
          key: 'waiting',
          title: t('pair_state.proposed'),
          align: 'right',
          render: (row) => formatNumber(row.tours.proposed),
        },
        {
          key: 'sent',
          title: t('pair_state.sent'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.tours.sent),
        },
      ]}
      live={[...tourKinds]}
      empty={{ nothing: t('tour.none'), verb: make }}
    />
  )
}
