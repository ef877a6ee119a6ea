import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  formatNumber,
  formatShare,
  ListPage,
  Page,
  Panel,
  ProblemAlert,
  StateTag,
  useMe,
  useText,
  VerbButton,
  inputOf,
  zoneToday,
} from '@tingzhou/ui'
import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { Link, useSearchParams } from 'react-router'
import { visitContract, visitForms, visitStates } from '../visits-contract.ts'
import { api } from './api.ts'
import { findEnterprises, nameOfEnterprise, useAreas } from './catalogue.ts'
import { mayVisit } from './roles.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(visitContract.list)

const looks = {
  planned: { tone: 'busy', shape: 'ring' },
  done: { tone: 'good', shape: 'check' },
  cancelled: { tone: 'plain', shape: 'cross' },
} as const

export function VisitStateTag({ state }: { readonly state: (typeof visitStates)[number] }) {
  const t = useText('needs')
  return <StateTag {...looks[state]}>{t(`visit.state.${state}`)}</StateTag>
}

/** Visits to enterprises: planned, done with what they found. */
export function VisitList() {
  const t = useText('needs')
  const me = useMe()
  const areas = useAreas()
  const plan = (
    <VerbButton type="primary" href="/visits/new" reason={mayVisit(me) ? null : t('reason.visit_role')}>
      {t('visit.plan')}
    </VerbButton>
  )
  return (
    <ListPage
      name="needs.visits"
      title={t('visit.title')}
      schema={schema}
      source={{ key: api.visits.list.key(), load: (input, signal) => api.visits.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/visits/${row.id}`}
      primary={plan}
      verbs={
        <>
          <VerbButton href="/visit-coverage">{t('visit.coverage')}</VerbButton>
          <VerbButton href="/campaigns">{t('campaign.title')}</VerbButton>
        </>
      }
      columns={[
        {
          key: 'enterprise',
          title: t('column.enterprise'),
          card: 'title',
          render: (row) => (
            <>
              {row.enterprise.name} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'date',
          title: t('visit.date'),
          card: 'decides',
          render: (row) => <span className="tz-number">{row.date}</span>,
        },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <VisitStateTag state={row.state} />,
        },
        {
          key: 'visitors',
          title: t('visit.visitors'),
          card: 'decides',
          render: (row) => row.visitors.map(({ name }) => name).join(t('list_comma')),
        },
        { key: 'form', title: t('visit.form'), render: (row) => t(`visit.form_of.${row.form}`) },
        { key: 'area', title: t('column.area'), render: (row) => row.area?.name ?? '–' },
        { key: 'campaign', title: t('campaign.one'), render: (row) => row.campaign?.name ?? '–' },
        {
          key: 'findings',
          title: t('visit.findings'),
          unit: t('unit.items'),
          align: 'right',
          render: (row) => (row.state === 'done' ? row.findings.length : '–'),
        },
      ]}
      views={[
        { key: 'mine', label: t('visit.mine'), params: { mine: 'true', state: 'planned' } },
        { key: 'planned', label: t('visit.state.planned'), params: { state: 'planned' } },
        { key: 'done', label: t('visit.state.done'), params: { state: 'done' } },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: visitStates.map((value) => ({ value, label: t(`visit.state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'areaId',
          label: t('column.area'),
          options: areas.map(({ id, name }) => ({ value: id, label: name })),
        },
        { kind: 'lookup', key: 'campaignId', label: t('campaign.one'), find: findCampaigns, name: nameOfCampaign },
        {
          kind: 'lookup',
          key: 'enterpriseId',
          label: t('column.enterprise'),
          find: findEnterprises,
          name: nameOfEnterprise,
        },
        { kind: 'dates', from: 'from', to: 'to', label: t('visit.date') },
        { kind: 'flag', key: 'mine', label: t('visit.mine') },
      ]}
      live={['visit']}
      empty={{ nothing: t('visit.empty'), verb: plan }}
    />
  )
}

export async function findCampaigns(text: string, signal: AbortSignal) {
  const page = await api.campaigns.list.call({ limit: 50, ...(text ? { q: text } : {}) }, { signal })
  return page.rows.map(({ id, name }) => ({ value: id, label: name }))
}

export async function nameOfCampaign(id: string): Promise<string> {
  return (await api.campaigns.get.call({ id })).name
}

export const visitFormChoices = visitForms

/** How many enterprises of each area were visited in a period. */
export function VisitCoverage() {
  const t = useText('needs')
  const [query, setQuery] = useSearchParams()
  const today = zoneToday()
  const from = query.get('from') ?? `${today.slice(0, 4)}-01-01`
  const to = query.get('to') ?? today
  const coverage = useQuery(api.visits.coverage.queryOptions({ input: { from, to } }))
  const rows = coverage.data?.rows ?? []
  const sum = (key: 'enterprises' | 'visited' | 'visits' | 'findings') =>
    rows.reduce((total, row) => total + row[key], 0)
  const listOf = (areaId: string | undefined) =>
    `/visits?state=done&from=${from}&to=${to}${areaId === undefined ? '' : `&areaId=${areaId}`}`
  return (
    <Page title={t('visit.coverage')} verbs={<VerbButton href="/visits">{t('visit.title')}</VerbButton>}>
      <div className="needs-filters">
        <DatePicker.RangePicker
          aria-label={t('period')}
          allowClear={false}
          value={[dayjs(from), dayjs(to)]}
          onChange={(dates) =>
            dates?.[0] &&
            dates[1] &&
            setQuery({ from: dates[0].format('YYYY-MM-DD'), to: dates[1].format('YYYY-MM-DD') }, { replace: true })
          }
        />
      </div>
      {coverage.error && <ProblemAlert problem={coverage.error} onRetry={() => void coverage.refetch()} />}
      {coverage.data && rows.length === 0 && <EmptyState title={t('visit.no_areas')} />}
      {rows.length > 0 && (
        <Panel>
          <p className="tz-caption">{t('visit.coverage_formula')}</p>
          <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('visit.coverage')}>
            <table className="needs-board-table">
              <thead>
                <tr>
                  <th scope="col">{t('column.area')}</th>
                  <th scope="col">{t('visit.coverage_head')}</th>
                  <th scope="col">{t('visit.visits_head')}</th>
                  <th scope="col">{t('visit.findings_head')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.area?.id ?? 'none'}>
                    <th scope="row">{row.area?.name ?? t('visit.no_area')}</th>
                    <td>{formatShare(row.visited, row.enterprises)}</td>
                    <td>
                      <Link to={listOf(row.area?.id)}>{formatNumber(row.visits)}</Link>
                    </td>
                    <td>{formatNumber(row.findings)}</td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row">{t('total')}</th>
                  <td>{formatShare(sum('visited'), sum('enterprises'))}</td>
                  <td>
                    <Link to={listOf(undefined)}>{formatNumber(sum('visits'))}</Link>
                  </td>
                  <td>{formatNumber(sum('findings'))}</td>
                </tr>
              </tfoot>
            </table>
          </div>
        </Panel>
      )}
    </Page>
  )
}
