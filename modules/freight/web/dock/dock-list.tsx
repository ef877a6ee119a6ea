import { formatNumber, inputOf, ListPage, useText, VerbButton, type ListColumn } from '@tingzhou/ui'
import { dockContract } from '../../dock/dock-contract.ts'
import { api } from '../api.ts'
import { useSurface } from '../carriage/surface.ts'
import { dockKinds, useDockPlaces, type DockRow } from './api.ts'

const schema = inputOf(dockContract.list)

/** Places with docks: how many trucks wait there now, and how much of the next hours is booked. */
export function DockList() {
  const t = useText('freight')
  const at = useDockPlaces()
  const { places, counter } = useSurface()
  const said = (row: DockRow, words: (end: DockRow['ends'][number]) => string) => (
    <>
      {row.ends.map((one) => (
        <div key={one.end} className="tz-number">
          <span className="tz-second">{t(`dock_end.${one.end}`)}</span> {words(one)}
        </div>
      ))}
    </>
  )
  const columns: readonly ListColumn<DockRow>[] = [
    { key: 'place', title: t('place.one'), card: 'title', render: ({ place }) => place.name },
    { key: 'shipper', title: t('field.shipper'), render: ({ shipper }) => shipper?.name ?? t('place.common') },
    {
      key: 'docks',
      title: t('dock.docks'),
      card: 'decides',
      render: (row) => said(row, ({ docks, isOn }) => `${formatNumber(docks)}${isOn ? '' : ` · ${t('dock.off')}`}`),
    },
    {
      key: 'waiting',
      title: t('dock.waiting'),
      card: 'decides',
      render: (row) => said(row, ({ waiting }) => formatNumber(waiting)),
    },
    {
      key: 'soon',
      title: t('dock.soon'),
      card: 'decides',
      render: (row) => said(row, ({ soon }) => `${formatNumber(soon.booked)}/${formatNumber(soon.capacity)}`),
    },
  ]
  return (
    <ListPage
      name="freight.docks"
      title={t('dock.title')}
      schema={schema}
      source={{ key: api.docks.list.key(), load: (input, signal) => api.docks.list.call(input, { signal }) }}
      rowKey={({ place }) => place.id}
      rowHref={({ place }) => at.board(place.id)}
      verbs={
        <>
          <VerbButton href={places}>{t('place.title')}</VerbButton>
          {!counter && <VerbButton href={at.settings}>{t('dock_settings.title')}</VerbButton>}
        </>
      }
      searchHint={t('dock.hint')}
      columns={columns}
      live={[...dockKinds]}
      empty={{ nothing: t('dock.none'), verb: <VerbButton href={places}>{t('place.title')}</VerbButton> }}
    />
  )
}
