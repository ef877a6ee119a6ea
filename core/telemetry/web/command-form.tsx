import { FormBox, useCommand, useMe, useText, WholeItem } from '@tingzhou/ui'
import { Checkbox, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { api, nameOf } from './api.ts'
import { ConfirmCommand, proposalOf, type Proposal } from './command-confirm.tsx'
import { factors } from '@tingzhou/hj212'
import { useRefusal } from './keeper-drawer.tsx'
import type { Shown } from './device-page.tsx'
import { minuteIntervals } from '../first-contact.ts'
import { bodyOf, defaultsOf, resolutions, type Order, type OrderValues } from './command-orders.ts'

/** An order that is said in one form. */
export type PlainOrder = Exclude<Order, 'set_value'>

/** Why nothing may be asked of a device now; null: it may. */
export function useOrderRefusal({ state }: Pick<Shown, 'state'>): string | null {
  const t = useText('telemetry')
  const refused = useRefusal()
  return refused ?? (state === 'active' ? null : t('reason.not_active', { state: t(`state.${state}`) }))
}

type Input = Parameters<typeof api.command.call>[0]

type Answer = Awaited<ReturnType<typeof api.command.call>>
type Props = { readonly shown: Shown; readonly order: PlainOrder; readonly onDone: () => void }

/** Asks for what an order needs, then sends it; one by which something moves is first confirmed. */
export function CommandForm({ shown, order, onDone }: Props) {
  const t = useText('telemetry')
  const me = useMe()
  const [proposal, setProposal] = useState<Proposal | null>(null)
  const command = useCommand({
    run: api.command.call,
    invalidate: [api.device.key(), api.deviceTrail.key()],
    success: ({ confirm }) =>
      t(confirm === null ? 'command.queued' : 'confirm.proposed', { order: t(`order.${order}`) }),
  })
  if (proposal) return <ConfirmCommand shown={shown} proposal={proposal} onDone={onDone} />
  return (
    <FormBox<OrderValues, Input, Answer>
      command={command}
      initial={defaultsOf(order)}
      toInput={(values) => ({ id: shown.id, kind: order, body: bodyOf(order, values) })}
      submit={t('verb.send')}
      done={(answer) => {
        const proposed = proposalOf(answer, me?.name ?? '')
        if (proposed) setProposal(proposed)
        else onDone()
      }}
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
    <WholeItem name={name} label={t(`command.${name}`)} min={min} max={max} required />
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
