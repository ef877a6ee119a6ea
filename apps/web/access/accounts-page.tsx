import { accessContract, type Account } from '@tingzhou/access/contract'
import { ListPage, Panel, StateTag, useCommand, useText, VerbButton, When, type ListColumn } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Switch } from 'antd'
import * as z from 'zod'
import { accessApi } from '../shell/api.ts'
import { grantable } from './role-fields.tsx'

const listSchema = accessContract.accounts.list['~orpc'].inputSchema ?? z.object({})

/** Every account: who, which roles, open or closed. */
export function AccountsPage() {
  const t = useText('shell')
  return (
    <ListPage<Account, typeof listSchema>
      name="accounts"
      title={t('accounts.title')}
      schema={listSchema}
      source={{
        key: accessApi.accounts.list.key(),
        load: (input, signal) => accessApi.accounts.list.call(input, { signal }),
      }}
      rowKey={(account) => account.id}
      rowHref={(account) => `/accounts/${account.id}`}
      primary={
        <VerbButton type="primary" href="/accounts/new" shortcut="c">
          {t('accounts.new')}
        </VerbButton>
      }
      columns={useColumns()}
      filters={[
        {
          kind: 'choice',
          key: 'role',
          label: t('field.role'),
          options: grantable.map((value) => ({ value, label: t(`role.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: (['open', 'closed'] as const).map((value) => ({ value, label: t(`accounts.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'kind',
          label: t('field.kind'),
          options: (['person', 'machine'] as const).map((value) => ({ value, label: t(`accounts.${value}`) })),
        },
      ]}
      searchHint={t('accounts.search')}
      live={['account']}
      empty={{ nothing: t('accounts.empty') }}
    >
      <AccessSettings />
    </ListPage>
  )
}

function useColumns(): readonly ListColumn<Account>[] {
  const t = useText('shell')
  return [
    { key: 'name', title: t('field.name'), render: (account) => account.name, card: 'title' },
    { key: 'username', title: t('field.username'), render: (account) => account.username, card: 'decides' },
    {
      key: 'roles',
      title: t('account.roles'),
      render: ({ memberships }) =>
        memberships
          .map((held) => `${t(`role.${held.role}`)}${held.partyName ? ` · ${held.partyName}` : ''}`)
          .join(t('comma')) || '–',
      card: 'decides',
    },
    { key: 'state', title: t('field.state'), render: (account) => <AccountState account={account} />, card: 'decides' },
    { key: 'totp', title: t('totp.title'), render: ({ totpEnabled }) => t(totpEnabled ? 'totp.on' : 'totp.off') },
    { key: 'createdAt', title: t('field.created'), render: ({ createdAt }) => <When at={createdAt} /> },
  ]
}

export function AccountState({ account }: { readonly account: Account }) {
  const t = useText('shell')
  if (account.state === 'closed')
    return (
      <StateTag tone="plain" shape="cross">
        {t('accounts.closed')}
      </StateTag>
    )
  if (account.lockedUntil !== null) return <StateTag tone="attention">{t('accounts.locked')}</StateTag>
  return <StateTag tone="good">{t('accounts.open')}</StateTag>
}

/** The one rule about signing in that an administrator sets. */
function AccessSettings() {
  const t = useText('shell')
  const { data } = useQuery(accessApi.settings.get.queryOptions())
  const change = useCommand({
    run: accessApi.settings.change.call,
    invalidate: [accessApi.settings.key()],
    success: t('account.saved'),
  })
  if (!data) return null
  return (
    <Panel>
      <label className="tz-setting">
        <Switch
          checked={data.totpForStaff}
          loading={change.pending}
          onChange={(totpForStaff) => void change.run({ rev: data.rev, totpForStaff })}
        />
        <span>
          {t('accounts.totp_for_staff')} <span className="tz-caption">{t('accounts.totp_for_staff_text')}</span>
        </span>
      </label>
    </Panel>
  )
}
