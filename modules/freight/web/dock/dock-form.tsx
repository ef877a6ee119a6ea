import { FormBox, FormDrawer, useCommand, useOpenForm, useText, FlagItem, ScaledItem, TextItem } from '@tingzhou/ui'
import { Form, Input } from 'antd'
import { useState } from 'react'
import { placeEnds, type PlaceEnd } from '../../words.ts'
import { api } from '../api.ts'
import type { Board } from './api.ts'

type Values = {
  readonly docks: number
  readonly serviceS: number
  readonly sharePct: number
  readonly opens: string
  readonly closes: string
  readonly isOn: boolean
  readonly why: string
}

/** What the docks of one end are: the address names the end. */
export function DockForm({ board }: { readonly board: Board }) {
  const t = useText('freight')
  const { item } = useOpenForm()
  const end = placeEnds.find((one) => one === item) ?? 'load'
  return (
    <FormDrawer name="docks" title={t(`dock.set_${end}`)}>
      <Fields key={end} board={board} end={end} />
    </FormDrawer>
  )
}

function Fields({ board, end }: { readonly board: Board; readonly end: PlaceEnd }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.docks.set.call,
    invalidate: [api.docks.key(), api.places.key()],
    success: t('saved'),
  })
  // The board goes on being read: what is saved is a change of what was shown at first.
  const [dock] = useState(() => board.ends.find((one) => one.end === end))
  const bounds = new Map(board.bounds.map((one) => [one.name, one]))
  const first = Object.fromEntries(board.bounds.map(({ name, value }) => [name, value]))
  const number = (name: 'docks' | 'serviceS' | 'sharePct', unit: string, extra?: string) => (
    <ScaledItem
      name={name}
      label={t(`dock_field.${name}`)}
      scale={0}
      unit={unit}
      min={bounds.get(name)?.min ?? 1}
      max={bounds.get(name)?.max ?? 1}
      required
      {...(extra === undefined ? {} : { extra })}
    />
  )
  return (
    <FormBox<Values, Parameters<typeof api.docks.set.call>[0], { rev: number }>
      initial={dock ?? { ...first, opens: '00:00', closes: '24:00', isOn: true }}
      command={command}
      toInput={({ docks, serviceS, sharePct, opens, closes, isOn, why }) => ({
        placeId: board.place.id,
        end,
        rev: dock?.rev ?? 0,
        docks,
        serviceS,
        sharePct,
        opens,
        closes,
        isOn,
        why,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('dock.means')}</p>
      {number('docks', t('dock.unit'))}
      {number('serviceS', t('unit.seconds'), t('dock.service_extra'))}
      {number('sharePct', '%', t('dock.share_extra'))}
      <Time name="opens" label={t('dock_field.opens')} pattern={/^([01]\d|2[0-3]):[0-5]\d$/} />
      <Time
        name="closes"
        label={t('dock_field.closes')}
        pattern={/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/}
        extra={t('dock.closes_extra')}
      />
      <FlagItem name="isOn" label={t('dock_field.isOn')} extra={t('dock.on_means')} />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

function Time(props: {
  readonly name: string
  readonly label: string
  readonly pattern: RegExp
  readonly extra?: string
}) {
  const t = useText('freight')
  const { name, label, pattern, extra } = props
  return (
    <Form.Item
      name={name}
      label={label}
      required
      rules={[{ pattern, message: t('dock.time_rule') }]}
      {...(extra === undefined ? {} : { extra })}
    >
      <Input maxLength={5} inputMode="numeric" autoComplete="off" />
    </Form.Item>
  )
}
