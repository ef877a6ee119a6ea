import { FormBox, useCommand, useText } from '@tingzhou/ui'
import { Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { api, nameOf } from './api.ts'
import { factors } from '@tingzhou/hj212'
import { useRefusal } from './device-list.tsx'
import type { Shown } from './device-page.tsx'
import { bodyOf, defaultsOf, minuteIntervals, resolutions, type Order, type OrderValues } from './command-orders.ts'

/** An order that is said in one form. */
export type PlainOrder = Exclude<Order, 'set_value'>

/** Why nothing may be asked of a device now; null: it may. */
export function useOrderRefusal({ state }: Pick<Shown, 'state'>): string | null {
  const t = useText('telemetry')
  const refused = useRefusal()
  return refused ?? (state === 'active' ? null : t('reason.not_active', { state: t(`state.${state}`) }))
}

type Input = Parameters<typeof api.command.call>[0]

/** Asks for what an order needs, then sends it. */
export function CommandForm(props: { readonly id: string; readonly order: PlainOrder; readonly onDone: () => void }) {
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
      initial={defaultsOf(order)}
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

function OrderFields({ order }: { readonly order: PlainOrder }) {
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
    case 'set_realtime_interval':
      return whole('intervalS', 30, 3_600)
    case 'set_minute_interval':
      return (
        <Form.Item name="intervalMin" label={t('command.intervalMin')} rules={[{ required: true }]}>
          <Select options={minuteIntervals.map((value) => ({ value, label: value }))} />
        </Form.Item>
      )
    case 'query_minutes':
    case 'query_hours':
      return (
        <>
          {(['from', 'to'] as const).map((name) => (
            <Form.Item key={name} name={name} label={t(`track.${name}`)} rules={[{ required: true }]}>
              <Input type="datetime-local" />
            </Form.Item>
          ))}
        </>
      )
    case 'sample_now':
    case 'calibrate':
      return (
        <Form.Item name="polId" label={t('command.polId')} rules={[{ required: true }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={factors.map(({ code, ...name }) => ({ value: code, label: `${nameOf(name)} ${code}` }))}
          />
        </Form.Item>
      )
    case 'query_position':
    case 'link_test':
    case 'set_time':
    case 'read_time':
      return null
  }
}
