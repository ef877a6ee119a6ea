import { useQuery } from '@tanstack/react-query'
import { localDateOf, useMe, useText, zoneToday } from '@tingzhou/ui'
import { Form, Select, type FormInstance } from 'antd'
import { useCallback, useEffect } from 'react'
import { api } from '../api.ts'
import type { PriceRow } from './api.ts'
import { lanesOf, type LoadValues } from './load-values.ts'
import { mayDispatch, shippersOf } from './rights.ts'
import { Price } from './tags.tsx'

const byLabel = { optionFilterProp: 'label' } as const

/** The open contracts within reach; a reader with more than 200 names the shipper first. */
export function useContracts(shipperId?: string | null) {
  const input = { state: 'open' as const, limit: 200, ...(shipperId ? { shipperId } : {}) }
  const query = useQuery(api.contracts.list.queryOptions({ input }))
  const { isPending, error, refetch } = query
  return { rows: query.data?.rows ?? [], isPending, error, refetch }
}

type Props = { readonly form: FormInstance<LoadValues> }

/** The framework contract that a load is carried under; it says whose load it is. The platform also posts without one. */
export function ContractItem({ form, isChange }: Props & { readonly isChange: boolean }) {
  const t = useText('freight')
  const me = useMe()
  const shipperId = Form.useWatch('shipperId', { form, preserve: true })
  const terms = Form.useWatch('terms', { form, preserve: true })
  const { rows } = useContracts(isChange ? shipperId : null)
  // A shipper has no rules of settlement to choose from, but those of the load that is copied.
  const isNeeded = !mayDispatch(me) && !terms
  const none = rows.length === 0 && isNeeded
  const choose = (id: string | null | undefined) => {
    const contract = rows.find((row) => row.id === id)
    form.setFieldsValue({
      contractId: id ?? null,
      lane: null,
      ...(contract && !isChange ? { shipperId: contract.shipper.id } : {}),
    })
  }
  return (
    <Form.Item
      name="contractId"
      label={t('field.contract')}
      extra={none ? t('load.no_contract') : isNeeded ? undefined : t('load.contract_extra')}
      rules={isNeeded ? [{ required: true, message: t('rule.choose') }] : []}
    >
      <Select<string | null>
        allowClear={!isNeeded}
        showSearch={byLabel}
        onChange={choose}
        options={rows.map(({ id, number, shipper }) => ({
          value: id,
          label: shippersOf(me).length === 1 && !mayDispatch(me) ? number : `${number} · ${shipper.name}`,
        }))}
      />
    </Form.Item>
  )
}

/** Goods and route of a contract, with the price of the reader's side: one choice fills what would be five fields. */
export function LaneItem({ form }: Props) {
  const t = useText('freight')
  const contractId = Form.useWatch('contractId', { form, preserve: true })
  const loadFrom = Form.useWatch('loadFrom', { form, preserve: true })
  const lane = Form.useWatch('lane', { form, preserve: true })
  const { data } = useQuery({
    ...api.contracts.get.queryOptions({ input: { id: contractId ?? '' } }),
    enabled: Boolean(contractId),
  })
  const lanes = lanesOf(data?.prices ?? [], loadFrom ? localDateOf(loadFrom) : zoneToday())
  const choose = useCallback(
    (price: PriceRow & { readonly key: string }) =>
      form.setFieldsValue({
        lane: price.key,
        goods: price.goods,
        cargoClass: price.cargoClass,
        fromId: price.from.id,
        toId: price.to.id,
        measure: price.measure,
        consignee: form.getFieldValue('consignee') || price.to.name,
      }),
    [form],
  )
  const only = lanes.length === 1 ? lanes[0] : undefined
  useEffect(() => {
    if (only && !lane) choose(only)
  }, [only, lane, choose])
  return (
    <Form.Item
      name="lane"
      label={t('load.lane')}
      rules={[{ required: true, message: t('rule.choose') }]}
      extra={data && lanes.length === 0 ? t('load.no_lane') : <PriceOf lane={lanes.find(({ key }) => key === lane)} />}
    >
      <Select
        showSearch={byLabel}
        popupMatchSelectWidth={false}
        onChange={(key: string) => {
          const price = lanes.find((one) => one.key === key)
          if (price) choose(price)
        }}
        options={lanes.map((price) => ({
          value: price.key,
          label: `${price.goods} · ${price.from.name} → ${price.to.name}`,
        }))}
      />
    </Form.Item>
  )
}

/** What the shipper pays on the lane that is chosen. */
function PriceOf({ lane }: { readonly lane: PriceRow | undefined }) {
  const t = useText('freight')
  if (!lane) return null
  return (
    <>
      {t('load.shipperPrice')} <Price value={lane.shipperMilliFen} measure={lane.measure} />
    </>
  )
}
