import { Form, Input, InputNumber, Select, Switch } from 'antd'
import { DateField, useText } from '@tingzhou/ui'
import { states, type CodeTable } from '../words.ts'
import { api } from './api.ts'
import { useCodes } from './codes.ts'
import { useQuery } from '@tanstack/react-query'

type ItemProps = {
  readonly name: string
  readonly label: string
  readonly required?: boolean
  readonly extra?: string | undefined
}

/** What an item of a form has: its name, its label, and its rule in words. */
function useItem({ name, label, required = false, extra }: ItemProps) {
  const t = useText('freight')
  return {
    name,
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

export function CodeItem(props: ItemProps & { readonly table: CodeTable }) {
  const item = useItem(props)
  const { options } = useCodes(props.table)
  return (
    <Form.Item {...item}>
      <Select options={options} showSearch={{ optionFilterProp: 'label' }} allowClear={!props.required} />
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

export function MassItem(props: ItemProps & { readonly min: number }) {
  return (
    <Form.Item {...useItem(props)}>
      <InputNumber min={props.min} max={999_999} precision={0} className="freight-wide" />
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

/** One of the carriers within reach. The first 200 by name; a reader with more types the name in the list of carriers. */
export function CarrierItem(props: ItemProps) {
  const { data } = useQuery(api.carriers.list.queryOptions({ input: { limit: 200, state: 'open' } }))
  const options = (data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Form.Item {...useItem(props)}>
      <Select options={options} showSearch={{ optionFilterProp: 'label' }} />
    </Form.Item>
  )
}

/** What every change of an object also asks: whether it is in use, and why it is changed. */
export function ChangeItems() {
  const t = useText('freight')
  return (
    <>
      <Form.Item name="state" label={t('field.state')}>
        <Select options={states.map((value) => ({ value, label: t(`state.${value}`) }))} />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </>
  )
}
