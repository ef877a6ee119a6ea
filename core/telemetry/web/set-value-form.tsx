import { FormBox, formatNumber, useCommand, useMe, useOpenForm, useText, NumberField } from '@tingzhou/ui'
import { Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { api } from './api.ts'
import { ConfirmCommand, proposalOf, type Proposal } from './command-confirm.tsx'
import { bodyOf } from './command-orders.ts'
import type { Shown } from './device-page.tsx'
import './machines.css'
import { nameWith, useSaid, writableOf, type Writable } from './writable.ts'

/** What is to be set, as it was written. */
type Wish = { readonly point: string; readonly value: number; readonly reason?: string }

/** Sets a point of a machine: first the value is proposed, then what it does is said by name and confirmed. */
export function SetValueForm({ shown, onDone }: { readonly shown: Shown; readonly onDone: () => void }) {
  const t = useText('telemetry')
  const { item } = useOpenForm()
  const [proposal, setProposal] = useState<Proposal | null>(null)
  const writable = writableOf(shown)
  const first = writable.find(({ key }) => key === item) ?? writable[0]
  if (proposal) return <ConfirmCommand shown={shown} proposal={proposal} onDone={onDone} />
  if (!first) return <p className="tz-second">{t('set_value.none')}</p>
  return <ValueForm shown={shown} writable={writable} first={first} onProposed={setProposal} onDone={onDone} />
}

type Input = Parameters<typeof api.command.call>[0]
type Answer = Awaited<ReturnType<typeof api.command.call>>
type ValueProps = {
  readonly shown: Shown
  readonly writable: readonly Writable[]
  readonly first: Writable
  readonly onProposed: (proposal: Proposal) => void
  readonly onDone: () => void
}

/** So long a value waits for a machine that does not answer: what was right a minute ago may be wrong by then. */
const expiresS = 60

function ValueForm({ shown, writable, first, onProposed, onDone }: ValueProps) {
  const t = useText('telemetry')
  const ui = useText('ui')
  const me = useMe()
  const [form] = Form.useForm<Wish>()
  const key = Form.useWatch('point', form) ?? first.key
  const chosen = writable.find((one) => one.key === key) ?? first
  const said = useSaid(chosen)
  const command = useCommand({ run: api.command.call, invalidate: [api.device.key(), api.deviceTrail.key()] })
  const { low, high, unit, now, isBit } = chosen
  const limits = { low: formatNumber(low), high: formatNumber(high) }
  return (
    <FormBox<Wish, Input, Answer>
      form={form}
      command={command}
      initial={{ point: first.key }}
      toInput={({ reason, ...wish }) => ({
        id: shown.id,
        kind: 'set_value',
        body: bodyOf('set_value', wish),
        reason: reason?.trim() || null,
        expiresS,
      })}
      submit={ui('form.next')}
      done={(answer) => {
        const proposal = proposalOf(answer, me?.name ?? '')
        if (proposal) onProposed(proposal)
        else onDone()
      }}
      onCancel={onDone}
    >
      <Form.Item name="point" label={t('set_value.point')}>
        <Select
          options={writable.map((one) => ({ value: one.key, label: nameWith(one) }))}
          onChange={() => form.setFieldValue('value', undefined)}
        />
      </Form.Item>
      <Form.Item
        name="value"
        label={unit === '' ? t('set_value.value') : t('set_value.value_in', { unit })}
        extra={t('set_value.range', { ...limits, now: said(now) })}
        rules={[{ required: true, type: 'number', min: low, max: high, message: t('set_value.rule', limits) }]}
      >
        {isBit ? (
          <Radio.Group
            options={[
              { value: 1, label: t('set_value.on') },
              { value: 0, label: t('set_value.off') },
            ]}
          />
        ) : (
          <NumberField className="tz-set-value" autoFocus />
        )}
      </Form.Item>
      <Form.Item name="reason" label={t('set_value.reason')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormBox>
  )
}
