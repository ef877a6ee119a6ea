import { FormBox, useCommand, useMe, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio, Select } from 'antd'
import { accessApi } from '../shell/api.ts'
import { KeyTable } from './key-table.tsx'
import { KeysFrame } from './keys-frame.tsx'

/** Keys for the systems of one's own enterprise, and where it is written how to call. */
export function FirmKeysPage() {
  const t = useText('shell')
  const revoke = useCommand({
    run: accessApi.firmKeys.revoke.call,
    invalidate: [accessApi.firmKeys.key()],
    success: t('keys_page.revoked'),
  })
  return (
    <KeysFrame
      title={t('firm_keys.title')}
      about={
        <p>
          {t('firm_keys.what')}{' '}
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {t('firm_keys.docs')}
          </a>
        </p>
      }
      empty={{ title: t('firm_keys.empty'), text: t('firm_keys.empty_text') }}
      query={useQuery(accessApi.firmKeys.list.queryOptions())}
      table={(rows) => (
        <KeyTable
          rows={rows}
          revoke={(id) => void revoke.run({ id })}
          columns={[
            { key: 'may', cell: ({ readOnly }) => t(readOnly ? 'keys_page.only_reads' : 'keys_page.reads_and_writes') },
          ]}
        />
      )}
      form={(ends) => <FirmKeyForm {...ends} />}
    />
  )
}

type Values = {
  readonly name: string
  readonly partyId: string
  readonly readOnly: boolean
  readonly days: number
}

function FirmKeyForm({ onDone, onCancel }: { readonly onDone: (key: string) => void; readonly onCancel: () => void }) {
  const t = useText('shell')
  const me = useMe()
  const create = useCommand({ run: accessApi.firmKeys.create.call, invalidate: [accessApi.firmKeys.key()] })
  const firms = (me?.memberships ?? []).flatMap(({ role, partyId, partyName }) =>
    role === 'enterprise' && partyId !== null ? [{ value: partyId, label: partyName ?? partyId }] : [],
  )
  return (
    <FormBox<Values, Parameters<typeof accessApi.firmKeys.create.call>[0], { key: string }>
      command={create}
      initial={{ days: 365, readOnly: true, ...(firms[0] ? { partyId: firms[0].value } : {}) }}
      toInput={(values) => values}
      submit={t('keys_page.create')}
      done={({ key }) => onDone(key)}
      onCancel={onCancel}
    >
      <Form.Item
        name="name"
        label={t('keys_page.name')}
        extra={t('firm_keys.name_hint')}
        rules={[{ required: true, message: t('field.need_name') }]}
      >
        <Input maxLength={80} autoComplete="off" />
      </Form.Item>
      <Form.Item name="partyId" label={t('firm_keys.firm')} hidden={firms.length < 2}>
        <Select options={firms} />
      </Form.Item>
      <Form.Item name="readOnly" label={t('keys_page.may')}>
        <Radio.Group
          options={[
            { value: true, label: t('keys_page.only_reads') },
            { value: false, label: t('keys_page.reads_and_writes') },
          ]}
        />
      </Form.Item>
      <Form.Item name="days" label={t('keys_page.expires')}>
        <Select options={[30, 90, 365].map((value) => ({ value, label: t('keys_page.days', { n: value }) }))} />
      </Form.Item>
    </FormBox>
  )
}
