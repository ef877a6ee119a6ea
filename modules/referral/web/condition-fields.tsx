import { Form, Select } from 'antd'
import { useText } from '@tingzhou/ui'
import { needCodes } from '../words.ts'
import { TextItem } from './room.tsx'

export type ConditionValues = {
  readonly condition: string
  readonly abilityLevel: number
  readonly needs?: (typeof needCodes)[number][]
  readonly needsWords?: string
}

const levels = [0, 1, 2, 3, 4] as const

/** How the patient is: condition, ability level, what the other side must have ready. */
export function ConditionFields() {
  const t = useText('referral')
  return (
    <>
      <TextItem
        name="condition"
        label={t('field.condition')}
        max={4000}
        rows={5}
        required
        extra={t('field.condition_help')}
      />
      <Form.Item name="abilityLevel" label={t('field.abilityLevel')} rules={[{ required: true }]}>
        <Select options={levels.map((value) => ({ value, label: t(`ability.${value}`) }))} />
      </Form.Item>
      <Form.Item name="needs" label={t('field.needs')}>
        <Select mode="multiple" options={needCodes.map((value) => ({ value, label: t(`need.${value}`) }))} />
      </Form.Item>
      <TextItem name="needsWords" label={t('field.needsWords')} max={500} />
    </>
  )
}
