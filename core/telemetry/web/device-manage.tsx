import { FormBox, OpenFormButton, useCommand, useOpenForm, useText, VerbButton } from '@tingzhou/ui'
import { Alert, Form, Input, Radio, Select, Switch } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { deviationNames } from '../device-contract.ts'
import { protocolRules } from '../protocol.ts'
import { isCalled } from '../source-contract.ts'
import { api } from './api.ts'
import { DeviceConnect } from './device-connect.tsx'
import { wideForm } from './device-form.tsx'
import { contactOf, contactValues, FirstContactFields, type ContactValues } from './first-contact-fields.tsx'
import { KeeperDrawer, useRefusal } from './keeper-drawer.tsx'
import type { Shown } from './device-page.tsx'
import { newSource, sourceOf, valuesOf, type SourceValues } from './machine-source.ts'
import { SourceFields, sourceNames, useCellProblems } from './source-fields.tsx'

const forms = ['settings', 'renew', 'replace', 'retire'] as const

/** Why a device may not be changed now; null: it may. */
export function useChangeRefusal({ state }: Pick<Shown, 'state'>): string | null {
  const t = useText('telemetry')
  const refused = useRefusal()
  return refused ?? (state === 'active' ? null : t('reason.not_in_use', { state: t(`state.${state}`) }))
}

