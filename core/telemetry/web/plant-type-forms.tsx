import { FormBox, NumberItem, useCommand, useOpenForm, useText, type Content } from '@tingzhou/ui'
import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import { pointKinds, type PointKind } from '../point.ts'
import { api } from './api.ts'
import { NameFields } from './plant-node-forms.tsx'
import { plantKeys } from './plant-nodes.ts'
import { usePlantPlace } from './plant-place.ts'
import { saysNames, SaysFields, saysOfValues, valuesOfSays, type SaysValues } from './point-says-fields.tsx'

type EquipmentType = Awaited<ReturnType<typeof api.profile.call>>
type SaveInput = Parameters<typeof api.setProfile.call>[0]
type Saved = Awaited<ReturnType<typeof api.setProfile.call>>
type Names = { readonly zh: string; readonly en?: string }
const namesOf = ({ zh, en }: Names) => ({ zh, en: en?.trim() ? en : zh })
const nameFields = { 'name.zh': 'zh', 'name.en': 'en' }

/** The entries of a type as they are sent. Pure. */
const sentPoints = (type: EquipmentType) => type.points.map(({ made: _made, ...entry }) => entry)

function useSave() {
  const t = useText('telemetry')
  return useCommand({
    run: api.setProfile.call,
    invalidate: [...plantKeys(), api.points.key(), api.device.key()],
    success: ({ made, changed }) => t('plant.type_saved', { made, changed }),
  })
}

/** A new type, without entries yet. */
export function AddType() {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const { set } = usePlantPlace()
  const [form] = Form.useForm<Names & { readonly key: string }>()
  return (
    <FormBox<Names & { readonly key: string }, SaveInput, Saved>
      command={useSave()}
      form={form}
      fieldNames={nameFields}
      initial={{}}
      toInput={({ key, ...names }): Content<SaveInput> => ({
        key,
        rev: 0,
        name: namesOf(names),
        points: [],
        reason: null,
      })}
      submit={t('plant.add_type')}
      done={() => set('type', String(form.getFieldValue('key')))}
      onCancel={close}
    >
      <NameFields />
      <Form.Item
        name="key"
        label={t('plant.type_key')}
        extra={t('plant.type_key_hint')}
        rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,59}$/, message: t('plant.type_key_rule') }]}
      >
        <Input maxLength={60} autoComplete="off" spellCheck={false} />
      </Form.Item>
    </FormBox>
  )
}

/** What a type is called. */
export function NameType({ type }: { readonly type: EquipmentType }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const [seen] = useState(type)
  return (
    <FormBox<Names, SaveInput, Saved>
      command={useSave()}
      fieldNames={nameFields}
      initial={seen.name}
      toInput={(names) => ({
        key: seen.key,
        rev: seen.rev,
        name: namesOf(names),
        points: sentPoints(seen),
        reason: null,
      })}
      submit={t('manage.save')}
      done={close}
      onCancel={close}
    >
      <NameFields />
    </FormBox>
  )
}

type EntryValues = SaysValues & { readonly key: string; readonly kind: PointKind; readonly resolution: number }

/** One entry of a type: saved at once, and with it the points that follow it. */
export function EntryForm({ type, entryKey }: { readonly type: EquipmentType; readonly entryKey: string | null }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  // What the reader saw when the form opened, also when the page has asked again meanwhile.
  const [seen] = useState(type)
  const found = seen.points.findIndex(({ key }) => key === entryKey)
  const entry = seen.points[found]
  const index = entry ? found : seen.points.length
  const [form] = Form.useForm<EntryValues>()
  const kind = Form.useWatch('kind', form) ?? entry?.kind ?? 'analog'
  const fixed = entry && entry.made > 0 ? t('plant.fixed', { n: entry.made }) : null
  const names = Object.entries({ ...saysNames, key: 'key', kind: 'kind', resolution: 'resolution', unit: 'unit' })
  const siblings = seen.points.flatMap((one) => (one.key === entryKey || one.kind === 'position' ? [] : [one.key]))
  const plain = ['euLow', 'euHigh', 'staleAfterS', 'counterMax', 'rawDays'].map((name) => [name, name] as const)
  return (
    <FormBox<EntryValues, SaveInput, Saved>
      command={useSave()}
      form={form}
      fieldNames={Object.fromEntries([...names, ...plain].map(([server, own]) => [`points.${index}.${server}`, own]))}
      initial={entry ? { ...valuesOfSays(entry), ...keyed(entry) } : { kind: 'analog', resolution: 0.1 }}
      toInput={(values) => ({
        key: seen.key,
        rev: seen.rev,
        name: seen.name,
        points: sentPoints(seen).toSpliced(index, 1, { ...saysOfValues(values), ...keyed(values) }),
        reason: values.reason?.trim() || null,
      })}
      submit={t('manage.save')}
      done={close}
      onCancel={close}
    >
      <Form.Item
        name="key"
        label={t('plant.key')}
        extra={t('plant.key_hint')}
        rules={[{ required: true, pattern: /^[A-Za-z0-9][\w-]{0,39}$/, message: t('plant.key_rule') }]}
      >
        <Input maxLength={40} disabled={entry !== undefined} autoComplete="off" spellCheck={false} />
      </Form.Item>
      <div className="tz-plant-pair">
        <Form.Item name="kind" label={t('plant.kind')} extra={fixed}>
          <Select
            disabled={fixed !== null}
            options={pointKinds.map((value) => ({ value, label: t(`plant.kinds.${value}`) }))}
          />
        </Form.Item>
        <NumberItem
          name="resolution"
          label={t('plant.resolution')}
          extra={fixed ?? t('plant.resolution_hint')}
          min={1e-9}
          max={1e6}
          disabled={fixed !== null}
          required
        />
      </div>
      <SaysFields
        type={null}
        isCounter={kind === 'counter'}
        unitBefore={fixed === null ? null : (entry?.unit ?? null)}
        point={null}
        hasValue={kind !== 'position'}
        siblings={siblings}
      />
    </FormBox>
  )
}

const keyed = ({ key, kind, resolution }: Pick<EntryValues, 'key' | 'kind' | 'resolution'>) => ({
  key,
  kind,
  resolution,
})
