import { useQuery } from '@tanstack/react-query'
import {
  ListPage,
  useText,
  VerbButton,
  useMe,
  When,
  type ListColumn,
  type ListFilter,
  type ListView,
} from '@tingzhou/ui'
import * as z from 'zod'
import { ApplicationFilters, applicationStates, modes } from '../application-contract.ts'
import { api, liveKinds } from './api.ts'
import { defined, until } from './list-source.ts'
import { atWindow } from './roles.ts'
import { ApplicationTag, ClockDue, ResultTag, SyntheticMark } from './tags.tsx'
import { caseClock, endStates, useSay, type ApplicationLine, type Say, type Texts } from './words.ts'

const ApplicationQuery = ApplicationFilters.extend({
  cursor: z.string().max(1_000).optional(),
  limit: z.number().int().optional(),
  sort: z.string().optional(),
})

const applicationSource = {
  key: api.applications.list.key(),
  load: ({ sort: _sort, ...filters }: z.input<typeof ApplicationQuery>, signal?: AbortSignal) =>
    api.applications.list.call(defined(filters), until(signal)),
}

/** 办件: all applications within the reader's reach. */
export function ApplicationList() {
  const t = useText('services')
  const say = useSay()
  const me = useMe()
  const views = useViews(t)
  const filters = useFilters(t, say)
  const take = (
    <VerbButton type="primary" href="/services" reason={atWindow(me) ? null : t('reason.window_only')}>
      {t('verb.take_in')}
    </VerbButton>
  )
  return (
    <ListPage
      name="services.applications"
      title={t('applications.title')}
      schema={ApplicationQuery}
      source={applicationSource}
      rowKey={(row) => row.id}
      rowHref={(row) => `/applications/${row.id}`}
      columns={columnsOf(t, say)}
      views={views}
      filters={filters}
      searchHint={t('applications.search')}
      primary={take}
      exportHref={(query) => `/api/v1/applications/export.xlsx?${query}`}
      live={liveKinds}
      empty={{ nothing: t('applications.empty') }}
    />
  )
}

export function columnsOf(t: Texts, say: Say): readonly ListColumn<ApplicationLine>[] {
  return [
    {
      key: 'no',
      title: t('column.no'),
      render: (row) => (
        <span className="tz-mono">
          {row.no ?? t('draft_mark')} <SyntheticMark when={row.synthetic} />
        </span>
      ),
    },
    { key: 'oneThing', title: t('column.one_thing'), render: (row) => say(row.oneThing.name), card: 'title' },
    { key: 'applicant', title: t('column.applicant'), render: (row) => row.applicant.name, card: 'decides' },
    {
      key: 'state',
      title: t('column.state'),
      render: (row) => (
        <>
          <ApplicationTag state={row.state} /> <ResultTag result={row.result} />
        </>
      ),
      card: 'decides',
    },
    {
      key: 'due',
      title: t('column.clock'),
      render: (row) => <ClockDue clock={caseClock(row.clock, endStates.includes(row.state))} />,
      card: 'decides',
    },
    {
      key: 'items',
      title: t('column.decided'),
      align: 'right',
      render: (row) => <span className="tz-number">{`${row.items.decided}/${row.items.all}`}</span>,
    },
    { key: 'mode', title: t('column.mode'), render: (row) => t(`mode.${row.mode}`) },
    {
      key: 'acceptance',
      title: t('column.acceptance'),
      render: (row) => (row.acceptance === null ? '–' : t(`acceptance.${row.acceptance}`)),
      hidden: true,
    },
    {
      key: 'received',
      title: t('column.received'),
      render: (row) => (row.receivedAt === null ? '–' : <When at={row.receivedAt} />),
    },
    {
      key: 'rating',
      title: t('column.rating'),
      align: 'right',
      render: (row) => (row.rating === null ? '–' : t('rating.stars_n', { n: row.rating })),
      hidden: true,
    },
  ]
}

function useViews(t: Texts): readonly ListView[] {
  const { data } = useQuery(api.applications.counts.queryOptions())
  const running = data?.byState.find(({ state }) => state === 'running')?.n
  return [
    { key: 'waiting', label: t('view.waiting'), params: { waiting: 'true' }, count: data?.waiting },
    { key: 'running', label: t('view.running'), params: { states: ['running'] }, count: running },
    { key: 'overdue', label: t('view.overdue'), params: { overdue: 'true' }, count: data?.overdue },
    { key: 'mine', label: t('view.mine'), params: { mine: 'true' }, count: data?.mine },
  ]
}

function useFilters(t: Texts, say: Say): readonly ListFilter[] {
  const { data } = useQuery(api.catalogue.oneThings.queryOptions({ input: {} }))
  return [
    {
      kind: 'choice',
      key: 'states',
      label: t('column.state'),
      multiple: true,
      options: applicationStates.map((value) => ({ value, label: t(`state.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'oneThing',
      label: t('column.one_thing'),
      options: (data ?? []).map(({ code, name }) => ({ value: code, label: say(name) })),
    },
    {
      kind: 'choice',
      key: 'mode',
      label: t('column.mode'),
      options: modes.map((value) => ({ value, label: t(`mode.${value}`) })),
    },
    { kind: 'dates', from: 'receivedFrom', to: 'receivedTo', label: t('column.received') },
    { kind: 'flag', key: 'overdue', label: t('view.overdue') },
    { kind: 'flag', key: 'waiting', label: t('view.waiting') },
  ]
}
