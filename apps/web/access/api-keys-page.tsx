import type { ApiKey } from '@tingzhou/access/contract'
import { FormBox, useCommand, useText, type Role, zoneNow } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import { accessApi } from '../shell/api.ts'
import { KeyTable } from './key-table.tsx'
import { KeysFrame } from './keys-frame.tsx'
import { grantable } from './role-fields.tsx'

/** Keys of machines: who they act for, what they may, until when. */
export function ApiKeysPage() {
  const t = useText('shell')
  return (
    <KeysFrame
      title={t('keys_page.title')}
      empty={{ title: t('keys_page.empty'), text: t('keys_page.empty_text') }}
      query={useQuery(accessApi.apiKeys.list.queryOptions())}
      table={(rows) => <ZoneKeys rows={rows} />}
      form={(ends) => <KeyForm {...ends} />}
    />
  )
}

function ZoneKeys({ rows }: { readonly rows: readonly ApiKey[] }) {
  const t = useText('shell')
  const revoke = useCommand({
    run: accessApi.apiKeys.revoke.call,
    invalidate: [accessApi.apiKeys.key()],
    success: t('keys_page.revoked'),
  })
  return (
    <KeyTable
      rows={rows}
      revoke={(id) => void revoke.run({ id })}
      columns={[
        { key: 'account', cell: ({ accountName, partyName }) => partyName ?? accountName },
        {
          key: 'roles',
          cell: ({ roles, readOnly }) => {
            if (readOnly) return t('keys_page.only_reads')
            return roles === null ? t('keys_page.all_roles') : roles.map((role) => t(`role.${role}`)).join(t('comma'))
          },
        },
      ]}
    />
  )
}

type Values = { readonly accountId: string; readonly name: string; readonly roles?: Role[]; readonly days: number }

const dayMs = 86_400_000

function KeyForm({ onDone, onCancel }: { readonly onDone: (key: string) => void; readonly onCancel: () => void }) {
  const t = useText('shell')
  const create = useCommand({ run: accessApi.apiKeys.create.call, invalidate: [accessApi.apiKeys.key()] })
  return (
    <FormBox<Values, Parameters<typeof accessApi.apiKeys.create.call>[0], { key: string }>
      command={create}
      initial={{ days: 365 }}
      toInput={({ accountId, name, roles, days }) => ({
        accountId,
        name,
        ...(roles && roles.length > 0 ? { roles } : {}),
        ...(days > 0 ? { expiresAt: startOfToday() + days * dayMs } : {}),
      })}
      submit={t('keys_page.create')}
      done={({ key }) => onDone(key)}
      onCancel={onCancel}
    >
      <Form.Item
        name="name"
        label={t('keys_page.name')}
        extra={t('keys_page.name_hint')}
        rules={[{ required: true, message: t('field.need_name') }]}
      >
        <Input maxLength={80} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="accountId"
        label={t('keys_page.account')}
        rules={[{ required: true, message: t('keys_page.need_account') }]}
      >
        <AccountSelect />
      </Form.Item>
      <Form.Item name="roles" label={t('keys_page.roles')} extra={t('keys_page.roles_hint')}>
        <Select mode="multiple" allowClear options={grantable.map((value) => ({ value, label: t(`role.${value}`) }))} />
      </Form.Item>
      <Form.Item name="days" label={t('keys_page.expires')}>
        <Select
          options={[30, 90, 365, 0].map((value) => ({
            value,
            label: value === 0 ? t('keys_page.never') : t('keys_page.days', { n: value }),
          }))}
        />
      </Form.Item>
    </FormBox>
  )
}

/** A retry of the same content must be the same content, so the expiry does not move with the second. */
function startOfToday(): number {
  return Math.floor(zoneNow() / dayMs) * dayMs
}

function AccountSelect(props: {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (value: string) => void
}) {
  const [text, setText] = useState('')
  const { data, isFetching } = useQuery(
    accessApi.accounts.list.queryOptions({ input: { state: 'open', limit: 50, ...(text ? { q: text } : {}) } }),
  )
  return (
    <Select
      {...(props.id === undefined ? {} : { id: props.id })}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={isFetching}
      value={props.value ?? null}
      onChange={(value: string) => props.onChange?.(value)}
      options={(data?.rows ?? []).map(({ id, name, username }) => ({ value: id, label: `${name} · ${username}` }))}
    />
  )
}
