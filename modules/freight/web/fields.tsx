import { Form, Select } from 'antd'
import { TextItem, useItem, useText, type ItemProps } from '@tingzhou/ui'
import { states, type CodeTable } from '../words.ts'
import { api } from './api.ts'
import { useCodes } from './codes.ts'
import { useQuery } from '@tanstack/react-query'

export function CodeItem(props: ItemProps & { readonly table: CodeTable }) {
  const item = useItem(props)
  const { options } = useCodes(props.table)
  return (
    <Form.Item {...item}>
      <Select options={options} showSearch={{ optionFilterProp: 'label' }} allowClear={!props.required} />
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
