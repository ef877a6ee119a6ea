import { CopyId, FormBox, Panel, StateTag, useCommand, useText } from '@tingzhou/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Form, Input, QRCode } from 'antd'
import { useState } from 'react'
import { accessApi } from '../shell/api.ts'
import { sessionKey } from '../shell/session.tsx'

type Enrolment = { readonly uri: string; readonly secret: string; readonly backupCodes: readonly string[] }
type Password = { readonly password: string }

/** Six digits from an app: set up in two steps, taken away with the password. */
export function TotpPanel({ enabled, required }: { readonly enabled: boolean; readonly required: boolean }) {
  const t = useText('shell')
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  return (
    <Panel
      title={t('totp.title')}
      aside={
        enabled ? <StateTag tone="good">{t('totp.on')}</StateTag> : <StateTag tone="plain">{t('totp.off')}</StateTag>
      }
    >
      {required && <Alert className="tz-problem" type="warning" showIcon title={t('totp.required')} />}
      {enabled && <Removal />}
      {!enabled && !enrolment && <Begin onBegun={setEnrolment} />}
      {!enabled && enrolment && <Confirm enrolment={enrolment} />}
    </Panel>
  )
}

function PasswordField() {
  const t = useText('shell')
  return (
    <Form.Item
      name="password"
      label={t('field.password_now')}
      rules={[{ required: true, message: t('login.need_password') }]}
    >
      <Input.Password autoComplete="current-password" />
    </Form.Item>
  )
}

function Begin({ onBegun }: { readonly onBegun: (enrolment: Enrolment) => void }) {
  const t = useText('shell')
  const begin = useCommand({ run: accessApi.me.enrolTotp.call })
  return (
    <FormBox<Password, Parameters<typeof accessApi.me.enrolTotp.call>[0], Enrolment>
      command={begin}
      toInput={(values) => values}
      submit={t('totp.begin')}
      done={onBegun}
    >
      <p className="tz-second">{t('totp.why')}</p>
      <PasswordField />
    </FormBox>
  )
}

function Confirm({ enrolment }: { readonly enrolment: Enrolment }) {
  const t = useText('shell')
  const client = useQueryClient()
  const verify = useCommand({
    run: accessApi.me.verifyTotp.call,
    success: t('totp.done'),
    done: (account) => client.setQueryData(sessionKey, account),
  })
  return (
    <FormBox<{ code: string }, Parameters<typeof accessApi.me.verifyTotp.call>[0], unknown>
      command={verify}
      toInput={({ code }) => ({ code: code.trim() })}
      submit={t('totp.confirm')}
    >
      <p>{t('totp.scan')}</p>
      <QRCode type="svg" value={enrolment.uri} size={184} color="black" bgColor="white" />
      <p>
        {t('totp.by_hand')} <CopyId value={enrolment.secret} />
      </p>
      <p>{t('totp.backup')}</p>
      <p className="tz-secret tz-mono">{enrolment.backupCodes.join('  ')}</p>
      <Form.Item name="code" label={t('field.totp')} rules={[{ required: true, message: t('login.need_totp') }]}>
        <Input autoComplete="one-time-code" inputMode="numeric" maxLength={6} />
      </Form.Item>
    </FormBox>
  )
}

function Removal() {
  const t = useText('shell')
  const client = useQueryClient()
  const remove = useCommand({
    run: accessApi.me.removeTotp.call,
    success: t('totp.removed'),
    done: (account) => client.setQueryData(sessionKey, account),
  })
  return (
    <FormBox<Password, Parameters<typeof accessApi.me.removeTotp.call>[0], unknown>
      command={remove}
      toInput={(values) => values}
      submit={t('totp.remove')}
    >
      <PasswordField />
    </FormBox>
  )
}
