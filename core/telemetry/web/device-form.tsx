import { FormBox, SkeletonLines, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { useNavigate } from 'react-router'
import { api, nameOf } from './api.ts'

type Values = {
  readonly protocol: 'jt808'
  readonly identity: string
  readonly name: string
  readonly profileKey: string
  readonly segment: string
}

/** Makes a device known: the one that the address names is filled in. */
export function DeviceForm() {
  const { item } = useOpenForm()
  const asked = useQuery({ ...api.device.queryOptions({ input: { id: item ?? '' } }), enabled: item !== null })
  if (item !== null && asked.isPending) return <SkeletonLines lines={5} />
  return <Fields {...(asked.data ? { identity: asked.data.identity, name: asked.data.name } : {})} />
}

function Fields({ identity = '', name = '' }: { readonly identity?: string; readonly name?: string }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const navigate = useNavigate()
  const profiles = useQuery(api.profiles.queryOptions({ input: {} }))
  const types = profiles.data?.rows ?? []
  const add = useCommand({
    run: api.addDevice.call,
    invalidate: [api.devices.key(), api.device.key()],
    success: ({ code }) => t('add.done', { code }),
  })
  return (
    <FormBox<Values, Parameters<typeof api.addDevice.call>[0], { id: string; code: string }>
      command={add}
      initial={{ protocol: 'jt808', identity, name, profileKey: 'truck', segment: codeOf(name) }}
      toInput={(values) => values}
      submit={t('verb.add')}
      done={({ id }) => void navigate(`/devices/${id}`)}
      onCancel={close}
    >
      <Form.Item name="protocol" label={t('field.protocol')} extra={t('add.protocol_hint')}>
        <Select options={[{ value: 'jt808', label: t('protocol.jt808') }]} />
      </Form.Item>
      <Form.Item
        name="identity"
        label={t('field.phone')}
        extra={t('add.phone_hint')}
        rules={[{ required: true, pattern: /^(?=0*[1-9])\d{1,20}$/, message: t('add.phone_rule') }]}
      >
        <Input inputMode="numeric" maxLength={20} autoComplete="off" />
      </Form.Item>
      <Form.Item name="name" label={t('field.name')} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="profileKey" label={t('field.type')} rules={[{ required: true }]}>
        <Select
          loading={profiles.isPending}
          options={types.map((type) => ({ value: type.key, label: nameOf(type.name) }))}
        />
      </Form.Item>
      <Form.Item
        name="segment"
        label={t('field.code')}
        extra={t('add.code_hint')}
        normalize={(text: string) => text.toUpperCase()}
        rules={[{ required: true, pattern: /^[A-Z0-9](?:[A-Z0-9-]{0,38}[A-Z0-9])?$/, message: t('add.code_rule') }]}
      >
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
    </FormBox>
  )
}

/** The part of a name that a code may hold, as a beginning. */
const codeOf = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
