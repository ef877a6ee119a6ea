import { ListPage, Panel, useOpenForm, useText, When, type ListColumn } from '@tingzhou/ui'
import type * as z from 'zod'
import { DeliveryQuery, type Delivery, type Endpoint } from '../contract.ts'
import { deliveryStates, testType } from '../words.ts'
import { api, typeName } from './api.ts'
import { DeliveryTag, tookText, useOutcome } from './tags.tsx'

const source = {
  key: api.deliveries.key(),
  load: (input: z.input<typeof DeliveryQuery>, signal: AbortSignal) => api.deliveries.call(input, { signal }),
}

/** What an endpoint was told, the newest first. */
export function DeliveryList({ endpoint }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const { open } = useOpenForm()
  return (
    <Panel title={t('deliveries.title')}>
      <ListPage<Delivery, typeof DeliveryQuery>
        name="webhooks.deliveries"
        title={t('deliveries.title')}
        embedded
        searchable={false}
        schema={DeliveryQuery}
        fixed={{ endpointId: endpoint.id }}
        source={source}
        rowKey={(row) => row.id}
        onOpen={(row) => open('delivery', row.id)}
        columns={useColumns()}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: deliveryStates.map((value) => ({ value, label: t(`delivery.${value}`) })),
          },
          {
            kind: 'choice',
            key: 'type',
            label: t('field.type'),
            options: [...endpoint.types, testType].map((value) => ({ value, label: typeName(value) })),
          },
        ]}
        live={['webhook_delivery']}
        empty={{ nothing: t('deliveries.empty') }}
      />
    </Panel>
  )
}

function useColumns(): readonly ListColumn<Delivery>[] {
  const t = useText('webhooks')
  const outcome = useOutcome()
  return [
    { key: 'type', title: t('field.type'), card: 'title', render: ({ type }) => typeName(type) },
    { key: 'createdAt', title: t('field.at'), render: ({ createdAt }) => <When at={createdAt} />, card: 'decides' },
    { key: 'state', title: t('field.state'), card: 'decides', render: ({ state }) => <DeliveryTag state={state} /> },
    {
      key: 'outcome',
      title: t('field.outcome'),
      card: 'decides',
      render: ({ lastStatus, lastError }) => outcome({ status: lastStatus, error: lastError }),
    },
    { key: 'took', title: t('field.took'), align: 'right', render: ({ tookMs }) => tookText(tookMs) },
    { key: 'attempts', title: t('field.attempts'), align: 'right', render: ({ attempts }) => attempts },
    {
      key: 'tryAt',
      title: t('field.try_at'),
      render: ({ state, tryAt }) => (state === 'waiting' && tryAt !== null ? <When at={tryAt} relative /> : '–'),
    },
  ]
}
