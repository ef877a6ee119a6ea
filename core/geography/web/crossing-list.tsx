import { formatNumber, ListPage, useText, VerbButton, When, type ListColumn, type ListFilter } from '@tingzhou/ui'
import type * as z from 'zod'
import { CrossingQuery } from '../contract.ts'
import { crossingKinds } from '../geofence-words.ts'
import { api, type Crossing } from './api.ts'
import { CrossingTag } from './crossing-items.tsx'
import './fences.css'

const source = {
  key: api.crossings.key(),
  load: (input: z.input<typeof CrossingQuery>, signal: AbortSignal) => api.crossings.call(input, { signal }),
}

/** What vehicles did to fences, newest first. */
export function CrossingList() {
  const t = useText('geography')
  const filters: readonly ListFilter[] = [
    {
      kind: 'choice',
      key: 'kind',
      label: t('field.kind'),
      options: crossingKinds.map((value) => ({ value, label: t(`kind.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'late',
      label: t('events.late'),
      options: [
        { value: '1', label: t('yes') },
        { value: '0', label: t('no') },
      ],
    },
  ]
  return (
    <ListPage<Crossing, typeof CrossingQuery>
      name="geography.crossings"
      title={t('nav.events')}
      schema={CrossingQuery}
      source={source}
      verbs={<VerbButton href="/map?panel=fence-events">{t('verb.map')}</VerbButton>}
      rowKey={(row) => row.id}
      rowHref={(row) => `/map?panel=fences&fence=${row.fenceId}`}
      columns={useColumns()}
      filters={filters}
      searchable={false}
      live={['geofence_event']}
      exportHref={(query) => `/api/v1/geofence-events/export.xlsx?${query}`}
      empty={{ nothing: t('events.empty') }}
    />
  )
}

function useColumns(): readonly ListColumn<Crossing>[] {
  const t = useText('geography')
  return [
    { key: 'at', title: t('field.at'), card: 'decides', render: ({ at }) => <When at={at} /> },
    { key: 'vehicle', title: t('field.vehicle'), card: 'title', render: ({ vehicle }) => vehicle },
    { key: 'kind', title: t('field.kind'), card: 'decides', render: ({ kind }) => <CrossingTag kind={kind} /> },
    { key: 'fenceName', title: t('field.fence'), card: 'decides', render: ({ fenceName }) => fenceName },
    {
      key: 'enteredAt',
      title: t('field.entered_at'),
      render: ({ enteredAt }) => (enteredAt === null ? '–' : <When at={enteredAt} />),
    },
    { key: 'speedKmh', title: t('field.speed'), align: 'right', render: ({ speedKmh }) => formatNumber(speedKmh) },
    { key: 'cause', title: t('field.cause'), hidden: true, render: ({ cause }) => t(`cause.${cause}`) },
    { key: 'version', title: t('field.version'), align: 'right', hidden: true, render: ({ version }) => version },
    { key: 'late', title: t('events.late'), render: ({ late }) => (late ? t('yes') : '') },
  ]
}
