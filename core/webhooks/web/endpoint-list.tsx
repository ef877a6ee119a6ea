import { FormDrawer, ListPage, OpenFormButton, SecretDialog, useMe, useText, When, type ListColumn } from '@tingzhou/ui'
import { useState } from 'react'
import type * as z from 'zod'
import { EndpointQuery, type Endpoint } from '../contract.ts'
import { endpointStates } from '../words.ts'
import { api, firmsOf, typeName, usePlaces } from './api.ts'
import { NewEndpoint } from './endpoint-form.tsx'
import { EndpointTag } from './tags.tsx'
import './webhooks.css'

const source = {
  key: api.list.key(),
  load: (input: z.input<typeof EndpointQuery>, signal: AbortSignal) => api.list.call(input, { signal }),
}

/** Where the systems of enterprises are told what happens: one's own, or all for who administers the zone. */
export function EndpointList() {
  const t = useText('webhooks')
  const places = usePlaces()
  const firms = firmsOf(useMe())
  const [secret, setSecret] = useState<string | null>(null)
  const add = firms.length > 0 && (
    <OpenFormButton name="new" primary>
      {t('verb.add')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage<Endpoint, typeof EndpointQuery>
        name="webhooks"
        title={t('title')}
        schema={EndpointQuery}
        source={source}
        rowKey={(row) => row.id}
        rowHref={(row) => places.endpoint(row.id)}
        columns={useColumns(firms.length !== 1)}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: endpointStates.map((value) => ({ value, label: t(`state.${value}`) })),
          },
        ]}
        searchHint={t('search')}
        primary={add}
        live={['webhook_endpoint']}
        empty={{ nothing: t(firms.length > 0 ? 'empty_own' : 'empty'), verb: add }}
      >
        <p className="tz-second">{t('what')}</p>
      </ListPage>
      <FormDrawer name="new" title={t('verb.add')}>
        <NewEndpoint onMade={setSecret} />
      </FormDrawer>
      <SecretDialog title={t('secret.title')} text={t('secret.text')} secret={secret} onClose={() => setSecret(null)} />
    </>
  )
}

function useColumns(showsParty: boolean): readonly ListColumn<Endpoint>[] {
  const t = useText('webhooks')
  return [
    { key: 'name', title: t('field.name'), card: 'title', render: ({ name }) => name },
    ...(showsParty
      ? [{ key: 'party', title: t('field.party'), render: ({ party }: Endpoint) => party.name } as const]
      : []),
    {
      key: 'url',
      title: t('field.url'),
      card: 'decides',
      render: ({ url }) => <span className="tz-mono tz-webhook-url">{url}</span>,
    },
    {
      key: 'types',
      title: t('field.types'),
      render: ({ types }) => types.map(typeName).join(t('comma')),
    },
    {
      key: 'state',
      title: t('field.state'),
      card: 'decides',
      render: (endpoint) => <EndpointTag endpoint={endpoint} />,
    },
    {
      key: 'deliveredAt',
      title: t('field.delivered'),
      card: 'decides',
      render: ({ deliveredAt }) => (deliveredAt === null ? '–' : <When at={deliveredAt} relative />),
    },
  ]
}
