import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { DeliveryError, DeliveryState, EndpointState, StopCause } from './words.ts'

type WebhookEndpointTable = {
  zone_id: string
  id: string
  party_id: string
  name: string
  url: string
  types: string[]
  state: EndpointState
  stopped_for: StopCause | null
  stop_reason: string | null
  sealed_secret: string
  sealed_old_secret: string | null
  old_until: Instant | null
  failures: Generated<number>
  failing_since: Instant | null
  rest_until: Instant | null
  delivered_at: Instant | null
  created_at: Instant
  created_by: string
  updated_at: Instant
  rev: Generated<number>
}

/** One attempt, as it is kept with its delivery. */
export type Tried = {
  readonly at: number
  readonly status: number | null
  readonly error: DeliveryError | null
  readonly tookMs: number
}

type WebhookDeliveryTable = {
  zone_id: string
  id: string
  endpoint_id: string
  type: string
  cause: string
  object_kind: string | null
  object_id: string | null
  body: string
  state: Generated<DeliveryState>
  attempts: Generated<number>
  try_at: Instant | null
  last_status: number | null
  last_error: DeliveryError | null
  answer: string | null
  took_ms: number | null
  tried: Jsonb<readonly Tried[]>
  created_at: Instant
  ended_at: Instant | null
  rev: Generated<number>
}
declare module '@tingzhou/db' {
  interface Tables {
    webhook_endpoint: WebhookEndpointTable
    webhook_delivery: WebhookDeliveryTable
  }
}
