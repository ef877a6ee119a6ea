import { ListPage, useText, VerbButton, When, type ListColumn, type ListFilter } from '@tingzhou/ui'
import type * as z from 'zod'
import { InstanceQuery, InstanceStatus } from '../contract.ts'
import { api } from './api.ts'
import { InstanceState, useTrouble, type Row } from './status.tsx'

type Schema = typeof InstanceQuery

const source = {
  key: api.instances.key(),
  load: (input: z.input<Schema>, signal: AbortSignal) => api.instances.call(input, { signal }),
}

/** Cases that stand still, with the reason; the way to all others. */
export function StuckCases() {
  const t = useText('process')
  return (
    <ListPage<Row, Schema>
      name="process.stuck"
      title={t('stuck.title')}
      schema={InstanceQuery}
      source={source}
      fixed={{ stuck: 'yes' }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/process-instances/${row.id}`}
      columns={useColumns(true)}
      searchable={false}
      verbs={<VerbButton href="/process-instances">{t('nav.all')}</VerbButton>}
      empty={{ nothing: t('stuck.empty') }}
    />
  )
}

/** Every case, by process and state. */
export function ProcessInstances() {
  const t = useText('process')
  const filters: readonly ListFilter[] = [
    {
      kind: 'choice',
      key: 'status',
      label: t('field.status'),
      options: InstanceStatus.options.map((value) => ({ value, label: t(`status.${value}`) })),
    },
  ]
  return (
    <ListPage<Row, Schema>
      name="process.instances"
      title={t('list.title')}
      schema={InstanceQuery}
      source={source}
      rowKey={(row) => row.id}
      rowHref={(row) => `/process-instances/${row.id}`}
      columns={useColumns(false)}
      filters={filters}
      searchable={false}
      verbs={<VerbButton href="/stuck-cases">{t('nav.stuck')}</VerbButton>}
      empty={{ nothing: t('list.empty') }}
    />
  )
}

function useColumns(stuck: boolean): readonly ListColumn<Row>[] {
  const t = useText('process')
  const troubleOf = useTrouble()
  return [
    {
      key: 'name',
      title: t('field.process'),
      card: 'title',
      render: ({ name, version }) => t('named', { name, version }),
    },
    {
      key: 'status',
      title: t('field.status'),
      card: 'decides',
      render: ({ status }) => <InstanceState status={status} />,
    },
    {
      key: 'nodes',
      title: t('field.nodes'),
      card: 'decides',
      render: ({ nodes }) => nodes.map(({ name }) => name).join(t('comma')) || '–',
    },
    {
      key: 'trouble',
      title: t('field.trouble'),
      ...(stuck ? { card: 'decides' as const } : { hidden: true }),
      render: troubleOf,
    },
    { key: 'updatedAt', title: t('field.since'), render: ({ updatedAt }) => <When at={updatedAt} relative /> },
    { key: 'createdAt', title: t('field.begun'), render: ({ createdAt }) => <When at={createdAt} />, hidden: stuck },
  ]
}
