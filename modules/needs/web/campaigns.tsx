import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  DateField,
  Figure,
  FormBox,
  FormPage,
  formatTimeFull,
  ListPage,
  ObjectPage,
  StateTag,
  useCommand,
  useMe,
  useText,
  VerbButton,
  FormDrawer,
  inputOf,
  OpenFormButton,
  useOpenForm,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { campaignContract } from '../visits-contract.ts'
import { api } from './api.ts'
import { mayCampaign } from './roles.ts'
import { TextItem } from './room.tsx'
import { PeopleSelect } from './staff-select.tsx'
import { peopleOf, type Person } from './staff.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(campaignContract.list)
type Campaign = Awaited<ReturnType<typeof api.campaigns.get.call>>

function CampaignStateTag({ state }: { readonly state: Campaign['state'] }) {
  const t = useText('needs')
  return (
    <StateTag tone={state === 'open' ? 'busy' : 'plain'} shape={state === 'open' ? 'dot' : 'check'}>
      {t(`campaign.state.${state}`)}
    </StateTag>
  )
}

export function CampaignList() {
  const t = useText('needs')
  const me = useMe()
  const start = (
    <VerbButton type="primary" href="/campaigns/new" reason={mayCampaign(me) ? null : t('reason.campaign_role')}>
      {t('campaign.start')}
    </VerbButton>
  )
  return (
    <ListPage
      name="needs.campaigns"
      title={t('campaign.title')}
      schema={schema}
      source={{ key: api.campaigns.list.key(), load: (input, signal) => api.campaigns.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/campaigns/${row.id}`}
      primary={start}
      columns={[
        {
          key: 'name',
          title: t('campaign.name'),
          card: 'title',
          render: (row) => (
            <>
              {row.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <CampaignStateTag state={row.state} />,
        },
        {
          key: 'period',
          title: t('period'),
          card: 'decides',
          render: (row) => <span className="tz-number">{t('from_to', { from: row.from, to: row.to })}</span>,
        },
        {
          key: 'planned',
          title: t('visit.state.planned'),
          unit: t('unit.times'),
          align: 'right',
          render: (row) => row.visitsPlanned,
        },
        {
          key: 'done',
          title: t('visit.state.done'),
          unit: t('unit.times'),
          align: 'right',
          card: 'decides',
          render: (row) => row.visitsDone,
        },
        {
          key: 'findings',
          title: t('visit.findings'),
          unit: t('unit.items'),
          align: 'right',
          render: (row) => row.findings,
        },
        {
          key: 'cadres',
          title: t('campaign.cadres'),
          unit: t('unit.people'),
          align: 'right',
          render: (row) => row.cadres.length,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: (['open', 'closed'] as const).map((value) => ({ value, label: t(`campaign.state.${value}`) })),
        },
      ]}
      empty={{ nothing: t('campaign.empty'), verb: start }}
    />
  )
}

type Values = {
  readonly name: string
  readonly description?: string
  readonly from: string
  readonly to: string
  readonly cadreIds?: string[]
}
const inputFrom = (values: Values) => ({
  ...values,
  description: values.description ?? '',
  cadreIds: values.cadreIds ?? [],
})

function CampaignFields({ also = [] }: { readonly also?: readonly Person[] }) {
  const t = useText('needs')
  const form = Form.useFormInstance()
  const from: unknown = Form.useWatch('from', form)
  return (
    <>
      <TextItem name="name" label={t('campaign.name')} max={60} required />
      <TextItem name="description" label={t('campaign.description')} max={2000} rows={4} />
      <Form.Item name="from" label={t('campaign.from')} rules={[{ required: true }]}>
        <DateField />
      </Form.Item>
      <Form.Item name="to" label={t('campaign.to')} rules={[{ required: true }]}>
        <DateField {...(typeof from === 'string' ? { min: from } : {})} />
      </Form.Item>
      <Form.Item name="cadreIds" label={t('campaign.cadres')}>
        <PeopleSelect also={also} />
      </Form.Item>
    </>
  )
}

export function CampaignNew() {
  const t = useText('needs')
  const navigate = useNavigate()
  const command = useCommand({
    run: api.campaigns.create.call,
    invalidate: [api.campaigns.key()],
    success: t('campaign.started'),
  })
  return (
    <FormPage<Values, Parameters<typeof api.campaigns.create.call>[0], { id: string; rev: number }>
      title={t('campaign.start')}
      draft="needs.campaign.new"
      command={command}
      toInput={inputFrom}
      submit={t('campaign.start')}
      done={({ id }) => void navigate(`/campaigns/${id}`)}
    >
      <CampaignFields />
    </FormPage>
  )
}

/** One campaign: its period, who goes, how far it has come; every figure opens its visits. */
export function CampaignPage() {
  const t = useText('needs')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.campaigns.get.queryOptions({ input: { id } }))
  const turn = useCommand({ run: api.campaigns.change.call, invalidate: [api.campaigns.key()], success: t('saved') })
  const campaign = query.data
  if (!campaign)
    return (
      <ObjectPage
        title={t('campaign.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = mayCampaign(me) ? null : t('reason.campaign_role')
  const date = formatTimeFull(query.dataUpdatedAt)
  const figures = [
    { key: 'planned', value: campaign.visitsPlanned, unit: t('unit.times'), state: 'planned' },
    { key: 'done', value: campaign.visitsDone, unit: t('unit.times'), state: 'done' },
    { key: 'findings', value: campaign.findings, unit: t('unit.items'), state: 'done' },
  ] as const
  return (
    <>
      <ObjectPage
        title={campaign.name}
        state={
          <>
            <CampaignStateTag state={campaign.state} />
            <SyntheticMark when={campaign.synthetic} />
          </>
        }
        primary={
          <VerbButton
            type="primary"
            href={`/visits/new?campaignId=${id}`}
            reason={campaign.state === 'closed' ? t('reason.campaign_closed') : null}
          >
            {t('visit.plan')}
          </VerbButton>
        }
        verbs={
          <>
            <VerbButton
              reason={refused}
              loading={turn.pending}
              onClick={() =>
                void turn.run({ id, rev: campaign.rev, state: campaign.state === 'open' ? 'closed' : 'open' })
              }
            >
              {t(campaign.state === 'open' ? 'campaign.close' : 'campaign.reopen')}
            </VerbButton>
            <OpenFormButton name="edit" reason={refused}>
              {t('verb.change')}
            </OpenFormButton>
          </>
        }
        facts={[
          { label: t('period'), value: t('from_to', { from: campaign.from, to: campaign.to }) },
          { label: t('campaign.cadres'), value: campaign.cadres.map(({ name }) => name).join(t('list_comma')) || '–' },
          { label: t('campaign.description'), value: campaign.description || '–' },
        ]}
        problem={query.error}
      >
        <div className="needs-figures">
          {figures.map(({ key, value, unit, state }) => (
            <Figure
              key={key}
              label={key === 'findings' ? t('visit.findings') : t(`visit.state.${key}`)}
              value={value}
              unit={unit}
              date={date}
              basis={campaign.name}
              source={t('figure_source')}
              href={`/visits?campaignId=${id}&state=${state}`}
            />
          ))}
        </div>
      </ObjectPage>
      <FormDrawer name="edit" title={t('campaign.edit')}>
        <Edit campaign={campaign} />
      </FormDrawer>
    </>
  )
}

function Edit({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.campaigns.change.call, invalidate: [api.campaigns.key()], success: t('saved') })
  const { name, description, from, to, cadreIds } = campaign
  return (
    <FormBox<Values, Parameters<typeof api.campaigns.change.call>[0], { id: string; rev: number }>
      initial={{ name, description, from, to, cadreIds: [...cadreIds] }}
      command={command}
      toInput={(values) => ({ ...inputFrom(values), id: campaign.id, rev: campaign.rev })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <CampaignFields also={campaign.cadres.map(peopleOf)} />
    </FormBox>
  )
}
