import { ListPage, StateTag, useText, type ListView } from '@tingzhou/ui'
import * as z from 'zod'
import { ItemFilters, itemStates } from '../item-contract.ts'
import { api, liveKinds } from './api.ts'
import { defined, until } from './list-source.ts'
import { ClockDue, ItemTag, Mark } from './tags.tsx'
import { caseClock, decidedStates, useSay, type Texts } from './words.ts'

const Query = ItemFilters.extend({
  cursor: z.string().optional(),
  limit: z.number().int().optional(),
  sort: z.string().optional(),
  q: z.string().optional(),
})

const source = {
  key: api.items.list.key(),
  load: ({ sort: _sort, q: _q, ...input }: z.input<typeof Query>, signal?: AbortSignal) =>
    api.items.list.call(defined(input), until(signal)),
}

const viewsOf = (t: Texts): readonly ListView[] => [
  { key: 'waiting', label: t('view.waiting'), params: { waiting: 'true' } },
  { key: 'overdue', label: t('view.overdue'), params: { overdue: 'true' } },
  { key: 'sampled', label: t('view.sampled'), params: { sampled: 'true' } },
]

/** 审查工作台: the item cases within the reader's reach. */
export function ItemList() {
  const t = useText('services')
  const say = useSay()
  return (
    <ListPage
      name="services.items"
      title={t('items.title')}
      schema={Query}
      source={source}
      rowKey={(row) => row.id}
      rowHref={(row) => `/item-cases/${row.id}`}
      columns={[
        { key: 'item', title: t('column.item'), render: (row) => say(row.name), card: 'title' },
        {
          key: 'no',
          title: t('column.no'),
          render: (row) => <span className="tz-mono">{row.applicationNo ?? '–'}</span>,
        },
        { key: 'thing', title: t('column.one_thing'), render: (row) => say(row.oneThing.name) },
        { key: 'department', title: t('column.department'), render: (row) => row.department.name, card: 'decides' },
        {
          key: 'state',
          title: t('column.state'),
          render: (row) => (
            <>
              <ItemTag state={row.state} /> {row.automatic && <Mark>{t('items.automatic')}</Mark>}
              {row.supervised && <StateTag tone="attention">{t('items.supervised')}</StateTag>}
            </>
          ),
          card: 'decides',
        },
        {
          key: 'due',
          title: t('column.clock'),
          render: (row) => <ClockDue clock={caseClock(row.clock, decidedStates.includes(row.state))} />,
          card: 'decides',
        },
        { key: 'assignee', title: t('column.assignee'), render: (row) => row.assignee?.name ?? '–' },
      ]}
      views={viewsOf(t)}
      filters={[
        {
          kind: 'choice',
          key: 'states',
          label: t('column.state'),
          multiple: true,
          options: itemStates.map((value) => ({ value, label: t(`item_state.${value}`) })),
        },
        { kind: 'flag', key: 'overdue', label: t('view.overdue') },
        { kind: 'flag', key: 'waiting', label: t('view.waiting') },
        { kind: 'flag', key: 'sampled', label: t('view.sampled') },
      ]}
      searchable={false}
      live={liveKinds}
      empty={{ nothing: t('items.empty') }}
    />
  )
}
