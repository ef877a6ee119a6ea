import { ListPage, StateTag, useText, When, inputOf } from '@tingzhou/ui'
import { plannedContract, plannedStates } from '../planned-contract.ts'
import { api } from './api.ts'
import { useCategories, useDepartments } from './catalogue.ts'
import { AppealStateTag } from './tags.tsx'

const schema = inputOf(plannedContract.list)

const looks = {
  open: { tone: 'attention', shape: 'pause' },
  reopened: { tone: 'busy', shape: 'dot' },
  done: { tone: 'good', shape: 'check' },
} as const

/** What cannot be solved now: each with its plan, its owner and the day on which it is looked at again. */
export function PlannedList() {
  const t = useText('needs')
  const { labelOf } = useCategories()
  const departments = useDepartments()
  return (
    <ListPage
      name="needs.planned"
      title={t('planned.title')}
      schema={schema}
      source={{ key: api.planned.list.key(), load: (input, signal) => api.planned.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/appeals/${row.appeal.id}`}
      searchHint={t('appeals.search_hint')}
      columns={[
        {
          key: 'title',
          title: t('column.title'),
          card: 'title',
          render: ({ appeal }) => (
            <>
              <span className="tz-caption tz-mono">{appeal.no}</span> {appeal.title}
            </>
          ),
        },
        {
          key: 'review',
          title: t('planned.review'),
          card: 'decides',
          render: (row) => (
            <span className="tz-number">
              {row.reviewDate} {row.overdue && <strong className="tz-overdue">{t('planned.late')}</strong>}
            </span>
          ),
        },
        { key: 'owner', title: t('planned.owner'), card: 'decides', render: (row) => row.owner.name },
        {
          key: 'state',
          title: t('planned.state'),
          card: 'decides',
          render: (row) => <StateTag {...looks[row.state]}>{t(`planned_state.${row.state}`)}</StateTag>,
        },
        { key: 'plan', title: t('planned.plan'), render: (row) => <span className="needs-clamp">{row.plan}</span> },
        { key: 'category', title: t('column.category'), render: ({ appeal }) => labelOf(appeal.category) },
        { key: 'enterprise', title: t('column.enterprise'), render: ({ appeal }) => appeal.enterprise?.name ?? '–' },
        {
          key: 'appeal',
          title: t('column.state'),
          hidden: true,
          render: ({ appeal }) => <AppealStateTag state={appeal.state} />,
        },
        { key: 'listed', title: t('planned.listed'), hidden: true, render: (row) => <When at={row.listedAt} /> },
      ]}
      views={[{ key: 'overdue', label: t('planned.due'), params: { overdue: 'true' } }]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('planned.state'),
          options: plannedStates.map((value) => ({ value, label: t(`planned_state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'ownerId',
          label: t('planned.owner'),
          options: departments.map(({ id, name }) => ({ value: id, label: name })),
        },
        { kind: 'flag', key: 'overdue', label: t('planned.late') },
      ]}
      live={['appeal']}
      empty={{ nothing: t('planned.empty') }}
    >
      <p className="tz-second">{t('planned.intro')}</p>
    </ListPage>
  )
}
