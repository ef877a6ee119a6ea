import { OpenFormButton, useCommand, useText, VerbButton } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import type { Endpoint } from '../contract.ts'
import type { EndpointState } from '../words.ts'
import { api, usePlaces, useRights } from './api.ts'

/** What may be done to an endpoint: everything by its own people, stopping and opening again by who administers the zone. */
export function EndpointVerbs(props: { readonly endpoint: Endpoint; readonly onSecret: (secret: string) => void }) {
  const { endpoint, onSecret } = props
  const { owns } = useRights(endpoint.party.id)
  return (
    <>
      {owns && <TestVerb endpoint={endpoint} />}
      {owns && <ChangeVerb />}
      {owns && <RotateVerb endpoint={endpoint} onSecret={onSecret} />}
      <StateVerbs endpoint={endpoint} />
      {owns && <RemoveVerb endpoint={endpoint} />}
    </>
  )
}

function ChangeVerb() {
  const t = useText('webhooks')
  return <OpenFormButton name="change">{t('verb.change')}</OpenFormButton>
}

function TestVerb({ endpoint: { id, rev, state } }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const test = useCommand({ run: api.test.call, invalidate: [api.deliveries.key()], success: t('done.tested') })
  return (
    <VerbButton
      type="primary"
      loading={test.pending}
      reason={state === 'open' ? null : t('reason.open_first')}
      onClick={() => void test.run({ id, rev })}
    >
      {t('verb.test')}
    </VerbButton>
  )
}

type WithSecret = { readonly endpoint: Endpoint; readonly onSecret: (secret: string) => void }

function RotateVerb({ endpoint: { id, rev, name }, onSecret }: WithSecret) {
  const t = useText('webhooks')
  const rotate = useCommand({
    run: api.rotate.call,
    invalidate: [api.get.key()],
    done: ({ secret }: { readonly secret: string }) => onSecret(secret),
  })
  return (
    <VerbButton
      loading={rotate.pending}
      confirm={{ title: t('confirm.rotate', { name }), text: t('confirm.rotate_text'), verb: t('verb.rotate') }}
      onClick={() => void rotate.run({ id, rev })}
    >
      {t('verb.rotate')}
    </VerbButton>
  )
}

function StateVerbs({ endpoint }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const { id, rev, name, state, stoppedFor } = endpoint
  const { owns, administers } = useRights(endpoint.party.id)
  const set = useCommand({
    run: api.setState.call,
    invalidate: [api.get.key(), api.list.key(), api.deliveries.key()],
    success: (output: Endpoint) => t(`done.${output.state}`),
  })
  const to = (next: EndpointState) => void set.run({ id, rev, state: next, why: '' })
  const opens = owns || (administers && stoppedFor === 'admin')
  return (
    <>
      {state !== 'open' && opens && (
        <VerbButton
          loading={set.pending}
          reason={stoppedFor === 'admin' && !administers ? t('reason.admin') : null}
          onClick={() => to('open')}
        >
          {t('verb.open')}
        </VerbButton>
      )}
      {state === 'open' && owns && (
        <VerbButton loading={set.pending} onClick={() => to('paused')}>
          {t('verb.pause')}
        </VerbButton>
      )}
      {state !== 'stopped' && (
        <VerbButton
          danger
          loading={set.pending}
          confirm={{ title: t('confirm.stop', { name }), text: t('confirm.stop_text'), verb: t('verb.stop') }}
          onClick={() => to('stopped')}
        >
          {t('verb.stop')}
        </VerbButton>
      )}
    </>
  )
}

function RemoveVerb({ endpoint: { id, rev, name } }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const navigate = useNavigate()
  const { list } = usePlaces()
  const remove = useCommand({
    run: api.remove.call,
    invalidate: [api.list.key()],
    success: t('done.removed'),
    done: () => void navigate(list),
  })
  return (
    <VerbButton
      danger
      loading={remove.pending}
      confirm={{ title: t('confirm.remove', { name }), text: t('confirm.remove_text'), verb: t('verb.remove') }}
      onClick={() => void remove.run({ id, rev })}
    >
      {t('verb.remove')}
    </VerbButton>
  )
}
