import type { Map as MapView } from 'maplibre-gl'
import { FormBox, instantOfLocalTime, localTimeOf, NumberItem, useCommand, useText, WholeItem } from '@tingzhou/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { purposes, scopes, type Purpose, type Scope } from '../geofence-words.ts'
import { api, parties, vehicles, type Detail } from './api.ts'
import { draftOf, emptyDraft, shapeOf, type Draft } from './draft.ts'
import { ShapeEditor } from './shape-editor.tsx'
import { useDrawing } from './use-drawing.ts'

type Values = {
  readonly name: string
  readonly purpose: Purpose
  readonly validFrom?: string
  readonly validUntil?: string
  readonly scope: Scope
  readonly partyId?: string
  readonly points?: readonly number[]
  readonly tellsEntry: boolean
  readonly tellsExit: boolean
  readonly dwellMin?: number | null
  readonly speedLimitKmh?: number | null
  readonly marginM: number
  readonly confirmS: number
}
type Input = Parameters<typeof api.addGeofence.call>[0]
type Written = Awaited<ReturnType<typeof api.addGeofence.call>>

const usual: Values = {
  name: '',
  purpose: 'other',
  scope: 'all',
  tellsEntry: true,
  tellsExit: true,
  marginM: 30,
  confirmS: 0,
}

const instantOf = (field: string | undefined): number | null => (field ? instantOfLocalTime(field) : null)

function valuesOf(fence: Detail): Values {
  const { validFrom, validUntil, partyId, dwellS } = fence
  return {
    name: fence.name,
    purpose: fence.purpose,
    ...(validFrom === null ? {} : { validFrom: localTimeOf(validFrom) }),
    ...(validUntil === null ? {} : { validUntil: localTimeOf(validUntil) }),
    scope: fence.scope,
    ...(partyId === null ? {} : { partyId }),
    points: fence.points,
    tellsEntry: fence.tellsEntry,
    tellsExit: fence.tellsExit,
    dwellMin: dwellS === null ? null : dwellS / 60,
    speedLimitKmh: fence.speedLimitKmh,
    marginM: fence.marginM,
    confirmS: fence.confirmS,
  }
}

type Props = {
  readonly map: MapView | null
  /** The fence that is changed; null: a new one. */
  readonly fence: Detail | null
  readonly onDone: (id: string) => void
  readonly onCancel: () => void
  readonly onDrawing: (isDrawing: boolean) => void
}

