import { Due, ListPage, useText, When, type ListColumn } from '@tingzhou/ui'
import { CaseQuery, caseStates } from '../contract.ts'
import { api, nameOf } from './api.ts'
import { CaseState } from './case-state.tsx'
import { LevelTag } from './tags.tsx'

type Row = Awaited<ReturnType<typeof api.cases.call>>['rows'][number]

const source = {
  key: api.cases.key(),
  load: (input: Parameters<typeof api.cases.call>[0], signal: AbortSignal) => api.cases.call(input, { signal }),
}

/** What must be done about alarms, and what was. */
export function CaseList() {
  const t = useText('alarms')
  const columns: readonly ListColumn<Row>[] = [
    { key: 'no', title: t('field.no'), render: ({ no }) => <span className="tz-mono">{no}</span> },
    { key: 'title', title: t('field.title'), card: 'title', render: ({ title, place }) => `${nameOf(title)} ${place}` },
    { key: 'level', title: t('field.level'), card: 'decides', render: ({ level }) => <LevelTag level={level} /> },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <CaseState shown={row} /> },
    {
      key: 'dueAt',
      title: t('field.due'),
      card: 'decides',
      render: ({ dueAt, overdue }) =>
        dueAt === null ? '–' : <Due at={dueAt} {...(overdue ? { leftSeconds: -1 } : {})} state="running" />,
    },
    { key: 'alarms', title: t('field.alarms'), align: 'right', render: ({ alarms }) => alarms },
    { key: 'openedAt', title: t('field.opened'), render: ({ openedAt }) => <When at={openedAt} /> },
    {
      key: 'clearedAt',
      title: t('field.cleared'),
      render: ({ clearedAt }) => (clearedAt === null ? t('case.standing') : <When at={clearedAt} />),
    },
  ]
  return (
    <ListPage<Row, typeof CaseQuery>
      name="alarms.cases"
      title={t('case.title')}
      schema={CaseQuery}
      source={source}
      rowKey={(row) => row.id}
      rowHref={(row) => `/alarm-cases/${row.id}`}
      columns={columns}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: caseStates.map((value) => ({ value, label: t(`case_state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'overdue',
          label: t('field.overdue'),
          options: [{ value: 'yes', label: t('case.overdue') }],
        },
      ]}
      live={['alarm_case']}
      searchHint={t('case.search')}
      empty={{ nothing: t('case.empty') }}
    />
  )
}
