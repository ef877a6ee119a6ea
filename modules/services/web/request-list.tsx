import { useQuery } from '@tanstack/react-query'
import { CopyId, ListPage, ProblemAlert, StateTag, useText, When, type Tone } from '@tingzhou/ui'
import * as z from 'zod'
import type { DataRequestRow } from '../measure-contract.ts'
import { api } from './api.ts'
import { defined, until } from './list-source.ts'
import { ServiceName } from './source-name.tsx'
import { keyed, shownValue, type Texts } from './words.ts'
import { Link } from 'react-router'

type Row = z.infer<typeof DataRequestRow>

const Query = z.object({
  service: z.string().max(200).optional(),
  applicationId: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.number().int().optional(),
  sort: z.string().optional(),
  q: z.string().optional(),
})

const source = {
  key: api.dataRequests.list.key(),
  load: async ({ sort: _sort, q, ...input }: z.input<typeof Query>, signal?: AbortSignal) => {
    const page = await api.dataRequests.list.call(defined({ ...input, ...(q ? { service: q } : {}) }), until(signal))
    return { ...page, total: null }
  },
}

/** 数据调用记录: who asked whom for what, why, with whose consent, and whether the answer was used. */
export function RequestList() {
  const t = useText('services')
  return (
    <ListPage
      name="services.requests"
      title={t('requests.title')}
      schema={Query}
      source={source}
      rowKey={(row) => row.id}
      rowHref={(row) => `/applications/${row.applicationId}?tab=requests`}
      columns={[
        { key: 'at', title: t('column.at'), render: (row) => <When at={row.at} /> },
        {
          key: 'service',
          title: t('column.service'),
          render: (row) => <ServiceName id={row.service} name={row.serviceName} />,
          card: 'title',
        },
        { key: 'requester', title: t('column.requester'), render: (row) => row.requester, card: 'decides' },
        { key: 'purpose', title: t('column.purpose'), render: (row) => row.purpose, card: 'decides' },
        { key: 'consent', title: t('column.consent'), render: (row) => row.consentId ?? t('requests.by_law') },
        { key: 'outcome', title: t('column.outcome'), render: (row) => <Outcome t={t} row={row} />, card: 'decides' },
        {
          key: 'hash',
          title: t('column.hash'),
          render: (row) => (row.responseHash === null ? '–' : <CopyId value={row.responseHash} short />),
          hidden: true,
        },
      ]}
      searchHint={t('requests.search')}
      empty={{ nothing: t('requests.empty') }}
    />
  )
}

export const requestTones: Readonly<Record<Row['state'], Tone>> = {
  asked: 'busy',
  answered: 'good',
  unanswered: 'attention',
  failed: 'bad',
  late: 'attention',
}

function Outcome({ t, row }: { readonly t: Texts; readonly row: Row }) {
  if (row.failure !== null)
    return (
      <StateTag tone="bad">
        {t('requests.failed', { why: keyed(t, 'request_failure', row.failure, row.failure) })}
      </StateTag>
    )
  if (row.state !== 'answered')
    return <StateTag tone={requestTones[row.state]}>{t(`request_state.${row.state}`)}</StateTag>
  return <StateTag tone={row.used ? 'good' : 'plain'}>{t(row.used ? 'requests.used' : 'requests.unused')}</StateTag>
}

/** The requests that were made for one application. */
export function RequestLines({ applicationId }: { readonly applicationId: string }) {
  const t = useText('services')
  const query = useQuery(api.dataRequests.list.queryOptions({ input: { applicationId, limit: 100 } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data?.rows.length === 0) return <p className="tz-second">{t('requests.none')}</p>
  return (
    <>
      <ul className="services-lines">
        {(query.data?.rows ?? []).map((row) => (
          <li key={row.id}>
            <span>
              <ServiceName id={row.service} name={row.serviceName} />
              <span className="tz-caption services-under">
                {row.requester} · {row.purpose} · {row.consentId ?? t('requests.by_law')} · <When at={row.at} />
              </span>
              {row.answer !== null && row.answer !== undefined && (
                <span className="tz-caption services-under services-break">
                  {t('fetch.answer')} {shownValue(t, row.answer)}
                </span>
              )}
            </span>
            <Outcome t={t} row={row} />
          </li>
        ))}
      </ul>
      <p className="tz-caption">
        <Link to="/data-requests">{t('requests.title')}</Link>
      </p>
    </>
  )
}
