import { NumberField, useText } from '@tingzhou/ui'
import { Form, Select, Switch } from 'antd'
import { isTold, minuteIntervals, type FirstContact } from '../first-contact.ts'
import type { Shown } from './device-page.tsx'

/** What the fields of a first contact hold. */
export type ContactValues = {
  readonly isWanted: boolean
  readonly setClock: boolean
  readonly overTimeS: number | null
  readonly repeats: number | null
  readonly realtimeS: number | null
  readonly minutes?: FirstContact['minutes'] | undefined
  readonly realtime?: FirstContact['realtime'] | undefined
  readonly states?: FirstContact['states'] | undefined
}

// HJ 212-2017 table 1.
const standard = { overTimeS: 10, repeats: 3 } as const

/** Fills the fields. Pure. */
export const contactValues = (wish: FirstContact | null): ContactValues => ({
  isWanted: wish !== null,
  setClock: wish?.setClock ?? true,
  overTimeS: wish?.retries?.overTimeS ?? null,
  repeats: wish?.retries?.repeats ?? null,
  realtimeS: wish?.realtimeS ?? null,
  minutes: wish?.minutes ?? undefined,
  realtime: wish?.realtime ?? undefined,
  states: wish?.states ?? undefined,
})

/** What the fields say. One of the two about repeats brings the standard's other. Pure. */
export function contactOf(values: ContactValues): FirstContact | null {
  const { isWanted, setClock, overTimeS, repeats, realtimeS, minutes = null, realtime = null, states = null } = values
  if (!isWanted) return null
  const retries =
    overTimeS === null && repeats === null
      ? null
      : { overTimeS: overTimeS ?? standard.overTimeS, repeats: repeats ?? standard.repeats }
  return { setClock, retries, realtimeS, minutes, realtime, states }
}

const name = (field: keyof ContactValues): [string, string] => ['contact', field]

/** What a data logger is told when it calls for the first time; behind a switch. */
export function FirstContactFields({ settings }: Pick<Shown, 'settings'>) {
  const t = useText('telemetry')
  const isWanted = Form.useWatch<boolean | undefined>(name('isWanted')) ?? settings.firstContact !== null
  const { firstContact, contacted } = settings
  const state =
    firstContact === null
      ? t('contact.hint')
      : isTold({ firstContact, ...(contacted ? { contacted } : {}) })
        ? t('contact.told')
        : t('contact.waiting')
  const whole = (field: 'overTimeS' | 'repeats' | 'realtimeS', min: number, max: number, placeholder?: number) => (
    <Form.Item
      name={name(field)}
      label={t(`contact.${field}`)}
      rules={[{ type: 'integer', min, max, message: t('contact.range', { min, max }) }]}
    >
      <NumberField inputMode="numeric" placeholder={placeholder === undefined ? '' : String(placeholder)} />
    </Form.Item>
  )
  const startOrStop = (field: 'realtime' | 'states') => (
    <Form.Item name={name(field)} label={t(`contact.${field}`)}>
      <Select
        allowClear
        placeholder={t('contact.as_it_is')}
        options={(['start', 'stop'] as const).map((value) => ({ value, label: t(`contact.${value}`) }))}
      />
    </Form.Item>
  )
  return (
    <>
      <Form.Item name={name('isWanted')} label={t('contact.title')} extra={state} valuePropName="checked">
        <Switch />
      </Form.Item>
      {isWanted && (
        <>
          <Form.Item
            name={name('setClock')}
            label={t('contact.setClock')}
            extra={t('contact.clock_hint')}
            valuePropName="checked"
          >
            <Switch />
          </Form.Item>
          {whole('overTimeS', 1, 3_600, standard.overTimeS)}
          {whole('repeats', 0, 99, standard.repeats)}
          {whole('realtimeS', 30, 3_600)}
          <Form.Item name={name('minutes')} label={t('contact.minutes')}>
            <Select
              allowClear
              placeholder={t('contact.as_it_is')}
              options={minuteIntervals.map((value) => ({ value, label: value }))}
            />
          </Form.Item>
          {startOrStop('realtime')}
          {startOrStop('states')}
        </>
      )}
    </>
  )
}
