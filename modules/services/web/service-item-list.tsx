import { useQuery } from '@tanstack/react-query'
import { ListPage, useText } from '@tingzhou/ui'
import * as z from 'zod'
import { itemKinds } from '../item.ts'
import { api } from './api.ts'
import { defined, until } from './list-source.ts'
import { SyntheticMark } from './tags.tsx'
import { useSay } from './words.ts'

const levels = ['county', 'prefecture', 'region'] as const

const Query = z.object({
  q: z.string().max(100).optional(),
  department: z.string().max(60).optional(),
  kind: z.enum(itemKinds).optional(),
  level: z.string().max(20).optional(),
  cursor: z.string().optional(),
  limit: z.number().int().optional(),
  sort: z.string().optional(),
})

const source = {
  key: api.catalogue.items.key(),
  load: ({ sort: _sort, ...input }: z.input<typeof Query>, signal?: AbortSignal) =>
    api.catalogue.items.call(defined(input), until(signal)),
}

/** 事项目录: every service item, by department, kind and level. */
export function ServiceItemList() {
  const t = useText('services')
  const say = useSay()
  const departments = useQuery(api.catalogue.departments.queryOptions())
  return (
    <ListPage
      name="services.catalogue"
      title={t('catalogue.title')}
      schema={Query}
      source={source}
      rowKey={(row) => row.code}
      columns={[
        {
          key: 'name',
          title: t('column.item'),
          card: 'title',
          render: (row) => (
            <>
              {say(row.name)} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'code', title: t('column.code'), render: (row) => <span className="tz-mono">{row.code}</span> },
        { key: 'department', title: t('column.department'), render: (row) => row.department.name, card: 'decides' },
        { key: 'kind', title: t('column.kind'), render: (row) => t(`item_kind.${row.kind}`), card: 'decides' },
        { key: 'level', title: t('guide.level'), render: (row) => t(`level.${row.level}`) },
        {
          key: 'days',
          title: t('column.days'),
          unit: t('unit.working_days'),
          align: 'right',
          render: (row) => <span className="tz-number">{row.promisedDays}</span>,
          card: 'decides',
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'department',
          label: t('column.department'),
          options: (departments.data ?? []).map(({ code, name, items }) => ({
            value: code,
            label: `${name} ${items}`,
          })),
        },
        {
          kind: 'choice',
          key: 'kind',
          label: t('column.kind'),
          options: itemKinds.map((value) => ({ value, label: t(`item_kind.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'level',
          label: t('guide.level'),
          options: levels.map((value) => ({ value, label: t(`level.${value}`) })),
        },
      ]}
      searchHint={t('catalogue.search')}
      empty={{ nothing: t('catalogue.empty') }}
    />
  )
}
