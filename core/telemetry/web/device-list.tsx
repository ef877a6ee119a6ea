import {
  holdsRole,
  ListPage,
  OpenFormButton,
  useMe,
  useText,
  VerbButton,
  type ListColumn,
  type ListFilter,
} from '@tingzhou/ui'
import type * as z from 'zod'
import { DeviceQuery } from '../contract.ts'
import { api, healthRoles } from './api.ts'
import { DeviceWhen } from './device-when.tsx'
import { AddDevice } from './device-form.tsx'
import { DeviceState, OnlineState, type Row } from './device-state.tsx'
import { useRefusal } from './keeper-drawer.tsx'
import './devices.css'

const source = {
  key: api.devices.key(),
  load: (input: z.input<typeof DeviceQuery>, signal: AbortSignal) => api.devices.call(input, { signal }),
}

const states = ['active', 'quarantined', 'retired'] as const

/** Every device that is known, and those that called without being known. */
export function DeviceList() {
  const t = useText('telemetry')
  const refused = useRefusal()
  const healthRefused = holdsRole(useMe(), healthRoles) ? null : t('reason.health')
  const filters: readonly ListFilter[] = [
    {
      kind: 'choice',
      key: 'state',
      label: t('field.state'),
      options: states.map((value) => ({ value, label: t(`state.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'protocol',
      label: t('field.protocol'),
      options: DeviceQuery.shape.protocol.unwrap().options.map((value) => ({ value, label: t(`protocol.${value}`) })),
    },
  ]
  const add = (
    <OpenFormButton name="add" primary reason={refused}>
      {t('verb.add')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage<Row, typeof DeviceQuery>
        name="telemetry.devices"
        title={t('devices.title')}
        schema={DeviceQuery}
        source={source}
        primary={add}
        verbs={
          <>
            <VerbButton href="/plant">{t('nav.plant')}</VerbButton>
            <VerbButton href="/gateway-health" reason={healthRefused}>
              {t('nav.health')}
            </VerbButton>
            <VerbButton href="/frame-parser">{t('nav.parser')}</VerbButton>
            <VerbButton href="/map">{t('nav.map')}</VerbButton>
          </>
        }
        rowKey={(row) => row.id}
        rowHref={(row) => `/devices/${row.id}`}
        columns={useColumns(refused)}
        filters={filters}
        searchHint={t('devices.search')}
        empty={{ nothing: t('devices.empty') }}
      />
      <AddDevice />
    </>
  )
}

function useColumns(refused: string | null): readonly ListColumn<Row>[] {
  const t = useText('telemetry')
  return [
    { key: 'name', title: t('field.name'), card: 'title', render: ({ name }) => name },
    {
      key: 'identity',
      title: t('field.identity'),
      render: ({ identity }) => <span className="tz-mono">{identity}</span>,
    },
    { key: 'protocol', title: t('field.protocol'), hidden: true, render: ({ protocol }) => t(`protocol.${protocol}`) },
    {
      key: 'state',
      title: t('field.state'),
      card: 'decides',
      render: ({ id, state }) => (
        <span className="tz-device-state">
          <DeviceState state={state} />
          {state === 'quarantined' && (
            <OpenFormButton name="add" item={id} size="small" reason={refused}>
              {t('verb.know')}
            </OpenFormButton>
          )}
        </span>
      ),
    },
    { key: 'nodeCode', title: t('field.code'), render: ({ nodeCode }) => nodeCode ?? '–' },
    {
      key: 'online',
      title: t('field.online'),
      card: 'decides',
      render: ({ online }) => <OnlineState online={online} />,
    },
    {
      key: 'lastSeenAt',
      title: t('field.last_seen'),
      card: 'decides',
      render: ({ lastSeenAt }) => (lastSeenAt === null ? t('never') : <DeviceWhen at={lastSeenAt} />),
    },
    { key: 'superseded', title: t('field.superseded'), align: 'right', render: ({ superseded }) => superseded },
    { key: 'refused', title: t('field.refused'), align: 'right', hidden: true, render: (row) => row.refused },
    { key: 'lastAddress', title: t('field.address'), hidden: true, render: ({ lastAddress }) => lastAddress ?? '–' },
  ]
}
