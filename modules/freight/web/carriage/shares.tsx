import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  inputOf,
  ListPage,
  OpenFormButton,
  PlainTable,
  ProblemAlert,
  rowItem,
  SkeletonLines,
  useMe,
  useNow,
  useText,
  When,
  type ListColumn,
} from '@tingzhou/ui'
import { shareContract } from '../../load/load-contract.ts'
import { states } from '../../words.ts'
import { api } from '../api.ts'
import type { ShareRow } from './api.ts'
import { carriesFor, isPlatform } from './rights.ts'
import { ShareDrawers, shareItem } from './share-forms.tsx'
import { useSurface } from './surface.ts'
import { Price, ShareTag, Taken } from './tags.tsx'

const schema = inputOf(shareContract.list)

/** What carriers have been given of loads: how much of it is on the road, and the next truck. */
export function ShareList() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const columns: readonly ListColumn<ShareRow>[] = [
    {
      key: 'load',
      title: t('load.one'),
      card: 'title',
      render: (row) => (
        <>
          <span className="tz-mono">{row.load.number}</span> {row.load.goods}
        </>
      ),
    },
    { key: 'carrier', title: t('field.carrier'), hidden: !isPlatform(me), render: (row) => row.carrier.name },
    {
      key: 'quantity',
      title: t('load.left'),
      card: 'decides',
      render: (row) => <Taken quantity={row.quantity} taken={row.taken} measure={row.measure} />,
    },
    {
      key: 'price',
      title: t('load.price'),
      align: 'right',
      render: (row) => <Price value={row.carrierMilliFen} measure={row.measure} />,
    },
    {
      key: 'window',
      title: t('load.window'),
      render: (row) => (
        <>
          <When at={row.loadFrom} /> – <When at={row.loadUntil} />
        </>
      ),
    },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <ShareTag state={row.state} /> },
    { key: 'verb', title: t('field.verbs'), card: 'decides', render: (row) => <DispatchButton share={row} /> },
  ]
  return (
    <>
      <ListPage
        name="freight.shares"
        title={t('share.title')}
        schema={schema}
        source={{ key: api.shares.list.key(), load: (input, signal) => api.shares.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => `${at.load(row.load.id)}?tab=shares`}
        columns={columns}
        views={[{ key: 'open', label: t('share.view_open'), params: { state: 'open' } }]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: states.map((value) => ({ value, label: t(`share_state.${value}`) })),
          },
        ]}
        searchable={false}
        live={['freight_share', 'freight_load']}
        empty={{ nothing: t('share.empty') }}
      />
      <ShareDrawers />
    </>
  )
}

/** The shares of one load, the latest first. */
export function LoadShares({ loadId }: { readonly loadId: string }) {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.shares.list.queryOptions({ input: { loadId, limit: 200 } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={3} />
  return (
    <>
      <PlainTable
        name={t('share.title')}
        empty={t('share.none')}
        head={[
          t('field.carrier'),
          t('load.left'),
          t('load.price'),
          t('share.trips'),
          t('field.state'),
          t('field.verbs'),
        ]}
        rows={query.data.rows.map((share) => ({
          key: share.id,
          cells: [
            share.carrier.name,
            <Taken key="taken" quantity={share.quantity} taken={share.taken} measure={share.measure} />,
            <Price key="price" value={share.carrierMilliFen} measure={share.measure} />,
            share.tripsADay === null ? '–' : formatNumber(share.tripsADay),
            <ShareTag key="state" state={share.state} />,
            <span key="verbs" className="freight-verbs">
              <DispatchButton share={share} />
              <OpenFormButton
                name="end_share"
                item={rowItem(share)}
                size="small"
                reason={
                  share.state === 'closed'
                    ? t('reason.share_closed')
                    : carriesFor(me, share.carrier.id)
                      ? null
                      : t('reason.carry')
                }
              >
                {t('share.close')}
              </OpenFormButton>
            </span>,
          ],
        }))}
      />
      <ShareDrawers />
    </>
  )
}

function DispatchButton({ share }: { readonly share: ShareRow }) {
  const t = useText('freight')
  const me = useMe()
  const now = useNow()
  const reason = !carriesFor(me, share.carrier.id)
    ? t('reason.carry')
    : share.state === 'closed'
      ? t('reason.share_closed')
      : share.load.state !== 'published'
        ? t('reason.load_over')
        : now >= share.loadUntil
          ? t('reason.loading_over')
          : share.taken >= share.quantity
            ? t('reason.nothing_left')
            : null
  return (
    <OpenFormButton name="dispatch" item={shareItem(share)} size="small" reason={reason}>
      {t('share.dispatch')}
    </OpenFormButton>
  )
}