/** Makes a fence or its next version: drawn on the map beside it, or typed. */
export function FenceForm({ map, fence, onDone, onCancel, onDrawing }: Props) {
  const t = useText('geography')
  const [draft, setDraft] = useState<Draft>(fence ? draftOf(fence.shape) : emptyDraft)
  const [form] = Form.useForm<Values>()
  useDrawing(map, draft, setDraft)
  useEffect(() => {
    onDrawing(true)
    return () => onDrawing(false)
  }, [onDrawing])
  const shape = shapeOf(draft)
  const options = {
    invalidate: [api.geofences.key(), api.geofencesShown.key(), api.geofence.key()],
    success: t(fence ? 'add.changed' : 'add.done'),
  }
  const add = useCommand({ run: api.addGeofence.call, ...options })
  const change = useCommand({ run: api.changeGeofence.call, ...options })
  const wishOf = (values: Values): Omit<Input, 'commandId'> => ({
    name: values.name,
    purpose: values.purpose,
    // The button cannot be pressed without one.
    shape: shape ?? { kind: 'polygon', rings: [] },
    validFrom: instantOf(values.validFrom),
    validUntil: instantOf(values.validUntil),
    scope: values.scope,
    partyId: values.partyId ?? null,
    points: [...(values.points ?? [])],
    tellsEntry: values.tellsEntry,
    tellsExit: values.tellsExit,
    dwellS: values.dwellMin == null ? null : Math.round(values.dwellMin * 60),
    speedLimitKmh: values.speedLimitKmh ?? null,
    marginM: values.marginM,
    confirmS: values.confirmS,
  })
  const common = {
    form,
    initial: fence ? valuesOf(fence) : usual,
    fieldNames: { dwellS: 'dwellMin' },
    done: ({ id }: Written) => onDone(id),
    onCancel,
    reason: shape ? null : t('reason.no_shape'),
    submit: t(fence ? 'verb.save' : 'verb.add'),
    children: (
      <>
        <Form.Item name="name" label={t('field.name')} rules={[{ required: true, message: t('add.name_rule') }]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="purpose" label={t('field.purpose')}>
          <Select options={purposes.map((value) => ({ value, label: t(`purpose.${value}`) }))} />
        </Form.Item>
        <ShapeEditor map={map} draft={draft} onDraft={setDraft} />
        <Who fence={fence} />
        <fieldset className="tz-fence-shape">
          <legend>{t('field.events')}</legend>
          <Form.Item name="tellsEntry" valuePropName="checked" noStyle>
            <Checkbox>{t('kind.entry')}</Checkbox>
          </Form.Item>
          <Form.Item name="tellsExit" valuePropName="checked" noStyle>
            <Checkbox>{t('kind.exit')}</Checkbox>
          </Form.Item>
          <WholeItem name="dwellMin" label={t('field.dwell')} max={43_200} />
          <NumberItem name="speedLimitKmh" label={t('field.speed_limit')} min={5} max={150} />
        </fieldset>
        <Form.Item name="validFrom" label={t('field.valid_from')}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="validUntil" label={t('field.valid_until')}>
          <Input type="datetime-local" />
        </Form.Item>
        <WholeItem name="marginM" label={t('field.margin')} extra={t('add.margin_hint')} min={0} max={1_000} required />
        <WholeItem
          name="confirmS"
          label={t('field.confirm')}
          extra={t('add.confirm_hint')}
          min={0}
          max={300}
          required
        />
      </>
    ),
  }
  return fence ? (
    <FormBox<Values, Parameters<typeof api.changeGeofence.call>[0], Written>
      command={change}
      toInput={(values) => ({ ...wishOf(values), id: fence.id, rev: fence.version })}
      {...common}
    />
  ) : (
    <FormBox<Values, Input, Written> command={add} toInput={wishOf} {...common} />
  )
}

/** Which vehicles a fence is about. */
function Who({ fence }: { readonly fence: Detail | null }) {
  const t = useText('geography')
  const scope = Form.useWatch<Scope | undefined>('scope') ?? fence?.scope ?? 'all'
  return (
    <>
      <Form.Item name="scope" label={t('field.scope')}>
        <Select options={scopes.map((value) => ({ value, label: t(`scope.${value}`) }))} />
      </Form.Item>
      {scope === 'party' && <PartyField fence={fence} />}
      {scope === 'chosen' && <VehiclesField fence={fence} />}
    </>
  )
}

function PartyField({ fence }: { readonly fence: Detail | null }) {
  const t = useText('geography')
  const [words, setWords] = useState('')
  const found = useQuery({
    ...parties.parties.list.queryOptions({ input: { kind: 'enterprise', limit: 50, ...(words ? { q: words } : {}) } }),
    placeholderData: keepPreviousData,
  })
  const known = fence?.partyId ? [{ id: fence.partyId, name: fence.partyName ?? fence.partyId }] : []
  const options = new Map([...known, ...(found.data?.rows ?? [])].map(({ id, name }) => [id, name]))
  return (
    <Form.Item name="partyId" label={t('field.party')} rules={[{ required: true, message: t('add.party_rule') }]}>
      <Select
        showSearch={{ filterOption: false, onSearch: setWords }}
        options={[...options].map(([value, label]) => ({ value, label }))}
      />
    </Form.Item>
  )
}

function VehiclesField({ fence }: { readonly fence: Detail | null }) {
  const t = useText('geography')
  const [words, setWords] = useState('')
  const [names, setNames] = useState<ReadonlyMap<number, string>>(
    new Map(fence?.vehicles.map(({ point, name }) => [point, name])),
  )
  const found = useQuery({
    ...vehicles.positions.queryOptions({ input: { q: words, limit: 50 } }),
    enabled: words.trim() !== '',
    placeholderData: keepPreviousData,
  })
  useEffect(() => {
    // A vehicle that was chosen keeps its name when other words are sought.
    if (found.data)
      setNames((now) => new Map([...now, ...found.data.rows.map(({ point, name }) => [point, name] as const)]))
  }, [found.data])
  return (
    <Form.Item name="points" label={t('field.vehicles')} rules={[{ required: true, message: t('add.vehicles_rule') }]}>
      <Select
        mode="multiple"
        placeholder={t('add.vehicles_hint')}
        showSearch={{ optionFilterProp: 'label', onSearch: setWords }}
        options={[...names].map(([value, label]) => ({ value, label }))}
      />
    </Form.Item>
  )
}
