import { FormBox, SkeletonLines, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { protocolRules, spokenProtocols, type Protocol } from '../protocol.ts'
import { api, nameOf } from './api.ts'
import { NewDevice } from './new-device.tsx'

type Values = {
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  readonly profileKey: string
  readonly segment: string
  readonly secret?: string
}
type Added = Awaited<ReturnType<typeof api.addDevice.call>>

/** Makes a device known: the one that the address names is filled in. */
export function DeviceForm() {
  const { item } = useOpenForm()
  const asked = useQuery({ ...api.device.queryOptions({ input: { id: item ?? '' } }), enabled: item !== null })
  if (item !== null && asked.isPending) return <SkeletonLines lines={5} />
  const { protocol = 'jt808', identity = '', name = '' } = asked.data ?? {}
  return <Fields protocol={protocol} identity={identity} name={name} isCalling={asked.data !== undefined} />
}

type Props = {
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  /** It has called already: how it speaks and what it calls itself is known. */
  readonly isCalling: boolean
}

function Fields({ protocol: first, identity, name, isCalling }: Props) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const navigate = useNavigate()
  const [form] = Form.useForm<Values>()
  const protocol = Form.useWatch('protocol', form) ?? first
  const rule = protocolRules[protocol]
  const [added, setAdded] = useState<(Added & Pick<Values, 'protocol' | 'identity'>) | null>(null)
  const profiles = useQuery(api.profiles.queryOptions({ input: {} }))
  const types = profiles.data?.rows ?? []
  const add = useCommand({
    run: api.addDevice.call,
    invalidate: [api.devices.key(), api.device.key()],
    success: ({ code }) => t('add.done', { code }),
  })
  if (added) return <NewDevice {...added} />
  return (
    <FormBox<Values, Parameters<typeof api.addDevice.call>[0], Added>
      command={add}
      form={form}
      initial={{
        protocol: first,
        identity,
        name,
        profileKey: protocolRules[first]?.profileKey ?? '',
        segment: codeOf(name) || codeOf(identity).slice(-codeMax),
      }}
      toInput={({ secret, ...values }) => ({ ...values, ...(rule?.secret === 'typed' ? { secret } : {}) })}
      submit={t('verb.add')}
      done={(output) => {
        // A terminal gets its code when it registers: there is nothing to set up in it but the address.
        if (rule?.secret === 'registered') return void navigate(`/devices/${output.id}`)
        setAdded({ ...output, protocol, identity: String(form.getFieldValue('identity')) })
      }}
      onCancel={close}
    >
      <Form.Item name="protocol" label={t('field.protocol')} extra={t(`add.protocol_hint.${protocol}`)}>
        <Select
          disabled={isCalling}
          options={spokenProtocols.map((value) => ({ value, label: t(`protocol.${value}`) }))}
          onChange={(value: Protocol) => form.setFieldValue('profileKey', protocolRules[value]?.profileKey)}
        />
      </Form.Item>
      <Form.Item
        name="identity"
        label={t(`identity.${protocol}`)}
        extra={t(`add.identity_hint.${protocol}`)}
        rules={[
          {
            required: true,
            ...(rule ? { pattern: rule.identity } : {}),
            message: t(`add.identity_rule.${protocol}`),
          },
        ]}
      >
        <Input
          maxLength={128}
          autoComplete="off"
          spellCheck={false}
          onBlur={() => {
            if (!form.getFieldValue('segment'))
              form.setFieldValue('segment', codeOf(String(form.getFieldValue('identity'))).slice(-codeMax))
          }}
        />
      </Form.Item>
      {rule?.secretRule && (
        <Form.Item
          name="secret"
          label={t('field.secret')}
          extra={t(`add.secret_hint.${protocol}`)}
          rules={[{ required: true, pattern: rule.secretRule, message: t('add.secret_rule') }]}
        >
          <Input.Password maxLength={64} autoComplete="new-password" />
        </Form.Item>
      )}
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
        <Input maxLength={codeMax} autoComplete="off" />
      </Form.Item>
    </FormBox>
  )
}

const codeMax = 40

/** The part of a name that a code may hold, as a beginning. */
const codeOf = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
