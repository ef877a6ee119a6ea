import { FormBox, NumberField, useCommand, useText } from '@tingzhou/ui'
import { Form, Radio } from 'antd'
import { api } from './api.ts'

type Rule = Awaited<ReturnType<typeof api.confirmation.call>>
type Values = Omit<Rule, 'rev'>
type Input = Parameters<typeof api.setConfirmation.call>[0]

const seconds = { low: 10, high: 600 }

/** How long a command that moves something may be confirmed, and by whom. */
export function ConfirmationForm({ rule, onDone }: { readonly rule: Rule; readonly onDone: () => void }) {
  const t = useText('telemetry')
  const { rev, ...initial } = rule
  const command = useCommand({
    run: api.setConfirmation.call,
    invalidate: [api.confirmation.key(), api.settingsTrail.key()],
    success: t('settings_page.done'),
  })
  return (
    <FormBox<Values, Input, { rev: number }>
      command={command}
      initial={initial}
      toInput={(values) => ({ ...values, rev })}
      submit={t('retention.save')}
      done={onDone}
      onCancel={onDone}
    >
      <Form.Item
        name="confirmS"
        label={t('confirmation.confirmS_field')}
        rules={[
          {
            required: true,
            type: 'integer',
            min: seconds.low,
            max: seconds.high,
            message: t('retention.rule', seconds),
          },
        ]}
      >
        <NumberField inputMode="numeric" />
      </Form.Item>
      <Form.Item name="needsOther" label={t('confirmation.who')}>
        <Radio.Group
          options={[
            { value: false, label: t('confirmation.by_same') },
            { value: true, label: t('confirmation.by_other') },
          ]}
        />
      </Form.Item>
    </FormBox>
  )
}
