import { FormBox, formatNumber, useCommand, useOpenForm, useText, VerbButton } from '@tingzhou/ui'
import { Alert, Form, Input, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import { api } from './api.ts'
import { bodyOf } from './command-orders.ts'
import type { Shown } from './device-page.tsx'
import { machinePoints } from './machine-point.ts'
import './machines.css'

/** A point that may be set. */
type Writable = {
  readonly key: string
  readonly name: string
  readonly unit: string
  /** What it held last; null when that is not known. */
  readonly now: number | null
  readonly isBit: boolean
  readonly low: number
  readonly high: number
}
/** What is to be set, as it was written and checked. */
type Wish = { readonly point: string; readonly value: number }

/** The points of a machine that may be set. */
export const writableOf = (shown: Shown): readonly Writable[] =>
  machinePoints(shown).flatMap(({ asked, kept, name }) => {
    const { key, unit, write } = asked
    if (!write) return []
    return {
      key,
      name,
      unit: unit ?? kept?.unit ?? '',
      now: kept?.last?.value ?? null,
      isBit: 'as' in asked && asked.as === 'bit',
      ...write,
    }
  })

const nameWith = ({ name, key }: Writable): string => (name === key ? key : `${name} ${key}`)

/** Sets a point of a machine: first the value is written, then what it does is said by name and confirmed. */
export function SetValueForm({ shown, onDone }: { readonly shown: Shown; readonly onDone: () => void }) {
  const t = useText('telemetry')
  const { item } = useOpenForm()
  const [wish, setWish] = useState<Wish | null>(null)
  const [isAsked, setAsked] = useState(false)
  const writable = writableOf(shown)
  const first = writable.find(({ key }) => key === item) ?? writable[0]
  const chosen = writable.find(({ key }) => key === wish?.point)
  if (!first) return <p className="tz-second">{t('set_value.none')}</p>
  if (isAsked && wish && chosen)
    return <Confirm shown={shown} wish={wish} point={chosen} onDone={onDone} onBack={() => setAsked(false)} />
  return (
    <ValueForm
      writable={writable}
      initial={wish ?? { point: first.key }}
      onWish={(next) => {
        setWish(next)
        setAsked(true)
      }}
      onCancel={onDone}
    />
  )
}

type ValueProps = {
  readonly writable: readonly Writable[]
  readonly initial: Partial<Wish>
  readonly onWish: (wish: Wish) => void
  readonly onCancel: () => void
}

function ValueForm({ writable, initial, onWish, onCancel }: ValueProps) {
  const t = useText('telemetry')
  const ui = useText('ui')
  const [form] = Form.useForm<Wish>()
  const key = Form.useWatch('point', form) ?? initial.point
  const chosen = writable.find((one) => one.key === key) ?? writable[0]
  const said = useSaid(chosen)
  if (!chosen) return null
  const { low, high, unit, now, isBit } = chosen
  const limits = { low: formatNumber(low), high: formatNumber(high) }
  return (
    <Form<Wish> form={form} layout="vertical" className="tz-form" initialValues={initial} onFinish={onWish}>
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
          <InputNumber className="tz-set-value" autoFocus />
        )}
      </Form.Item>
      <div className="tz-form-verbs">
        <VerbButton type="primary" htmlType="submit">
          {ui('form.next')}
        </VerbButton>
        <VerbButton onClick={onCancel}>{ui('cancel')}</VerbButton>
      </div>
    </Form>
  )
}

type Input = Parameters<typeof api.command.call>[0]
type ConfirmProps = {
  readonly shown: Shown
  readonly wish: Wish
  readonly point: Writable
  readonly onDone: () => void
  readonly onBack: () => void
}

/** So long a value waits for a machine that does not answer: what was right a minute ago may be wrong by then. */
const expiresS = 60

function Confirm({ shown, wish, point, onDone, onBack }: ConfirmProps) {
  const t = useText('telemetry')
  const said = useSaid(point)
  const command = useCommand({
    run: api.command.call,
    invalidate: [api.device.key()],
    success: t('command.queued', { order: t('order.set_value') }),
  })
  return (
    <FormBox<{ reason?: string }, Input, { id: string }>
      command={command}
      initial={{}}
      toInput={({ reason }) => ({
        id: shown.id,
        kind: 'set_value',
        body: bodyOf('set_value', wish),
        reason: reason?.trim() || null,
        expiresS,
      })}
      submit={t('set_value.send')}
      done={onDone}
      onCancel={onDone}
    >
      <Alert
        className="tz-problem"
        type="warning"
        showIcon
        title={t('set_value.confirm', { name: nameWith(point), from: said(point.now), to: said(wish.value) })}
        description={t('set_value.confirm_text', { device: shown.name })}
        action={
          <VerbButton size="small" onClick={onBack}>
            {t('set_value.back')}
          </VerbButton>
        }
      />
      <Form.Item name="reason" label={t('set_value.reason')}>
        <Input.TextArea rows={2} maxLength={500} autoFocus />
      </Form.Item>
    </FormBox>
  )
}

/** A value of a point in words, with its unit. */
function useSaid(point: Writable | undefined): (value: number | null) => string {
  const t = useText('telemetry')
  return (value) => {
    if (value === null) return t('set_value.unknown')
    if (point?.isBit) return t(value === 1 ? 'set_value.on' : 'set_value.off')
    return `${String(value)} ${point?.unit ?? ''}`.trim()
  }
}
