import {
  EmptyState,
  FormBox,
  ProblemAlert,
  serverLang,
  useCommand,
  usePageTitle,
  useText,
  When,
  type Command,
  type Content,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import type { ReactNode } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { accessApi } from '../shell/api.ts'
import { PasswordFields } from './password-fields.tsx'

type Person = { readonly username: string; readonly name: string; readonly password: string }

/** The first administrator, by the one-time link the server printed. */
export function SetupPage() {
  const t = useText('shell')
  const create = useCommand({ run: accessApi.setup.complete.call, success: t('setup.done') })
  return (
    <OneTime
      name="setup"
      command={create}
      toInput={(token, { username, name, password }: Person) => ({
        token,
        username,
        name,
        password,
        lang: serverLang(),
      })}
    >
      <PersonFields />
    </OneTime>
  )
}

/** A new password by the link an administrator made. */
export function PasswordResetPage() {
  const t = useText('shell')
  const reset = useCommand({ run: accessApi.links.setPassword.call, success: t('reset.done') })
  return (
    <OneTime
      name="reset"
      command={reset}
      toInput={(token, { password }: Pick<Person, 'password'>) => ({ token, password })}
    />
  )
}

/** Joining a firm or a department by its invitation. */
export function InvitationPage() {
  const t = useText('shell')
  const [query] = useSearchParams()
  const token = query.get('token') ?? ''
  const invitation = useQuery({
    ...accessApi.links.readInvitation.queryOptions({ input: { token } }),
    enabled: token !== '',
    retry: false,
  })
  const accept = useCommand({ run: accessApi.links.acceptInvitation.call, success: t('invitation.done') })
  return (
    <OneTime
      name="invitation"
      command={accept}
      toInput={(key, { username, name, password }: Person) => ({
        token: key,
        username,
        name,
        password,
        lang: serverLang(),
      })}
      intro={
        invitation.data ? (
          <>
            {t('invitation.who', { party: invitation.data.partyName, role: t(`role.${invitation.data.role}`) })}{' '}
            <span className="tz-caption">
              {t('invitation.until')} <When at={invitation.data.expiresAt} />
            </span>
          </>
        ) : null
      }
      problem={invitation.error}
    >
      <PersonFields />
    </OneTime>
  )
}

function PersonFields() {
  const t = useText('shell')
  return (
    <>
      <Form.Item name="name" label={t('field.name')} rules={[{ required: true, message: t('field.need_name') }]}>
        <Input autoComplete="name" maxLength={80} autoFocus />
      </Form.Item>
      <Form.Item
        name="username"
        label={t('field.username')}
        extra={t('field.username_rule')}
        rules={[{ required: true, message: t('login.need_username') }]}
      >
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={60} />
      </Form.Item>
    </>
  )
}

/** A page that a one-time link opens: the token stays in the address, the form sends it once. */
function OneTime<V extends object, I, O>(props: {
  readonly name: 'setup' | 'reset' | 'invitation'
  readonly command: Command<I, O>
  readonly toInput: (token: string, values: V) => Content<I>
  readonly intro?: ReactNode
  readonly problem?: unknown
  readonly children?: ReactNode
}) {
  const t = useText('shell')
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const token = query.get('token') ?? ''
  usePageTitle(t(`${props.name}.title`))
  if (token === '') return <EmptyState title={t('link.missing')} text={t('link.missing_text')} />
  return (
    <div className="tz-login">
      <section className="tz-panel">
        <h1 tabIndex={-1}>{t(`${props.name}.title`)}</h1>
        <p className="tz-login-lead">{props.intro ?? t(`${props.name}.lead`)}</p>
        {props.problem ? (
          <ProblemAlert problem={props.problem} />
        ) : (
          <FormBox<V, I, O>
            command={props.command}
            toInput={(values) => props.toInput(token, values)}
            submit={t(`${props.name}.verb`)}
            done={() => void navigate('/login', { replace: true })}
          >
            {props.children}
            <PasswordFields />
          </FormBox>
        )}
      </section>
    </div>
  )
}
