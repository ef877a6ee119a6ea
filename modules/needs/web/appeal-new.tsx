import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import { FormPage, holdsRole, useCommand, useMe, useText } from '@tingzhou/ui'
import { useNavigate, useSearchParams } from 'react-router'
import { api } from './api.ts'
import { EnterpriseSelect } from './pickers.tsx'
import { raiseFieldNames, RaiseFields, raiseInput, type RaiseValues } from './raise-fields.tsx'

/** How an appeal can reach an official; the others come by themselves. */
const receivedBy = ['window', 'hotline', 'phone', 'web', 'visit', 'meeting'] as const

type Values = RaiseValues & {
  readonly enterpriseId?: string | null
  readonly channel: (typeof receivedBy)[number]
  readonly mandateId?: string | null
}
type Input = Parameters<typeof api.appeals.create.call>[0]

/** An official raises a need for an enterprise; a guide only inside an active mandate. */
export function AppealNew() {
  const t = useText('needs')
  const me = useMe()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const guide = holdsRole(me, ['guide'])
  const command = useCommand({
    run: api.appeals.create.call,
    invalidate: [api.appeals.key()],
    success: ({ no }) => t('raise.done', { no: no ?? '' }),
  })
  const enterpriseId = query.get('enterpriseId')
  const mandateId = query.get('mandateId')
  return (
    <FormPage<Values, Input, Awaited<ReturnType<typeof api.appeals.create.call>>>
      title={t('raise.title_for')}
      intro={t(guide ? 'raise.intro_guide' : 'raise.intro_for')}
      draft={`needs.appeal.new.${enterpriseId ?? ''}`}
      initial={{ nature: 'help', channel: guide ? 'window' : 'hotline', enterpriseId, mandateId }}
      command={command}
      toInput={(values) => ({
        ...raiseInput(values),
        channel: values.channel,
        enterpriseId: values.enterpriseId ?? null,
        mandateId: values.mandateId ?? null,
        visitId: query.get('visitId'),
        meetingId: query.get('meetingId'),
      })}
      fieldNames={raiseFieldNames}
      submit={t('verb.raise')}
      done={({ id }) => void navigate(`/appeals/${id}`)}
    >
      {guide ? (
        <MandateItem />
      ) : (
        <Form.Item name="enterpriseId" label={t('column.enterprise')} extra={t('raise.no_enterprise')}>
          <EnterpriseSelect allowClear />
        </Form.Item>
      )}
      <Form.Item name="channel" label={t('column.channel')} rules={[{ required: true }]}>
        <Select options={receivedBy.map((value) => ({ value, label: t(`channel.${value}`) }))} />
      </Form.Item>
      <RaiseFields />
    </FormPage>
  )
}

/** The mandate a guide acts under; it names the enterprise. */
function MandateItem() {
  const t = useText('needs')
  const me = useMe()
  const form = Form.useFormInstance()
  const query = useQuery(
    api.mandates.list.queryOptions({ input: { inForce: true, limit: 200, ...(me ? { guideId: me.accountId } : {}) } }),
  )
  const mandates = query.data?.rows ?? []
  return (
    <>
      <Form.Item
        name="mandateId"
        label={t('mandate.one')}
        rules={[{ required: true }]}
        {...(query.data && mandates.length === 0 ? { extra: t('mandate.none_in_force') } : {})}
      >
        <Select
          loading={query.isPending}
          showSearch={{ optionFilterProp: 'label' }}
          options={mandates.map(({ id, enterprise, matter }) => ({
            value: id,
            label: `${enterprise.name} · ${matter}`,
          }))}
          onChange={(value: string) =>
            form.setFieldsValue({ enterpriseId: mandates.find(({ id }) => id === value)?.enterprise.id ?? null })
          }
        />
      </Form.Item>
      <Form.Item name="enterpriseId" hidden>
        <EnterpriseSelect />
      </Form.Item>
    </>
  )
}
