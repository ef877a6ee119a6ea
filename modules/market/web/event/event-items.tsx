import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { DayItem, i18n, TextItem, useItem, useText, WholeItem, type Choice, type ItemProps } from '@tingzhou/ui'
import { useDeferredValue, useState } from 'react'
import { productName, productsCalled } from '../posting/finding.ts'
import type { EventDetail } from './surface.ts'

export type EventValues = Pick<
  EventDetail,
  | 'name'
  | 'day'
  | 'place'
  | 'from'
  | 'to'
  | 'meetingMinutes'
  | 'tables'
  | 'registerBy'
  | 'products'
  | 'meetingsMax'
  | 'remark'
>

/** What the contract asks of the form's values. */
export const inputFrom = (values: Partial<EventValues>): EventValues => ({
  name: values.name ?? '',
  day: values.day ?? '',
  place: values.place ?? '',
  from: values.from ?? '',
  to: values.to ?? '',
  meetingMinutes: values.meetingMinutes ?? 15,
  tables: values.tables ?? 1,
  registerBy: values.registerBy ?? '',
  products: values.products ?? [],
  meetingsMax: values.meetingsMax ?? 12,
  remark: values.remark ?? '',
})

/** What a matchmaking day says of itself. */
export function EventItems() {
  const t = useText('market')
  return (
    <>
      <TextItem name="name" label={t('event.field.name')} max={80} required />
      <div className="market-pair">
        <DayItem name="day" label={t('event.field.day')} required />
        <DayItem name="registerBy" label={t('event.field.registerBy')} required />
        <TimeItem name="from" label={t('event.field.from')} />
        <TimeItem name="to" label={t('event.field.to')} />
        <WholeItem name="meetingMinutes" label={t('event.field.meetingMinutes')} min={5} max={120} required />
        <WholeItem name="tables" label={t('event.field.tables')} max={200} required />
      </div>
      <TextItem name="place" label={t('event.field.place')} max={200} required />
      <ProductsItem name="products" label={t('event.field.products')} extra={t('event.products_hint')} />
      <WholeItem name="meetingsMax" label={t('event.field.meetingsMax')} max={96} required />
      <TextItem name="remark" label={t('event.field.remark')} max={1_000} rows={3} />
    </>
  )
}

function TimeItem(props: ItemProps) {
  const t = useText('market')
  const item = useItem({ ...props, required: true })
  const pattern = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
  return (
    <Form.Item {...item} rules={[...item.rules, { pattern, message: t('event.time_rule') }]}>
      <Input maxLength={5} autoComplete="off" inputMode="numeric" />
    </Form.Item>
  )
}

/** Products of a theme, found by any of their names. */
function ProductsItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)}>
      <ProductsPick />
    </Form.Item>
  )
}

function ProductsPick(props: {
  readonly id?: string
  readonly value?: readonly string[]
  readonly onChange?: (value: readonly string[]) => void
}) {
  const t = useText('market')
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const chosen = props.value ?? []
  const found = useQuery({
    queryKey: ['event.products', q],
    queryFn: async ({ signal }) =>
      (await productsCalled(q, signal)).map(({ code, zh, en }) => ({
        value: code,
        label: i18n.language === 'en' ? en : zh,
      })),
    enabled: q !== '',
  })
  const names = useProductNames(chosen)
  const options: readonly Choice[] = [...names, ...(found.data ?? []).filter(({ value }) => !chosen.includes(value))]
  return (
    <Select<string[]>
      {...(props.id === undefined ? {} : { id: props.id })}
      mode="multiple"
      value={[...chosen]}
      onChange={(next) => props.onChange?.(next)}
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent={t('event.no_product')}
      options={options.map((one) => ({ ...one }))}
    />
  )
}

/** Products by their names, once these are known. */
export function useProductNames(codes: readonly string[]): readonly Choice[] {
  const names = useQuery({
    queryKey: ['event.product_names', ...codes],
    queryFn: () => Promise.all(codes.map(async (value) => ({ value, label: await productName(value) }))),
    enabled: codes.length > 0,
  })
  return names.data ?? codes.map((value) => ({ value, label: value }))
}
