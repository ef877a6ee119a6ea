import { formatNumber, StateTag, useText, type Tone } from '@tingzhou/ui'
import type { Delivery, Endpoint } from '../contract.ts'

/** How an endpoint stands, and whether it fails just now. */
export function EndpointTag({ endpoint }: { readonly endpoint: Endpoint }) {
  const t = useText('webhooks')
  const { state, failures } = endpoint
  if (state === 'stopped') return <StateTag tone="bad">{t('state.stopped')}</StateTag>
  if (state === 'paused')
    return (
      <StateTag tone="plain" shape="pause">
        {t('state.paused')}
      </StateTag>
    )
  if (failures > 0) return <StateTag tone="attention">{t('state.failing', { n: failures })}</StateTag>
  return <StateTag tone="good">{t('state.open')}</StateTag>
}

const tones: Readonly<Record<Delivery['state'], Tone>> = {
  waiting: 'attention',
  sending: 'busy',
  delivered: 'good',
  given_up: 'bad',
}

export function DeliveryTag({ state }: Pick<Delivery, 'state'>) {
  const t = useText('webhooks')
  return <StateTag tone={tones[state]}>{t(`delivery.${state}`)}</StateTag>
}

/** What came of the last attempt, in words, with the status where there was one. */
export function useOutcome() {
  const t = useText('webhooks')
  return ({ status, error }: { readonly status: number | null; readonly error: Delivery['lastError'] }): string => {
    if (error === 'status' || error === 'redirect') return t(`error.${error}`, { status: status ?? '–' })
    if (error !== null) return t(`error.${error}`)
    return status === null ? '–' : String(status)
  }
}

export const tookText = (tookMs: number | null): string => (tookMs === null ? '–' : `${formatNumber(tookMs)} ms`)
