import { formatAmount, inputOf, ListPage, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { waybillStates, type WaybillState } from '../../words.ts'
import { waybillContract } from '../../waybill/waybill-contract.ts'
import { shownNumber } from '../../waybill/shown-number.ts'
import { api } from '../api.ts'
import { formatQuantity } from '../carriage/scaled.ts'
import { useSurface } from '../carriage/surface.ts'
import { isPlatform } from '../carriage/rights.ts'
import { SyntheticMark } from '../tags.tsx'
import { WaybillStateTag } from './tags.tsx'

const schema = inputOf(waybillContract.list)
const under = (...states: readonly WaybillState[]) => ({ state: states })

/** The waybills within reach, the latest first. */
export function WaybillList() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const kg = (value: number | null) => (value === null ? '–' : formatQuantity(value, 'ton'))
  const yuan = (fen: number | null) => (fen === null ? '–' : formatAmount(fen, 2))
  const views = [
    { key: 'way', states: ['accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'unloaded', 'accident'] },
    { key: 'audit', states: ['signed'] },
    { key: 'disputed', states: ['disputed'] },
    { key: 'settle', states: ['audited'] },
    { key: 'pay', states: ['settled'] },
  ] as const
  return (
    <ListPage
      name="freight.waybills"
      title={t('waybill.title')}
      schema={schema}
      source={{
        key: api.waybills.list.key(),
        load: (input, signal) => api.waybills.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.waybill(row.id)}
      verbs={
        at.counter ? (
          <>
            <VerbButton href="/counter/freight-statements">{t('statement.title')}</VerbButton>
            <VerbButton href="/counter/freight-complaints">{t('complaint.title')}</VerbButton>
          </>
        ) : null
      }
      searchHint={t('waybill.hint')}
      columns={[
        {
          key: 'number',
          title: t('waybill.number'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{shownNumber(row)}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'state',
          title: t('field.state'),
          card: 'decides',
          render: (row) => <WaybillStateTag state={row.state} />,
        },
        {
          key: 'route',
          title: t('load.route'),
          card: 'decides',
          render: (row) => `${row.from.name} → ${row.to.name}`,
        },
        { key: 'plate', title: t('field.plate'), card: 'decides', render: (row) => `${row.plate} ${row.driver.name}` },
        { key: 'goods', title: t('field.goods'), render: (row) => row.goods },
        {
          key: 'loaded',
          title: t('waybill.load_net'),
          unit: 't',
          align: 'right',
          render: (row) => kg(row.loadNetKg),
        },
        {
          key: 'unloaded',
          title: t('waybill.unload_net'),
          unit: 't',
          align: 'right',
          render: (row) => kg(row.unloadNetKg),
        },
        {
          key: 'due',
          title: t('waybill.due'),
          unit: t('unit.yuan'),
          align: 'right',
          hidden: at.counter,
          render: (row) => yuan(row.dueFen),
        },
        {
          key: 'bill',
          title: t('waybill.bill'),
          unit: t('unit.yuan'),
          align: 'right',
          hidden: !at.counter && !isPlatform(me),
          render: (row) => yuan(row.billFen),
        },
        { key: 'created', title: t('waybill.created'), render: (row) => <When at={row.createdAt} /> },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          multiple: true,
          options: waybillStates.map((value) => ({ value, label: t(`waybill_state.${value}`) })),
        },
        { kind: 'dates', from: 'from', to: 'to', label: t('waybill.created') },
      ]}
      views={views.map(({ key, states }) => ({ key, label: t(`waybill.view_${key}`), params: under(...states) }))}
      live={['freight_waybill']}
      empty={{ nothing: t('waybill.empty') }}
    />
  )
}
