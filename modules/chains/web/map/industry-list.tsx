import './map.css'
import { useQuery } from '@tanstack/react-query'
import { inputOf, ListPage, useText, VerbButton } from '@tingzhou/ui'
import { industryContract } from '../../run/industry-contract.ts'
import { api } from '../api.ts'
import { placeOf, type ChainRow } from './api.ts'
import { FigureButton } from './figure-button.tsx'
import { figureOf } from './figure-text.ts'
import { useNamed } from './named.ts'
import { RunLine, RunVerb } from './run-line.tsx'

const schema = inputOf(industryContract.list)

/** All chains: how complete, how local, how many weaknesses, who leads. */
export function IndustryList() {
  const t = useText('chains')
  const named = useNamed()
  // What all rows come from; a list that is still fresh is not asked for anew, so its answers cannot tell.
  const { data: basis } = useQuery(api.industry.list.queryOptions({ input: { limit: 1 } }))
  const figure = (row: ChainRow, name: ChainRow['figures'][number]['name']) => (
    <FigureButton figure={figureOf(row.figures, name)} of={named(row)} kMin={basis?.kMin ?? 0} />
  )
  return (
    <ListPage
      name="chains.industry"
      title={t('industry.title')}
      schema={schema}
      source={{ key: api.industry.list.key(), load: (input, signal) => api.industry.list.call(input, { signal }) }}
      rowKey={(row) => row.code}
      rowHref={(row) => placeOf.chain(row.code)}
      searchable={false}
      primary={<RunVerb />}
      verbs={
        <>
          <VerbButton href={placeOf.network}>{t('network.title')}</VerbButton>
          <VerbButton href={placeOf.shock}>{t('shock.title')}</VerbButton>
          <VerbButton href={placeOf.saving}>{t('saving.title')}</VerbButton>
        </>
      }
      columns={[
        { key: 'name', title: t('industry.chain'), card: 'title', render: (row) => `${row.code} ${named(row)}` },
        { key: 'cluster', title: t('industry.cluster'), render: (row) => (row.cluster ? named(row.cluster) : '–') },
        {
          key: 'completeness',
          title: t('indicator.completeness'),
          card: 'decides',
          align: 'right',
          render: (row) => figure(row, 'completeness'),
        },
        {
          key: 'local',
          title: t('indicator.actual_local'),
          card: 'decides',
          align: 'right',
          render: (row) => figure(row, 'actual_local'),
        },
        {
          key: 'weaknesses',
          title: t('indicator.weaknesses'),
          card: 'decides',
          align: 'right',
          render: (row) => figure(row, 'weaknesses'),
        },
        { key: 'leader', title: t('industry.leader'), render: (row) => row.leader?.name ?? '–' },
      ]}
      live={['chain_run']}
      empty={{ nothing: t('industry.empty') }}
    >
      {basis && <RunLine run={basis.run} />}
    </ListPage>
  )
}
