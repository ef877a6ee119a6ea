import { formatNumber, ListPage, useText, VerbButton, When, inputOf } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { indicatorContract } from '../indicators-contract.ts'
import { api } from './api.ts'
import { useAreas, useCategories, useDepartments } from './catalogue.ts'
import { figureHref, figureName, periodOf, formulaText, partName } from './figures.ts'
import { AppealStateTag, ClassTag } from './tags.tsx'

const schema = inputOf(indicatorContract.rows)

/** The list behind a figure: exactly the rows that it counts, part by part. */
export function IndicatorRows() {
  const t = useText('needs')
  const { figure = '' } = useParams()
  const [query] = useSearchParams()
  const { labelOf } = useCategories()
  const departments = useDepartments()
  const areas = useAreas()
  const { from, to } = periodOf(query)
  const part = query.get('part') ?? 'base'
  const fixed = useMemo(() => ({ figure, part, from, to }), [figure, part, from, to])
  return (
    <ListPage
      name={`needs.indicator.${figure}`}
      title={figureName(t, figure)}
      schema={schema}
      source={{
        key: [...api.indicators.rows.key(), figure],
        load: (input, signal) => api.indicators.rows.call(input, { signal }),
      }}
      fixed={fixed}
      rowKey={(row) => `${row.unit} ${row.id}`}
      searchable={false}
      verbs={<VerbButton href={`/need-indicators?from=${from}&to=${to}`}>{t('indicators.title')}</VerbButton>}
      columns={[
        {
          key: 'what',
          title: t('column.title'),
          card: 'title',
          render: (row) =>
            row.appeal ? (
              <Link to={`/appeals/${row.appeal.id}`}>
                <span className="tz-caption tz-mono">{row.appeal.no}</span> {row.appeal.title}
              </Link>
            ) : (
              (row.name ?? row.id)
            ),
        },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => (row.appeal ? <AppealStateTag state={row.appeal.state} /> : '–'),
        },
        { key: 'owner', title: t('column.owner'), card: 'decides', render: (row) => row.owner?.name ?? '–' },
        {
          key: 'at',
          title: t('indicators.counted_at'),
          card: 'decides',
          render: (row) => (row.at === null ? '–' : <When at={row.at} />),
        },
        {
          key: 'class',
          title: t('column.class'),
          render: (row) => (row.appeal ? <ClassTag value={row.appeal.class} /> : '–'),
        },
        { key: 'category', title: t('column.category'), render: (row) => labelOf(row.appeal?.category ?? null) },
        { key: 'area', title: t('column.area'), render: (row) => row.area?.name ?? '–' },
        {
          key: 'hours',
          title: t('indicators.hours'),
          unit: t('unit.working_hours'),
          align: 'right',
          hidden: !figure.includes('hours'),
          render: (row) => (row.hours === null ? '–' : formatNumber(row.hours, 1)),
        },
      ]}
      filters={[
        { kind: 'dates', from: 'from', to: 'to', label: t('period') },
        {
          kind: 'choice',
          key: 'ownerId',
          label: t('column.owner'),
          options: departments.map(({ id, name }) => ({ value: id, label: name })),
        },
        {
          kind: 'choice',
          key: 'areaId',
          label: t('column.area'),
          options: areas.map(({ id, name }) => ({ value: id, label: name })),
        },
      ]}
      empty={{ nothing: t('indicators.no_rows') }}
    >
      <p className="tz-second needs-reading">{formulaText(t, figure)}</p>
      <Parts figure={figure} from={from} to={to} />
    </ListPage>
  )
}

/** The parts of the figure with the rows that each counts; one press shows that list. */
function Parts({ figure, from, to }: { readonly figure: string; readonly from: string; readonly to: string }) {
  const t = useText('needs')
  const [query] = useSearchParams()
  const ownerId = query.get('ownerId') ?? undefined
  const areaId = query.get('areaId') ?? undefined
  const part = query.get('part') ?? 'base'
  const board = useQuery({
    ...api.indicators.list.queryOptions({
      input: { from, to, by: 'zone', ...(ownerId ? { ownerId } : {}), ...(areaId ? { areaId } : {}) },
    }),
  })
  const parts = board.data?.groups[0]?.figures.find(({ id }) => id === figure)?.parts ?? []
  if (parts.length < 2) return null
  return (
    <nav className="tz-views" aria-label={t('indicators.part')}>
      {parts.map(({ id, count }) => (
        <Link
          key={id}
          className="tz-view"
          to={figureHref(figure, id, { from, to, ownerId, areaId })}
          {...(part === id ? { 'aria-current': 'page' as const } : {})}
        >
          {partName(t, id)} <span className="tz-count">{formatNumber(count)}</span>
        </Link>
      ))}
    </nav>
  )
}
