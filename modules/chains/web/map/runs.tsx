import './map.css'
import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  inputOf,
  ListPage,
  ObjectPage,
  PlainTable,
  useText,
  When,
  HistoryTrail,
  unitWord,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { runContract } from '../../run/run-contract.ts'
import { api } from '../api.ts'
import { placeOf } from './api.ts'
import { percentText } from './figure-text.ts'
import { RunVerb } from './run-line.tsx'

const schema = inputOf(runContract.list)

/** The runs that are kept. */
export function RunList() {
  const t = useText('chains')
  return (
    <ListPage
      name="chains.runs"
      title={t('chain_run.title')}
      schema={schema}
      source={{ key: api.runs.list.key(), load: (input, signal) => api.runs.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => placeOf.run(row.id)}
      searchable={false}
      primary={<RunVerb />}
      columns={[
        { key: 'made', title: t('chain_run.made'), card: 'title', render: (row) => <When at={row.madeAt} /> },
        { key: 'year', title: t('chain_run.year'), card: 'decides', render: (row) => row.year },
        { key: 'by', title: t('chain_run.by'), render: (row) => row.madeBy },
        {
          key: 'firms',
          title: t('chain_run.firms'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.counts.firms),
        },
        { key: 'links', title: t('chain_run.links'), align: 'right', render: (row) => formatNumber(row.counts.links) },
        { key: 'checked', title: t('chain_run.checked'), render: (row) => <When at={row.checkedAt} /> },
        {
          key: 'version',
          title: t('chain_run.input'),
          card: 'decides',
          render: (row) => <span className="tz-mono">{row.version.slice(0, 8)}</span>,
        },
      ]}
      live={['chain_run']}
      empty={{ nothing: t('chain_run.none') }}
    />
  )
}

/** One run: what it was made of, how long it took, and the firms through which most ways go. */
export function RunPage() {
  const t = useText('chains')
  const { id = '' } = useParams()
  const query = useQuery(api.runs.get.queryOptions({ input: { id } }))
  const history = useQuery(api.runs.history.queryOptions({ input: { id } }))
  const run = query.data
  if (!run)
    return (
      <ObjectPage
        title={t('chain_run.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const seconds = (ms: number): string => `${formatNumber(ms / 1_000, 1)} ${unitWord('seconds')}`
  return (
    <ObjectPage
      title={t('chain_run.one_of', { year: run.year })}
      id={run.version}
      facts={[
        { label: t('chain_run.made'), value: <When at={run.madeAt} /> },
        { label: t('chain_run.by'), value: run.madeBy },
        { label: t('chain_run.checked'), value: <When at={run.checkedAt} /> },
        {
          label: t('chain_run.counts'),
          value: t('chain_run.counted', {
            firms: formatNumber(run.counts.firms),
            local: formatNumber(run.counts.localFirms),
            positions: formatNumber(run.counts.positions),
            links: formatNumber(run.counts.links),
          }),
        },
        { label: t('chain_run.followed'), value: run.followed === null ? '–' : percentText(run.followed) },
        {
          label: t('chain_run.took'),
          value: t('chain_run.took_parts', { read: seconds(run.readMs), solve: seconds(run.solveMs) }),
        },
      ]}
      trail={<HistoryTrail rows={history.data?.rows} did="chains:chain_run.verb" />}
      problem={query.error}
      onRetry={() => void query.refetch()}
    >
      <h2 className="chain-heading">{t('chain_run.critical')}</h2>
      <p className="tz-caption">{t(run.isExact ? 'chain_run.exact' : 'chain_run.estimate')}</p>
      <PlainTable
        name={t('chain_run.critical')}
        empty={t('chain_run.no_critical')}
        head={[t('chain_run.place'), t('network.firm'), t('chain_run.betweenness')]}
        rows={run.critical.map(({ place, firm, value }) => ({
          key: String(place),
          cells: [
            place,
            <Link key="firm" to={placeOf.firm(firm.id)}>
              {firm.name}
            </Link>,
            formatNumber(value, 0),
          ],
        }))}
      />
    </ObjectPage>
  )
}
