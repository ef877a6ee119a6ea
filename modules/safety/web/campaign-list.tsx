import { holdsRole, formatMoney, ListPage, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { z } from 'zod'
import { campaignStates } from '../words.ts'
import { api } from './api.ts'
import { usePlaces } from './forms.tsx'
import { CampaignTag, SyntheticMark } from './tags.tsx'

const schema = z.object({
  state: z.enum(campaignStates).optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.number().int().optional(),
})

/** Campaigns, newest first: where each stands and what it gives. */
export function CampaignList() {
  const t = useText('safety')
  const me = useMe()
  const places = usePlaces()
  const mayStart = holdsRole(me, ['supervisor', 'admin'])
  const start = places.counter ? undefined : (
    <VerbButton type="primary" href="/safety-campaigns/new" reason={mayStart ? null : t('reason.office_only')}>
      {t('campaign.start')}
    </VerbButton>
  )
  return (
    <ListPage
      name="safety.campaigns"
      title={t('campaign.title')}
      schema={schema}
      source={{
        key: api.reviewCampaigns.list.key(),
        load: ({ state, q, cursor, limit = 50 }, signal) =>
          api.reviewCampaigns.list.call(
            { limit, ...(state ? { state } : {}), ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) },
            { signal },
          ),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => places.campaign(row.id)}
      columns={[
        { key: 'year', title: t('column.year'), render: (row) => row.year },
        {
          key: 'name',
          title: t('column.name'),
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
          render: (row) => <CampaignTag state={row.state} />,
        },
        {
          key: 'teams',
          title: t('column.teams'),
          align: 'right',
          card: 'decides',
          render: (row) => t('campaign.counts', { scored: row.scored, all: row.applications }),
        },
        { key: 'selfDue', title: t('field.selfDue'), card: 'decides', render: (row) => row.selfDue },
        { key: 'prefectureDue', title: t('field.prefectureDue'), render: (row) => row.prefectureDue },
        {
          key: 'publicity',
          title: t('campaign.publicity_until'),
          render: (row) => (row.publicityUntil === null ? '–' : <When at={row.publicityUntil} />),
        },
        { key: 'pool', title: t('field.pool'), align: 'right', render: (row) => formatMoney(row.poolFen) },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: campaignStates.map((value) => ({ value, label: t(`campaign_state.${value}`) })),
        },
      ]}
      live={['review_campaign', 'review_application']}
      {...(start ? { primary: start } : {})}
      empty={{ nothing: t('campaign.empty') }}
    />
  )
}
