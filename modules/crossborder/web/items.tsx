import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Form, Input, InputNumber, Radio, Select, Switch } from 'antd'
import { DateField, FileField, useMe, useText, type Choice, type UploadedFile } from '@tingzhou/ui'
import { useDeferredValue, useState } from 'react'
import { states } from '../words.ts'
import { api, freight, registry } from './api.ts'
import { exportersOf, mayKeepAll } from './rights.ts'
import { scaledPattern } from './scaled.ts'

type ItemProps = {
  readonly name: string | readonly (string | number)[]
  readonly label: string
  readonly required?: boolean
  readonly extra?: string | undefined
}

/** What an item of a form has: its name, its label, and its rule in words. */
function useItem({ name, label, required = false, extra }: ItemProps) {
  const t = useText('crossborder')
  return {
    name: typeof name === 'string' ? name : [...name],
    label,
    ...(extra === undefined ? {} : { extra }),
    rules: required ? [{ required: true, message: t('rule.say', { label }) }] : [],
  }
}

export function TextItem(props: ItemProps & { readonly max: number; readonly rows?: number }) {
  const item = useItem(props)
  return (
    <Form.Item {...item}>
      {props.rows ? (
        <Input.TextArea rows={props.rows} maxLength={props.max} showCount />
      ) : (
        <Input maxLength={props.max} autoComplete="off" />
      )}
    </Form.Item>
  )
}

export function DayItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)}>
      <DateField />
    </Form.Item>
  )
}

export function WholeItem(props: ItemProps & { readonly min?: number; readonly max?: number; readonly unit?: string }) {
  const { min = 1, max = 1_000_000_000, unit } = props
  return (
    <Form.Item {...useItem(props)}>
      <InputNumber min={min} max={max} precision={0} suffix={unit} className="crossborder-wide" />
    </Form.Item>
  )
}

export function DegreeItem(props: ItemProps & { readonly max: 90 | 180 }) {
  return (
    <Form.Item {...useItem(props)}>
      <InputNumber min={-props.max} max={props.max} precision={6} suffix="°" className="crossborder-wide" />
    </Form.Item>
  )
}

/** A decimal number as text; `wholeOf` makes the contract's whole number of it. */
export function ScaledItem(props: ItemProps & { readonly scale: number }) {
  const t = useText('crossborder')
  const item = useItem({ ...props, required: true })
  const rules = [
    ...item.rules,
    { pattern: scaledPattern(props.scale), message: t('rule.decimals', { n: props.scale }) },
  ]
  return (
    <Form.Item {...item} rules={rules}>
      <Input inputMode="decimal" autoComplete="off" maxLength={16} />
    </Form.Item>
  )
}

export function ChoiceItem(props: ItemProps & { readonly options: readonly Choice[]; readonly radio?: boolean }) {
  const options = props.options.map((one) => ({ ...one }))
  return (
    <Form.Item {...useItem(props)}>
      {props.radio ? <Radio.Group options={options} /> : <Select options={options} />}
    </Form.Item>
  )
}

export function FlagItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)} valuePropName="checked">
      <Switch />
    </Form.Item>
  )
}

export function FilesItem(props: ItemProps & { readonly photos?: boolean }) {
  return (
    <Form.Item {...useItem(props)}>
      {props.photos ? (
        <FileField max={9} accept="image/*" capture fields={{ purpose: 'evidence' }} />
      ) : (
        <FileField max={9} />
      )}
    </Form.Item>
  )
}

export const idsOf = (files: unknown): string[] => ((files ?? []) as readonly UploadedFile[]).map(({ id }) => id)

/** Texts that are typed one after another, such as numbers of seals. */
export function TagsItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)}>
      <Select mode="tags" tokenSeparators={[' ', ',', '，', ';', '；']} open={false} suffixIcon={null} />
    </Form.Item>
  )
}

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

type Find = (q: string, signal: AbortSignal) => Promise<readonly Choice[]>
const wish = (q: string) => ({ limit: 50, ...(q === '' ? {} : { q }) })

function Search(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
  readonly among: readonly string[]
  readonly find: Find
}) {
  const t = useText('crossborder')
  const { id, value, among, find } = props
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const found = useQuery({
    queryKey: ['crossborder', 'pick', ...among, q],
    queryFn: ({ signal }) => find(q, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <Select<string | null>
      {...(id === undefined ? {} : { id })}
      value={value ?? null}
      onChange={(next) => props.onChange?.(next ?? null)}
      allowClear
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent={t('pick.none')}
      options={(found.data ?? []).map((one) => ({ ...one }))}
    />
  )
}

function PickItem(props: ItemProps & { readonly among: readonly string[]; readonly find: Find }) {
  return (
    <Form.Item {...useItem(props)}>
      <Search among={props.among} find={props.find} />
    </Form.Item>
  )
}

const findEnterprises: Find = async (q, signal) =>
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
