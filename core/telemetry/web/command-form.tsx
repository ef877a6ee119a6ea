import { FormBox, useCommand, useText } from '@tingzhou/ui'
import { Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { api } from './api.ts'
import { bodyOf, orderDefaults, resolutions, type Order, type OrderValues } from './command-orders.ts'

type Input = Parameters<typeof api.command.call>[0]

/** Asks for what an order needs, then sends it. */
export function CommandForm(props: { readonly id: string; readonly order: Order; readonly onDone: () => void }) {
  const t = useText('telemetry')
  const { id, order, onDone } = props
  const command = useCommand({
    run: api.command.call,
    invalidate: [api.device.key()],
    success: t('command.queued', { order: t(`order.${order}`) }),
  })
  return (
    <FormBox<OrderValues, Input, { id: string }>
      command={command}
      initial={orderDefaults}
      toInput={(values) => ({ id, kind: order, body: bodyOf(order, values) })}
      submit={t('verb.send')}
      done={onDone}
      onCancel={onDone}
    >
      <p className="tz-second">{t(`explain.${order}`)}</p>
      <OrderFields order={order} />
    </FormBox>
  )
}

function OrderFields({ order }: { readonly order: Order }) {
  const t = useText('telemetry')
  const whole = (name: keyof OrderValues, min: number, max: number) => (
    <Form.Item name={name} label={t(`command.${name}`)} rules={[{ required: true }]}>
      <InputNumber min={min} max={max} precision={0} />
    </Form.Item>
  )
  switch (order) {
    case 'text':
      return (
        <>
          <Form.Item name="text" label={t('command.text')} rules={[{ required: true, whitespace: true }]}>
            <Input.TextArea rows={3} maxLength={200} showCount />
          </Form.Item>
          <Form.Item name="urgent" valuePropName="checked">
            <Checkbox>{t('command.urgent')}</Checkbox>
          </Form.Item>
        </>
      )
    case 'track':
      return (
        <>
          {whole('intervalS', 0, 3_600)}
          {whole('validityS', 1, 86_400)}
        </>
      )
    case 'take_picture':
      return (
        <>
          {whole('channel', 1, 127)}
          <Form.Item name="resolution" label={t('command.resolution')} rules={[{ required: true }]}>
            <Select options={resolutions.map((value) => ({ value, label: value }))} />
          </Form.Item>
        </>
      )
    case 'query_position':
    case 'link_test':
      return null
  }
}
