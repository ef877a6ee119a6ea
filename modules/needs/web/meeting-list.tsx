import { ListPage, StateTag, useMe, useText, VerbButton, inputOf } from '@tingzhou/ui'
import { Link } from 'react-router'
import { itemStates, meetingContract, meetingStates } from '../meetings-contract.ts'
import { api } from './api.ts'
import { useAreas, useDepartments } from './catalogue.ts'
import { mayMeet } from './roles.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(meetingContract.list)
const itemSchema = inputOf(meetingContract.items)

const looks = {
  announced: { tone: 'busy', shape: 'ring' },
  held: { tone: 'good', shape: 'check' },
  cancelled: { tone: 'plain', shape: 'cross' },
} as const
const itemLooks = {
  open: { tone: 'busy', shape: 'dot' },
  appeal: { tone: 'busy', shape: 'square' },
  settled: { tone: 'good', shape: 'check' },
  dropped: { tone: 'plain', shape: 'cross' },
} as const

export function MeetingStateTag({ state }: { readonly state: (typeof meetingStates)[number] }) {
  const t = useText('needs')
  return <StateTag {...looks[state]}>{t(`meeting.state.${state}`)}</StateTag>
}

export function ItemStateTag({ state }: { readonly state: (typeof itemStates)[number] }) {
  const t = useText('needs')
  return <StateTag {...itemLooks[state]}>{t(`meeting.item_state.${state}`)}</StateTag>
}

/** Meetings where enterprises say what they need. */
export function MeetingList() {
  const t = useText('needs')
  const me = useMe()
  const areas = useAreas()
  const announce = (
    <VerbButton type="primary" href="/meetings/new" reason={mayMeet(me) ? null : t('reason.meeting_role')}>
      {t('meeting.announce')}
    </VerbButton>
  )
  return (
    <ListPage
      name="needs.meetings"
      title={t('meeting.title')}
      schema={schema}
      source={{ key: api.meetings.list.key(), load: (input, signal) => api.meetings.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/meetings/${row.id}`}
      primary={announce}
      verbs={<VerbButton href="/meeting-items">{t('meeting.follow_list')}</VerbButton>}
      columns={[
        {
          key: 'title',
          title: t('meeting.name'),
          card: 'title',
          render: (row) => (
            <>
              {row.title} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'date',
          title: t('meeting.date'),
          card: 'decides',
          render: (row) => (
            <span className="tz-number">
              {row.date} {row.time}
            </span>
          ),
        },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <MeetingStateTag state={row.state} />,
        },
        { key: 'place', title: t('meeting.place'), render: (row) => row.place || '–' },
        { key: 'host', title: t('meeting.host'), render: (row) => row.host.name },
        { key: 'area', title: t('column.area'), render: (row) => row.area?.name ?? '–' },
        {
          key: 'items',
          title: t('meeting.items'),
          unit: t('unit.items'),
          align: 'right',
          render: (row) => row.items.length,
        },
        {
          key: 'open',
          title: t('meeting.open_items'),
          unit: t('unit.items'),
          align: 'right',
          card: 'decides',
          render: (row) => row.openItems,
        },
      ]}
      views={[
        { key: 'announced', label: t('meeting.state.announced'), params: { state: 'announced' } },
        { key: 'held', label: t('meeting.state.held'), params: { state: 'held' } },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: meetingStates.map((value) => ({ value, label: t(`meeting.state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'areaId',
          label: t('column.area'),
          options: areas.map(({ id, name }) => ({ value: id, label: name })),
        },
        { kind: 'dates', from: 'from', to: 'to', label: t('meeting.date') },
      ]}
      live={['meeting']}
      empty={{ nothing: t('meeting.empty'), verb: announce }}
    />
  )
}

/** What was promised at meetings and still has to be done. */
export function MeetingItems() {
  const t = useText('needs')
  const departments = useDepartments()
  return (
    <ListPage
      name="needs.meeting-items"
      title={t('meeting.follow_list')}
      schema={itemSchema}
      source={{ key: api.meetings.items.key(), load: (input, signal) => api.meetings.items.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/meetings/${row.meeting.id}?do=follow&item=${row.id}`}
      verbs={<VerbButton href="/meetings">{t('meeting.title')}</VerbButton>}
      columns={[
        { key: 'title', title: t('meeting.item'), card: 'title', render: (row) => row.title },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <ItemStateTag state={row.state} />,
        },
        { key: 'owner', title: t('meeting.owner'), card: 'decides', render: (row) => row.owner?.name ?? '–' },
        {
          key: 'due',
          title: t('meeting.due'),
          card: 'decides',
          render: (row) => <ItemDue due={row.due} overdue={row.overdue} />,
        },
        { key: 'enterprise', title: t('column.enterprise'), render: (row) => row.enterprise?.name ?? '–' },
        {
          key: 'meeting',
          title: t('meeting.one'),
          render: (row) => <Link to={`/meetings/${row.meeting.id}`}>{`${row.meeting.date} ${row.meeting.title}`}</Link>,
        },
      ]}
      views={[{ key: 'overdue', label: t('view.overdue'), params: { overdue: 'true' } }]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: itemStates.map((value) => ({ value, label: t(`meeting.item_state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'ownerId',
          label: t('meeting.owner'),
          options: departments.map(({ id, name }) => ({ value: id, label: name })),
        },
        { kind: 'flag', key: 'overdue', label: t('view.overdue') },
      ]}
      live={['meeting']}
      empty={{ nothing: t('meeting.no_follow') }}
    />
  )
}

export function ItemDue({ due, overdue }: { readonly due: string | null; readonly overdue: boolean }) {
  const t = useText('needs')
  if (due === null) return '–'
  return (
    <span className="tz-number">
      {due} {overdue && <strong className="tz-overdue">{t('meeting.overdue')}</strong>}
    </span>
  )
}
