import { FactList, FormBox, Page, Panel, setPreferences, StateTag, useCommand, useText, type Lang } from '@tingzhou/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, Radio } from 'antd'
import { accessApi } from '../shell/api.ts'
import { useLanguage } from '../shell/language-switch.tsx'
import { sessionKey, useSession } from '../shell/session.tsx'
import { PasswordFields } from './password-fields.tsx'
import { TotpPanel } from './totp-panel.tsx'

/** The own account: name, language, password, the six digits. */
export function AccountPage() {
  const t = useText('shell')
  const { account } = useSession()
  if (!account) return null
  const roles = account.memberships.map(
    (held) => `${t(`role.${held.role}`)} (${held.partyName ?? t('role.whole_zone')})`,
  )
  return (
    <Page title={t('account.title')} width="reading">
      <Panel>
        <FactList
          facts={[
            { label: t('field.username'), value: account.username },
            {
              label: t('account.roles'),
              value:
                roles.length > 0 ? (
                  roles.join(t('comma'))
                ) : (
                  <StateTag tone="attention">{t('account.no_roles')}</StateTag>
                ),
            },
          ]}
        />
      </Panel>
      <Panel title={t('account.profile')}>
        <ProfileForm name={account.name} />
      </Panel>
      <Panel title={t('account.password')}>
        <PasswordForm />
      </Panel>
      <TotpPanel enabled={account.totpEnabled} required={account.mustEnrolTotp} />
    </Page>
  )
}

function ProfileForm({ name }: { readonly name: string }) {
  const t = useText('shell')
  const client = useQueryClient()
  const { lang, change } = useLanguage()
  const save = useCommand({
    run: accessApi.me.change.call,
    success: t('account.saved'),
    done: (account) => {
      client.setQueryData(sessionKey, account)
      setPreferences({ lang: account.lang })
      void change(account.lang)
    },
  })
  return (
    <FormBox<{ name: string; lang: Lang }, Parameters<typeof accessApi.me.change.call>[0], unknown>
      command={save}
      initial={{ name, lang }}
      toInput={(values) => values}
      submit={t('save')}
    >
      <Form.Item name="name" label={t('field.name')} rules={[{ required: true, message: t('field.need_name') }]}>
        <Input maxLength={80} autoComplete="name" />
      </Form.Item>
      <Form.Item name="lang" label={t('field.lang')}>
        <Radio.Group
          options={[
            { value: 'zh-CN', label: t('language.zh') },
            { value: 'en', label: t('language.en') },
          ]}
        />
      </Form.Item>
    </FormBox>
  )
}

type Passwords = { readonly password: string; readonly newPassword: string }

function PasswordForm() {
  const t = useText('shell')
  const [form] = Form.useForm<Passwords>()
  const change = useCommand({ run: accessApi.me.password.call, success: t('account.password_changed') })
  return (
    <FormBox<Passwords, Parameters<typeof accessApi.me.password.call>[0], unknown>
      form={form}
      command={change}
      toInput={({ password, newPassword }) => ({ password, newPassword })}
      submit={t('account.change_password')}
      done={() => form.resetFields()}
    >
      <Form.Item
        name="password"
        label={t('field.password_now')}
        rules={[{ required: true, message: t('login.need_password') }]}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <PasswordFields name="newPassword" />
    </FormBox>
  )
}
