import { Form } from 'antd'
import { useText, type Choice } from '@tingzhou/ui'
import { api } from '../api.ts'
import { findShippers, nameOfShipper } from '../carriage/pickers.tsx'
import { SearchSelect } from '../carriage/search-select.tsx'

const loadsMax = 200

/** Shippers by name: of the register and of contracts as far as the reader reaches them, and those of the latest loads. */
export async function findBilled(q: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const [known, loads] = await Promise.all([
    findShippers(q, signal),
    api.loads.list.call({ limit: loadsMax }, { signal }),
  ])
  const shippers = loads.rows
    .filter(({ shipper }) => shipper.name.includes(q))
    .map(({ shipper }) => ({ value: shipper.id, label: shipper.name }))
  return [...new Map([...known, ...shippers].map((choice) => [choice.value, choice])).values()]
}

/** The name of a shipper that has loads, a contract, or stands in the reader's register. */
export async function nameOfBilled(id: string): Promise<string> {
  const { rows } = await api.loads.list.call({ shipperId: id, limit: 1 })
  return rows[0]?.shipper.name ?? nameOfShipper(id)
}

export function BilledPick({ name, label }: { readonly name: string; readonly label: string }) {
  const t = useText('freight')
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t('rule.say', { label }) }]}>
      <SearchSelect among={['billed']} find={findBilled} nameOf={nameOfBilled} empty={t('pick.none')} required />
    </Form.Item>
  )
}
