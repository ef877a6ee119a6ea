import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  FactList,
  FormDrawer,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLive,
  useOpenForm,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import type { Endpoint } from '../contract.ts'
import { isUnderWay } from '../words.ts'
import { api, typeName, useRights } from './api.ts'
import { DeliveryTag, tookText, useOutcome } from './tags.tsx'

/** One delivery beside its endpoint: what was said, how often, and what was answered. */
export function DeliveryDrawer({ endpoint }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const { item } = useOpenForm()
  return (
    <FormDrawer name="delivery" title={t('deliveries.one')} width={720}>
      {item !== null && <Shown id={item} endpoint={endpoint} />}
    </FormDrawer>
  )
}

type Detail = Awaited<ReturnType<typeof api.delivery.call>>

function Shown({ id, endpoint }: { readonly id: string; readonly endpoint: Endpoint }) {
  const { data, error, isPending, refetch } = useQuery(api.delivery.queryOptions({ input: { id } }))
  useLive({ kinds: ['webhook_delivery'], objectId: id, keys: [api.delivery.key()] })
  if (isPending) return <SkeletonLines lines={6} />
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />
  return <Content delivery={data} endpoint={endpoint} />
}

function Content({ delivery, endpoint }: { readonly delivery: Detail; readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const outcome = useOutcome()
  const { state, tryAt, answer, tried } = delivery
  return (
    <div className="tz-webhook-parts">
      <FactList
        facts={[
          { label: t('field.type'), value: typeName(delivery.type) },
          { label: t('field.state'), value: <DeliveryTag state={state} /> },
          { label: t('field.id'), value: <CopyId value={delivery.id} /> },
          { label: t('field.at'), value: <When at={delivery.createdAt} /> },
          ...(state === 'waiting' && tryAt !== null ? [{ label: t('field.try_at'), value: <When at={tryAt} /> }] : []),
          { label: t('field.outcome'), value: outcome({ status: delivery.lastStatus, error: delivery.lastError }) },
        ]}
      />
      <Again delivery={delivery} endpoint={endpoint} />
      <h3>{t('deliveries.body')}</h3>
      <pre className="tz-webhook-text" tabIndex={0} aria-label={t('deliveries.body')}>
        {pretty(delivery.body)}
      </pre>
      {answer && (
        <>
          <h3>{t('deliveries.answer')}</h3>
          <pre className="tz-webhook-text" tabIndex={0} aria-label={t('deliveries.answer')}>
            {answer}
          </pre>
        </>
      )}
      <h3>{t('deliveries.tried')}</h3>
      <PlainTable
        name={t('deliveries.tried')}
        head={[t('field.at'), t('field.outcome'), t('field.took')]}
        rows={tried.map((one) => ({
          key: String(one.at),
          cells: [<When key="at" at={one.at} />, outcome(one), tookText(one.tookMs)],
        }))}
        empty={t('deliveries.not_tried')}
      />
    </div>
  )
}

function Again({ delivery, endpoint }: { readonly delivery: Detail; readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const { owns } = useRights(endpoint.party.id)
  const again = useCommand({
    run: api.again.call,
    invalidate: [api.delivery.key(), api.deliveries.key()],
    success: t('done.again'),
  })
  if (!owns) return null
  return (
    <VerbButton
      loading={again.pending}
      reason={
        endpoint.state === 'open' ? (isUnderWay(delivery) ? t('reason.under_way') : null) : t('reason.open_first')
      }
      onClick={() => void again.run({ id: delivery.id })}
    >
      {t('verb.again')}
    </VerbButton>
  )
}

/** The text that was sent, with its parts on lines of their own. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
