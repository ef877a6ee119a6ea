import { ListPage, useText, When } from '@tingzhou/ui'
import { z } from 'zod'
import { applicationStates } from '../words.ts'
import { api } from './api.ts'
import { usePlaces } from './forms.tsx'
import { ApplicationTag, SyntheticMark } from './tags.tsx'
import { keyed } from './words.ts'

const schema = z.object({
  state: z.enum(applicationStates).optional(),
  campaignId: z.uuid().optional(),
  mine: z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]).optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.number().int().optional(),
})

/** Teams that apply: the desk of reviewers and counties, and an enterprise's own; of one campaign when it is named. */
export function ApplicationList(props: { readonly campaignId?: string; readonly embedded?: boolean }) {
  const { campaignId } = props
  const t = useText('safety')
  const places = usePlaces()
  return (
    <ListPage
      name={campaignId ? 'safety.campaign-applications' : 'safety.applications'}
      title={t(places.counter ? 'application.mine' : 'desk.title')}
      embedded={props.embedded ?? campaignId !== undefined}
      {...(campaignId ? { fixed: { campaignId } } : {})}
      schema={schema}
      source={{
        key: api.reviewApplications.list.key(),
        load: ({ state, campaignId: of, mine, q, cursor, limit = 50 }, signal) =>
          api.reviewApplications.list.call(
            {
              limit,
              ...(state ? { state } : {}),
              ...(of ? { campaignId: of } : {}),
              ...(mine === true || mine === 'true' ? { mine: true } : {}),
              ...(q ? { q } : {}),
              ...(cursor ? { cursor } : {}),
            },
            { signal },
          ),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => places.application(row.id)}
      columns={[
        { key: 'no', title: t('column.no'), render: (row) => <span className="tz-mono">{row.no}</span> },
        {
          key: 'team',
          title: t('column.team'),
          card: 'title',
          render: (row) => (
            <>
              {row.team} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'enterprise', title: t('column.enterprise'), card: 'decides', render: (row) => row.enterprise.name },
        { key: 'area', title: t('column.area'), render: (row) => row.area.name },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <ApplicationTag state={row.state} />,
        },
        { key: 'next', title: t('column.next'), render: (row) => keyed(t, 'node', row.nextStep, '–') },
        {
          key: 'due',
          title: t('column.due'),
          card: 'decides',
          render: (row) => (row.dueAt === null ? '–' : <When at={row.dueAt} />),
        },
        {
          key: 'campaign',
          title: t('column.campaign'),
          hidden: campaignId !== undefined,
          render: (row) => row.campaign.name,
        },
      ]}
      views={places.counter ? [] : [{ key: 'mine', label: t('desk.mine'), params: { mine: 'true' } }]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: applicationStates.map((value) => ({ value, label: t(`state.${value}`) })),
        },
        { kind: 'flag', key: 'mine', label: t('desk.mine') },
      ]}
      live={['review_application']}
      empty={{ nothing: t('application.empty') }}
    />
  )
}
