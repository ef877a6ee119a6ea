import type { CommandReused, StaleRevision } from '@tingzhou/db'
import { commandProblems, registerProblems, registerWords, type ProblemTable } from '@tingzhou/http'
import { registerNoticeTexts } from '@tingzhou/notices'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import type { DeliveryState, EndpointState } from './words.ts'

export const area = 'webhooks'
registerProblems(area, { 'zh-CN': zhCN.problem, en: en.problem })
registerNoticeTexts(area, { 'zh-CN': zhCN.notice, en: en.notice })
registerWords('webhooks', { 'zh-CN': zhCN.rule, en: en.rule })

export type WebhookError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'not_yours'; readonly partyId: string }
  | { readonly kind: 'field_refused'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'too_many_endpoints'; readonly max: number }
  // An endpoint or a delivery is not where the step may be made.
  | { readonly kind: 'endpoint_state'; readonly endpointState: EndpointState }
  | { readonly kind: 'delivery_state'; readonly deliveryState: DeliveryState }
  | { readonly kind: 'stopped_by_admin' }
  | { readonly kind: 'test_waiting' }
  | StaleRevision

/** How the refusals of webhooks travel; titles are in `locales/`. */
export const problems = {
  ...commandProblems,
  not_found: { status: 404, field: 'id', rule: 'within_reach' },
  not_yours: { status: 403, area, field: 'partyId', rule: 'own_enterprise' },
  field_refused: { status: 422, area },
  too_many_endpoints: { status: 409, area, field: 'partyId', rule: 'endpoints_max' },
  endpoint_state: { status: 409, area, field: 'state', valueIn: 'endpointState', rule: 'open_endpoint' },
  delivery_state: { status: 409, area, field: 'state', valueIn: 'deliveryState', rule: 'ended_delivery' },
  stopped_by_admin: { status: 409, area },
  test_waiting: { status: 409, area },
} satisfies ProblemTable<WebhookError | CommandReused>
