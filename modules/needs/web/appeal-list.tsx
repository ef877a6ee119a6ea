import { useQuery } from '@tanstack/react-query'
import { ListPage, useMe, useText, VerbButton, type ListFilter, type ListView } from '@tingzhou/ui'
import { z } from 'zod'
import { AppealFilters, appealSorts, appealStates, channels, natures, urgencyClasses } from '../appeal-contract.ts'
import { api } from './api.ts'
import { appealColumns } from './appeal-columns.tsx'
import { findEnterprises, nameOfEnterprise, useAreas, useCategories, useDepartments } from './catalogue.ts'
import { mayRaise } from './roles.ts'
import { closedStates, type Texts } from './words.ts'

/** The list's address: the filters of the contract, and an order with a leading minus for downwards. */
export const AppealQuery = AppealFilters.extend({
  cursor: z.string().max(500).optional(),
  limit: z.number().int().optional(),
  sort: z.enum(appealSorts.flatMap((key) => [key, `-${key}` as const])).optional(),
})
export type AppealQuery = z.input<typeof AppealQuery>

export const appealSource = {
  key: api.appeals.list.key(),
  load: ({ sort = '-receivedAt', ...filters }: AppealQuery, signal?: AbortSignal) => {
    const key = appealSorts.find((name) => sort.endsWith(name)) ?? 'receivedAt'
    const input = { ...defined(filters), sort: key, order: sort.startsWith('-') ? 'desc' : 'asc' } as const
    return api.appeals.list.call(input, signal ? { signal } : {})
  },
}

/** The input without the names that have no value, which the exact types of the client do not take. */
function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined)
  // Only names that had no value are gone.
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> }
}

/** All appeals within the reader's reach. */
export function AppealList() {
  const t = useText('needs')
  const me = useMe()
  const { nameOf } = useCategories()
  const views = useAppealViews(t)
  const filters = useAppealFilters(t)
  const raise = (
    <VerbButton type="primary" href="/appeals/new" shortcut="c" reason={mayRaise(me) ? null : t('reason.raise_role')}>
      {t('verb.raise')}
    </VerbButton>
  )
  return (
    <ListPage
      name="needs.appeals"
      title={t('appeals.title')}
      schema={AppealQuery}
      source={appealSource}
      rowKey={(row) => row.id}
      rowHref={(row) => `/appeals/${row.id}`}
      columns={appealColumns(t, nameOf)}
      views={views}
      filters={filters}
      searchHint={t('appeals.search_hint')}
      primary={raise}
      exportHref={(query) => `/api/v1/appeals/export.xlsx?${query}`}
      live={['appeal']}
      empty={{ nothing: t('appeals.empty'), verb: raise }}
    />
  )
}

function useAppealViews(t: Texts): readonly ListView[] {
  const { data } = useQuery(api.appeals.counts.queryOptions())
  const closed = data?.byState.filter(({ state }) => closedStates.includes(state)).reduce((sum, { n }) => sum + n, 0)
  return [
    { key: 'mine', label: t('view.mine'), params: { mine: 'true', sort: 'dueAt' }, count: data?.mine },
    { key: 'open', label: t('view.open'), params: { open: 'true' }, count: data?.open },
    { key: 'overdue', label: t('view.overdue'), params: { overdue: 'true', sort: 'dueAt' }, count: data?.overdue },
    { key: 'supervised', label: t('view.supervised'), params: { supervised: 'true' }, count: data?.supervised },
    { key: 'closed', label: t('view.closed'), params: { states: closedStates }, count: closed },
  ]
}

function useAppealFilters(t: Texts): readonly ListFilter[] {
  const { groups } = useCategories()
  const departments = useDepartments()
  const areas = useAreas()
  const choices = (prefix: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`${prefix}.${value}`) }))
  const categories = groups.flatMap((group) => [
    { value: group.code, label: `${group.code} ${group.name}` },
    ...group.children.map(({ code, name }) => ({ value: code, label: `${code} ${name}` })),
  ])
  return [
    {
      kind: 'choice',
      key: 'states',
      label: t('column.state'),
      options: choices('state', appealStates),
      multiple: true,
    },
    { kind: 'choice', key: 'category', label: t('column.category'), options: categories },
    { kind: 'choice', key: 'class', label: t('column.class'), options: choices('class', urgencyClasses) },
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
    {
      kind: 'lookup',
      key: 'enterpriseId',
      label: t('column.enterprise'),
      find: findEnterprises,
      name: nameOfEnterprise,
    },
    { kind: 'choice', key: 'nature', label: t('column.nature'), options: choices('nature', natures) },
    { kind: 'choice', key: 'channel', label: t('column.channel'), options: choices('channel', channels) },
    { kind: 'dates', from: 'receivedFrom', to: 'receivedTo', label: t('column.received') },
    { kind: 'flag', key: 'overdue', label: t('view.overdue') },
    { kind: 'flag', key: 'supervised', label: t('view.supervised') },
  ]
}
