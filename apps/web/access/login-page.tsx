import { FormBox, toProblem, useCommand, useMe, usePageTitle, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { accessApi } from '../shell/api.ts'
import { useSessionChange } from '../shell/session.tsx'
import { DemoAccounts } from './demo-accounts.tsx'
import { DemoBuilding } from './demo-building.tsx'
import { safePath } from './safe-path.ts'

type Credentials = { readonly username: string; readonly password: string; readonly totp?: string }

/** The way in: name and password, the six digits when the account has them; a demo shows its accounts. */
export function LoginPage() {
  const t = useText('shell')
  const me = useMe()
  const [query] = useSearchParams()
  const next = safePath(query.get('next'))
  usePageTitle(t('login.title'))
  const signIn = useSignIn()
  const { data: options } = useQuery(accessApi.session.options.queryOptions())
  const { data: demo } = useQuery({ ...accessApi.session.demoAccounts.queryOptions(), enabled: options?.demo === true })
  if (me) return <Navigate to={next} replace />
  return (
    <div className="tz-login">
      <section className="tz-panel">
        <h1 tabIndex={-1}>{t('login.title')}</h1>
        <p className="tz-login-lead">{t('login.lead')}</p>
        {options?.setupOpen && (
          <Alert
            className="tz-problem"
            type="info"
            showIcon
            title={t('login.setup_open')}
            description={t('login.setup_open_text')}
          />
        )}
        {options?.demo === true && <DemoBuilding />}
        <FormBox<Credentials, Credentials, unknown> command={signIn} toInput={clean} submit={t('login.verb')}>
          <Form.Item
            name="username"
            label={t('field.username')}
            rules={[{ required: true, message: t('login.need_username') }]}
          >
            <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('field.password')}
            rules={[{ required: true, message: t('login.need_password') }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {signIn.needsCode && (
            <Form.Item
              name="totp"
              label={t('field.totp')}
              extra={t('login.totp_hint')}
              rules={[{ required: true, message: t('login.need_totp') }]}
            >
              <Input autoComplete="one-time-code" maxLength={20} autoFocus />
            </Form.Item>
          )}
        </FormBox>
        {options?.oidc && (
          <p className="tz-oidc">
            <Button href={options.oidc.url}>{t('login.oidc', { name: options.oidc.name })}</Button>
          </p>
        )}
      </section>
      {demo && demo.accounts.length > 0 && (
        <DemoAccounts
          accounts={demo.accounts}
          busy={signIn.pending}
          onPick={(username) => void signIn.run({ username, password: demo.password })}
        />
      )}
    </div>
  )
}

/** Signing in as a command that learns on the way whether the six digits are asked for. */
function useSignIn() {
  const changed = useSessionChange()
  const [needsCode, setNeedsCode] = useState(false)
  const command = useCommand({
    run: async (input: Credentials) => {
      try {
        await accessApi.session.create.call(input)
      } catch (error) {
        if (toProblem(error).kind.startsWith('totp')) setNeedsCode(true)
        throw error
      }
      await changed()
    },
  })
  return { ...command, needsCode }
}

function clean({ username, password, totp }: Credentials): Credentials {
  return { username: username.trim(), password, ...(totp ? { totp: totp.trim() } : {}) }
}
