import { useQuery } from '@tanstack/react-query'
import { FormBox, ManyChoices, ProblemAlert, useCommand, useMe, useOpenForm, useText } from '@tingzhou/ui'
import { Form, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import type { Endpoint } from '../contract.ts'
import { api, firmsOf, typeName } from './api.ts'

type Values = {
  readonly partyId: string
  readonly name: string
  readonly url: string
  readonly types: readonly string[]
}

/** Adds an endpoint; what is made holds the secret. */
export function NewEndpoint({ onMade }: { readonly onMade: (secret: string) => void }) {
  const t = useText('webhooks')
  const { close } = useOpenForm()
  const firms = firmsOf(useMe())
  const command = useCommand({ run: api.create.call, invalidate: [api.list.key()] })
  return (
    <FormBox<Values, Parameters<typeof api.create.call>[0], { secret: string }>
      command={command}
      initial={{ types: [], ...(firms[0] ? { partyId: firms[0].id } : {}) }}
      toInput={({ partyId, name, url, types }) => ({ partyId, name, url, types: [...types] })}
      submit={t('verb.add')}
      done={({ secret }) => {
        close()
        onMade(secret)
      }}
      onCancel={close}
    >
      <Form.Item name="partyId" label={t('field.party')} hidden={firms.length < 2}>
        <Select options={firms.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
      <Fields />
    </FormBox>
  )
}

/** Changes name, address and types. */
export function ChangeEndpoint({ endpoint }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.change.call,
    invalidate: [api.get.key(), api.list.key()],
    success: t('done.changed'),
  })
  const { id, rev, name, url, types } = endpoint
  return (
    <FormBox<Values, Parameters<typeof api.change.call>[0], Endpoint>
      command={command}
      initial={{ name, url, types }}
      toInput={(values) => ({ id, rev, name: values.name, url: values.url, types: [...values.types] })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <Fields kept={types} />
    </FormBox>
  )
}

/** @param kept  types that the endpoint hears already, also those that nobody tells any more */
function Fields({ kept = [] }: { readonly kept?: readonly string[] }): ReactNode {
  const t = useText('webhooks')
  const query = useQuery(api.types.queryOptions())
  const types = [...new Set([...(query.data?.types ?? []), ...kept])]
  return (
    <>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      <Form.Item
        name="name"
        label={t('field.name')}
        extra={t('hint.name')}
        rules={[{ required: true, message: t('need.name') }]}
      >
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="url"
        label={t('field.url')}
        extra={t('hint.url')}
        rules={[{ required: true, message: t('need.url') }]}
      >
        <Input maxLength={500} autoComplete="off" inputMode="url" placeholder="https://" />
      </Form.Item>
      <Form.Item
        name="types"
        label={t('field.types')}
        rules={[{ required: true, type: 'array', min: 1, message: t('need.types') }]}
      >
        <ManyChoices
          className="tz-webhook-types"
          options={types.map((type) => ({ value: type, label: <TypeLabel type={type} /> }))}
        />
      </Form.Item>
    </>
  )
}

/** A type in words, with the name that stands in the body. */
function TypeLabel({ type }: { readonly type: string }) {
  return (
    <>
      {typeName(type)} <span className="tz-mono tz-second">{type}</span>
    </>
  )
}
