import { ListPage, useText, VerbButton, type ListColumn, type ListFilter } from '@tingzhou/ui'
import { DeviceWhen } from '@tingzhou/telemetry/web'
import type * as z from 'zod'
import { GeofenceQuery } from '../contract.ts'
import { purposes } from '../geofence-words.ts'
import { api, type Geofence } from './api.ts'
import { useRefusal } from './fence-panel.tsx'
import './fences.css'

const source = {
  key: api.geofences.key(),
  load: (input: z.input<typeof GeofenceQuery>, signal: AbortSignal) => api.geofences.call(input, { signal }),
}

/** Every fence, by name. */
export function FenceList() {
  const t = useText('geography')
  const refused = useRefusal()
  const filters: readonly ListFilter[] = [
    {
      kind: 'choice',
      key: 'purpose',
      label: t('field.purpose'),
      options: purposes.map((value) => ({ value, label: t(`purpose.${value}`) })),
    },
    { kind: 'choice', key: 'removed', label: t('field.removed'), options: [{ value: '1', label: t('yes') }] },
  ]
  return (
    <ListPage<Geofence, typeof GeofenceQuery>
      name="geography.geofences"
      title={t('nav.fences')}
      schema={GeofenceQuery}
      source={source}
      primary={
        <VerbButton type="primary" reason={refused} {...(refused ? {} : { href: '/map?panel=fences&draw=new' })}>
          {t('verb.add')}
        </VerbButton>
      }
      verbs={<VerbButton href="/geofence-events">{t('nav.events')}</VerbButton>}
      rowKey={(row) => row.id}
      rowHref={(row) => `/map?panel=fences&fence=${row.id}`}
      columns={useColumns()}
      filters={filters}
      searchHint={t('field.name')}
      empty={{ nothing: t('list.empty') }}
    />
  )
}

function useColumns(): readonly ListColumn<Geofence>[] {
  const t = useText('geography')
  return [
    { key: 'name', title: t('field.name'), card: 'title', render: ({ name }) => name },
    { key: 'purpose', title: t('field.purpose'), card: 'decides', render: ({ purpose }) => t(`purpose.${purpose}`) },
    { key: 'shape', title: t('field.shape'), card: 'decides', render: ({ shape }) => t(`shape.${shape.kind}`) },
    {
      key: 'scope',
      title: t('field.scope'),
      card: 'decides',
      render: ({ scope, partyName, points }) =>
        scope === 'party' ? partyName : scope === 'chosen' ? t('list.chosen', { n: points.length }) : t('scope.all'),
    },
    { key: 'version', title: t('field.version'), align: 'right', render: ({ version }) => version },
    { key: 'changedAt', title: t('field.changed_at'), render: ({ changedAt }) => <DeviceWhen at={changedAt} /> },
    { key: 'actorName', title: t('field.actor'), hidden: true, render: ({ actorName }) => actorName },
  ]
}
