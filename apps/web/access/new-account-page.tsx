import { FormPage, useCommand, useText } from '@tingzhou/ui'
import { Form, Input, Radio } from 'antd'
import { useNavigate } from 'react-router'
import { accessApi } from '../shell/api.ts'
import { passwordLengthMin, type Account } from '@tingzhou/access/contract'
import { cleanGrants, RoleFields, type Grant } from './role-fields.tsx'

type Values = {
  readonly name: string
  readonly username: string
  readonly kind: 'person' | 'machine'
  readonly email?: string
  readonly password?: string
  readonly roles?: readonly Grant[]
}

/** A new account. Without a password it gets one by a link, or signs in otherwise. */
export function NewAccountPage() {
  const t = useText('shell')
  const navigate = useNavigate()
  const create = useCommand({
    run: accessApi.accounts.create.call,
    invalidate: [accessApi.accounts.key()],
    success: t('accounts.created'),
  })
  return (
    <FormPage<Values, Parameters<typeof accessApi.accounts.create.call>[0], Account>
      title={t('accounts.new')}
      command={create}
      initial={{ kind: 'person', roles: [] }}
      toInput={({ name, username, kind, email, password, roles }) => ({
        name,
        username,
        kind,
        roles: cleanGrants(roles),
        ...(email ? { email } : {}),
        ...(password ? { password } : {}),
      })}
      submit={t('accounts.create')}
      done={(account) => void navigate(`/accounts/${account.id}`)}
      onCancel={() => void navigate('/accounts')}
    >
      <Form.Item name="kind" label={t('field.kind')}>
        <Radio.Group
          options={(['person', 'machine'] as const).map((value) => ({ value, label: t(`accounts.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="name" label={t('field.name')} rules={[{ required: true, message: t('field.need_name') }]}>
        <Input maxLength={80} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="username"
        label={t('field.username')}
        extra={t('field.username_rule')}
        rules={[{ required: true, message: t('login.need_username') }]}
      >
        <Input maxLength={60} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="email" label={t('field.email')}>
        <Input type="email" maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('field.first_password')}
        extra={t('accounts.password_optional', { min: passwordLengthMin })}
        rules={[{ min: passwordLengthMin, message: t('password.rule', { min: passwordLengthMin }) }]}
      >
        <Input.Password autoComplete="new-password" maxLength={128} />
      </Form.Item>
      <RoleFields />
    </FormPage>
  )
}
