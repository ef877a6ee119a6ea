import type { Account } from '@tingzhou/access/contract'
import {
  FactList,
  FormBox,
  ObjectPage,
  Panel,
  SecretDialog,
  StateTag,
  useCommand,
  useLive,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { accessApi } from '../shell/api.ts'
import { AccountState } from './accounts-page.tsx'
import { cleanGrants, RoleFields, type Grant } from './role-fields.tsx'

/** One account, as an administrator sees it. */
export function AccountAdminPage() {
  const t = useText('shell')
  const { id = '' } = useParams()
  const query = useQuery(accessApi.accounts.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['account'], objectId: id, keys: [accessApi.accounts.key()] })
  const account = query.data
  return (
    <ObjectPage
      title={account?.name ?? t('accounts.title')}
      loading={query.isPending}
      problem={query.error}
      onRetry={() => void query.refetch()}
      {...(account
        ? {
            id: account.username,
            state: <AccountState account={account} />,
            verbs: <Verbs account={account} />,
          }
        : {})}
    >
      {account && (
        <>
          <Panel>
            <FactList
              facts={[
                { label: t('field.kind'), value: t(`accounts.${account.kind}`) },
                { label: t('totp.title'), value: t(account.totpEnabled ? 'totp.on' : 'totp.off') },
                { label: t('field.created'), value: <When at={account.createdAt} /> },
                ...(account.lockedUntil === null
                  ? []
                  : [{ label: t('accounts.locked_until'), value: <When at={account.lockedUntil} /> }]),
                ...(account.synthetic
                  ? [{ label: t('field.origin'), value: <StateTag tone="plain">{t('accounts.synthetic')}</StateTag> }]
                  : []),
              ]}
            />
          </Panel>
          <Panel title={t('accounts.change')}>
            <AccountForm key={account.rev} account={account} />
          </Panel>
        </>
      )}
    </ObjectPage>
  )
}

type Values = { readonly name: string; readonly email?: string | null; readonly roles?: readonly Grant[] }

function AccountForm({ account }: { readonly account: Account }) {
  const t = useText('shell')
  const change = useCommand({
    run: accessApi.accounts.change.call,
    invalidate: [accessApi.accounts.key()],
    success: t('account.saved'),
  })
  const names = Object.fromEntries(
    account.memberships.flatMap(({ partyId, partyName }) => (partyId && partyName ? [[partyId, partyName]] : [])),
  )
  return (
    <FormBox<Values, Parameters<typeof accessApi.accounts.change.call>[0], Account>
      command={change}
      initial={{
        name: account.name,
        email: account.email,
        roles: account.memberships.map(({ role, partyId }) => ({ role, partyId })),
      }}
      toInput={({ name, email, roles }) => ({
        id: account.id,
        rev: account.rev,
        name,
        email: email || null,
        roles: cleanGrants(roles),
      })}
      submit={t('save')}
    >
      <Form.Item name="name" label={t('field.name')} rules={[{ required: true, message: t('field.need_name') }]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="email" label={t('field.email')}>
        <Input type="email" maxLength={200} />
      </Form.Item>
      <RoleFields names={names} />
    </FormBox>
  )
}

function Verbs({ account }: { readonly account: Account }) {
  const t = useText('shell')
  const [link, setLink] = useState<string | null>(null)
  const invalidate = [accessApi.accounts.key()]
  const reset = useCommand({ run: accessApi.accounts.resetPassword.call, done: ({ url }) => setLink(url) })
  const unlock = useCommand({ run: accessApi.accounts.unlock.call, invalidate, success: t('accounts.unlocked') })
  const removeTotp = useCommand({ run: accessApi.accounts.removeTotp.call, invalidate, success: t('totp.removed') })
  const change = useCommand({ run: accessApi.accounts.change.call, invalidate, success: t('account.saved') })
  const closed = account.state === 'closed'
  const next = closed ? 'open' : 'closed'
  return (
    <>
      <VerbButton
        onClick={() => void reset.run({ id: account.id })}
        loading={reset.pending}
        reason={
          account.kind === 'machine' ? t('accounts.machine_no_password') : closed ? t('accounts.is_closed') : null
        }
      >
        {t('accounts.reset')}
      </VerbButton>
      <VerbButton
        onClick={() => void unlock.run({ id: account.id })}
        loading={unlock.pending}
        reason={account.lockedUntil === null ? t('accounts.not_locked') : null}
      >
        {t('accounts.unlock')}
      </VerbButton>
      <VerbButton
        onClick={() => void removeTotp.run({ id: account.id })}
        loading={removeTotp.pending}
        reason={account.totpEnabled ? null : t('totp.off')}
        confirm={{ title: t('accounts.totp_confirm', { name: account.name }), verb: t('totp.remove') }}
      >
        {t('accounts.remove_totp')}
      </VerbButton>
      <VerbButton
        danger={!closed}
        onClick={() => void change.run({ id: account.id, rev: account.rev, state: next })}
        loading={change.pending}
        {...(closed
          ? {}
          : {
              confirm: {
                title: t('accounts.close_confirm', { name: account.name }),
                text: t('accounts.close_text'),
                verb: t('accounts.close'),
              },
            })}
      >
        {t(closed ? 'accounts.reopen' : 'accounts.close')}
      </VerbButton>
      <SecretDialog
        title={t('accounts.reset_link')}
        text={t('accounts.reset_link_text')}
        secret={link}
        onClose={() => setLink(null)}
      />
    </>
  )
}
