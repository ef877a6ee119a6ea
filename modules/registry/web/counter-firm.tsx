import { useQuery } from '@tanstack/react-query'
import { EmptyState, FactList, Page, Panel, ProblemAlert, SkeletonLines, useMe, useText } from '@tingzhou/ui'
import { api } from './api.ts'
import { Contacts } from './contacts.tsx'
import { Figures } from './figures.tsx'
import { StatusTag, Uscc } from './parts.tsx'

/** What the zone knows of the reader's own enterprises, and whom it may call there. */
export function CounterFirm() {
  const t = useText('registry')
  const me = useMe()
  const ids = (me?.memberships ?? []).flatMap(({ role, partyId }) =>
    role === 'enterprise' && partyId ? [partyId] : [],
  )
  return (
    <Page title={t('counter.title')} width="form">
      {ids.length === 0 && <EmptyState title={t('counter.none')} text={t('counter.none_text')} />}
      {[...new Set(ids)].map((id) => (
        <Firm key={id} id={id} />
      ))}
    </Page>
  )
}

function Firm({ id }: { readonly id: string }) {
  const t = useText('registry')
  const query = useQuery(api.enterprises.get.queryOptions({ input: { id } }))
  const firm = query.data
  if (!firm)
    return query.error ? (
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <SkeletonLines lines={6} />
    )
  return (
    <>
      <Panel title={firm.name} aside={<StatusTag status={firm.status} />}>
        <FactList
          facts={[
            { label: t('field.uscc'), value: <Uscc uscc={firm.uscc} status={firm.usccStatus} /> },
            { label: t('field.areaId'), value: firm.area?.name ?? '–' },
            { label: t('field.lead'), value: firm.area?.leadName ?? '–' },
            { label: t('field.address'), value: firm.address || '–' },
            { label: t('field.industry'), value: firm.industry ? `${firm.industry} ${firm.industryName ?? ''}` : '–' },
            { label: t('field.guideAccountId'), value: firm.guideName ?? '–' },
          ]}
        />
        <p className="tz-second">{t('counter.wrong')}</p>
      </Panel>
      <Panel title={t('tab.contacts')}>
        <Contacts firm={{ id: firm.id, areaId: firm.areaId }} />
      </Panel>
      <h2 className="registry-above">{t('tab.figures')}</h2>
      <Figures firm={{ id: firm.id, areaId: firm.areaId }} />
    </>
  )
}
