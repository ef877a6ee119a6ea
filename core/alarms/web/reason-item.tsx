import { useText } from '@tingzhou/ui'
import { Form, Input } from 'antd'

/** Why somebody does it. */
export function ReasonItem() {
  const t = useText('alarms')
  return (
    <Form.Item
      name="reason"
      label={t('field.reason')}
      rules={[{ required: true, whitespace: true, message: t('rule.reason') }]}
    >
      <Input.TextArea maxLength={500} rows={3} showCount />
    </Form.Item>
  )
}
