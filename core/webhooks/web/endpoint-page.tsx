import { useQuery } from '@tanstack/react-query'
import { FormDrawer, ObjectPage, SecretDialog, useLive, useText, When, type Fact } from '@tingzhou/ui'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Endpoint } from '../contract.ts'
import { api, typeName } from './api.ts'
import { DeliveryDrawer } from './delivery-drawer.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { ChangeEndpoint } from './endpoint-form.tsx'
import { EndpointVerbs } from './endpoint-verbs.tsx'
import { EndpointTag } from './tags.tsx'
import './webhooks.css'

/** One endpoint: what it hears, how it fares, and what it was told. */
export function EndpointPage() {
  const t = useText('webhooks')
  const { id = '' } = useParams()
  const [secret, setSecret] = useState<string | null>(null)
  const query = useQuery(api.get.queryOptions({ input: { id } }))
  // Each delivery says how the endpoint fares, too.
  useLive({ kinds: ['webhook_endpoint', 'webhook_delivery'], keys: [api.get.key()] })
  const endpoint = query.data
  const facts = useFacts(endpoint)
  if (!endpoint)
    return (
      <ObjectPage
        title={t('one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={endpoint.name}
        id={endpoint.id}
        state={<EndpointTag endpoint={endpoint} />}
        verbs={<EndpointVerbs endpoint={endpoint} onSecret={setSecret} />}
        facts={facts}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <DeliveryList endpoint={endpoint} />
      </ObjectPage>
      <FormDrawer name="change" title={t('verb.change')}>
        <ChangeEndpoint endpoint={endpoint} />
      </FormDrawer>
      <DeliveryDrawer endpoint={endpoint} />
      <SecretDialog title={t('secret.title')} text={t('secret.text')} secret={secret} onClose={() => setSecret(null)} />
    </>
  )
}

function useFacts(endpoint: Endpoint | undefined): readonly Fact[] {
  const t = useText('webhooks')
  if (!endpoint) return []
  const { stoppedFor, stopReason, failingSince, restUntil, deliveredAt, oldSecretUntil } = endpoint
  const when = (label: string, at: number | null): Fact[] => (at === null ? [] : [{ label, value: <When at={at} /> }])
  return [
    { label: t('field.url'), value: <span className="tz-mono tz-webhook-url">{endpoint.url}</span> },
    { label: t('field.types'), value: endpoint.types.map(typeName).join(t('comma')) },
    { label: t('field.party'), value: endpoint.party.name },
    { label: t('field.delivered'), value: deliveredAt === null ? t('never') : <When at={deliveredAt} /> },
    ...(stoppedFor === null ? [] : [{ label: t('field.stopped'), value: t(`stopped.${stoppedFor}`) }]),
    ...(stopReason ? [{ label: t('field.why'), value: stopReason }] : []),
    ...when(t('field.failing'), failingSince),
    ...(failingSince === null ? [] : when(t('field.rest'), restUntil)),
    ...when(t('field.old_secret'), oldSecretUntil),
    { label: t('field.created'), value: <When at={endpoint.createdAt} /> },
    { label: t('field.created_by'), value: endpoint.createdBy },
  ]
}