/** The verbs about a device itself: its settings, another code, another device in its place, its end. */
export function DeviceVerbs({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const refused = useChangeRefusal(shown)
  const noSecret = isCalled(shown.protocol) ? t('reason.no_secret') : null
  return forms.map((form) => (
    <OpenFormButton key={form} name={form} reason={refused ?? (form === 'renew' ? noSecret : null)}>
      {t(`manage.${form}.verb`)}
    </OpenFormButton>
  ))
}

/** The drawers behind the verbs. */
export function DeviceForms({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const content = {
    settings: <Settings shown={shown} />,
    renew: <Renew shown={shown} />,
    replace: <Replace shown={shown} />,
    retire: <Retire shown={shown} />,
  }
  return forms.map((form) => (
    <KeeperDrawer
      key={form}
      name={form}
      title={t(`manage.${form}.verb`)}
      {...(form === 'settings' && isCalled(shown.protocol) ? { width: wideForm } : {})}
    >
      {content[form]}
    </KeeperDrawer>
  ))
}

type SettingsInput = Parameters<typeof api.setDevice.call>[0]
type SettingsValues = Omit<SettingsInput, 'id' | 'commandId' | 'rev' | 'source' | 'firstContact'> & {
  readonly source?: SourceValues
  readonly contact?: ContactValues
}

function Settings({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const { id, name, settings, protocol } = shown
  // What the reader saw when the form opened, also when the page has asked again meanwhile.
  const [rev] = useState(shown.rev)
  const [form] = Form.useForm<SettingsValues>()
  const { terminal: _terminal, version, source, firstContact, contacted: _contacted, ...initial } = settings
  const called = isCalled(protocol) ? protocol : null
  // Once: its rows are known by names of their own.
  const [sourceValues] = useState(() => (source ? valuesOf(source) : newSource()))
  const save = useCommand({
    run: api.setDevice.call,
    invalidate: [api.device.key(), api.devices.key(), api.deviceTrail.key()],
    success: t('manage.settings.done'),
  })
  const command = useCellProblems(called, form, save)
  const isTerminal = protocol === 'jt808'
  const isLogger = protocol === 'hj212'
  return (
    <div className={called ? 'tz-wide-form' : undefined}>
      <FormBox<SettingsValues, SettingsInput, { rev: number }>
        command={command}
        form={form}
        fieldNames={sourceNames}
        initial={{
          name,
          ...initial,
          ...(called ? { source: sourceValues } : {}),
          ...(isLogger ? { contact: contactValues(firstContact) } : {}),
        }}
        // Fields that are not shown keep what they were filled with.
        toInput={({ source: written, contact, ...values }) => ({
          id,
          rev,
          ...initial,
          ...values,
          profile: values.profile ?? null,
          before2019: values.before2019 ?? null,
          source: called && written ? sourceOf(called, written) : null,
          firstContact: contact ? contactOf({ ...contactValues(firstContact), ...contact }) : null,
        })}
        submit={t('manage.save')}
        done={close}
        onCancel={close}
      >
        <Form.Item
          className="tz-form-narrow"
          name="name"
          label={t('field.name')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        {isTerminal && (
          <>
            <Form.Item name="coordinates" label={t('settings.coordinates')} extra={t('settings.coordinates_hint')}>
              <Radio.Group
                options={(['wgs84', 'gcj02'] as const).map((value) => ({ value, label: t(`settings.${value}`) }))}
              />
            </Form.Item>
            <Form.Item name="profile" label={t('settings.profile')} extra={t('settings.profile_hint')}>
              <Select
                allowClear
                placeholder={t('settings.standard')}
                options={deviationNames
                  .filter((value) => value !== 'standard')
                  .map((value) => ({ value, label: t(`settings.deviation.${value}`) }))}
              />
            </Form.Item>
            <Form.Item
              name="before2019"
              label={t('settings.before2019')}
              extra={version === null ? t('settings.before2019_hint') : t('settings.spoke', { version })}
            >
              <Select
                allowClear
                placeholder={t('parser.told')}
                options={(['2013', '2011'] as const).map((value) => ({ value, label: value }))}
              />
            </Form.Item>
            <SwitchItem name="isLenient" label={t('settings.lenient')} extra={t('settings.lenient_hint')} />
          </>
        )}
        {called ? (
          <>
            <p className="tz-second">{t('machine.edit_hint')}</p>
            <SourceFields protocol={called} />
          </>
        ) : (
          <SwitchItem name="isTrusted" label={t('settings.trusted')} extra={t('settings.trusted_hint')} />
        )}
        {isLogger && <FirstContactFields settings={settings} />}
      </FormBox>
    </div>
  )
}

const SwitchItem = (props: { readonly name: keyof SettingsValues; readonly label: string; readonly extra: string }) => (
  <Form.Item {...props} valuePropName="checked">
    <Switch />
  </Form.Item>
)

function ReasonField() {
  const t = useText('telemetry')
  return (
    <Form.Item name="reason" label={t('manage.reason')} rules={[{ required: true, whitespace: true, min: 2 }]}>
      <Input.TextArea rows={2} maxLength={500} />
    </Form.Item>
  )
}

function SecretField({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const rule = protocolRules[shown.protocol]
  if (rule.secret !== 'typed' || !rule.secretRule) return null
  return (
    <Form.Item name="secret" label={t('field.secret')} rules={[{ required: true, pattern: rule.secretRule }]}>
      <Input maxLength={64} autoComplete="off" />
    </Form.Item>
  )
}

type RetireInput = Parameters<typeof api.retireDevice.call>[0]

function Retire({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const retire = useCommand({
    run: api.retireDevice.call,
    invalidate: [api.device.key(), api.devices.key(), api.deviceTrail.key()],
    success: t('manage.retire.done', { name: shown.name }),
  })
  return (
    <FormBox<Pick<RetireInput, 'reason'>, RetireInput, { id: string }>
      command={retire}
      initial={{}}
      toInput={({ reason }) => ({ id: shown.id, reason })}
      submit={t('manage.retire.verb')}
      done={close}
      onCancel={close}
    >
      <Alert
        className="tz-problem"
        type="warning"
        showIcon
        title={t('manage.retire.title', { name: shown.name, identity: shown.identity })}
        description={t('manage.retire.text')}
      />
      <ReasonField />
    </FormBox>
  )
}

type RenewInput = Parameters<typeof api.renewSecret.call>[0]
type Renewed = Awaited<ReturnType<typeof api.renewSecret.call>>

function Renew({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const [made, setMade] = useState<string | null>(null)
  const renew = useCommand({
    run: api.renewSecret.call,
    invalidate: [api.device.key(), api.deviceTrail.key()],
    success: t('manage.renew.done'),
  })
  if (made !== null) return <Made shown={shown} secret={made} onDone={close} />
  return (
    <FormBox<Pick<RenewInput, 'reason' | 'secret'>, RenewInput, Renewed>
      command={renew}
      initial={{}}
      toInput={({ reason, secret = null }) => ({ id: shown.id, reason, secret })}
      submit={t('manage.renew.verb')}
      done={({ secret }) => (secret === null ? close() : setMade(secret))}
      onCancel={close}
    >
      <p className="tz-second">{t(`manage.renew.text.${protocolRules[shown.protocol].secret}`)}</p>
      <SecretField shown={shown} />
      <ReasonField />
    </FormBox>
  )
}

/** A key, the one time that it is shown. */
function Made(props: {
  readonly shown: Shown
  readonly identity?: string
  readonly secret: string
  readonly onDone: () => void
}) {
  const t = useText('telemetry')
  const { shown, identity = shown.identity, secret, onDone } = props
  return (
    <>
      <Alert className="tz-problem" type="warning" showIcon title={t('connect.once')} />
      <DeviceConnect protocol={shown.protocol} identity={identity} secret={secret} />
      <p className="tz-verbs">
        <VerbButton type="primary" onClick={onDone}>
          {t('manage.noted')}
        </VerbButton>
      </p>
    </>
  )
}

type ReplaceInput = Parameters<typeof api.replaceDevice.call>[0]
type Replaced = Awaited<ReturnType<typeof api.replaceDevice.call>>
type ReplaceValues = Pick<ReplaceInput, 'identity' | 'reason' | 'secret'>

function Replace({ shown }: { readonly shown: Shown }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const navigate = useNavigate()
  const [made, setMade] = useState<{ readonly id: string; readonly identity: string; readonly secret: string } | null>(
    null,
  )
  const [typed, setTyped] = useState(shown.identity)
  const replace = useCommand({
    run: api.replaceDevice.call,
    invalidate: [api.device.key(), api.devices.key(), api.deviceTrail.key()],
    success: t('manage.replace.done'),
  })
  const go = (id: string) => void navigate(`/devices/${id}`)
  if (made) return <Made shown={shown} identity={made.identity} secret={made.secret} onDone={() => go(made.id)} />
  const rule = protocolRules[shown.protocol].identity
  return (
    <FormBox<ReplaceValues, ReplaceInput, Replaced>
      command={replace}
      initial={{ identity: shown.identity }}
      toInput={({ secret = null, ...values }) => ({ id: shown.id, secret, ...values })}
      submit={t('manage.replace.verb')}
      done={({ id, secret }) => (secret === null ? go(id) : setMade({ id, identity: typed, secret }))}
      onCancel={close}
    >
      <p className="tz-second">{t('manage.replace.text')}</p>
      <Form.Item
        name="identity"
        label={t(`identity.${shown.protocol}`)}
        extra={t('manage.replace.identity_hint')}
        rules={[{ required: true, pattern: rule }]}
      >
        <Input maxLength={128} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </Form.Item>
      <SecretField shown={shown} />
      <ReasonField />
    </FormBox>
  )
}
