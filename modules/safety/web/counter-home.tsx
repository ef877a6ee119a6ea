import { Page, Panel, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api } from './api.ts'
import { ApplicationList } from './application-list.tsx'
import { usePlaces } from './forms.tsx'
import { CampaignTag } from './tags.tsx'

/** An enterprise's way in: campaigns with their due days, and the own teams. */
export function CounterHome() {
  const t = useText('safety')
  const places = usePlaces()
  const { data } = useQuery(api.reviewCampaigns.list.queryOptions({ input: { limit: 5 } }))
  return (
    <Page title={t('counter.title')} verbs={<VerbButton href={places.honours}>{t('honour.title')}</VerbButton>}>
      <Panel title={t('campaign.title')}>
        {data?.rows.length === 0 && <p className="tz-second">{t('campaign.empty')}</p>}
        <ul className="safety-lines">
          {(data?.rows ?? []).map((row) => (
            <li key={row.id}>
              <Link to={places.campaign(row.id)}>
                {row.year} {row.name}
              </Link>{' '}
              <CampaignTag state={row.state} />{' '}
              <span className="tz-second">{t('counter.due', { day: row.selfDue })}</span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('application.mine')}>
        <ApplicationList embedded />
      </Panel>
    </Page>
  )
}
