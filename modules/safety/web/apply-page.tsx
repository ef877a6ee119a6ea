import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import { DateField, FormPage, useCommand, useMe, useText, WholeItem, zoneToday } from '@tingzhou/ui'
import { useNavigate, useSearchParams } from 'react-router'
import { api, registry } from './api.ts'
import { TextItem, usePlaces } from './forms.tsx'

type Values = {
  readonly enterpriseId: string
  readonly departmentId?: string | null
  readonly team: string
  readonly leader: string
  readonly members: number
  readonly periodFrom: string
  readonly periodTo: string
}
type ApplyInput = Parameters<typeof api.reviewApplications.apply.call>[0]

/** An enterprise enters a team; the self-evaluation follows on the team's own page. */
export function ApplyPage() {
  const t = useText('safety')
  const me = useMe()
  const navigate = useNavigate()
  const places = usePlaces()
  const [query] = useSearchParams()
  const campaignId = query.get('campaignId') ?? ''
  const campaign = useQuery(api.reviewCampaigns.get.queryOptions({ input: { id: campaignId } }))
  const departments = useQuery(registry.departments.list.queryOptions({ input: { state: 'open' } }))
  const command = useCommand({
    run: api.reviewApplications.apply.call,
    invalidate: [api.reviewApplications.key(), api.reviewCampaigns.key()],
    success: ({ no }) => t('done.apply', { no }),
  })
  const enterprises = (me?.memberships ?? []).flatMap(({ role, partyId, partyName }) =>
    role === 'enterprise' && partyId !== null ? [{ value: partyId, label: partyName ?? partyId }] : [],
  )
  const lastYear = (campaign.data?.year ?? Number(zoneToday().slice(0, 4))) - 1
  return (
    <FormPage<Values, ApplyInput, { id: string; rev: number; no: string }>
      title={t('verb.apply')}
      intro={campaign.data && t('apply.intro', { name: campaign.data.name, day: campaign.data.selfDue })}
      draft={`safety.apply.${campaignId}`}
      initial={{
        ...(enterprises[0] ? { enterpriseId: enterprises[0].value } : {}),
        periodFrom: `${lastYear}-01-01`,
        periodTo: `${lastYear}-12-31`,
      }}
      command={command}
      toInput={(values) => ({ ...values, departmentId: values.departmentId ?? null, campaignId })}
      submit={t('verb.apply')}
      done={({ id }) => void navigate(places.application(id))}
    >
      <Form.Item
        name="enterpriseId"
        label={t('column.enterprise')}
        rules={[{ required: true, message: t('rule.choose') }]}
      >
        <Select options={enterprises} />
      </Form.Item>
      <TextItem name="team" label={t('column.team')} max={60} required />
      <TextItem name="leader" label={t('field.leader')} max={30} required />
      <WholeItem name="members" label={t('field.members')} max={500} required />
      <Form.Item name="departmentId" label={t('field.department')} extra={t('apply.department')}>
        <Select
          allowClear
          options={(departments.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item
        name="periodFrom"
        label={t('field.period_from')}
        rules={[{ required: true, message: t('rule.choose') }]}
      >
        <DateField />
      </Form.Item>
      <Form.Item name="periodTo" label={t('field.period_to')} rules={[{ required: true, message: t('rule.choose') }]}>
        <DateField />
      </Form.Item>
    </FormPage>
  )
}
