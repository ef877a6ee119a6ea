import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import { ChoiceItem, PickItem, TextItem, useMe, useText, type FindChoices, type ItemProps } from '@tingzhou/ui'
import { states } from '../words.ts'
import { api, freight, registry } from './api.ts'
import { exportersOf, mayKeepAll } from './rights.ts'

/** What every change of an object also asks: whether it is in use, and why it is changed. */
export function ChangeItems() {
  const t = useText('crossborder')
  return (
    <>
      <ChoiceItem
        name="state"
        label={t('field.state')}
        options={states.map((value) => ({ value, label: t(`open.${value}`) }))}
      />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </>
  )
}

const wish = (q: string) => ({ limit: 50, ...(q === '' ? {} : { q }) })

const findEnterprises: FindChoices = async (q, signal) =>
  (await registry.enterprises.list.call(wish(q), { signal })).rows.map(({ id, name }) => ({ value: id, label: name }))

/** Who exports: an enterprise's people choose among their own, staff in the register. */
export function ExporterItem(props: ItemProps) {
  const me = useMe()
  if (mayKeepAll(me)) return <PickItem {...props} among={['enterprise']} find={findEnterprises} />
  return <ChoiceItem {...props} options={exportersOf(me).map(({ id, name }) => ({ value: id, label: name }))} />
}

export const SaleItem = (props: ItemProps) => (
  <PickItem
    {...props}
    among={['sale']}
    find={async (q, signal) =>
      (await api.sales.list.call({ ...wish(q), state: 'open' }, { signal })).rows.map((row) => ({
        value: row.id,
        label: `${row.number} · ${row.goods} · ${row.left}`,
      }))
    }
  />
)

export const WarehouseItem = (props: ItemProps) => (
  <PickItem
    {...props}
    among={['warehouse']}
    find={async (q, signal) =>
      (await api.warehouses.list.call({ ...wish(q), state: 'open' }, { signal })).rows.map((row) => ({
        value: row.id,
        label: `${row.name} · ${row.city}`,
      }))
    }
  />
)

/** A waybill of freight within reach, by the beginning of its number or plate. */
export const WaybillItem = (props: ItemProps) => (
  <PickItem
    {...props}
    among={['waybill']}
    find={async (q, signal) =>
      (await freight.waybills.list.call(wish(q), { signal })).rows.map(({ id, number, plate, goods }) => ({
        value: id,
        label: `${number} · ${plate} · ${goods}`,
      }))
    }
  />
)

export const LotItem = (props: ItemProps & { readonly exporterId: string; readonly sku: string }) => (
  <PickItem
    {...props}
    among={['lot', props.exporterId, props.sku]}
    find={async (q, signal) => {
      const { rows } = await api.lots.list.call({ ...wish(q), exporterId: props.exporterId, state: 'open' }, { signal })
      return rows
        .filter(({ sku }) => sku === props.sku)
        .map((row) => ({ value: row.id, label: `${row.number} · ${row.plot?.name ?? row.goods} · ${row.left}` }))
    }}
  />
)

/** A plot of one of the nurseries within reach. */
export function PlotItem(props: ItemProps) {
  const t = useText('crossborder')
  const nurseries = useQuery(api.nurseries.list.queryOptions({ input: { limit: 200, state: 'open' } }))
  const nurseryId = Form.useWatch<string | undefined>('nurseryId')
  const nursery = useQuery({
    ...api.nurseries.get.queryOptions({ input: { id: nurseryId ?? '' } }),
    enabled: nurseryId !== undefined,
  })
  return (
    <>
      <ChoiceItem
        name="nurseryId"
        label={t('nursery.one')}
        options={(nurseries.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <ChoiceItem
        {...props}
        options={(nursery.data?.plots ?? []).map(({ id, code }) => ({ value: id, label: code }))}
      />
    </>
  )
}
