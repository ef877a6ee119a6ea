import { FormBox, SkeletonLines, useCommand, useOpenForm, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { protocolRules, protocols, type Protocol } from '../protocol.ts'
import { isCalled } from '../source-contract.ts'
import { KeeperDrawer } from './keeper-drawer.tsx'
import { api, nameOf } from './api.ts'
import { newSource, sourceOf, type SourceValues } from './machine-source.ts'
import { NewDevice } from './new-device.tsx'
import { PlaceSelect } from './place-select.tsx'
import { plantKeys } from './plant-nodes.ts'
import { SourceFields, sourceNames, useCellProblems } from './source-fields.tsx'

type Values = {
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  readonly profileKey: string
  readonly segment: string
  readonly parentId?: string | null
  readonly secret?: string
  readonly source: SourceValues
}
type Added = Awaited<ReturnType<typeof api.addDevice.call>>

/** As wide as a table of points. */
export const wideForm = 1_080

/** The drawer in which a device is made known; wide where there is a table of points to be written. */
export function AddDevice() {
  const t = useText('telemetry')
  const [isWide, setWide] = useState(false)
  return (
    <KeeperDrawer name="add" title={t('verb.add')} {...(isWide ? { width: wideForm } : {})}>
      <DeviceForm onWide={setWide} />
    </KeeperDrawer>
  )
}

/** Makes a device known: the one that the address names is filled in. */
function DeviceForm({ onWide }: Pick<Props, 'onWide'>) {
  const { item } = useOpenForm()
  const asked = useQuery({ ...api.device.queryOptions({ input: { id: item ?? '' } }), enabled: item !== null })
  if (item !== null && asked.isPending) return <SkeletonLines lines={5} />
  const { protocol = 'jt808', identity = '', name = '' } = asked.data ?? {}
  return (
    <Fields protocol={protocol} identity={identity} name={name} isCalling={asked.data !== undefined} onWide={onWide} />
  )
}

type Props = {
  readonly protocol: Protocol
  readonly identity: string
  readonly name: string
  /** It has called already: how it speaks and what it calls itself is known. */
  readonly isCalling: boolean
  readonly onWide: (isWide: boolean) => void
}

function Fields({ protocol: first, identity, name, isCalling, onWide }: Props) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const navigate = useNavigate()
  const [form] = Form.useForm<Values>()
  const protocol = Form.useWatch('protocol', form) ?? first
  const rule = protocolRules[protocol]
  const called = isCalled(protocol) ? protocol : null
  useEffect(() => {
    onWide(called !== null)
    return () => onWide(false)
  }, [called, onWide])
  const [added, setAdded] = useState<(Added & Pick<Values, 'protocol' | 'identity'>) | null>(null)
  const profiles = useQuery(api.profiles.queryOptions({ input: {} }))
  const types = profiles.data?.rows ?? []
  const add = useCommand({
    run: api.addDevice.call,
    invalidate: [api.devices.key(), api.device.key(), ...plantKeys()],
    success: ({ code }) => t('add.done', { code }),
  })
  const command = useCellProblems(called, form, add)
  if (added) return <NewDevice {...added} />
  return (
    <div className={called ? 'tz-wide-form' : undefined}>
      <FormBox<Values, Parameters<typeof api.addDevice.call>[0], Added>
        command={command}
        form={form}
        fieldNames={sourceNames}
        initial={{
          protocol: first,
          identity,
          name,
          profileKey: protocolRules[first].profileKey,
          segment: codeOf(name) || codeOf(identity).slice(-codeMax),
          source: newSource(),
        }}
        toInput={({ secret, source, parentId, ...values }) => ({
          ...values,
          parentId: parentId ?? null,
          ...(rule.secret === 'typed' ? { secret } : {}),
          source: called ? sourceOf(called, source) : null,
        })}
        submit={t('verb.add')}
        done={(output) => {
          // A terminal gets its code when it registers, and a machine is called: there is no code to set up in them.
          if (rule.secret === 'registered' || rule.secret === 'none') return void navigate(`/devices/${output.id}`)
          setAdded({ ...output, protocol, identity: String(form.getFieldValue('identity')) })
        }}
        onCancel={close}
      >
        <div className={called ? 'tz-form-grid tz-form-thirds' : undefined}>
          <Form.Item name="protocol" label={t('field.protocol')} extra={t(`add.protocol_hint.${protocol}`)}>
            <Select
              disabled={isCalling}
              options={protocols.map((value) => ({ value, label: t(`protocol.${value}`) }))}
              onChange={(value: Protocol) => form.setFieldValue('profileKey', protocolRules[value].profileKey)}
            />
          </Form.Item>
          <Form.Item
            name="identity"
            label={t(`identity.${protocol}`)}
            extra={t(`add.identity_hint.${protocol}`)}
            rules={[
              {
                required: true,
                pattern: rule.identity,
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
          {rule.secretRule && (
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
          <Form.Item name="parentId" label={t('plant.parent')} extra={t('add.parent_hint')}>
            <PlaceSelect below="equipment" />
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
        </div>
        {called && <SourceFields protocol={called} />}
      </FormBox>
    </div>
  )
}

const codeMax = 40

/** The part of a name that a code may hold, as a beginning. */
const codeOf = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
