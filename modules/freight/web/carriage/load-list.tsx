import { inputOf, ListPage, useMe, useText, VerbButton, When, type ListColumn } from '@tingzhou/ui'
import { loadContract } from '../../load/load-contract.ts'
import { loadModes, loadStates } from '../../words.ts'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import type { LoadDetail } from './api.ts'
import { findShippers, nameOfShipper } from './pickers.tsx'
import { isPlatform, mayShip, shippersOf } from './rights.ts'
import { useSurface } from './surface.ts'
import { LoadStateTag, Price, Taken } from './tags.tsx'

const schema = inputOf(loadContract.list)

/** The loads within reach: what is to be carried, how much of it is left, for how much. */
export function LoadList() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const post = (
    <VerbButton type="primary" href={at.newLoad} reason={mayShip(me) ? null : t('reason.post')}>
      {t('load.post')}
    </VerbButton>
  )
  const columns: readonly ListColumn<LoadDetail>[] = [
    {
      key: 'number',
      title: t('load.one'),
      card: 'title',
      render: (row) => (
        <>
          <span className="tz-mono">{row.number}</span> {row.goods} <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <LoadStateTag state={row.state} /> },
    { key: 'route', title: t('load.route'), card: 'decides', render: (row) => `${row.from.name} → ${row.to.name}` },
    {
      key: 'quantity',
      title: t('load.left'),
      card: 'decides',
      render: (row) => <Taken quantity={row.quantity} taken={row.taken} measure={row.measure} />,
    },
    { key: 'mode', title: t('load.mode'), render: (row) => t(`load_mode.${row.mode}`) },
    { key: 'price', title: t('load.price'), align: 'right', render: (row) => <Prices load={row} /> },
    {
      key: 'window',
      title: t('load.window'),
      render: (row) => (
        <>
          <When at={row.loadFrom} /> – <When at={row.loadUntil} />
        </>
      ),
    },
    { key: 'shipper', title: t('field.shipper'), hidden: !isPlatform(me), render: (row) => row.shipper.name },
  ]
  const views = [
    {
      key: 'published',
      label: isPlatform(me) ? t('load.view_dispatch') : t('load.view_published'),
      params: { state: 'published' },
    },
    ...(mayShip(me) ? [{ key: 'draft', label: t('load.view_draft'), params: { state: 'draft' } }] : []),
    { key: 'closed', label: t('load.view_closed'), params: { state: 'closed' } },
    { key: 'expired', label: t('load.view_expired'), params: { state: 'expired' } },
  ]
  return (
    <ListPage
      name="freight.loads"
      title={t('load.title')}
      schema={schema}
      source={{ key: api.loads.list.key(), load: (input, signal) => api.loads.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.load(row.id)}
      primary={post}
      verbs={
        <>
          {mayShip(me) && <VerbButton href={at.importLoads}>{t('load_import.open')}</VerbButton>}
          {at.counter && shippersOf(me).length > 0 && (
            <>
              <VerbButton href={at.places}>{t('place.title')}</VerbButton>
              <VerbButton href={at.contracts}>{t('framework.title')}</VerbButton>
              <VerbButton href={at.policies}>{t('nav.policies')}</VerbButton>
            </>
          )}
        </>
      }
      searchHint={t('load.hint')}
      columns={columns}
      views={views}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: loadStates.map((value) => ({ value, label: t(`load_state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'mode',
          label: t('load.mode'),
          options: loadModes.map((value) => ({ value, label: t(`load_mode.${value}`) })),
        },
        ...(isPlatform(me)
          ? [
              {
                kind: 'lookup' as const,
                key: 'shipperId',
                label: t('field.shipper'),
                find: findShippers,
                name: nameOfShipper,
              },
            ]
          : []),
      ]}
      live={['freight_load', 'freight_share']}
      empty={{ nothing: t('load.empty'), verb: post }}
    />
  )
}

/** The price of the reader's side; of both where the reader sees both. */
function Prices({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const { shipperMilliFen, carrierMilliFen, measure } = load
  if (shipperMilliFen === null || carrierMilliFen === null)
    return <Price value={shipperMilliFen ?? carrierMilliFen} measure={measure} />
  return (
    <>
      <Price value={shipperMilliFen} measure={measure} />
      <br />
      <span className="tz-caption">
        {t('load.to_carrier')} <Price value={carrierMilliFen} measure={measure} />
      </span>
    </>
  )
}
